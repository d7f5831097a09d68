"""Passwords: what is allowed, and Argon2 (by argon2-cffi, RFC 9106) off the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from backend.core.errors import DomainError, NotReady

SHORTEST = 10

_hasher = PasswordHasher()
# Demo passwords are printed on the sign-in page: a strong hash would only make the demo start slowly.
_demo_hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)

# Verified when there is no such user, so that the answer takes as long; of the cost of `_hasher` (tested).
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$2gZjqYZZJtWHvhyk3nnE5g$6Q2iaC/wDSsy/hxpKGiprUEpWk1cfvMV36lHQbnAlKw"

# Each hash needs 64 MiB and a core. More of them would wait anyway; many more are an attack.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_MOST_WAITING = 16
_waiting = 0

T = TypeVar("T")


class WeakPassword(DomainError):
    """This password is too easy to guess."""

    status, code = 422, "weak_password"


def check_strength(password: str, username: str) -> None:
    """Raise WeakPassword if it is shorter than SHORTEST, is the user's name, or has under four different signs."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"A password has at least {SHORTEST} characters.", rule="short", shortest=SHORTEST)
    if username.casefold() in password.casefold() and len(password) < len(username) + SHORTEST // 2:
        raise WeakPassword("A password is not the name of the account.", rule="username")
    if len(set(password)) < 4:
        raise WeakPassword("A password is not a few characters repeated.", rule="repeated")


async def hash_password(password: str) -> str:
    """The Argon2id hash to store. Raises NotReady when too many wait."""
    return await _in_thread(lambda: _hasher.hash(password))


async def matches(stored: str | None, password: str) -> bool:
    """Whether `password` has the hash `stored`; None takes as long and is False. Raises NotReady."""

    def verify() -> bool:
        try:
            return _hasher.verify(stored or NOBODY, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    return await _in_thread(verify)


def hash_demo_password(password: str) -> str:
    """A cheap hash, for passwords that everybody may read."""
    return _demo_hasher.hash(password)


async def _in_thread(work: Callable[[], T]) -> T:
    global _waiting
    if _waiting >= _MOST_WAITING:
        raise NotReady("Too many people sign in at this moment.")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1
