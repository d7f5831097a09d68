"""How often somebody may ask, as a wide net against guessing. Kept in one server process, for a minute."""

from datetime import datetime

from backend.core.errors import TooMany

MOST_KEYS = 50_000


class Pace:
    """Counts per key and minute. Two processes count apart, so the real limit is a small multiple of the stated one."""

    def __init__(self) -> None:
        self._minute = 0
        self._counts: dict[str, int] = {}

    def check(self, key: str, per_minute: int, now: datetime) -> None:
        """Count one request under `key`. Raises TooMany past `per_minute`."""
        minute = int(now.timestamp() // 60)
        if minute != self._minute or len(self._counts) > MOST_KEYS:
            self._minute, self._counts = minute, {}
        self._counts[key] = self._counts.get(key, 0) + 1
        if self._counts[key] > per_minute:
            raise TooMany(retry_after=60 - int(now.timestamp() % 60))
