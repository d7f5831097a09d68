"""Named points of the intake where a test may slow, break or end the process. A server that serves has none of it."""

from collections.abc import Awaitable, Callable

Faults = Callable[[str], Awaitable[None]]
"""Called with the name of each point as it is passed; may wait, raise, or never return."""

POINTS = ("before_body", "mid_body", "after_spool", "after_put", "before_commit", "after_commit", "after_answer")
"""In the order in which one request passes them. A payload has no spool and no store: it passes the first and the
last three; a photo passes `mid_body` at every chunk of its body."""


async def no_faults(point: str) -> None:
    """What happens at every point unless `create_app` is told otherwise: nothing."""


def takes_in(method: str, path: str) -> bool:
    """Whether a request belongs to the intake: a payload or a photo of a report or of a move."""
    return method == "PUT" and ("/reports/" in path or "/moves/" in path)
