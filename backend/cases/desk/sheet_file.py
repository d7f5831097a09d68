"""A day's sheet as rows of named texts: CSV as UTF-8 or as Chinese Excel writes it, or XLSX."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from backend.core.errors import DomainError

MOST_ROWS = 500
MOST_UNPACKED = 50_000_000
"""Bytes that an XLSX may unpack to; a sheet of 500 rows is a few hundred kB."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "source": ("来源", "案件来源", "问题来源"),
    "external_number": ("编号", "工单编号", "工单号", "受理编号", "交办编号", "案件编号", "任务号"),
    "description": ("问题描述", "诉求内容", "内容", "描述", "反映内容", "事项"),
    "place_text": ("地点", "地址", "位置", "位置描述", "发生地址", "事发地点"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "category": ("类别", "类别代码", "小类代码"),
    "condition": ("立案条件", "条件代码"),
    "channel": ("渠道", "受理渠道"),
    "campaign": ("专项", "专项行动"),
    "received_at": ("受理时间", "来电时间", "交办时间", "登记时间"),
    "complainant_name": ("来电人", "诉求人", "投诉人", "姓名", "联系人"),
    "complainant_phone": ("电话", "联系电话", "来电号码", "手机"),
    "complainant_note": ("备注",),
}
"""Our names, and the headings that sheets of the field carry for them."""

_OF_HEADING = {heading: name for name, headings in COLUMNS.items() for heading in (name, *headings)}


class BadSheet(DomainError):
    """The sheet cannot be read."""

    status, code = 422, "bad_sheet"


def read_sheet(body: bytes) -> list[tuple[int, dict[str, str]]]:
    """(line, fields that are not empty) of each row under the heading; columns that we do not know are left alone.

    Raises BadSheet: neither CSV nor XLSX, no known heading for the description, or more than MOST_ROWS rows.
    """
    rows = _xlsx(body) if body.startswith(b"PK\x03\x04") else _csv(body)
    heading: list[str | None] = []
    found = []
    for line, cells in rows:
        if not any(cells):
            continue
        if not heading:
            heading = [_OF_HEADING.get(cell.strip()) for cell in cells]
            if "description" not in heading:
                raise BadSheet("the heading names no description", columns=sorted(COLUMNS))
            continue
        named = {name: cell.strip() for name, cell in zip(heading, cells, strict=False) if name and cell.strip()}
        if named:
            found.append((line, named))
        if len(found) > MOST_ROWS:
            raise BadSheet(f"more than {MOST_ROWS} rows", most=MOST_ROWS)
    if not found:
        raise BadSheet("there are no rows")
    return found


def _csv(body: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = body.decode("gb18030")
        except UnicodeDecodeError as error:
            raise BadSheet("neither UTF-8 nor GB 18030 text, nor XLSX") from error
    reader = csv.reader(io.StringIO(text, newline=""))
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadSheet(f"not CSV: {error}", line=line) from error


def _xlsx(body: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # 0.2 s and some memory, which only this sheet should cost

    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                raise BadSheet("the sheet unpacks to too much")
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        yield from enumerate((_texts(row) for row in book.worksheets[0].iter_rows(values_only=True)), start=1)
        book.close()
    except BadSheet:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers do on a broken file
        raise BadSheet(f"not a readable XLSX: {error}") from error


def _texts(row: Iterable[Any]) -> list[str]:
    return [_text(value) for value in row]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # Excel keeps a work order's digits as a number
    return str(value)
