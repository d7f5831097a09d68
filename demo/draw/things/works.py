"""What building leaves behind: dust, spilled muck, hoardings, sheds put up without leave."""

from random import Random

from demo.draw.canvas import INK, Canvas, rectangle, turned
from demo.draw.street import GUTTER, KERB, PAVEMENT, ROAD, WALL, pavement


def dust(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A site throwing dust over its hoarding; afterwards covered soil and a spray."""
    _site(c)
    if after:
        c.polygon(
            [(x - 150, WALL - 52), (x - 80, WALL - 122), (x + 20, WALL - 136), (x + 110, WALL - 52)], "#4f8d66", 2
        )
        for k in range(-3, 4):
            c.line([(x - 20 + k * 34, WALL - 130), (x - 20 + k * 42, WALL - 56)], "#3d7252", 2)
        for k in range(5):
            c.arc(x + 150, WALL - 60, 40 + k * 14, 190, 260, "#b9dcec", 3)
        _hoarding(c)
        return
    c.polygon([(x - 150, WALL - 52), (x - 80, WALL - 122), (x + 20, WALL - 136), (x + 110, WALL - 52)], "#b98a55", 2)
    _digger(c, x + 120, WALL - 52)
    _hoarding(c)
    for _ in range(34):
        r = rng.uniform(24, 62)
        c.oval(x + rng.gauss(-10, 110), WALL - 60 - rng.uniform(-30, 120), r, r * 0.62, "#c9a97860")


def _site(c: Canvas) -> None:
    c.box(0, 0, 640, WALL, "#dfe8ee")
    pavement(c)
    for x, h in ((40, 130), (180, 96), (520, 120)):
        c.box(x, WALL - h, 90, h, "#b9c8d2")
        for k in range(1, 4):
            c.line([(x, WALL - h + k * 26), (x + 90, WALL - h + k * 26)], "#93a5b1", 3)
    c.line([(530, WALL), (530, 56)], "#e3b23c", 6)
    c.line([(380, 72), (560, 72)], "#e3b23c", 6)
    c.line([(410, 72), (410, 112)], INK, 2)


def _hoarding(c: Canvas) -> None:
    for i in range(9):
        c.box(i * 74 - 10, WALL - 58, 73, 66, "#3f8f7a" if i % 2 else "#4a9d87", 2)
    c.box(0, WALL - 64, 640, 8, "#2f6b5c")
    c.box(0, WALL + 2, 640, 8, "#d9d4c8", 1.5)


def _digger(c: Canvas, x: float, y: float) -> None:
    c.box(x - 6, y - 50, 62, 42, "#e3b23c", 2.5, 5)
    c.box(x + 2, y - 44, 26, 20, "#bcd4e0", 2)
    c.line([(x, y - 36), (x - 44, y - 92), (x - 84, y - 46)], "#c58a2b", 9)
    c.polygon([(x - 96, y - 52), (x - 72, y - 52), (x - 78, y - 28), (x - 98, y - 34)], "#6b737b", 2)


def muck(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A muck lorry and the trail it lost; afterwards the washed road."""
    if after:
        c.polygon([(0, GUTTER + 20), (640, GUTTER + 20), (640, ROAD + 30), (0, ROAD + 30)], "#586069")
        for k in range(7):
            c.line([(k * 96, ROAD), (k * 96 + 50, ROAD - 4)], "#7d8790", 2)
        return
    _lorry(c, x + 100, ROAD - 2)
    for _ in range(46):
        t = rng.random()
        sx, sy = x + 20 - t * 300, ROAD + 14 + rng.gauss(0, 13)
        r = rng.uniform(6, 20) * (1.1 - t * 0.5)
        c.oval(sx, sy, r * 1.4, r * 0.6, rng.choice(("#7a5a36", "#8f6b41", "#634827")))
    c.polygon(
        [(x - 130, ROAD + 34), (x - 96, ROAD + 2), (x - 60, ROAD - 8), (x - 20, ROAD + 10), (x + 8, ROAD + 34)],
        "#7a5a36",
        2,
    )


def _lorry(c: Canvas, x: float, y: float) -> None:
    c.polygon([(x - 96, y - 58), (x - 64, y - 96), (x - 10, y - 112), (x + 40, y - 90), (x + 52, y - 58)], "#7a5a36", 2)
    c.polygon([(x - 112, y - 74), (x + 62, y - 74), (x + 54, y - 20), (x - 98, y - 20)], "#3f8f5f", 2.5)
    for k in range(5):
        c.line([(x - 78 + k * 28, y - 72), (x - 74 + k * 27, y - 22)], "#2f6b47", 3)
    c.polygon(
        [(x + 68, y - 92), (x + 112, y - 92), (x + 128, y - 56), (x + 128, y - 16), (x + 68, y - 16)], "#e3b23c", 2.5
    )
    c.polygon([(x + 80, y - 84), (x + 106, y - 84), (x + 118, y - 56), (x + 80, y - 56)], "#bcd4e0", 2)
    for dx in (-70, -30, 98):
        c.oval(x + dx, y - 8, 22, 22, "#2b3238", 2)
        c.oval(x + dx, y - 8, 9, 9, "#cfd6dc")


def shed(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A brick lean-to with a blue tin roof against the houses; afterwards gone."""
    y = WALL + 26
    if after:
        c.box(x - 110, WALL - 2, 220, 6, "#a79f92")
        return
    c.box(x - 106, y - 112, 212, 112, "#b9694f", 2.5)
    for row in range(7):
        c.line([(x - 106, y - 96 + row * 16), (x + 106, y - 96 + row * 16)], "#d9a08c", 1.5)
        for k in range(8):
            bx = x - 96 + k * 27 + (row % 2) * 13
            c.line([(bx, y - 112 + row * 16), (bx, y - 96 + row * 16)], "#d9a08c", 1.5)
    c.polygon([(x - 128, y - 104), (x + 128, y - 124), (x + 128, y - 140), (x - 128, y - 120)], "#3f78c4", 2.5)
    c.box(x - 66, y - 78, 46, 78, "#6d5c48", 2)
    c.box(x + 20, y - 76, 54, 38, "#9db6c2", 2)
    for dx in (-150, 140):
        c.line([(x + dx, y + 8), (x + dx, y - 160)], "#c9a36c", 5)
    c.line([(x - 150, y - 90), (x - 106, y - 90)], "#c9a36c", 5)
    for i in range(3):
        c.box(x + 120 + i * 4, y - 8 - i * 13, 40, 12, "#b9583f", 1.5)


def ramp(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A home-made ramp of boards and cement over the kerb; afterwards the kerb is free."""
    if after:
        return
    c.polygon([(x - 96, KERB - 8), (x + 96, KERB - 8), (x + 118, GUTTER + 28), (x - 118, GUTTER + 28)], "#b3aca0", 2.5)
    for k in range(1, 4):
        c.line([(x - 96 - k * 5, KERB - 8 + k * 12), (x + 96 + k * 5, KERB - 8 + k * 12)], "#8f887c", 2)
    c.polygon([(x - 96, KERB - 8), (x - 118, GUTTER + 28), (x - 130, GUTTER + 28), (x - 108, KERB - 2)], "#8f887c", 2)


def trench(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """Works taking up the road without a fence; afterwards fenced and lit."""
    y = ROAD
    c.polygon([(x - 130, y - 20), (x + 130, y - 20), (x + 150, y + 18), (x - 150, y + 18)], "#3a2f25", 2)
    c.line([(x - 120, y + 2), (x + 128, y + 2)], "#6b8fae", 9)
    for dx, h in ((-176, 34), (176, 28)):
        c.polygon([(x + dx - 50, y + 18), (x + dx - 8, y + 18 - h), (x + dx + 40, y + 18)], "#8f6b41", 2)
    if not after:
        c.polygon(turned(rectangle(x + 40, y - 80, 8, 74), (x + 44, y - 6), 22), "#b98a55", 1.5)
        return
    for i in range(4):
        bx = x - 190 + i * 98
        c.box(bx, y - 42, 90, 22, "#f7f3ea", 2)
        for k in range(4):
            c.polygon(
                [
                    (bx + 4 + k * 23, y - 21),
                    (bx + 14 + k * 23, y - 41),
                    (bx + 24 + k * 23, y - 41),
                    (bx + 14 + k * 23, y - 21),
                ],
                "#d94f3d",
            )
        for dx in (8, 82):
            c.line([(bx + dx, y - 20), (bx + dx, y + 22)], "#5b6670", 5)


def facade(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A dirty front with things hung and stacked on it; afterwards washed and clear."""
    top = WALL - 190
    c.box(x - 120, top, 240, 190, "#e6dfd0", 2)
    for row in range(2):
        for k in range(3):
            c.box(x - 96 + k * 72, top + 22 + row * 66, 46, 40, "#8fb0c4", 2)
    if after:
        return
    for _ in range(26):
        sx, sy = x + rng.uniform(-112, 96), top + rng.uniform(6, 150)
        c.polygon([(sx, sy), (sx + 12, sy), (sx + 9, sy + rng.uniform(20, 60)), (sx + 4, sy + 20)], "#6d655860")
    for k in range(3):
        c.box(x - 104 + k * 72, top + 64, 60, 14, "#8a6a4a", 2)
        c.box(x - 98 + k * 72, top + 46, 20, 18, "#c98d5a", 1.5)
        c.oval(x - 62 + k * 72, top + 56, 10, 9, "#6aa84f", 1.5)


def hoarding(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A site hoarding: panels fallen outwards, and standing."""
    _site(c)
    _digger(c, x + 40, WALL - 8)
    _hoarding(c)
    if after:
        return
    c.box(x - 100, WALL - 70, 200, 86, "#b98a55")
    c.box(x - 100, WALL + 2, 200, 8, "#d9d4c8", 1.5)
    _digger(c, x + 40, WALL - 2)
    for dx, a in ((-96, -8), (4, 11)):
        panel = turned(rectangle(x + dx, PAVEMENT - 34, 92, 40), (x + dx + 46, PAVEMENT - 14), a)
        c.polygon(panel, "#3f8f7a", 2.5)
    c.polygon(turned(rectangle(x + 74, WALL - 62, 62, 70), (x + 136, WALL + 8), 16), "#4a9d87", 2.5)


def noise(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A digger at work by night beside the houses; afterwards the site is still."""
    _site(c)
    c.box(0, 0, 640, WALL + 10, "#0c1a3090")
    c.oval(80, 50, 22, 22, "#f7e7a8")
    _hoarding(c)
    c.box(0, WALL, 640, 240, "#0c1a3060")
    if after:
        return
    _digger(c, x, WALL - 64)
    for r in (60, 86, 112):
        c.arc(x - 20, WALL - 100, r, 200, 260, "#f2c14e", 6)
        c.arc(x + 10, WALL - 100, r, 290, 350, "#f2c14e", 6)


def lorry(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A muck lorry heaped above its sides; afterwards with its cover drawn over."""
    y = ROAD + 10
    _lorry(c, x, y)
    if after:
        c.polygon([(x - 112, y - 74), (x - 96, y - 116), (x + 56, y - 116), (x + 64, y - 74)], "#4a6b57", 2.5)
        for k in range(4):
            c.line([(x - 76 + k * 34, y - 114), (x - 80 + k * 36, y - 76)], "#2f4a3b", 2)
        return
    for _ in range(16):
        c.oval(x - 130 - rng.uniform(0, 120), y + rng.gauss(4, 9), rng.uniform(4, 12), rng.uniform(3, 6), "#7a5a36")
