"""Routing rules that no order could tell apart (contract, Routing)."""

TIES = """
select a.code as a, b.code as b, a.area_kind, a.area_code as a_area, b.area_code as b_area
from routing_rule a
join routing_rule b
  on a.code < b.code and a.priority = b.priority and a.area_kind = b.area_kind and a.class_prefix = b.class_prefix
 and a.valid_from = b.valid_from
where case a.area_kind
  when 'district' then true
  when 'cells' then exists (
    select from duty_grid g join duty_grid_cell m on m.duty_grid_code = g.code
    join duty_grid_cell n on n.cell_code = m.cell_code join duty_grid h on h.code = n.duty_grid_code
    where g.code = a.area_code and h.code = b.area_code
      and daterange(greatest(g.valid_from, h.valid_from, a.valid_from),
                    least(g.valid_to, h.valid_to, a.valid_to, b.valid_to), '[]') <> 'empty')
  else a.area_code = b.area_code
end
"""
"""Pairs (a, b) of rules equal in priority, kind of area, class prefix and first day whose areas and dates overlap.

Two rules with the same first day always share that day. Two prefixes of one length never fit the same class.
"""
