"""What stands on the street: lamps, signs, rails, cabinets, bins, shelters, wires, trees."""

from random import Random

from demo.draw.canvas import HEIGHT, INK, WIDTH, Canvas, rectangle, smooth, turned
from demo.draw.street import KERB, PAVEMENT


def lamp(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A street lamp: dark with its head hanging, and lit."""
    y = PAVEMENT + 16
    c.box(0, 0, WIDTH, HEIGHT, "#0c1a3078")  # a lamp is judged in the dark
    c.box(x - 12, y - 20, 24, 20, "#5b6670", 2, 3)
    c.line([(x, y - 16), (x, 66)], "#5b6670", 9)
    if after:
        c.line([(x, 70), (x + 20, 52), (x + 74, 50)], "#5b6670", 7)
        c.polygon([(x + 48, 62), (x + 110, 62), (x + 190, 300), (x - 20, 300)], "#fff1b040")
        c.oval(x + 80, 58, 30, 10, "#ffe89a", 2.5)
        return
    c.line([(x, 70), (x + 20, 56), (x + 44, 60)], "#5b6670", 7)
    c.line([(x + 44, 60), (x + 54, 76), (x + 50, 94), (x + 58, 104)], INK, 2.5)
    c.polygon(turned(rectangle(x + 30, 104, 60, 18), (x + 60, 113), 64), "#6b737b", 2.5)
    for i in range(4):
        gx = x + 40 + rng.uniform(-12, 46)
        c.polygon([(gx, y + 4 + i), (gx + 10, y - 1 + i), (gx + 8, y + 7 + i)], "#cfe6f2", 1.2)


def sign(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A street name plate: bent over, and upright."""
    y = PAVEMENT + 14
    angle = 0 if after else rng.choice((-1, 1)) * rng.uniform(26, 38)
    foot = (x, y)
    c.oval(x, y, 22, 6, "#8f8674")
    c.line(turned([foot, (x, y - 190)], foot, angle), "#7d8790", 8)
    c.polygon(turned(rectangle(x - 92, y - 190, 184, 56), foot, angle), "#2b5fa6", 2.5)
    c.polygon(turned(rectangle(x - 84, y - 182, 168, 40), foot, angle), "#3f78c4")
    c.line(turned([(x - 60, y - 168), (x + 60, y - 168)], foot, angle), "#ffffff", 7)
    c.line(turned([(x - 40, y - 152), (x + 40, y - 152)], foot, angle), "#d5e4f6", 4)


def rail(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A guard rail at the kerb: knocked flat in the middle, and whole."""
    y = KERB + 2
    for i in range(5):
        x0 = x - 240 + i * 96
        drop = 0 if after or i != 2 else 68
        posts = [(x0, y), (x0 + 96, y)]
        for px, py in posts:
            c.line([(px, py), (px, py - 66)], "#dfe4e8", 8)
        if drop:
            for k in range(6):
                c.line([(x0 + 10 + k * 14, y + 44), (x0 - 6 + k * 18, y + 18)], "#dfe4e8", 5)
            c.line([(x0 - 4, y + 16), (x0 + 104, y + 24)], "#dfe4e8", 7)
            c.line([(x0 + 6, y + 48), (x0 + 96, y + 56)], "#dfe4e8", 7)
            continue
        c.line([(x0, y - 60), (x0 + 96, y - 60)], "#ffffff", 7)
        c.line([(x0, y - 14), (x0 + 96, y - 14)], "#ffffff", 7)
        for k in range(1, 6):
            c.line([(x0 + k * 16, y - 60), (x0 + k * 16, y - 14)], "#eef2f4", 4)


def cabinet(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A wayside cabinet: door off its hinge and wires out, and shut."""
    y = PAVEMENT + 12
    c.box(x - 60, y - 12, 120, 12, "#8b949d", 2)
    c.box(x - 54, y - 128, 108, 116, "#9fb2a8", 2.5, 4)
    if after:
        c.line([(x, y - 124), (x, y - 16)], INK, 2)
        for dx in (-10, 6):
            c.box(x + dx, y - 78, 4, 18, INK)
        c.polygon([(x + 16, y - 92), (x + 42, y - 92), (x + 29, y - 112)], "#e3b23c", 2)
        return
    c.box(x - 48, y - 122, 96, 104, "#2b3238", 2)
    for i, tint in enumerate(("#d94f3d", "#3f8fc4", "#e3b23c", "#6aa84f", "#f7f3ea")):
        sx = x - 36 + i * 17
        c.line(
            [(sx, y - 116), (sx + rng.uniform(-8, 8), y - 76), (sx + rng.uniform(-6, 16), y - 40), (sx + 10, y + 6)],
            tint,
            4,
        )
    c.polygon([(x + 54, y - 122), (x + 112, y - 96), (x + 104, y + 12), (x + 56, y - 20)], "#b3c4bb", 2.5)


def bin_(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A litter bin: overflowing, and emptied."""
    y = PAVEMENT + 14
    if not after:
        for _ in range(14):
            px, py = x + rng.gauss(0, 34), y - 118 - rng.uniform(0, 26)
            c.oval(px, py, rng.uniform(9, 17), rng.uniform(8, 13), rng.choice(("#f7f3ea", "#d94f3d", "#3c4650")), 1.5)
        for _ in range(12):
            px, py = x + rng.choice((-1, 1)) * rng.uniform(58, 120), y + rng.uniform(-10, 8)
            c.polygon([(px - 9, py), (px + 2, py - 8), (px + 10, py + 3)], rng.choice(("#f7f3ea", "#e3b23c")), 1.5)
    c.polygon([(x - 56, y - 112), (x - 2, y - 112), (x - 4, y), (x - 48, y)], "#2f7d6b", 2.5)
    c.polygon([(x + 2, y - 112), (x + 56, y - 112), (x + 48, y), (x + 4, y)], "#6b737b", 2.5)
    if after:
        c.box(x - 60, y - 124, 120, 14, "#3c4650", 2.5, 5)
    for dx in (-29, 29):
        c.oval(x + dx, y - 66, 12, 12, "#ffffffd0")


def shelter(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A bus shelter: its pane broken, and glazed again."""
    y = PAVEMENT + 12
    c.box(x - 160, y - 176, 320, 16, "#2b5fa6", 2.5, 4)
    for dx in (-148, 148):
        c.line([(x + dx, y), (x + dx, y - 160)], "#5b6670", 8)
    c.box(x - 120, y - 150, 150, 120, "#cfe6f2b0", 2.5)
    c.box(x + 48, y - 150, 84, 120, "#f2c14e", 2.5)
    c.oval(x + 90, y - 100, 24, 24, "#e8683a", 2)
    c.line([(x - 110, y - 18), (x + 30, y - 18)], "#8a6a4a", 9)
    if after:
        return
    hit = (x - 50, y - 96)
    for k in range(9):
        far = turned([(hit[0] + rng.uniform(46, 70), hit[1])], hit, k * 40 + rng.uniform(-10, 10))[0]
        c.line([hit, far], "#ffffff", 3)
    c.polygon(
        [(x - 76, y - 110), (x - 50, y - 126), (x - 22, y - 104), (x - 34, y - 72), (x - 66, y - 76)], "#7f8f98", 2
    )
    for _ in range(12):
        px, py = x - 50 + rng.gauss(0, 40), y + rng.uniform(-2, 12)
        c.polygon([(px, py), (px + 10, py - 5), (px + 7, py + 5)], "#e9f4fa", 1.2)


def wires(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """Overhead lines hanging down to the pavement, and pulled up."""
    for dx in (-220, 220):
        c.line([(x + dx, PAVEMENT), (x + dx, 60)], "#7a6a58", 10)
        c.line([(x + dx - 26, 78), (x + dx + 26, 78)], "#7a6a58", 7)
    for k in (-20, 0, 20):
        c.line(smooth([(x - 220 + k, 78), (x, 98 + k / 4), (x + 220 + k, 78)]), INK, 2)
    if after:
        return
    c.line(smooth([(x - 210, 80), (x - 130, 170), (x - 60, 292), (x + 10, 326), (x + 70, 312), (x + 96, 328)]), INK, 4)
    c.line(smooth([(x + 200, 80), (x + 150, 190), (x + 128, 280), (x + 150, 322), (x + 184, 318)]), INK, 4)
    for dx, dy in ((0, -16), (14, -6), (14, 8)):
        c.line([(x + 100 + dx / 2, 328 + dy / 2), (x + 100 + dx, 328 + dy)], "#f2c14e", 3)


def tree(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A roadside tree broken across the pavement; afterwards a young one, staked."""
    y = PAVEMENT + 14
    c.polygon([(x - 40, y - 6), (x + 40, y - 6), (x + 48, y + 10), (x - 48, y + 10)], "#8a6a4a", 2)
    if after:
        c.line([(x, y), (x, y - 120)], "#7a5a40", 8)
        for dx in (-34, 34):
            c.line([(x + dx, y), (x + dx * 0.2, y - 70)], "#c9a36c", 5)
        for dx, dy in ((-22, -126), (22, -128), (0, -152)):
            c.oval(x + dx, y + dy, 30, 26, "#6ea45a")
        return
    c.polygon(
        [(x - 9, y), (x + 9, y), (x + 11, y - 54), (x + 2, y - 40), (x - 4, y - 58), (x - 9, y - 44)], "#7a5a40", 2
    )
    c.line([(x + 4, y - 44), (x + 120, y - 22)], "#7a5a40", 14)
    for dx, dy, r in ((130, -40, 40), (170, -14, 44), (116, -2, 34), (200, -40, 34)):
        c.oval(x + dx, y + dy, r, r * 0.75, rng.choice(("#5f9a5c", "#6ea45a")))
    for _ in range(10):
        c.oval(x + rng.uniform(40, 230), y + rng.uniform(-4, 18), 6, 3, "#6ea45a")


def lawn(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A verge: trodden bare and strewn, and green."""
    top, low = PAVEMENT - 44, PAVEMENT + 20
    c.polygon([(x - 190, top), (x + 190, top), (x + 220, low), (x - 220, low)], "#7fb06a", 2)
    for _ in range(70):
        gx, gy = x + rng.uniform(-180, 180), rng.uniform(top + 8, low - 2)
        c.line([(gx, gy), (gx + 2, gy - 7)], "#5f9a5c", 2)
    if after:
        for _ in range(14):
            c.oval(x + rng.uniform(-170, 170), rng.uniform(top + 10, low - 6), 4, 4, rng.choice(("#f2c14e", "#f2b8b5")))
        return
    c.oval(x - 30, PAVEMENT - 10, 110, 22, "#a9895f")
    c.oval(x + 90, PAVEMENT - 2, 60, 14, "#a9895f")
    for _ in range(16):
        px, py = x + rng.uniform(-150, 150), rng.uniform(top + 12, low - 4)
        c.polygon(
            [(px - 8, py), (px + 2, py - 8), (px + 10, py + 2)], rng.choice(("#f7f3ea", "#d94f3d", "#3f8fc4")), 1.5
        )


def facility(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """Outdoor fitness bars over a rubber mat: one bar snapped off, and mended."""
    y = PAVEMENT + 12
    c.polygon([(x - 170, y - 24), (x + 170, y - 24), (x + 190, y + 6), (x - 190, y + 6)], "#6a9c8c", 2)
    for dx, h in ((-150, 170), (-20, 170), (130, 110)):
        c.line([(x + dx, y - 8), (x + dx, y - h)], "#2b5fa6", 10)
        c.oval(x + dx, y - h, 7, 7, "#f2c14e", 2)
    c.line([(x - 20, y - 100), (x + 130, y - 100)], "#f2c14e", 8)
    for dx in (30, 80):
        c.line([(x + dx, y - 100), (x + dx, y - 44)], "#3c4650", 3)
        c.box(x + dx - 14, y - 44, 28, 8, "#d94f3d", 2, 3)
    if after:
        c.line([(x - 150, y - 150), (x - 20, y - 150)], "#f2c14e", 8)
        return
    c.line([(x - 150, y - 150), (x - 112, y - 142)], "#f2c14e", 8)
    c.line([(x - 20, y - 150), (x - 42, y - 144)], "#f2c14e", 8)
    c.line(turned([(x - 120, y - 10), (x - 46, y - 10)], (x - 80, y - 10), rng.uniform(6, 14)), "#f2c14e", 8)


def cuttings(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A pile of cut branches on the pavement, and the pavement clear."""
    y = PAVEMENT + 14
    if after:
        return
    for _ in range(26):
        bx, reach, lift = x + rng.gauss(0, 60), rng.uniform(40, 90), rng.uniform(10, 70)
        tip = (bx + reach * rng.choice((-1, 1)), y - lift)
        c.line([(bx, y - lift * 0.3), tip], "#7a5a40", 4)
        for k in (0.5, 0.75, 1.0):
            lx, ly = bx + (tip[0] - bx) * k, y - lift * (0.3 + 0.7 * k)
            c.oval(lx, ly, 13, 9, rng.choice(("#5f9a5c", "#6ea45a", "#87a84f")), 1)


def board(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A board on two posts: torn and hanging, and straight with a new sheet."""
    y = PAVEMENT + 12
    angle = 0 if after else rng.choice((-1, 1)) * rng.uniform(10, 16)
    for dx in (-100, 100):
        c.line([(x + dx, y), (x + dx, y - 196)], "#7d8790", 8)
    mid = (x, y - 140)
    c.polygon(turned(rectangle(x - 130, y - 200, 260, 116), mid, angle), "#f7f3ea", 3)
    c.polygon(turned(rectangle(x - 120, y - 190, 240, 96), mid, angle), "#cfe6f2", 1.5)
    hills = [(x - 120, y - 94), (x - 50, y - 150), (x - 4, y - 116), (x + 54, y - 166), (x + 120, y - 94)]
    c.polygon(turned(hills, mid, angle), "#6ea45a")
    if after:
        c.oval(x - 80, y - 166, 15, 15, "#f2c14e")
        return
    tear = [
        (x + 20, y - 190),
        (x + 120, y - 190),
        (x + 120, y - 100),
        (x + 84, y - 128),
        (x + 62, y - 110),
        (x + 40, y - 152),
    ]
    c.polygon(turned(tear, mid, angle), "#5b6670", 2)
    c.polygon([(x + 60, y - 84), (x + 110, y - 96), (x + 96, y - 30), (x + 76, y - 44)], "#cfe6f2", 2)


def bollards(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A row of bollards: the middle one snapped, and replaced."""
    y = KERB - 4
    for i, dx in enumerate((-160, -80, 0, 80, 160)):
        if i == 2 and not after:
            c.polygon(
                [
                    (x - 14, y),
                    (x - 14, y - 22),
                    (x - 6, y - 14),
                    (x, y - 28),
                    (x + 7, y - 16),
                    (x + 14, y - 24),
                    (x + 14, y),
                ],
                "#e3b23c",
                2,
            )
            fallen = turned(rectangle(x + 20, y + 14, 26, 84), (x + 33, y + 50), 78)
            c.polygon(fallen, "#e3b23c", 2.5)
            continue
        c.box(x + dx - 14, y - 92, 28, 92, "#e3b23c", 2.5, 12)
        c.box(x + dx - 13, y - 66, 26, 16, "#3c4650")


def pole(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A telephone pole: leaning over the road, and upright."""
    foot = (x, PAVEMENT + 10)
    angle = 0 if after else rng.uniform(18, 26)
    top = turned([(x, 60), (x - 30, 78), (x + 30, 78)], foot, angle)
    for end in (-20, 660):
        for tip in top[1:]:
            sag = ((tip[0] + end) / 2, max(tip[1], 70) + (26 if after else 70))
            c.line(smooth([tip, sag, (end, 76)]), INK, 2)
    c.line(turned([foot, (x, 56)], foot, angle), "#7a6a58", 11)
    c.line(turned([(x - 34, 78), (x + 34, 78)], foot, angle), "#7a6a58", 7)
    c.polygon(turned(rectangle(x - 16, 110, 32, 40), foot, angle), "#6f94c4", 2)
    if not after:
        c.polygon(
            [(x - 40, foot[1] + 4), (x - 14, foot[1] - 14), (x + 22, foot[1] - 10), (x + 44, foot[1] + 4)], "#8f6b41", 2
        )


def toilet(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A public toilet: door off, floor wet, and in order."""
    y = PAVEMENT
    c.box(x - 140, y - 170, 280, 170, "#e4ecef", 2.5)
    c.box(x - 152, y - 184, 304, 18, "#2b5fa6", 2.5, 4)
    for dx, tint in ((-100, "#3f78c4"), (30, "#d0627a")):
        c.box(x + dx, y - 118, 70, 118, "#3c4650", 2)
        c.oval(x + dx + 35, y - 146, 9, 9, tint)
        c.box(x + dx + 27, y - 136, 16, 14, tint, 0, 3)
        if after or dx > 0:
            c.box(x + dx + 3, y - 115, 64, 113, "#b98a55", 1.5)
            c.oval(x + dx + 58, y - 56, 4, 4, INK)
    if after:
        return
    c.polygon(turned(rectangle(x - 168, y - 104, 60, 112), (x - 108, y + 8), -12), "#b98a55", 2.5)
    c.oval(x - 60, y + 6, 90, 14, "#8fa9b0")
    c.oval(x - 40, y + 4, 36, 6, "#a58e66")
