"""Files as rows of named texts: CSV with a header, or GeoJSON."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.admin.report import Refusal

csv.field_size_limit(16 * 1024 * 1024)  # one polygon is one field


@dataclass(frozen=True)
class RawRow:
    """Fields of one row that are not empty. `line` as in Refusal."""

    line: int
    values: dict[str, Any]


class UnreadableFile(Exception):
    """Nothing of the file can be used; carries the one refusal that says why."""

    def __init__(self, line: int, field: str, reason: str) -> None:
        super().__init__(reason)
        self.refusal = Refusal(line, field, reason)


def read_rows(path: Path, columns: list[str], required: list[str]) -> list[RawRow]:
    """Read a .csv (UTF-8, header) or .geojson/.json file whose columns are among `columns`.

    A GeoJSON Point gives `lon` and `lat`, any other geometry is left as a dict in `wkt`; properties are the rest.
    Raises UnreadableFile for a file that is not what its name says, has unknown columns or lacks required ones.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise UnreadableFile(line, "", "the file is not UTF-8: save it as CSV UTF-8") from error
    if path.suffix.lower() in {".geojson", ".json"}:
        rows = list(_features(text))
    else:
        rows = list(_csv(text, columns, required))
    if not rows:
        raise UnreadableFile(1, "", "the file has no rows")
    return rows


def _csv(text: str, columns: list[str], required: list[str]) -> Iterator[RawRow]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, columns, required)
        line = reader.line_num + 1
        for fields in reader:
            if any(fields):
                if len(fields) != len(header):
                    raise UnreadableFile(line, "", f"{len(fields)} fields under {len(header)} columns")
                yield RawRow(line, {k: v for k, v in zip(header, map(str.strip, fields), strict=True) if v})
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(line, "", f"not CSV: {error}") from error


def _check_header(header: list[str], columns: list[str], required: list[str]) -> None:
    if not any(header):
        raise UnreadableFile(1, "", f"the first line must name the columns: {','.join(columns)}")
    for name in header:
        if name not in columns:
            raise UnreadableFile(1, name, f"unknown column; the columns are {','.join(columns)}")
        if header.count(name) > 1:
            raise UnreadableFile(1, name, "this column is there twice")
    for name in required:
        if name not in header:
            raise UnreadableFile(1, name, "this column is missing")


def _features(text: str) -> Iterator[RawRow]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise UnreadableFile(getattr(error, "lineno", 1), "", f"not JSON: {error}") from error
    kind = document.get("type") if isinstance(document, dict) else None
    features = [document] if kind == "Feature" else document.get("features") if kind == "FeatureCollection" else None
    if not isinstance(features, list):
        raise UnreadableFile(1, "", "not GeoJSON: a Feature or a FeatureCollection is expected")
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            raise UnreadableFile(number, "", "a feature without properties")
        values = {name: value for name, value in properties.items() if value is not None and value != ""}
        yield RawRow(number, values | _geometry(feature.get("geometry")))


def _geometry(geometry: Any) -> dict[str, Any]:
    if not isinstance(geometry, dict):
        return {}
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Point" and isinstance(coordinates, list) and len(coordinates) >= 2:
        return {"lon": coordinates[0], "lat": coordinates[1]}
    return {"wkt": geometry}
