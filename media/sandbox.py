"""The process in which photos are decoded: `python -m media.sandbox SECONDS MAX_BYTES`, run by `pool`.

It reads one JSON request a line and forks for each, so no photo meets memory that another one has touched, and
the libraries are loaded once. An answer is one JSON line, then the pictures' bytes; nothing is unpickled, since
a decoder that was taken over must be able to say no more than "here is a picture".
"""

import json
import os
import resource
import signal
import sys
from typing import Any, BinaryIO

from PIL import Image

from media.derive import Unreadable, derive

READY = b"ready\n"
MAX_ANSWER_BYTES = 16_000_000
WAITING = 3  # wall clock to processor time: a busy machine is not the photo's fault


def main() -> None:
    seconds, max_bytes = float(sys.argv[1]), int(sys.argv[2])
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # A library that prints must not write into the answer, nor a fork read the next request.
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Image.init()  # Pillow loads its plugins at first use, which would be in every fork
    answers.write(READY)
    answers.flush()
    for line in requests:
        answers.write(_in_a_fork(json.loads(line), seconds, max_bytes, (requests, answers)))
        answers.flush()


def _in_a_fork(request: dict[str, Any], seconds: float, max_bytes: int, ours: tuple[BinaryIO, BinaryIO]) -> bytes:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        # _exit whatever happens: a fork must never fall back into the loop above
        try:
            for stream in ours:
                os.close(stream.fileno())
            os.close(reader)
            os.dup2(1, 2)  # libraries grumble about damaged files
            # The default action of both signals ends the process even inside C, and even if the pool is gone.
            signal.setitimer(signal.ITIMER_PROF, seconds)
            signal.setitimer(signal.ITIMER_REAL, seconds * WAITING)
            resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))
            with os.fdopen(writer, "wb") as out:
                out.write(_answer(request))
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read(MAX_ANSWER_BYTES + 1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGPROF, signal.SIGALRM):
        return _line(unreadable="too_slow", detail=f"more than {seconds:g} s of work, or {WAITING} times that")
    if status != 0 or len(answer) > MAX_ANSWER_BYTES:
        return _line(unreadable="decoder_died", detail=f"status {status}")
    return answer


def _answer(request: dict[str, Any]) -> bytes:
    try:
        derived = derive(request["path"], request["sizes"])
    except Unreadable as failure:
        return _line(unreadable=failure.reason, detail=failure.detail)
    except OSError as error:
        return _line(errno=error.errno, detail=error.strerror)
    lengths = [[size, len(data)] for size, data in derived.images.items()]
    head = _line(width=derived.width, height=derived.height, images=lengths)
    return head + b"".join(derived.images.values())


def _line(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


if __name__ == "__main__":
    main()
