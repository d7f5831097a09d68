"""What became of the cases that the city assigned, as a file for the city."""

import csv
import io
from datetime import datetime, tzinfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

CITY = "city_assigned"
COLUMNS = ("number", "case_number", "state", "received_at", "filed_at", "due_at", "closed_at", "on_time", "result")

# Of a closed case the result is what its last check found: nothing said is "handled".
_CASES = text(
    """
    select o.external_number as number, c.number as case_number, c.state, o.received_at, c.filed_at, c.due_at,
      c.closed_at, c.on_time,
      case c.state
        when 'refused' then coalesce(c.refuse_reason, '')
        when 'closed' then coalesce((
          select h.data->>'result' from case_history h
          where h.case_id = c.id and h.action in ('check_pass', 'force_close') order by h.id desc limit 1),
          case when c.forced then 'forced' else 'handled' end)
        else '' end as result
    from case_origin o join case_report l on l.report_id = o.report_id join cases c on c.id = l.case_id
    where o.source = :source and c.updated_at >= :since
    order by o.external_number, c.id
    """
)


async def city_file(session: AsyncSession, since: datetime, zone: tzinfo) -> str:
    """CSV (UTF-8 with a byte order mark, so that Excel reads it) of city-assigned cases that changed since `since`.

    Times are local with offset; `on_time` is 1 or 0 once closed.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in (await session.execute(_CASES, {"source": CITY, "since": since})).mappings():
        writer.writerow([_cell(row[name], zone) for name in COLUMNS])
    return "\ufeff" + out.getvalue()


def _cell(value: object, zone: tzinfo) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    # A cell that begins like a formula would be one in Excel.
    return f"'{value}" if str(value).startswith(("=", "+", "-", "@")) else str(value)
