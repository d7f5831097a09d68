"""Where in a made-up district the load reports from."""

from dataclasses import dataclass

from ops.bench.world import World

_INSIDE = """
select x + 0.05 * w, y + 0.05 * h, 0.9 * w, 0.9 * h
from (select ST_XMin(outline) x, ST_YMin(outline) y, ST_XMax(outline) - ST_XMin(outline) w,
  ST_YMax(outline) - ST_YMin(outline) h from {schema}.district) edges
"""


@dataclass(frozen=True)
class Box:
    """A rectangle in WGS-84 degrees: its south-west corner, width and height."""

    west: float
    south: float
    width: float
    height: float

    @classmethod
    def inside(cls, world: World, schema: str) -> "Box":
        """A box that the cells of a district cover: nine tenths of its envelope, for its edges lean a little."""
        row = world.psql("set search_path to public;" + _INSIDE.format(schema=schema))
        return cls(*(float(number) for number in row.split("|")))

    def as_text(self) -> dict[str, str]:
        """For the scripts of lua/."""
        numbers = {"WEST": self.west, "SOUTH": self.south, "WIDTH": self.width, "HEIGHT": self.height}
        return {f"BENCH_{name}": repr(number) for name, number in numbers.items()}
