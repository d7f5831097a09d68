"""The word 示例 in the corner of every drawn picture, so that nobody takes it for a photo of a real place.

Drawn as strokes and not as type: a machine without a Chinese font draws the same picture.
"""

from demo.draw.canvas import HEIGHT, INK, WIDTH, Canvas, Point

# Strokes on a square of 20 units, in writing order.
_SHI: tuple[tuple[Point, ...], ...] = (
    ((4, 3), (16, 3)),
    ((2, 8), (18, 8)),
    ((10, 8), (10, 18), (7.5, 16.5)),
    ((6, 11.5), (3, 16)),
    ((14, 11.5), (17, 16)),
)
_LI: tuple[tuple[Point, ...], ...] = (
    ((5, 2), (1.5, 8.5)),
    ((3.8, 6.5), (3.8, 18.5)),
    ((6.5, 4), (13, 4)),
    ((9.5, 4), (7, 10.5)),
    ((8.6, 7.5), (12.4, 7.5), (11, 12.5), (6.8, 18)),
    ((8, 11), (10.4, 13)),
    ((15.3, 4), (15.3, 13.5)),
    ((18.8, 2), (18.8, 18.5), (16.8, 17.2)),
)


def label(c: Canvas) -> None:
    """Write 示例 on a white plate in the lower right corner."""
    w, h, size = 62.0, 34.0, 22.0
    x, y = WIDTH - w - 10, HEIGHT - h - 10
    c.box(x, y, w, h, "#ffffffe0", 0, 6)
    for strokes, left in ((_SHI, x + 8), (_LI, x + 33)):
        for stroke in strokes:
            k = size / 20
            c.line([(left + px * k, y + 6 + py * k) for px, py in stroke], INK, 2)
