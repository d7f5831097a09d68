"""The worker's jobs and timers are named, and the nightly one sweeps."""

import os
from pathlib import Path

from pgqueuer import PgQueuer

from backend.core.db import Sessions, Transactions
from backend.photos.service import PhotoDesk
from backend.worker import SWEEP_AT, register
from media.pool import DerivePool
from tests.conftest import TickingClock, make_settings


async def test_every_night_what_uploads_left_behind_goes(
    database_url: str, tmp_path: Path, sessions: Sessions, clock: TickingClock
) -> None:
    photos = PhotoDesk.of(make_settings(database_url, tmp_path))
    left = photos.spool_folder / "up-left"
    left.write_bytes(b"half a photo")
    os.utime(left, (0, 0))
    queuer = PgQueuer.in_memory()
    register(queuer, Transactions(sessions), photos, DerivePool(1), clock)
    timers = {timer.entrypoint: (timer.expression, executor) for timer, executor in queuer.sm.registry.items()}
    assert timers["cases.timer"][0] == "* * * * *"
    expression, executor = timers["photos.sweep"]
    assert expression == SWEEP_AT
    await executor.parameters.func(None)
    assert not left.exists()
