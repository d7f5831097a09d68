"""Limits by address are a wide net: a /24 or a /64, and the proxy's word counts only if we know the proxy."""

from pathlib import Path
from typing import Any

import pytest
from litestar import Request

from backend.core.auth import client_net
from backend.settings import Networks
from tests.conftest import make_settings

NOBODY = Networks()
PROXY = Networks("10.0.0.0/8", "fd00::/8")


def net(peer: str, forwarded: str | None, proxies: Networks, folder: Path) -> str:
    settings = make_settings("postgresql://nowhere/x", folder, trusted_proxy=proxies)
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    scope: Any = {"type": "http", "headers": headers, "client": (peer, 1)}
    return client_net(Request(scope), settings)


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        ("203.0.113.9", None, NOBODY, "203.0.113.0/24"),
        ("203.0.113.9", "198.51.100.1", NOBODY, "203.0.113.0/24"),
        ("203.0.113.9", "198.51.100.1", PROXY, "203.0.113.0/24"),
        ("10.1.1.1", "198.51.100.1", PROXY, "198.51.100.0/24"),
        ("10.1.1.1", "192.0.2.7, 198.51.100.1", PROXY, "198.51.100.0/24"),
        ("10.1.1.1", "198.51.100.1, 10.2.2.2", PROXY, "198.51.100.0/24"),
        ("10.1.1.1", None, PROXY, "10.1.1.0/24"),
        ("10.1.1.1", "nonsense", PROXY, "10.1.1.0/24"),
        ("2001:db8:1:2:3:4:5:6", None, NOBODY, "2001:db8:1:2::/64"),
        ("fd00::1", "2001:db8::7", PROXY, "2001:db8::/64"),
        ("::ffff:203.0.113.9", None, NOBODY, "203.0.113.0/24"),
        ("::ffff:10.1.1.1", "198.51.100.1", PROXY, "198.51.100.0/24"),
        ("fe80::1%eth0", None, NOBODY, "fe80::/64"),
        ("somewhere", None, NOBODY, "unknown"),
    ],
)
def test_the_net_of_a_caller(
    peer: str, forwarded: str | None, proxies: Networks, expected: str, tmp_path: Path
) -> None:
    assert net(peer, forwarded, proxies, tmp_path) == expected
