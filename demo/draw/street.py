"""The street behind every scene: sky, houses with shops, trees, pavement, kerb, road."""

from random import Random

from demo.draw.canvas import HEIGHT, WIDTH, Canvas, Colour

# Where things stand, in scene units from the top.
WALL, PAVEMENT, KERB, GUTTER, ROAD = 252, 312, 338, 352, 396

_SKIES = (("#bfe0f5", "#e9f4fa"), ("#cfdde6", "#eef2f4"), ("#f6dfc0", "#fbf1e2"), ("#b4d4ef", "#dcecf8"))
_FRONTS = ("#f1dcc0", "#e4c9b4", "#dfe3d3", "#cfd9e2", "#f0e6cf", "#d9c7bd", "#e8d5d0", "#d5dccb")
_AWNINGS = ("#2f7d6b", "#b5533f", "#3f6fa8", "#c58a2b", "#7a5a8c")


def street(c: Canvas, rng: Random) -> None:
    """Draw the empty street; the same `rng` state gives the same street."""
    top, low = rng.choice(_SKIES)
    _fade(c, 0, WALL, top, low)
    for _ in range(3):
        _cloud(c, rng.uniform(20, 620), rng.uniform(22, 80), rng.uniform(14, 26))
    _far_roofs(c, rng)
    x = rng.uniform(-60, -10)
    while x < WIDTH:
        w = rng.uniform(120, 185)
        _house(c, rng, x, w)
        x += w + rng.choice((0, 0, 0, 14))
    pavement(c)
    for x in (rng.uniform(20, 100), rng.uniform(550, 630)):
        _tree(c, rng, x)
    _road(c)


def _mix(a: str, b: str, t: float) -> tuple[int, int, int]:
    pa, pb = (tuple(int(h[i : i + 2], 16) for i in (1, 3, 5)) for h in (a, b))
    r, g, bl = (round(u + (v - u) * t) for u, v in zip(pa, pb, strict=True))
    return r, g, bl


def _fade(c: Canvas, y0: float, y1: float, a: str, b: str) -> None:
    n = 24
    h = (y1 - y0) / n
    for i in range(n):
        c.box(0, y0 + i * h, WIDTH, h + 1, _mix(a, b, i / (n - 1)))


def _cloud(c: Canvas, x: float, y: float, r: float) -> None:
    for dx, dy, k in ((-1.1, 0.2, 0.7), (0, 0, 1.0), (1.2, 0.25, 0.75), (0.3, 0.45, 0.8)):
        c.oval(x + dx * r, y + dy * r, r * k * 1.3, r * k * 0.7, "#ffffffb0")


def _far_roofs(c: Canvas, rng: Random) -> None:
    x = -10.0
    while x < WIDTH:
        w, h = rng.uniform(40, 80), rng.uniform(60, 160)
        c.box(x, WALL - 40 - h, w, h + 40, "#b9c8d2")
        x += w + rng.uniform(0, 30)


def _house(c: Canvas, rng: Random, x: float, w: float) -> None:
    h = rng.uniform(120, 205)
    front = rng.choice(_FRONTS)
    top = WALL - h
    c.box(x, top, w, h, front)
    c.box(x - 3, top - 6, w + 6, 8, _mix(front, "#3c4650", 0.45))
    shop = 78
    columns = max(2, int(w // 46))
    step = w / columns
    y = top + 16
    while y + 34 < WALL - shop - 6:
        for i in range(columns):
            _window(c, rng, x + i * step + step / 2 - 12, y, front)
        y += 48
    _shop(c, rng, x, w, shop)


def _window(c: Canvas, rng: Random, x: float, y: float, front: str) -> None:
    c.box(x - 2, y - 2, 28, 36, _mix(front, "#ffffff", 0.55))
    c.box(x, y, 24, 30, rng.choice(("#8fb0c4", "#7f9fb4", "#a7c0cd", "#f3df9f")))
    c.box(x + 11, y, 2, 30, _mix(front, "#ffffff", 0.4))
    c.box(x - 3, y + 32, 30, 3, _mix(front, "#3c4650", 0.3))


def _shop(c: Canvas, rng: Random, x: float, w: float, h: float) -> None:
    y = WALL - h
    sign: Colour = rng.choice(_AWNINGS)
    c.box(x, y, w, h, "#b9b2a6")
    c.box(x + 6, y + 26, w - 12, h - 26, "#51626e")
    bay = (w - 12) / 3
    for i in range(3):
        c.box(x + 8 + i * bay, y + 28, bay - 4, h - 30, "#9db6c2" if i != 1 else "#c8b48c")
    c.box(x + 4, y + 2, w - 8, 16, sign, radius=2)
    n = 8
    aw = (w - 4) / n
    for i in range(n):
        c.polygon(
            [
                (x + 2 + i * aw, y + 20),
                (x + 2 + (i + 1) * aw, y + 20),
                (x + 2 + (i + 1) * aw, y + 36),
                (x + 2 + i * aw, y + 36),
            ],
            sign if i % 2 else "#f7f3ea",
        )
        c.oval(x + 2 + (i + 0.5) * aw, y + 36, aw / 2, 5, sign if i % 2 else "#f7f3ea")


def pavement(c: Canvas) -> None:
    """Draw the bare pavement between houses and kerb."""
    c.box(0, WALL, WIDTH, KERB - WALL, "#d8d2c6")
    for i in range(-8, 9):
        c.line([(320 + i * 46, WALL), (320 + i * 70, KERB)], "#c2baab", 1)
    for y in (WALL + 16, WALL + 36, WALL + 60):
        c.line([(0, y), (WIDTH, y)], "#c2baab", 1)
    c.box(0, WALL, WIDTH, 4, "#a79f92")


def _tree(c: Canvas, rng: Random, x: float) -> None:
    c.polygon([(x - 24, 318), (x + 24, 318), (x + 29, 332), (x - 29, 332)], "#8a6a4a")
    c.polygon([(x - 5, 200), (x + 5, 200), (x + 8, 326), (x - 8, 326)], "#7a5a40")
    green = rng.choice(("#5f9a5c", "#6ea45a", "#4f8d66"))
    for dx, dy, r in ((-24, 10, 30), (24, 8, 30), (0, -22, 36), (0, 12, 32)):
        c.oval(x + dx, 176 + dy, r, r * 0.9, green)
    for dx, dy, r in ((-10, -26, 12), (16, -4, 10), (-22, 4, 9)):
        c.oval(x + dx, 176 + dy, r, r * 0.8, _mix(green, "#ffffff", 0.16))


def _road(c: Canvas) -> None:
    c.box(0, KERB, WIDTH, 7, "#eceae4")
    c.box(0, KERB + 7, WIDTH, GUTTER - KERB - 7, "#a9a79f")
    for i in range(9):
        c.line([(i * 80 + 20, KERB), (i * 80 + 20, GUTTER)], "#8f8d86", 1.2)
    _fade(c, GUTTER, HEIGHT, "#6b737b", "#59616a")
    for x in range(-40, WIDTH, 150):
        c.polygon([(x, 456), (x + 80, 456), (x + 74, 464), (x - 8, 464)], "#f2f2ee")
