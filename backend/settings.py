"""One frozen `Settings`, read once from the environment; nothing else in the backend reads os.environ."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path

DEMO = Path(__file__).resolve().parent.parent / "demo"


class BadSettings(Exception):
    """A setting is missing or cannot be used; the message is one sentence for whoever starts the server."""


class Networks:
    """Networks as CIDR texts, e.g. Networks("10.0.0.0/8"); `address in networks`. ValueError for a bad one."""

    def __init__(self, *networks: str) -> None:
        self._networks = tuple(ip_network(network.strip()) for network in networks if network.strip())

    def __contains__(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._networks)

    def __bool__(self) -> bool:
        return bool(self._networks)

    def __repr__(self) -> str:
        return f"Networks({', '.join(map(str, self._networks))})"


@dataclass(frozen=True)
class Limits:
    """Intake limits (contract.md, "Limits"). Each can be overridden by XUNCHENG_LIMIT_<NAME>."""

    devices_per_minute: int = 60  # new devices per /24 (IPv4) or /64 (IPv6)
    reports_per_minute: int = 20  # per device or person
    photo_bytes_per_day: int = 300_000_000  # per device or person
    held_per_device: int = 20
    photos_per_report: int = 9
    payload_bytes: int = 64 * 1024
    photo_bytes: int = 25 * 1024 * 1024
    photo_pixels: int = 100_000_000
    voice_bytes: int = 1_000_000  # a voice note; fifteen seconds are 60 kB as the app records them
    tracking_per_minute: int = 120  # per /24 or /64; the net is wide because an office shares one address
    sign_ins_per_minute: int = 10  # failed ones, per username; six times that per network
    free_disk_bytes: int = 500_000_000  # below this the server takes no report


@dataclass(frozen=True)
class Settings:
    """What the server needs to know before it starts.

    `database_url` is a plain postgresql:// URL; `schema` holds one district's tables (PostGIS stays in public);
    `store` is folder:/abs/path or s3://key:secret@host:port/bucket?secure=0; `spool` is where uploads are hashed.
    """

    database_url: str
    schema: str
    secret: str
    store: str
    spool: Path
    pwa: Path | None = None
    icons: Path | None = None
    demo: bool = False
    demo_data: Path = DEMO / "wangcheng"
    origin: str | None = None
    trusted_proxy: Networks = field(default_factory=Networks)
    host: str = "127.0.0.1"
    port: int = 8000
    pool_size: int = 5
    tls_cert: Path | None = None
    tls_key: Path | None = None
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment (or `env`).

        Raises BadSettings, naming the variable, when one is missing or malformed.
        """
        env = os.environ if env is None else env

        def need(name: str, why: str) -> str:
            value = env.get(name, "").strip()
            if not value:
                raise BadSettings(f"{name} is not set: {why}")
            return value

        demo = env.get("XUNCHENG_DEMO", "") == "1"
        schema = env.get("XUNCHENG_SCHEMA", "d430112" if demo else "").strip()
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", schema):
            raise BadSettings("XUNCHENG_SCHEMA must be the district's schema: small letters, digits, underscores")
        secret = need("XUNCHENG_SECRET", "photo links are signed with it (32 characters or more)")
        if len(secret) < 32:
            raise BadSettings("XUNCHENG_SECRET is too short: 32 characters or more")
        url = need("DATABASE_URL", "postgresql://user@host:port/database")
        if not url.startswith(("postgresql://", "postgres://")):
            raise BadSettings("DATABASE_URL must start with postgresql://")
        try:
            proxies = Networks(*env.get("XUNCHENG_TRUSTED_PROXY", "").split(","))
            overrides = {f.name: env.get(f"XUNCHENG_LIMIT_{f.name.upper()}") for f in fields(Limits)}
            limits = Limits(**{name: int(value) for name, value in overrides.items() if value is not None})
            port = int(env.get("PORT", "8000"))
            pool_size = int(env.get("XUNCHENG_POOL", "5"))
        except ValueError as error:
            raise BadSettings(f"a number or network in the settings cannot be read: {error}") from error
        return cls(
            database_url=url,
            schema=schema,
            secret=secret,
            store=need("XUNCHENG_STORE", "folder:/path or s3://key:secret@host:port/bucket"),
            spool=Path(need("XUNCHENG_SPOOL", "a folder for uploads under way")),
            pwa=Path(env["XUNCHENG_PWA"]) if env.get("XUNCHENG_PWA") else None,
            icons=Path(env["XUNCHENG_ICONS"])
            if env.get("XUNCHENG_ICONS")
            else DEMO / "pictures" / "icons"
            if demo
            else None,
            demo=demo,
            origin=env.get("XUNCHENG_ORIGIN") or None,
            trusted_proxy=proxies,
            host=env.get("HOST", "127.0.0.1"),
            port=port,
            pool_size=pool_size,
            tls_cert=Path(env["XUNCHENG_TLS_CERT"]) if env.get("XUNCHENG_TLS_CERT") else None,
            tls_key=Path(env["XUNCHENG_TLS_KEY"]) if env.get("XUNCHENG_TLS_KEY") else None,
            limits=limits,
        )
