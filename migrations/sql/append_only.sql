-- A case's history is written once and never changed.
create function refuse_change() returns trigger as $$
begin
    raise exception '% rows are never changed', tg_table_name using errcode = 'restrict_violation';
end;
$$ language plpgsql;

create trigger case_history_append_only before update or delete on case_history
for each statement execute function refuse_change();
