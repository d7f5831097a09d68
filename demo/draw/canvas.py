"""A drawing surface in scene units, so that one scene can be made at any size.

A scene is 640 × 480 units, x to the right and y down. Everything is drawn at twice the wanted size and
reduced at the end, because Pillow itself draws hard edges.
"""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 640, 480
INK = "#1a2128"

Point = tuple[float, float]
Colour = str | tuple[int, int, int]


class Canvas:
    """A scene being drawn; all coordinates and widths are scene units."""

    def __init__(self, width: int) -> None:
        """Make a canvas that will be `width` pixels wide and three quarters of that high."""
        self._whole = self._scale = 2 * width / WIDTH
        self._left = self._top = 0.0
        self._image = Image.new("RGB", (2 * width, 2 * width * HEIGHT // WIDTH), "#dfe8ee")
        self._solid = ImageDraw.Draw(self._image)
        self._clear = ImageDraw.Draw(self._image, "RGBA")

    def look(self, left: float, top: float, zoom: float) -> None:
        """From now on show the part of the scene that begins at (left, top), `zoom` times enlarged."""
        self._scale, self._left, self._top = self._whole * zoom, left, top

    def finish(self) -> Image.Image:
        """Return the scene at its wanted size, RGB."""
        return self._image.reduce(2)

    def _pen(self, colour: Colour | None) -> ImageDraw.ImageDraw:
        # Blending costs four times what painting does; only #rrggbbaa needs it.
        return self._clear if isinstance(colour, str) and len(colour) == 9 else self._solid

    def _px(self, points: Sequence[Point]) -> list[Point]:
        return [((x - self._left) * self._scale, (y - self._top) * self._scale) for x, y in points]

    def _frame(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        (a, b), (c, d) = self._px([(x0, y0), (x1, y1)])
        return a, b, c, d

    def polygon(self, points: Sequence[Point], fill: Colour | None, edge: float = 0, colour: Colour = INK) -> None:
        """Fill a polygon and, with `edge` > 0, outline it with round corners."""
        if fill is not None:
            self._pen(fill).polygon(self._px(points), fill=fill)
        if edge:
            self.line([*points, points[0]], colour, edge)

    def line(self, points: Sequence[Point], colour: Colour = INK, width: float = 2) -> None:
        """Draw a polyline with round joints and ends."""
        px = self._px(points)
        thick = max(1, round(width * self._scale))
        self._pen(colour).line(px, fill=colour, width=thick, joint="curve")
        r = thick / 2
        if r > 1:
            for x, y in (px[0], px[-1]):
                self._pen(colour).ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def box(
        self, x: float, y: float, w: float, h: float, fill: Colour | None, edge: float = 0, radius: float = 0
    ) -> None:
        """Draw a rectangle from its upper left corner, with rounded corners where `radius` is given."""
        s = self._scale
        self._pen(fill).rounded_rectangle(
            self._frame(x, y, x + w, y + h),
            radius=radius * s,
            fill=fill,
            outline=INK if edge else None,
            width=max(1, round(edge * s)),
        )

    def oval(
        self, x: float, y: float, rx: float, ry: float, fill: Colour | None, edge: float = 0, colour: Colour = INK
    ) -> None:
        """Draw an ellipse around its centre."""
        s = self._scale
        self._pen(fill).ellipse(
            self._frame(x - rx, y - ry, x + rx, y + ry),
            fill=fill,
            outline=colour if edge else None,
            width=max(1, round(edge * s)),
        )

    def arc(
        self, x: float, y: float, r: float, start: float, end: float, colour: Colour = INK, width: float = 2
    ) -> None:
        """Draw part of a circle; angles in degrees, clockwise from the right."""
        s = self._scale
        self._pen(colour).arc(
            self._frame(x - r, y - r, x + r, y + r),
            start,
            end,
            fill=colour,
            width=max(1, round(width * s)),
        )


def smooth(points: Sequence[Point], steps: int = 8) -> list[Point]:
    """Return a line through the points without corners (Catmull-Rom): hanging wires, hoses."""
    ends = [points[0], *points, points[-1]]
    line: list[Point] = []
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for i in range(steps):
            t = i / steps
            line.append(
                (
                    0.5
                    * (
                        2 * bx
                        + (cx - ax) * t
                        + (2 * ax - 5 * bx + 4 * cx - dx) * t**2
                        + (3 * (bx - cx) + dx - ax) * t**3
                    ),
                    0.5
                    * (
                        2 * by
                        + (cy - ay) * t
                        + (2 * ay - 5 * by + 4 * cy - dy) * t**2
                        + (3 * (by - cy) + dy - ay) * t**3
                    ),
                )
            )
    return [*line, points[-1]]


def turned(points: Sequence[Point], centre: Point, degrees: float) -> list[Point]:
    """Return the points turned clockwise (as seen) around `centre`."""
    a = math.radians(degrees)
    cx, cy = centre
    return [
        (
            cx + (x - cx) * math.cos(a) - (y - cy) * math.sin(a),
            cy + (x - cx) * math.sin(a) + (y - cy) * math.cos(a),
        )
        for x, y in points
    ]


def rectangle(x: float, y: float, w: float, h: float) -> list[Point]:
    """Return the corners of a rectangle, for a polygon that will be turned."""
    return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]


def ring(x: float, y: float, rx: float, ry: float, n: int = 24) -> list[Point]:
    """Return `n` points on an ellipse, for one that will be turned or dented."""
    return [(x + rx * math.cos(2 * math.pi * i / n), y + ry * math.sin(2 * math.pi * i / n)) for i in range(n)]
