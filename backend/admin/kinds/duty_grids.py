"""duty_grids: sets of whole cells with dates, and who patrols them. A grid's cells and inspectors are replaced.

Communities stand for the cells that they have at the time of the import.
"""

from pydantic import Field, model_validator

from backend.admin.fields import Codes, Day, FreeCode, Name, Row
from backend.admin.kind import Kind, missing_each, upsert
from backend.admin.kinds.ties import TIES


class DutyGridRow(Row):
    code: FreeCode
    name: Name
    valid_from: Day
    valid_to: Day | None = None
    inspectors: Codes = Field(default_factory=list)
    communities: Codes = Field(default_factory=list)
    cells: Codes = Field(default_factory=list)

    @model_validator(mode="after")
    def has_cells_and_dates(self) -> "DutyGridRow":
        if not self.communities and not self.cells:
            raise ValueError("a duty grid needs communities or cells")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        return self


def _replace(table: str, member: str, wanted: str) -> str:
    """Make `table` hold exactly what `wanted` (duty_grid_code, member) selects for the file's grids."""
    return f"""
        with wanted as (
          {wanted}
        ), gone as (
          delete from {table} t using import_row r
          where t.duty_grid_code = r.code
            and not exists (select from wanted w where w.duty_grid_code = t.duty_grid_code and w.member = t.{member})
          returning t.duty_grid_code
        ), come as (
          insert into {table} (duty_grid_code, {member}) select * from wanted on conflict do nothing
          returning duty_grid_code
        )
        select r.row_line from import_row r
        where r.code in (select duty_grid_code from gone union all select duty_grid_code from come)
    """


KIND = Kind(
    name="duty_grids",
    row=DutyGridRow,
    key=("code",),
    columns={
        "code": "text",
        "name": "text",
        "valid_from": "date",
        "valid_to": "date",
        "inspectors": "text[]",
        "communities": "text[]",
        "cells": "text[]",
    },
    checks=(
        missing_each("inspectors", "person", "person", column="username"),
        missing_each("communities", "community", "community"),
        missing_each("cells", "unit_grid", "cell"),
        "select r.row_line, 'communities', format('community %s has no cells', one)"
        " from import_row r, unnest(r.communities) one join community c on c.code = one"
        " where not exists (select from unit_grid u where u.community_code = one)",
    ),
    load=(
        upsert(
            "duty_grid",
            {"code": "r.code"},
            {"name": "r.name", "valid_from": "r.valid_from", "valid_to": "r.valid_to"},
        ),
        _replace(
            "duty_grid_cell",
            "cell_code",
            "select r.code as duty_grid_code, u.code as member from import_row r"
            " join unit_grid u on u.community_code = any(r.communities)"
            " union select r.code, one from import_row r, unnest(r.cells) one",
        ),
        _replace(
            "duty_grid_inspector",
            "username",
            "select distinct r.code as duty_grid_code, one as member from import_row r, unnest(r.inspectors) one",
        ),
    ),
    # A routing rule may name a duty grid as its cell set: sets that come to share a cell may tie two rules.
    after=(
        f"select r.row_line, 'cells', format('rules %s and %s would tie: their cell sets share a cell', t.a, t.b)"
        f" from ({TIES}) t join import_row r on r.code in (t.a_area, t.b_area) where t.area_kind = 'cells'",
    ),
)
