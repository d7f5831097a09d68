"""Whatever passes by itself says when to come again, and a full disk is said to be full."""

import errno
import importlib
import json
import pkgutil
from typing import Any

import pytest
from litestar import Request
from litestar.exceptions import HTTPException
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

import backend
from backend.core.errors import DomainError, NoSpace, NotReady, TooMany
from backend.core.problems import (
    on_database_error,
    on_domain_error,
    on_http_error,
    on_os_error,
    problem,
)

PASSES = {429, 503, 507}
REQUEST: Any = Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""})


def all_errors() -> list[type[DomainError]]:
    """Every error of ours, wherever it stands."""
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        importlib.import_module(module.name)
    found, ahead = [], [DomainError]
    while ahead:
        one = ahead.pop()
        found.append(one)
        ahead += one.__subclasses__()
    return found


def waits(answer: Any) -> bool:
    return int({name.lower(): value for name, value in answer.headers.items()}.get("retry-after", 0)) > 0


def test_every_error_of_ours_that_passes_says_when_to_come_again() -> None:
    passing = [one for one in all_errors() if one.status in PASSES]
    assert {TooMany, NotReady, NoSpace} < set(passing)
    assert len(passing) >= 6
    for one in passing:
        error = one(retry_after=7) if issubclass(one, TooMany) else one()
        answer = on_domain_error(REQUEST, error)
        assert (answer.status_code, waits(answer)) == (one.status, True), one


@pytest.mark.parametrize("status", sorted(PASSES))
def test_the_frameworks_own_and_answers_without_an_error_do_too(status: int) -> None:
    assert waits(on_http_error(REQUEST, HTTPException(status_code=status)))
    assert waits(problem(status, "x", "x"))
    assert problem(status, "x", "x", {"retry-after": "3"}).headers == {"retry-after": "3"}


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("select 1", {}, Exception("gone")),
        InterfaceError("select 1", {}, Exception("gone")),
        PoolTimeout("nobody gave a connection back"),
        ConnectionRefusedError("gone"),
    ],
)
def test_a_database_that_is_gone_is_503_and_says_when(error: Exception) -> None:
    answer = on_database_error(REQUEST, error)
    assert (answer.status_code, waits(answer)) == (503, True)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_is_full_is_507_wherever_it_shows(number: int) -> None:
    answer = on_os_error(REQUEST, OSError(number, "full"))
    assert (answer.status_code, answer.content["code"], waits(answer)) == (507, "no_space", True)


def test_other_errors_promise_nothing() -> None:
    answer = problem(409, "x", "x")
    assert "retry-after" not in json.dumps(dict(answer.headers)).lower()
