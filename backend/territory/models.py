"""The district as rows: its outline, streets, communities, unit grids, duty grids, squads and routing rules.

Geometry is WGS-84 (EPSG:4326, lon lat). Dates are local calendar days; `valid_to` is the last valid day, null is
open. No table names a schema: the connection's search path chooses the district.
"""

import datetime as dt
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import Column, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel


class District(SQLModel, table=True):
    """The one district of this schema."""

    code: str = Field(primary_key=True)
    name: str
    name_en: str
    fallback_squad: str = Field(description="squads.code; who gets what no rule and no cell decides")
    time_zone: str
    work_hours: str = Field(description="08:00-12:00,14:00-18:00, local time")
    metric_srid: int = Field(description="EPSG code of the projection in metres for distances here")
    outline: Any = Field(sa_type=Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False)
    valid_from: dt.date


class Street(SQLModel, table=True):
    """A street, town or township (街道, 镇, 乡); nine digits."""

    code: str = Field(primary_key=True)
    name: str
    name_en: str
    kind: str = Field(description="street | town | township")
    place: Any = Field(default=None, sa_type=Geometry("POINT", srid=4326, spatial_index=False), nullable=True)


class Community(SQLModel, table=True):
    """A community or village (社区, 村); twelve digits."""

    code: str = Field(primary_key=True)
    street_code: str = Field(foreign_key="street.code", index=True)
    name: str
    place: Any = Field(default=None, sa_type=Geometry("POINT", srid=4326, spatial_index=False), nullable=True)


class GazetteerEntry(SQLModel, table=True):
    """A place by its name; a road has an entry for each of several points along it, all of one name.

    `words` are name and aliases as they are compared, `pinyin` and `initials` how each of them is typed
    (core/pinyin.py), in the same order; `pairs` are the neighbouring syllables of all, for the index.
    """

    __tablename__ = "gazetteer"
    __table_args__ = (Index("gazetteer_pairs", "pairs", postgresql_using="gin"),)

    id: str = Field(primary_key=True)
    name: str
    kind: str = Field(description="street | community | road | poi | lamp | address")
    aliases: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    words: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    pinyin: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    initials: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    pairs: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    place: Any = Field(sa_type=Geometry("POINT", srid=4326, spatial_index=False), nullable=False)
    street_code: str | None = None
    source: str = Field(description="where the row comes from, e.g. 示例")


class UnitGrid(SQLModel, table=True):
    """A unit grid cell (单元网格): the smallest area of management, in exactly one community."""

    __tablename__ = "unit_grid"
    __table_args__ = (Index("ix_unit_grid_geom", "geom", postgresql_using="gist"),)

    code: str = Field(primary_key=True)
    community_code: str = Field(foreign_key="community.code", index=True)
    geom: Any = Field(sa_type=Geometry("POLYGON", srid=4326, spatial_index=False), nullable=False)


class Squad(SQLModel, table=True):
    """Who handles cases: territorial (属地), direct (直属, one line of work) or the district's fallback."""

    code: str = Field(primary_key=True)
    name: str
    name_en: str
    kind: str = Field(description="territorial | direct | fallback")
    street_code: str | None = Field(default=None, foreign_key="street.code")
    line: str | None = None
    phone: str | None = None


class DutyGrid(SQLModel, table=True):
    """A duty grid (责任网格): a set of whole cells with dates; also the cell set that a routing rule may name."""

    __tablename__ = "duty_grid"

    code: str = Field(primary_key=True)
    name: str
    valid_from: dt.date
    valid_to: dt.date | None = None


class DutyGridCell(SQLModel, table=True):
    __tablename__ = "duty_grid_cell"

    duty_grid_code: str = Field(primary_key=True, foreign_key="duty_grid.code")
    cell_code: str = Field(primary_key=True, foreign_key="unit_grid.code", index=True)


class DutyGridInspector(SQLModel, table=True):
    __tablename__ = "duty_grid_inspector"

    duty_grid_code: str = Field(primary_key=True, foreign_key="duty_grid.code")
    username: str = Field(primary_key=True, index=True)


class RoutingRule(SQLModel, table=True):
    """Which squad gets a class in an area. Total order: see territory/route.py."""

    __tablename__ = "routing_rule"

    code: str = Field(primary_key=True)
    priority: int = Field(description="higher wins")
    area_kind: str = Field(description="district | street | community | cells")
    area_code: str = Field(description="code of the area; of a duty grid when area_kind is cells")
    class_prefix: str = Field(description="'' for any class, E, E01 or a whole class code")
    squad_code: str = Field(foreign_key="squad.code")
    valid_from: dt.date
    valid_to: dt.date | None = None
    reason: str
