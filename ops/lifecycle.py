"""Draws docs/lifecycle.svg from the table of moves: `python -m ops.lifecycle` (`--check` only compares)."""

import argparse
import math
import sys
from collections import Counter, defaultdict
from html import escape
from pathlib import Path

from backend.cases.lifecycle import MOVES, State

FILE = Path(__file__).parents[1] / "docs" / "lifecycle.svg"
STEP_X, STEP_Y, BOX_W, BOX_H, MARGIN = 250, 190, 132, 44, 90
PLACES: dict[State, tuple[float, float]] = {
    State.WITHDRAWN: (0, 0),
    State.REFUSED: (1, 0),
    State.DISPATCHING: (2.2, 0),
    State.SUBMITTED: (0, 1),
    State.DISPATCHED: (2.2, 1),
    State.ACCEPTED: (3.4, 1),
    State.IN_PROGRESS: (4.6, 1),
    State.RESPONDED: (5.8, 1),
    State.VERIFYING: (0, 2),
    State.SUSPENDED: (3.4, 2.2),
    State.DEFERRED: (4.6, 2.2),
    State.CLOSED: (5.8, 2.2),
}
MANY = 5
"""A move from so many states to one is said in words: so many arrows hide the others."""
ENDS = frozenset({State.CLOSED, State.REFUSED, State.WITHDRAWN})


def draw() -> str:
    """The picture as SVG text: a box for each state, an arrow for each pair of states with the actions that lead there.

    Moves that leave a state as it is, or lead to one from many, are listed under the picture."""
    arrows: dict[tuple[State, State], list[str]] = defaultdict(list)
    staying: dict[str, list[str]] = defaultdict(list)
    often: dict[str, list[str]] = defaultdict(list)
    ways = Counter((action, move.to) for (state, action), move in MOVES.items() if move.to is not state)
    for (state, action), move in MOVES.items():
        if ways[action, move.to] >= MANY and move.to is not state:
            often[f"{action} \u2192 {move.to}"].append(state)
        elif move.to is state:
            staying[action].append(state)
        else:
            arrows[state, move.to].append(action)
    width = int(MARGIN * 2 + STEP_X * max(x for x, _ in PLACES.values()))
    height = int(MARGIN * 2 + STEP_Y * max(y for _, y in PLACES.values()))
    notes = [
        f"{action}: {', '.join(states) if len(states) < len(State) else 'everywhere'}"
        for action, states in [*often.items(), *staying.items()]
    ]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + 30 + 18 * len(notes)}"'
        ' font-family="sans-serif" font-size="12">',
        '<defs><marker id="tip" markerWidth="9" markerHeight="9" refX="8" refY="4" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#3c4650"/></marker></defs>',
        '<rect width="100%" height="100%" fill="#fff"/>',
        *(_arrow(*pair, names) for pair, names in arrows.items()),
        *(_box(state) for state in State),
        f'<text x="{MARGIN - 60}" y="{height}" font-weight="bold">Other moves, and from which states</text>',
        *(
            f'<text x="{MARGIN - 60}" y="{height + 22 + 18 * nth}">{escape(note)}</text>'
            for nth, note in enumerate(notes)
        ),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _centre(state: State) -> tuple[float, float]:
    x, y = PLACES[state]
    return MARGIN + x * STEP_X, MARGIN + y * STEP_Y


def _box(state: State) -> str:
    x, y = _centre(state)
    fill = "#e6f4ea" if state in ENDS else "#f4f6f8"
    return (
        f'<rect x="{x - BOX_W / 2:g}" y="{y - BOX_H / 2:g}" width="{BOX_W}" height="{BOX_H}" rx="8" fill="{fill}"'
        f' stroke="#0b5cad"/><text x="{x:g}" y="{y + 5:g}" text-anchor="middle" font-size="15">{state}</text>'
    )


def _arrow(start: State, end: State, names: list[str]) -> str:
    """A curve that bends to its right, so that the way there and the way back lie apart."""
    (x1, y1), (x2, y2) = _centre(start), _centre(end)
    length = math.hypot(x2 - x1, y2 - y1)
    right_x, right_y = -(y2 - y1) / length, (x2 - x1) / length
    bend = 18 + length * 0.13
    bx, by = (x1 + x2) / 2 + right_x * bend, (y1 + y2) / 2 + right_y * bend
    x1, y1 = _edge(x1, y1, bx, by)
    x2, y2 = _edge(x2, y2, bx, by)
    mx, my = (x1 + 2 * bx + x2) / 4, (y1 + 2 * by + y2) / 4
    lines = [names[nth : nth + 2] for nth in range(0, len(names), 2)]
    words = "".join(
        f'<tspan x="{mx:g}" dy="{0 if nth == 0 else 13}">{escape(", ".join(line))}</tspan>'
        for nth, line in enumerate(lines)
    )
    return (
        f'<path d="M{x1:.0f} {y1:.0f}Q{bx:.0f} {by:.0f} {x2:.0f} {y2:.0f}" fill="none" stroke="#3c4650"'
        f' marker-end="url(#tip)"/><text x="{mx:g}" y="{my:g}" text-anchor="middle" stroke="#fff" stroke-width="4"'
        f' paint-order="stroke">{words}</text>'
    )


def _edge(x: float, y: float, to_x: float, to_y: float) -> tuple[float, float]:
    """Where the way from the middle of a box leaves it."""
    dx, dy = to_x - x, to_y - y
    share = min(BOX_W / 2 / abs(dx) if dx else math.inf, BOX_H / 2 / abs(dy) if dy else math.inf)
    return x + dx * share, y + dy * share


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw docs/lifecycle.svg from the table of moves.")
    parser.add_argument("--check", action="store_true", help="only say whether the picture is up to date")
    if parser.parse_args().check:
        sys.exit(
            0
            if FILE.read_text() == draw()
            else "docs/lifecycle.svg is not what the table says: python -m ops.lifecycle"
        )
    FILE.write_text(draw())


if __name__ == "__main__":
    main()
