"""The job worker: photos, the timer of the cases, messages. Stops gracefully: a job under way is finished."""

import asyncio
import signal
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import asyncpg
import structlog
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from pgqueuer.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.models import Job, Schedule

from backend.core.clock import Clock, utc_now
from backend.core.db import Transactions, make_engine, make_sessions
from backend.core.errors import DomainError
from backend.core.jobs import payload_of
from backend.dispatch.timer import tick
from backend.notifications import jobs as message_jobs
from backend.photos import jobs as photo_jobs
from backend.photos.service import PhotoDesk, StoreError
from backend.photos.sweep import sweep
from backend.settings import Settings
from media.pool import DerivePool

log = structlog.get_logger()
RECONNECT_SECONDS = 2.0
TIMER_AT = "* * * * *"
SWEEP_AT = "40 18 * * *"
"""Once a day, in the night of the districts that this is for: 18:40 UTC is 02:40 in China."""


def with_retries(parameters: EntrypointExecutorParameters) -> DatabaseRetryEntrypointExecutor:
    """A job that raises is tried again, later and later, then held for a person (`pgq failed` lists them)."""
    return DatabaseRetryEntrypointExecutor(parameters, max_attempts=8, initial_delay=timedelta(seconds=1))


def register(queuer: PgQueuer, transactions: Transactions, photos: PhotoDesk, pool: DerivePool, clock: Clock) -> None:
    """Name every job of the product with its handler."""

    @queuer.schedule("photos.sweep", SWEEP_AT)
    async def photos_sweep(schedule: Schedule) -> None:
        try:
            swept = await sweep(transactions, photos, clock())
        except (DomainError, StoreError) as error:
            log.error("sweep_stopped", error=str(error))
        else:
            log.info("swept", **asdict(swept))

    @queuer.schedule("cases.timer", TIMER_AT)
    async def cases_timer(schedule: Schedule) -> None:
        ticked = await tick(transactions, clock())
        if any(asdict(ticked).values()):
            log.info("ticked", **asdict(ticked))

    @queuer.entrypoint("message.tell", executor_factory=with_retries, on_failure="hold", concurrency_limit=4)
    async def message_tell(job: Job) -> None:
        outcome = await message_jobs.message_tell(payload_of(job.payload), transactions, clock)
        log.info("job", name="message.tell", job=job.id, outcome=outcome)

    @queuer.entrypoint("photo.derive", executor_factory=with_retries, on_failure="hold", concurrency_limit=4)
    async def photo_derive(job: Job) -> None:
        outcome = await photo_jobs.derive(payload_of(job.payload), transactions, photos, pool, clock)
        log.info("job", name="photo.derive", job=job.id, outcome=outcome)


async def run_worker(settings: Settings, *, workers: int = 2, clock: Clock = utc_now) -> None:
    """Work until SIGTERM or SIGINT. A lost database connection is taken up again."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    engine = make_engine(settings)
    transactions = Transactions(make_sessions(engine, settings.schema))
    photos = PhotoDesk.of(settings)
    async with DerivePool(workers) as pool:
        try:
            while not stopping.is_set():
                try:
                    await _work(settings, transactions, photos, pool, clock, stopping)
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                    log.warning("worker_lost_database", error=str(error)[:200])
                    await _wait(stopping, RECONNECT_SECONDS)
        finally:
            await engine.dispose()
    log.info("worker_stopped")


async def _work(
    settings: Settings,
    transactions: Transactions,
    photos: PhotoDesk,
    pool: DerivePool,
    clock: Clock,
    stopping: asyncio.Event,
) -> None:
    search_path: dict[str, str] = {"search_path": f"{settings.schema}, public", "application_name": "xuncheng-worker"}
    connection: Any = await asyncpg.connect(settings.database_url, server_settings=search_path, timeout=10)
    try:
        queuer = PgQueuer(AsyncpgDriver(connection))
        register(queuer, transactions, photos, pool, clock)
        log.info("worker_started", schema=settings.schema)
        running = asyncio.create_task(queuer.run(dequeue_timeout=timedelta(seconds=5)))
        asked = asyncio.create_task(stopping.wait())
        await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
        queuer.shutdown.set()
        asked.cancel()
        await running
    finally:
        await connection.close(timeout=5)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
