"""What goes wrong on the ground: covers, grates, slabs, holes, water, rubbish.

Every function draws one thing at `x` as it was found, or, with `after`, as it was left.
"""

from random import Random

from demo.draw.canvas import INK, Canvas
from demo.draw.street import GUTTER, PAVEMENT, ROAD


def cover(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A manhole cover: gone, and back."""
    y = ROAD + 4
    c.oval(x, y, 84, 34, "#4c545c")
    c.oval(x, y, 72, 28, "#8b949d", 3)
    if after:
        c.oval(x, y - 1, 64, 24, "#a6afb8", 2)
        for dx in (-40, -20, 0, 20, 40):
            reach = 20 * (1 - (dx / 64) ** 2) ** 0.5
            c.line([(x + dx, y - reach), (x + dx, y + reach)], "#5b6670", 3)
        for dy in (-10, 0, 10):
            reach = 54 * (1 - (dy / 26) ** 2) ** 0.5
            c.line([(x - reach, y + dy), (x + reach, y + dy)], "#5b6670", 3)
        return
    c.oval(x, y, 62, 23, "#0d1114", 2)
    c.polygon([(x - 58, y - 8), (x + 58, y - 8), (x + 44, y - 19), (x - 44, y - 19)], "#3c4650")
    for dy in (-4, 6):
        c.line([(x - 16, y + dy), (x + 16, y + dy)], "#8b949d", 4)
    _cone(c, x - 108, y + 18)


def _cone(c: Canvas, x: float, y: float) -> None:
    c.polygon([(x - 22, y), (x + 22, y), (x + 26, y + 7), (x - 26, y + 7)], "#c9542c", 2)
    c.polygon([(x - 16, y), (x + 16, y), (x + 4, y - 56), (x - 4, y - 56)], "#e8683a", 2)
    c.polygon([(x - 12, y - 16), (x + 12, y - 16), (x + 8.5, y - 30), (x - 8.5, y - 30)], "#f7f3ea")


def grate(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A rain grate in the gutter: choked with leaves, and clear."""
    y = GUTTER + 10
    c.polygon([(x - 70, y), (x + 70, y), (x + 82, y + 46), (x - 82, y + 46)], "#8b949d", 3)
    c.polygon([(x - 60, y + 6), (x + 60, y + 6), (x + 70, y + 40), (x - 70, y + 40)], "#12171c")
    for i in range(-5, 6):
        c.line([(x + i * 11, y + 6), (x + i * 12.6, y + 40)], "#a6afb8", 4)
    if not after:
        c.oval(x - 10, y + 34, 120, 26, "#7d93a2b0")
        for _ in range(40):
            lx, ly = x + rng.gauss(0, 42), y + 22 + rng.gauss(0, 12)
            c.oval(lx, ly, rng.uniform(6, 11), rng.uniform(3, 6), rng.choice(("#7a5a2e", "#96702f", "#5d6b35")))
        c.box(x + 12, y + 8, 26, 16, "#f7f3ea", 1.5)


def hole(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """The road surface: a hole, and the patch."""
    y = ROAD
    if after:
        c.polygon([(x - 92, y - 30), (x + 92, y - 30), (x + 108, y + 32), (x - 108, y + 32)], "#40474e")
        c.polygon([(x - 92, y - 30), (x + 92, y - 30), (x + 108, y + 32), (x - 108, y + 32)], None, 3, "#2b3238")
        return
    rim = [
        (x + dx * rng.uniform(0.85, 1.1), y + dy * rng.uniform(0.85, 1.15))
        for dx, dy in ((-100, 0), (-64, -24), (-8, -30), (60, -22), (102, 2), (58, 26), (0, 32), (-62, 24))
    ]
    c.polygon(rim, "#8d8577", 2)
    c.polygon([(x + (px - x) * 0.78, y + 4 + (py - y) * 0.7) for px, py in rim], "#2b2622")
    for dx, dy in ((-150, -8), (150, 12), (40, 52), (-50, -48)):
        mx, my = x + dx * 0.8, y + dy * 0.7 + rng.uniform(-6, 6)
        c.line([(x + dx * 0.6, y + dy * 0.6), (mx, my), (x + dx, y + dy)], "#2b2622", 2.5)


def water(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """Water standing on the road, and the road dry again."""
    y = ROAD
    if after:
        c.oval(x, y + 8, 170, 34, "#525a62")
        return
    c.oval(x, y + 4, 230, 52, "#6f94ad")
    c.oval(x - 40, y - 6, 150, 30, "#8db1c6")
    for dx, dy in ((-120, 10), (-10, 24), (90, 2), (30, -14)):
        c.arc(x + dx, y + dy, 16, 200, 340, "#e9f4fa", 2.5)
    c.oval(x + 60, y + 8, 26, 9, "#e8683a", 2)
    c.polygon([(x + 46, y + 6), (x + 74, y + 6), (x + 64, y - 34), (x + 56, y - 34)], "#e8683a", 2)


def rubbish(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """Household rubbish in the open; afterwards the swept pavement."""
    y = PAVEMENT + 14
    if after:
        c.oval(x, y - 2, 90, 10, "#cbc4b5")
        return
    c.oval(x, y, 120, 14, "#8f8674")
    for dx, dy, r, tint in ((-56, -22, 34, "#2d3a4a"), (4, -30, 42, "#1f2730"), (62, -20, 32, "#46586b")):
        c.oval(x + dx, y + dy, r, r * 0.82, tint, 2)
        tip = (x + dx, y + dy - r * 0.8)
        c.polygon([(tip[0] - 9, tip[1] - 9), (tip[0] + 9, tip[1] - 9), (tip[0], tip[1] + 6)], tint, 2)
    scraps = ("#f7f3ea", "#d94f3d", "#3f8fc4", "#e3b23c", "#6aa84f", "#c98d5a")
    for _ in range(22):
        sx, sy, s = x + rng.gauss(0, 70), y + rng.uniform(-6, 14), rng.uniform(5, 11)
        c.polygon(
            [(sx - s, sy), (sx, sy - s * 0.7), (sx + s, sy - s * 0.1), (sx + s * 0.2, sy + s * 0.5)],
            rng.choice(scraps),
            1.2,
        )


def litter(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """Paper, leaves and bottles over pavement and road, and both clean."""
    if after:
        return
    for _ in range(46):
        lx, ly = x + rng.gauss(0, 130), rng.uniform(PAVEMENT - 24, ROAD + 36)
        r = rng.uniform(5, 11)
        kind = rng.random()
        if kind < 0.5:
            c.oval(lx, ly, r, r * 0.5, rng.choice(("#a9762b", "#c2902f", "#7d6a2c")))
        elif kind < 0.8:
            c.polygon([(lx - r, ly), (lx + r, ly - r * 0.5), (lx + r * 0.8, ly + r * 0.6)], "#f7f3ea", 1.2)
        else:
            c.box(lx, ly - 5, 20, 9, rng.choice(("#8fd0c0", "#d94f3d", "#8fb8e0")), 1.2, 4)


def heap(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """Sand, bricks and boards left on the pavement, and the pavement free."""
    y = PAVEMENT + 16
    if after:
        return
    c.polygon([(x - 150, y), (x - 110, y - 44), (x - 78, y - 66), (x - 40, y - 40), (x + 6, y)], "#d3b178", 2)
    for _ in range(24):
        c.oval(x - 76 + rng.gauss(0, 26), y - 8 - rng.uniform(0, 26), 2, 2, "#a98748")
    for row in range(4):
        for i in range(4 - row % 2):
            c.box(x + 10 + i * 30 + (row % 2) * 15, y - 16 - row * 16, 29, 15, "#b9583f", 1.5)
    for i in range(3):
        c.line([(x + 128, y - 2 - i * 7), (x + 214, y - 40 - i * 7)], "#b98a55", 7)


def sunk(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """The footway: slabs tilted and cracked, and laid flat."""
    y = PAVEMENT - 42
    for i in range(5):
        for row in range(2):
            x0, y0 = x - 130 + i * 52 - row * 8, y + row * 34
            tilt = 0 if after else rng.uniform(-9, 9)
            slab = [(x0, y0 + tilt), (x0 + 49, y0 - tilt), (x0 + 51, y0 + 31), (x0, y0 + 31 + tilt / 2)]
            c.polygon(slab, "#c9c1b2" if (i + row) % 2 else "#d8b9a2", 1.5)
            if not after and (i + row) % 2:
                c.line([(x0 + 8, y0 + 2), (x0 + 20, y0 + 14), (x0 + 16, y0 + 28)], INK, 2)
    if not after:
        c.polygon([(x - 30, y + 12), (x + 26, y + 6), (x + 34, y + 44), (x - 22, y + 50)], "#6d5c48", 2)


def slops(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A kitchen-waste barrel fallen over in its grease; afterwards upright and clean."""
    y = PAVEMENT + 14
    if after:
        c.polygon([(x - 40, y - 92), (x + 40, y - 92), (x + 32, y), (x - 32, y)], "#2f7d6b", 2.5)
        c.box(x - 46, y - 104, 92, 14, "#276857", 2.5, 5)
        return
    c.oval(x + 60, y + 16, 130, 24, "#8a6a2e")
    c.oval(x + 90, y + 10, 70, 12, "#b18f3e")
    for _ in range(16):
        tint = rng.choice(("#6aa84f", "#d94f3d", "#e9d9a8", "#5a4a26"))
        c.oval(x + 80 + rng.gauss(0, 50), y + 14 + rng.gauss(0, 8), rng.uniform(4, 9), rng.uniform(3, 6), tint)
    c.polygon([(x - 100, y - 62), (x - 100, y + 8), (x - 8, y + 16), (x - 8, y - 70)], "#2f7d6b", 2.5)
    c.oval(x - 8, y - 27, 18, 43, "#1d4f43", 2.5)


def upwelling(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """Foul water pushing up out of a drain; afterwards a dry cover."""
    y = ROAD
    c.oval(x, y, 74, 26, "#8b949d", 3)
    if after:
        c.oval(x, y - 1, 64, 21, "#a6afb8", 2)
        c.line([(x - 30, y), (x + 30, y)], "#5b6670", 4)
        return
    c.oval(x, y + 8, 220, 44, "#8d7a55")
    c.oval(x, y, 66, 20, "#54452c", 2)
    for dx in (-60, -34, -12, 12, 34, 60):
        top = y - 96 + abs(dx) * 0.7
        c.line([(x + dx * 0.3, y), (x + dx * 0.7, top), (x + dx * 1.2, top + 26)], "#b5a176", 10)
    for _ in range(22):
        c.oval(x + rng.gauss(0, 52), y - rng.uniform(10, 110), 4, 5, "#cdbd97")


def slurry(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """Dirty water let out over the pavement into the road; afterwards rinsed and drying."""
    if after:
        c.oval(x, ROAD - 4, 150, 26, "#525a62")
        return
    c.polygon([(x - 40, PAVEMENT - 46), (x + 30, PAVEMENT - 46), (x + 90, GUTTER), (x - 90, GUTTER)], "#9a8460")
    c.oval(x, ROAD - 8, 200, 46, "#8a744f")
    c.oval(x + 20, ROAD - 14, 120, 24, "#a58e66")
    for dx, dy in ((-90, 6), (-10, 14), (80, -4)):
        c.arc(x + dx, ROAD - 14 + dy, 15, 200, 340, "#cdbd97", 2.5)
    c.box(x - 52, PAVEMENT - 78, 84, 36, "#8b949d", 2.5, 4)
    c.oval(x - 10, PAVEMENT - 58, 22, 15, "#2b2622", 2)
