"""What people leave and do along the street: stalls, goods, bicycles, adverts, smoke, washing."""

from random import Random

from demo.draw.canvas import INK, Canvas, rectangle, turned
from demo.draw.street import PAVEMENT, WALL


def stall(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A street vendor's cart with umbrella, and the pavement free again."""
    y = PAVEMENT + 12
    if after:
        return
    c.line([(x, y - 40), (x, y - 164)], "#6d5c48", 5)
    tint = rng.choice(("#d94f3d", "#2f7d6b", "#3f6fa8"))
    c.polygon([(x - 96, y - 140), (x - 50, y - 172), (x, y - 182), (x + 50, y - 172), (x + 96, y - 140)], tint, 2)
    c.polygon([(x - 34, y - 140), (x - 16, y - 178), (x + 16, y - 178), (x + 34, y - 140)], "#f7f3ea", 2)
    c.box(x - 82, y - 66, 164, 44, "#c98d5a", 2, 4)
    c.box(x - 88, y - 74, 176, 12, "#e0b27c", 2, 3)
    for i in range(9):
        fruit = rng.choice(("#d94f3d", "#e8a33a", "#6aa84f"))
        c.oval(x - 72 + i * 18, y - 82, 10, 10, fruit, 1.5)
    for dx in (-54, 54):
        c.oval(x + dx, y - 14, 18, 18, "#3c4650", 2)
        c.oval(x + dx, y - 14, 7, 7, "#cfd6dc")
    _person(c, x + 116, y, "#46698f")


def _person(c: Canvas, x: float, y: float, coat: str) -> None:
    c.box(x - 12, y - 44, 10, 44, "#3c4650", 0, 4)
    c.box(x + 2, y - 44, 10, 44, "#3c4650", 0, 4)
    c.box(x - 17, y - 96, 34, 58, coat, 2, 12)
    c.oval(x, y - 112, 15, 16, "#e8c39e", 2)
    c.box(x - 20, y - 126, 40, 8, "#e3b23c", 2, 4)


def goods(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A shop's goods and tables out on the pavement, and taken in."""
    y = PAVEMENT
    if after:
        return
    for i, tint in enumerate(("#c98d5a", "#b57b48", "#d6a36c")):
        c.box(x - 140 + i * 46, y - 44, 42, 42, tint, 2)
        c.line([(x - 119 + i * 46, y - 44), (x - 119 + i * 46, y - 2)], "#8a5f35", 3)
    c.box(x - 118, y - 86, 42, 42, "#d6a36c", 2)
    for dx in (24, 92):
        c.box(x + dx, y - 6, 56, 5, "#d94f3d", 2)
        c.line([(x + dx + 6, y - 2), (x + dx + 6, y + 20)], "#a13a2c", 4)
        c.line([(x + dx + 50, y - 2), (x + dx + 50, y + 20)], "#a13a2c", 4)
    c.box(x + 24, y - 52, 132, 9, "#e0b27c", 2, 3)
    for dx in (36, 140):
        c.line([(x + dx, y - 44), (x + dx, y + 12)], "#8a5f35", 5)
    c.box(x + 60, y - 78, 16, 26, "#6aa84f", 1.5, 3)
    c.oval(x + 108, y - 57, 18, 6, "#f7f3ea", 1.5)


def bicycles(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """Shared bicycles fallen across the pavement, and in a row in their bay."""
    y = PAVEMENT + 10
    if after:
        c.box(x - 150, y - 22, 300, 30, None)
        c.line([(x - 150, y - 36), (x - 150, y + 8), (x + 150, y + 8), (x + 150, y - 36)], "#fbfbf6", 4)
    for i in range(5):
        tint = rng.choice(("#3f8fc4", "#e3b23c", "#6aa84f"))
        wild = rng.choice((-74, -38, 52, 78))
        lift = rng.uniform(-22, 16)
        if after:
            _bicycle(c, x - 112 + i * 56, y - 20, 0, tint, 0.72)
        else:
            _bicycle(c, x - 140 + i * 66, y - 24 + lift, wild, tint, 1.0)


def _bicycle(c: Canvas, x: float, y: float, angle: float, tint: str, k: float) -> None:
    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return turned([(x + px * k, y + py * k) for px, py in points], (x, y), angle)

    for wx in (-30, 30):
        ((cx, cy),) = at((wx, 4))
        c.oval(cx, cy, 21 * k, 21 * k, None, 3.5)
    c.line(at((-30, 4), (-12, -26), (20, -26), (30, 4)), tint, 5 * k)
    c.line(at((-30, 4), (2, 4), (20, -26)), tint, 5 * k)
    c.line(at((2, 4), (-15, -36)), tint, 5 * k)
    c.line(at((-26, -37), (-6, -37)), INK, 6 * k)
    c.line(at((20, -26), (16, -42), (28, -46)), INK, 4 * k)


def parked(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A car up on the pavement, and the pavement without it."""
    if after:
        return
    _car(c, x, PAVEMENT + 16, rng.choice(("#d94f3d", "#3f6fa8", "#cfd6dc", "#e3b23c")))


def _car(c: Canvas, x: float, y: float, tint: str) -> None:
    c.polygon([(x - 74, y - 50), (x - 44, y - 92), (x + 46, y - 92), (x + 84, y - 50)], tint, 2.5)
    c.polygon([(x - 60, y - 52), (x - 38, y - 84), (x - 2, y - 84), (x - 2, y - 52)], "#bcd4e0", 2)
    c.polygon([(x + 6, y - 52), (x + 6, y - 84), (x + 42, y - 84), (x + 66, y - 52)], "#bcd4e0", 2)
    c.box(x - 118, y - 54, 236, 40, tint, 2.5, 14)
    c.box(x - 118, y - 42, 16, 10, "#f7e7a8", 1.5)
    c.box(x + 104, y - 42, 14, 10, "#8c2219", 1.5)
    for dx in (-68, 70):
        c.oval(x + dx, y - 14, 25, 25, "#2b3238", 2)
        c.oval(x + dx, y - 14, 11, 11, "#cfd6dc")


def adverts(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """Small adverts all over a wall, and the wall painted over."""
    c.box(x - 130, WALL - 120, 260, 120, "#ded6c6", 2)
    c.box(x - 130, WALL - 14, 260, 14, "#a79f92", 2)
    if after:
        c.box(x - 112, WALL - 104, 224, 82, "#e6dfd0", 0, 6)
        return
    for _ in range(15):
        ax, ay = x + rng.uniform(-112, 76), WALL - rng.uniform(50, 112)
        w, h = rng.uniform(28, 42), rng.uniform(32, 46)
        turn = rng.uniform(-14, 14)
        paper = turned(rectangle(ax, ay, w, h), (ax + w / 2, ay + h / 2), turn)
        c.polygon(paper, rng.choice(("#f7e7a8", "#f7f3ea", "#f2b8b5", "#cfe6f2")), 1.5)
        for i in range(3):
            c.line(
                turned([(ax + 5, ay + 9 + i * 9), (ax + w - 6, ay + 9 + i * 9)], (ax + w / 2, ay + h / 2), turn),
                "#a13a2c" if i == 0 else "#5b6670",
                3 if i == 0 else 1.6,
            )


def banner(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A sagging banner between two poles, and the poles bare."""
    for dx in (-170, 170):
        c.line([(x + dx, PAVEMENT), (x + dx, 110)], "#7d8790", 7)
    if after:
        return
    c.polygon(
        [(x - 166, 124), (x + 166, 140), (x + 166, 192), (x + 40, 214), (x - 60, 196), (x - 166, 178)],
        "#d0392b",
        2,
    )
    for i in range(7):
        gx, gy = x - 138 + i * 40, 144 + i * 3.4
        c.box(gx, gy, 24, 24, "#f7e7a8", 0, 3)
        c.line([(gx + 4, gy + 8), (gx + 20, gy + 8)], "#d0392b", 2.5)
        c.line([(gx + 12, gy + 4), (gx + 12, gy + 20)], "#d0392b", 2.5)


def washing(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """Clothes on a line across the pavement, and the line gone."""
    y = PAVEMENT
    if after:
        return
    for dx in (-150, 150):
        c.line([(x + dx, y), (x + dx, 170)], "#8a6a4a", 6)
    c.line([(x - 150, 176), (x - 50, 186), (x + 50, 186), (x + 150, 176)], INK, 2)
    for i, tint in enumerate(rng.sample(("#d94f3d", "#3f8fc4", "#f7f3ea", "#6aa84f", "#e3b23c"), 4)):
        sx = x - 116 + i * 64
        c.polygon(
            [(sx, 184), (sx + 40, 184), (sx + 54, 206), (sx + 42, 212), (sx + 40, 250), (sx, 250), (sx - 2, 212),
             (sx - 14, 206)],
            tint,
            2,
        )  # fmt: skip


def fire(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """Leaves and rubbish burning in the open, and the fire out."""
    y = PAVEMENT + 14
    if after:
        c.oval(x, y - 4, 60, 9, "#8a857c")
        return
    for i in range(9):
        r = 20 + i * 7
        c.oval(x + i * 12 + rng.uniform(-10, 10), y - 70 - i * 22, r, r * 0.8, "#6b737b70")
    c.oval(x, y, 78, 14, "#4a3b2c", 2)
    c.polygon(
        [(x - 50, y - 2), (x - 56, y - 40), (x - 34, y - 26), (x - 14, y - 88), (x + 8, y - 40), (x + 30, y - 70),
         (x + 40, y - 28), (x + 56, y - 44), (x + 50, y - 2)],
        "#e8683a",
        2,
    )  # fmt: skip
    c.polygon([(x - 26, y - 2), (x - 14, y - 44), (x + 4, y - 20), (x + 18, y - 38), (x + 26, y - 2)], "#f2c14e")


def grill(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """An open-air grill smoking on the pavement, and the pavement clear."""
    y = PAVEMENT + 12
    if after:
        return
    for i in range(8):
        r = 18 + i * 7
        c.oval(x + i * 9 + rng.uniform(-8, 8), y - 96 - i * 20, r, r * 0.75, "#7d879060")
    c.box(x - 90, y - 66, 180, 26, "#3c4650", 2.5, 3)
    c.box(x - 84, y - 70, 168, 8, "#e8683a", 1.5)
    for k in range(7):
        c.line([(x - 72 + k * 24, y - 92), (x - 72 + k * 24, y - 62)], "#8a5f35", 3)
        c.oval(x - 72 + k * 24, y - 80, 6, 9, "#a1502c", 1.5)
    for dx in (-76, 76):
        c.line([(x + dx, y - 40), (x + dx, y)], "#3c4650", 6)


def speaker(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """A loudspeaker blaring from a shop front, and the front quiet."""
    y = PAVEMENT
    if after:
        return
    c.box(x - 44, y - 130, 88, 130, "#2b3238", 2.5, 6)
    for dy, r in ((-98, 18), (-44, 32)):
        c.oval(x, y + dy, r, r, "#8b949d", 2)
        c.oval(x, y + dy, r * 0.4, r * 0.4, "#12171c")
    for r in (70, 100, 130):
        c.arc(x, y - 70, r, -34, 34, "#d94f3d", 6)
        c.arc(x, y - 70, r, 146, 214, "#d94f3d", 6)


def sofa(c: Canvas, rng: Random, x: float, after: bool) -> None:
    """An old sofa and cupboard put out on the pavement, and taken away."""
    y = PAVEMENT + 14
    if after:
        return
    c.box(x + 78, y - 140, 78, 136, "#b98a55", 2.5)
    c.line([(x + 117, y - 136), (x + 117, y - 8)], INK, 2)
    c.polygon(turned(rectangle(x + 118, y - 136, 36, 128), (x + 156, y - 8), 9), "#c99b66", 2.5)
    tint = rng.choice(("#8c4a3f", "#5a6b8c", "#7d7a4a"))
    c.box(x - 150, y - 96, 200, 60, tint, 2.5, 14)
    c.box(x - 132, y - 52, 164, 34, tint, 2.5, 6)
    c.line([(x - 50, y - 90), (x - 50, y - 20)], INK, 2)
    for dx in (-164, 34):
        c.box(x + dx, y - 70, 30, 62, tint, 2.5, 10)
    c.polygon([(x - 96, y - 86), (x - 70, y - 76), (x - 82, y - 54), (x - 104, y - 62)], "#e9d9a8", 1.5)
