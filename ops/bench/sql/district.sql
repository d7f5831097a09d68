-- A made-up district of :columns x :rows cells of 100 m, drawn by rule in EPSG:4547 metres from a corner in the
-- fields: 16 streets of 10 communities, 21 squads, 45 classes, rules of every kind of area.
-- Foreign keys hold by construction; checking them for a million cells would take longer than drawing them.
set search_path to :schema, public;
set session_replication_role = replica;

insert into district
select '990001', '测试区', 'Bench', 'F', 'Asia/Shanghai', '08:00-12:00,14:00-18:00', 4547,
  ST_Transform(ST_MakeEnvelope(440000, 3300000, 440000 + 100 * :columns, 3300000 + 100 * :rows, 4547), 4326),
  '2026-01-01';

insert into street select '990001' || lpad(s::text, 3, '0'), '街道' || s, 'Street ' || s, 'street', null
from generate_series(1, 16) s;

insert into community select '990001' || lpad(s::text, 3, '0') || lpad(c::text, 3, '0'),
  '990001' || lpad(s::text, 3, '0'), '社区' || s || '-' || c, null
from generate_series(1, 16) s, generate_series(1, 10) c;

insert into squad (code, name, name_en, kind, street_code)
select 'T' || s, '街道' || s || '中队', 'Squad ' || s, 'territorial', '990001' || lpad(s::text, 3, '0')
from generate_series(1, 16) s
union all select 'D' || d, '直属' || d || '中队', 'Direct squad ' || d, 'direct', null from generate_series(1, 4) d
union all select 'F', '值班中队', 'Duty squad', 'fallback', null;

insert into catalogue_version values ('2026-1', '2026-01-01');
insert into category_class (version, code, kind, group_name, name, name_en, icon, requirement, sort)
select '2026-1', kind || lpad(g::text, 2, '0') || lpad(k::text, 2, '0'), kind, '大类' || g, '小类' || kind || g || k,
  'Class', 'other', '拍清全貌', g * 10 + k
from (values ('E', 5), ('C', 4)) kinds (kind, groups), generate_series(1, groups) g, generate_series(1, 5) k;
insert into filing_condition (version, class_code, code, text, text_en, icon, limit_amount, limit_unit, closing,
  is_default, sort)
select version, code, lpad(n::text, 2, '0'), '情形' || n, 'Condition ' || n, 'other', 4 * n, 'work_hour', '恢复原状',
  n = 1, n
from category_class, generate_series(1, 3) n;

-- The cells: every one in exactly one of 20 x 8 blocks, a block a community. Written without the indexes, which are
-- then made as the migration made them.
select indexdef as by_place from pg_indexes where schemaname = :'schema' and indexname = 'ix_unit_grid_geom' \gset
select indexdef as by_community from pg_indexes
where schemaname = :'schema' and indexname = 'ix_unit_grid_community_code' \gset
drop index ix_unit_grid_geom, ix_unit_grid_community_code;
set maintenance_work_mem = '256MB';
insert into unit_grid (code, community_code, geom)
select c.code || lpad((y * :columns + x)::text, 6, '0'), c.code,
  ST_Transform(ST_MakeEnvelope(440000 + 100 * x, 3300000 + 100 * y, 440100 + 100 * x, 3300100 + 100 * y, 4547), 4326)
from generate_series(0, :columns - 1) x, generate_series(0, :rows - 1) y,
  lateral (select x * 20 / :columns + 20 * (y * 8 / :rows) as block) b,
  lateral (select '990001' || lpad((1 + block / 10)::text, 3, '0') || lpad((1 + block % 10)::text, 3, '0') as code) c;
:by_place;
:by_community;

-- Rules: every street to its squad, 12 groups of classes to the direct squads, 10 communities and 4 sets of 200 cells
-- with a squad of their own.
insert into duty_grid select 'G' || g, '责任网格' || g, '2026-01-01' from generate_series(1, 4) g;
insert into duty_grid_cell
select 'G' || (1 + nth % 4), code
from (select code, row_number() over (order by code) as nth from unit_grid) c where nth <= 800;
insert into routing_rule (code, priority, area_kind, area_code, class_prefix, squad_code, valid_from, reason)
select 'R-S' || s, 0, 'street', '990001' || lpad(s::text, 3, '0'), '', 'T' || s, date '2026-01-01', '属地'
from generate_series(1, 16) s
union all
select 'R-D' || d, 10, 'district', '990001', (array['E', 'C'])[1 + d % 2] || '0' || (1 + d % 4) || '0' || (1 + d / 4),
  'D' || (1 + d % 4), '2026-01-01', '直属' from generate_series(0, 11) d
union all
select 'R-C' || c, 5, 'community', '990001001' || lpad(c::text, 3, '0'), 'E05', 'D1', '2026-01-01', '专项'
from generate_series(1, 10) c
union all
select 'R-G' || g, 20, 'cells', 'G' || g, '', 'D' || g, '2026-01-01', '示范区' from generate_series(1, 4) g;

reset session_replication_role;
analyze unit_grid, community, street, squad, routing_rule, duty_grid, duty_grid_cell, category_class, filing_condition;
