"""Phones that may report (contract.md, "Who is calling")."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.auth import token_hash
from backend.core.errors import DomainError, NotFound, TooMany
from backend.identity import queries
from backend.identity.models import Device

MINUTE = timedelta(minutes=1)


class SecretDiffers(DomainError):
    """This device is registered with another secret."""

    status, code = 403, "secret_differs"


class DeviceBlocked(DomainError):
    """This device was blocked and cannot send any more."""

    status, code = 403, "device_blocked"


async def register(
    session: AsyncSession,
    device_id: UUID,
    secret: str,
    public_key: str | None,
    *,
    net: str,
    now: datetime,
    per_minute: int,
) -> tuple[str, bool]:
    """Register a phone, or give a known one its token: (token, whether it is new).

    The token is an HMAC of the phone's secret under the device's random salt: only its hash is stored, and a phone
    that never saw the first answer gets the same token again. A revoked device gets a new one. At most `per_minute`
    new devices per `net`. Raises SecretDiffers, DeviceBlocked, TooMany.
    """
    known = await session.get(Device, device_id)
    if known is None:
        filled = await queries.new_devices(session, net, now - MINUTE, per_minute)
        if filled is not None:
            raise TooMany("Too many new devices from this network.", retry_after=_seconds(filled + MINUTE - now))
        salt = secrets.token_bytes(32)
        token = _token(salt, secret)
        row = Device(
            id=device_id,
            secret_hash=_digest(secret),
            salt=salt,
            token_hash=token_hash(token),
            public_key=public_key,
            net=net,
            created_at=now,
        )
        added = await session.scalar(
            insert(Device).values(**row.model_dump()).on_conflict_do_nothing().returning(col(Device.id))
        )
        if added is not None:
            return token, True
        known = await session.get_one(Device, device_id)  # the same phone was faster, in another request
    if not hmac.compare_digest(known.secret_hash, _digest(secret)):
        raise SecretDiffers()
    if known.blocked_at is not None:
        raise DeviceBlocked()
    if known.revoked_at is not None:
        known.salt, known.revoked_at = secrets.token_bytes(32), None
        known.token_hash = token_hash(_token(known.salt, secret))
        await session.flush()
    return _token(known.salt, secret), False


async def revoke_device(session: AsyncSession, device_id: UUID, now: datetime, *, block: bool = False) -> None:
    """End a device's token at once; with `block` it cannot register again either. Raises NotFound."""
    changes = {"revoked_at": now, "blocked_at": now} if block else {"revoked_at": now}
    found = await session.scalar(
        update(Device).where(col(Device.id) == device_id).values(**changes).returning(col(Device.id))
    )
    if found is None:
        raise NotFound("There is no such device.")


def _token(salt: bytes, secret: str) -> str:
    return urlsafe_b64encode(hmac.digest(salt, secret.encode(), "sha256")).decode().rstrip("=")


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _seconds(wait: timedelta) -> int:
    return max(1, -(-wait // timedelta(seconds=1)))
