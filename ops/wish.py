"""What the person asked for, and whether it can be had."""

import os
from dataclasses import dataclass

from ops.cluster import port_is_free
from ops.say import Stop


@dataclass(frozen=True)
class Wish:
    """What the person asked for by PORT=, LAN=1 and DATABASE_URL."""

    port: int
    lan: bool
    database: str | None
    dev: bool = False

    @classmethod
    def from_env(cls, dev: bool = False) -> "Wish":
        asked = os.environ.get("PORT") or "8000"
        lan = os.environ.get("LAN", "") not in ("", "0")
        if not asked.isdigit() or not 1024 <= int(asked) <= 65000:
            raise Stop(f"PORT={asked} cannot be used: a number from 1024 to 65000.")
        return cls(int(asked), lan, os.environ.get("DATABASE_URL") or None, dev)

    @property
    def host(self) -> str:
        return "0.0.0.0" if self.lan else "127.0.0.1"

    @property
    def address(self) -> str:
        return f"{'https' if self.lan else 'http'}://localhost:{self.port}"


def check_ports(wish: Wish) -> None:
    """Raises Stop when somebody listens where we are to: before anything is built or started."""
    for port in (wish.port, wish.port + 1) if wish.lan else (wish.port,):
        if not (port_is_free(wish.host, port) and port_is_free("::1", port)):
            raise Stop(f"Port {port} is in use by another program: choose another, as in make run PORT={port + 100}")
