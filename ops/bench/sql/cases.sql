-- :cases cases, all of them open and all of them squad T1's: the longest queue that so many cases can make. Each came
-- by one report with two photos that are derived; every tenth failed a check and has two after-photos as well.
set search_path to :schema, public;
set session_replication_role = replica;
set synchronous_commit = off;

create temporary table plan as
select n, cell.code as cell, cell.community_code, ST_Centroid(cell.geom) as place, class.code as class_code,
  ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as case_id,
  ('01900000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid as report_id,
  ('01900000-0000-7000-a000-' || lpad(to_hex(n), 12, '0'))::uuid as move_id,
  now() - interval '60 days' + n * interval '50 seconds' as at
from generate_series(1, :cases) n
join (select *, row_number() over () as nth from unit_grid) cell on cell.nth = 1 + n % (select count(*) from unit_grid)
join (select *, row_number() over () as nth from category_class) class
  on class.nth = 1 + n % (select count(*) from category_class);
analyze plan;

insert into report (id, state, rev, device_id, payload, payload_sha256, schema_version, category, description, place,
  accuracy_m, fix_source, fix_at, captured_at_device, clock_offset_ms, consent, photos_expected, received_at,
  completed_at, public_ref)
select report_id, 'complete', 2, ('00000000-0000-7000-8000-' || (100000000001 + n % 2000))::uuid,
  convert_to(repeat('{"schema_version": 1, "captured_by": null} ', 30), 'utf8'), encode(sha256(n::text::bytea), 'hex'),
  1, class_code, '', place, 8, 'gps', at, at, 0, '2026-11', 2, at, at, md5(n::text)
from plan;

insert into cases (id, number, state, rev, source, class_code, condition_code, catalogue_version, description, place,
  place_source, accuracy_m, cell_code, community_code, street_code, squad_code, flags, why, limit_amount, limit_unit,
  rework, submitted_at, filed_at, due_at, accepted_at, updated_at)
select case_id, 'B' || n, case when n % 2 = 0 then 'accepted' else 'dispatched' end, 5, 'citizen', class_code, '01',
  '2026-1', '', place, 'gps', 8, cell, community_code, left(community_code, 9), 'T1', '{}',
  '["单元网格 → 社区 → 街道 → 中队"]', 4, 'work_hour', (n % 10 = 0)::int, at, at, at + interval '4 hours',
  case when n % 2 = 0 then at end, at
from plan;

insert into case_report (report_id, case_id) select report_id, case_id from plan;

insert into photo (intake_id, photo_id, intake_kind, case_id, seq, sha256, size, mime, width, height, taken_at, slot,
  real_mime, real_width, real_height, store_key, media_id, stored_at, derived_at)
select case when seq <= 2 then report_id else move_id end,
  ('01900000-0000-700' || seq || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
  case when seq <= 2 then 'report' else 'move' end, case_id, seq, encode(sha256((n || '-' || seq)::bytea), 'hex'),
  350000, 'image/jpeg', 1920, 1440, at, 'derived', 'image/jpeg', 1920, 1440,
  encode(sha256((n || '-' || seq)::bytea), 'hex'),
  ('01900000-0000-700' || seq || '-9000-' || lpad(to_hex(n), 12, '0'))::uuid, at, at
from plan, generate_series(1, 4) seq where seq <= 2 or n % 10 = 0;

insert into case_history (case_id, at, action, from_state, to_state, actor_role, squad_code, note, reason)
select case_id, at + step.nth * interval '1 minute', step.action, step.from_state, step.to_state, step.role, 'T1', '', ''
from plan, (values (1, 'submit', null, 'submitted', 'reporter'), (2, 'file', 'submitted', 'filed', 'operator'),
  (3, 'dispatch', 'filed', 'dispatched', 'operator'), (4, 'accept', 'dispatched', 'accepted', 'squad_member'))
  step (nth, action, from_state, to_state, role)
where step.nth < 4 or n % 2 = 0;

reset session_replication_role;
vacuum analyze report, cases, case_report, photo, case_history;
-- what was loaded is not written to disk while something else is measured
checkpoint;
