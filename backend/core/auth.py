"""Who is calling: a device by its bearer token, a person by a cookie, and the rules that keep the two apart.

Core knows no tables: `Lookups` is filled by identity.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Protocol
from uuid import UUID

from litestar import Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.errors import DomainError, Forbidden, SignIn
from backend.core.roles import SQUAD_ROLES, Role
from backend.settings import Settings

COOKIE = "xuncheng_session"


class WrongAccount(DomainError):
    """This was captured under another account: sign in with that one."""

    status, code = 403, "wrong_account"


class CrossSite(DomainError):
    """The request did not come from our own pages."""

    status, code = 403, "cross_site"


@dataclass(frozen=True)
class Post:
    """One role of a person, in a squad or not, valid today."""

    role: Role
    squad_code: str | None = None
    squad_name: str | None = None


@dataclass(frozen=True)
class Person:
    id: UUID
    username: str
    name: str
    posts: tuple[Post, ...] = ()
    session_id: UUID | None = None

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(post.role for post in self.posts)

    @property
    def squads(self) -> frozenset[str]:
        """Codes of the squads whose member or leader this person is today."""
        return frozenset(post.squad_code for post in self.posts if post.squad_code and post.role in SQUAD_ROLES)

    def require(self, *roles: Role) -> None:
        """Raise Forbidden unless the person holds one of `roles` today."""
        if not self.roles & set(roles):
            raise Forbidden("Your account has no role for this.", needs=sorted(roles))


@dataclass(frozen=True)
class Device:
    id: UUID


@dataclass(frozen=True)
class Author:
    """Who made a report or a move: a person, or else a device. Exactly this owner may touch it again."""

    person: Person | None
    device: Device | None

    @property
    def person_id(self) -> UUID | None:
        return self.person.id if self.person else None

    @property
    def device_id(self) -> UUID | None:
        return self.device.id if self.device else None


class Lookups(Protocol):
    """The two statements behind every request; both take the sha-256 of a token."""

    async def device(self, session: AsyncSession, token_hash: bytes) -> Device | None: ...

    async def person(self, session: AsyncSession, token_hash: bytes, now: datetime) -> Person | None: ...


def token_hash(token: str) -> bytes:
    """How tokens are stored: they are 256 random bits, so a plain SHA-256 is enough."""
    return sha256(token.encode()).digest()


SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass
class Caller:
    """The caller of one request. Nothing is looked up before it is needed, and each thing once."""

    session: AsyncSession
    lookups: Lookups
    now: datetime
    method: str
    bearer: str | None
    cookie: str | None
    same_site: bool
    net: str
    _found: dict[str, Any] = field(default_factory=dict)

    async def device(self) -> Device | None:
        """The device that the bearer token names; None without a token. Raises SignIn for an unknown token."""
        if self.bearer is None:
            return None
        if "device" not in self._found:
            self._found["device"] = await self.lookups.device(self.session, token_hash(self.bearer))
        device: Device | None = self._found["device"]
        if device is None:
            raise SignIn("This device is not known (any more): register it again.", device=True)
        return device

    async def person(self) -> Person | None:
        """The signed-in person, or None. Raises CrossSite when an unsafe request did not come from our pages."""
        if self.cookie is None:
            return None
        if "person" not in self._found:
            self._found["person"] = await self.lookups.person(self.session, token_hash(self.cookie), self.now)
        person: Person | None = self._found["person"]
        if person is not None and self.method not in SAFE_METHODS and not self.same_site:
            raise CrossSite()
        return person

    async def signed_in(self, *roles: Role) -> Person:
        """The signed-in person, who holds one of `roles` if any are named. Raises SignIn, Forbidden, CrossSite."""
        person = await self.person()
        if person is None:
            raise SignIn()
        if roles:
            person.require(*roles)
        return person

    async def author(self, captured_by: UUID | None) -> Author:
        """Who acts, by the rule of contract.md ("Who is calling").

        Null: the device acts and a cookie is ignored. A user id needs that person's session, so that an expired
        session never turns an inspector's report into a stranger's. Raises SignIn, WrongAccount.
        """
        device = await self.device()
        if captured_by is None:
            if device is None:
                raise SignIn("A device token is needed: register the device first.", device=True)
            return Author(None, device)
        person = await self.person()
        if person is None:
            raise SignIn()
        if person.id != captured_by:
            raise WrongAccount()
        return Author(person, device)


CallerOf = Callable[[AsyncSession], Caller]
"""The caller of this request, looked up in a session of its own: for routes that work in short transactions."""


def make_caller(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    lookups: Lookups,
    now: datetime,
    settings: Settings,
) -> Caller:
    """The caller of `request`, not looked up yet."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return Caller(
        session=session,
        lookups=lookups,
        now=now,
        method=request.method,
        bearer=token.strip() if scheme.lower() == "bearer" and token.strip() else None,
        cookie=request.cookies.get(COOKIE),
        same_site=is_same_site(request, settings),
        net=client_net(request, settings),
    )


def is_same_site(request: Request[Any, Any, Any], settings: Settings) -> bool:
    """X-Client, and a same-origin Origin or Sec-Fetch-Site (contract.md, "Who is calling")."""
    if "x-client" not in request.headers:
        return False
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None:
        return False
    if settings.origin is not None:
        return origin == settings.origin
    host = request.headers.get("host")
    return origin in {f"http://{host}", f"https://{host}"}


def client_address(request: Request[Any, Any, Any], settings: Settings) -> str:
    """The caller's address; X-Forwarded-For counts only behind the configured proxy, read from the right."""
    address = request.client.host if request.client else "127.0.0.1"
    if not settings.trusted_proxy:
        return address
    hops: Sequence[str] = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    for hop in (address, *reversed(hops)):
        try:
            parsed = _parse_address(hop)
        except ValueError:
            return address
        address = hop
        if parsed not in settings.trusted_proxy:
            return hop
    return address


def client_net(request: Request[Any, Any, Any], settings: Settings) -> str:
    """The caller's /24 (IPv4) or /64 (IPv6): the wide net for limits, since an office shares one address."""
    try:
        address = _parse_address(client_address(request, settings))
    except ValueError:
        return "unknown"
    return str(
        ip_network((int(address).to_bytes(address.max_prefixlen // 8), 24 if address.version == 4 else 64), False)
    )


def _parse_address(text: str) -> IPv4Address | IPv6Address:
    """An IP address; a socket that listens on both families shows IPv4 as ::ffff:a.b.c.d, which is IPv4 here."""
    address = ip_address(text)
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
