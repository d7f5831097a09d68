-- Who has read whose identity is written once and never changed.
create trigger personal_data_reading_append_only before update or delete on personal_data_reading
for each statement execute function refuse_change();
