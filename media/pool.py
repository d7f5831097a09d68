"""Decoding in processes of their own: a photo that kills, hangs or bloats its decoder harms itself only."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from media.derive import SIZES, Derived, Unreadable
from media.sandbox import MAX_ANSWER_BYTES, READY, WAITING

ROOT = Path(__file__).parent.parent

# Measured: 48 MP HEIC 470 MB, 100 MP progressive JPEG 445 MB, 100 MP PNG 630 MB.
MAX_BYTES = 768_000_000
SECONDS = 10.0  # a 48 MP HEIC takes 2.5, a 100 MP PNG 3.4
GRACE = 5.0  # the sandbox ends a slow photo itself; after this long it is the sandbox that hangs


class SandboxDied(Unreadable):
    """The process gave no answer at all."""


class DerivePool:
    """Up to `workers` photos at a time; each may take `seconds` of processor time, three times that of wall
    clock, and `max_bytes` of address space.

    Processes start when they are needed and inherit neither the environment (no secrets) nor the terminal's
    signals. Close the pool, or use it with `async with`.
    """

    def __init__(self, workers: int = 1, seconds: float = SECONDS, max_bytes: int = MAX_BYTES) -> None:
        self._limits = (str(seconds), str(max_bytes))
        self._patience = seconds * WAITING + GRACE
        self._free = asyncio.Semaphore(workers)
        self._idle: list[Process] = []
        self._closed = False

    async def derive(self, path: str | os.PathLike[str], sizes: Sequence[int] = SIZES) -> Derived:
        """As `media.derive.derive`, elsewhere. Raises Unreadable (this photo) or OSError (this machine)."""
        request = json.dumps({"path": os.fspath(path), "sizes": list(sizes)}).encode() + b"\n"
        async with self._free:
            try:
                answer, blobs = await self._ask_one(request)
            except SandboxDied:  # it never touches a photo itself, so this one may be innocent
                answer, blobs = await self._ask_one(request)
        if "unreadable" in answer:
            raise Unreadable(str(answer["unreadable"]), str(answer["detail"]))
        if "errno" in answer:
            raise OSError(answer["errno"], answer["detail"], os.fspath(path))
        return Derived(blobs, int(answer["width"]), int(answer["height"]))

    async def close(self) -> None:
        """Ends the idle processes now and the busy ones with their photo."""
        self._closed = True
        while self._idle:
            await _kill(self._idle.pop())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _ask_one(self, request: bytes) -> tuple[dict[str, Any], dict[int, bytes]]:
        process = await self._take()
        whole = False
        try:
            async with asyncio.timeout(self._patience):
                answer = await _ask(process, request)
                whole = True
                return answer
        except TimeoutError:
            raise Unreadable("too_slow", f"more than {self._patience:g} s") from None
        except (OSError, ValueError, TypeError, EOFError) as error:
            raise SandboxDied("decoder_died", type(error).__name__) from None
        finally:
            # Cancelled or failed: an answer may still be on its way, so this process is of no more use.
            if whole and not self._closed:
                self._idle.append(process)
            else:
                await _kill(process)

    async def _take(self) -> Process:
        if self._closed:
            raise RuntimeError("the pool is closed")
        while self._idle:
            process = self._idle.pop()
            if process.returncode is None:
                return process
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "media.sandbox", *self._limits),
            stdin=PIPE,
            stdout=PIPE,
            env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
            start_new_session=True,
        )
        assert process.stdout is not None
        if await process.stdout.readline() != READY:
            await _kill(process)
            raise OSError("the process that decodes photos did not start")
        return process


async def _ask(process: Process, request: bytes) -> tuple[dict[str, Any], dict[int, bytes]]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(request)
    await process.stdin.drain()
    line = await process.stdout.readline()
    answer: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
    if not answer:
        raise EOFError
    lengths = {int(size): int(length) for size, length in answer.get("images", [])}
    if min(lengths.values(), default=0) < 0 or sum(lengths.values()) > MAX_ANSWER_BYTES:
        raise ValueError("an answer that no sandbox gives")
    return answer, {size: await process.stdout.readexactly(length) for size, length in lengths.items()}


async def _kill(process: Process) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # its forks too
    await process.wait()
