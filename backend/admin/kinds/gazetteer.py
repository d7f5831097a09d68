"""gazetteer: places by name; a road has a row for each of several points along it."""

from typing import Literal

from backend.admin.fields import Codes, FreeCode, Lat, Lon, Name, Row, StreetCode
from backend.admin.kind import Kind, missing, upsert
from backend.admin.kinds.points import POINT
from backend.core.pinyin import initials, pairs, plain, spelled

SPELLED = ("words", "pinyin", "initials", "pairs")


class GazetteerRow(Row):
    id: FreeCode
    name: Name
    kind: Literal["street", "community", "road", "poi", "lamp", "address"]
    aliases: Codes = []
    lon: Lon
    lat: Lat
    street: StreetCode | None = None
    source: Name

    @property
    def words(self) -> list[str]:
        """Name and aliases as they are compared, each once."""
        return list(dict.fromkeys(word for name in (self.name, *self.aliases) if (word := plain(name))))

    @property
    def pinyin(self) -> list[str]:
        return [spelled(word) for word in self.words]

    @property
    def initials(self) -> list[str]:
        return [initials(word) for word in self.words]

    @property
    def pairs(self) -> list[str]:
        return sorted({pair for spelling in self.pinyin for pair in pairs(spelling)})


KIND = Kind(
    name="gazetteer",
    row=GazetteerRow,
    key=("id",),
    columns={
        **dict.fromkeys(("id", "name", "kind", "street", "source"), "text"),
        **dict.fromkeys(("aliases", *SPELLED), "text[]"),
        "lon": "float8",
        "lat": "float8",
    },
    checks=(missing("street", "street", "street"),),
    load=(
        upsert(
            "gazetteer",
            {"id": "r.id"},
            {
                **{name: f"r.{name}" for name in ("name", "kind", "aliases", *SPELLED, "source")},
                "place": POINT,
                "street_code": "r.street",
            },
        ),
    ),
    analyze=("gazetteer",),
)
