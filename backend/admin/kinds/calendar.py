"""calendar: days that differ from Monday to Friday, by holidays and by weekend days that are worked (调休)."""

from backend.admin.fields import Day, Name, Row, YesNo
from backend.admin.kind import Kind, upsert


class CalendarRow(Row):
    date: Day
    is_workday: YesNo
    name: Name = ""


KIND = Kind(
    name="calendar",
    row=CalendarRow,
    key=("date",),
    columns={"date": "date", "is_workday": "boolean", "name": "text"},
    load=(upsert("calendar_day", {"date": "r.date"}, {"is_workday": "r.is_workday", "name": "r.name"}),),
)
