"""Share an area among sites by size: a power diagram whose parts have given areas.

Parts of a power diagram are convex and do not interleave, so each site gets one piece that looks like a district,
and the weights can be moved until every piece has the size asked for (Aurenhammer, "Power diagrams", 1987).
"""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Labels = NDArray[np.intp]

_TOLERANCE = 0.02
_ROUNDS = 600


def share(points: Points, sites: Points, sizes: NDArray[np.float64], cap: int | None = None) -> Labels:
    """Give each point to one site so that the counts follow `sizes`.

    points: (n, 2), sites: (k, 2), both in metres of one projection; sizes: (k,), any positive unit. Returns (n,)
    indexes into sites. Every site gets its part within 2 % (or one point) and never more than `cap` points.

    Raises ValueError when the parts cannot be balanced under the cap.
    """
    if np.min(sizes) <= 0:
        raise ValueError("every site needs a positive size")
    total = len(points)
    target = sizes / sizes.sum() * total
    if cap is not None and target.max() > cap:
        raise ValueError(f"a site would get {target.max():.0f} points, more than the {cap} it may hold")
    squares = _squared_distances(points, sites)
    # The area of one point: a deficit of points becomes a deficit of square metres, the unit of the weights.
    area = _cell_area(points)
    weights = np.zeros(len(sites))
    slack = np.maximum(target * _TOLERANCE, 1)
    for round_ in range(_ROUNDS):
        labels: Labels = np.argmin(squares - weights, axis=1)
        missing = target - np.bincount(labels, minlength=len(sites))
        if np.all(np.abs(missing) <= slack):
            return labels
        # Half of the deficit is about Newton's step for a square among squares; smaller steps later end a swing.
        weights += missing * area * (0.5 if round_ < 60 else 0.2)
    raise ValueError("the parts could not be balanced; move the sites apart")


def _squared_distances(points: Points, sites: Points) -> Points:
    delta = points[:, np.newaxis, :] - sites[np.newaxis, :, :]
    return np.asarray((delta**2).sum(axis=2), dtype=np.float64)


def _cell_area(points: Points) -> float:
    """Square metres of one lattice point, from the smallest step between neighbours on the first axis."""
    steps = np.diff(np.unique(points[:, 0]))
    return float(np.min(steps)) ** 2 if len(steps) else 1.0
