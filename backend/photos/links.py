"""Signed addresses of photos (contract.md, "Photos to look at").

`/m/{derivative}?e={expiry}&s={signature}`: an HMAC over derivative (which names photo and size, or a voice note),
expiry and audience.
The audience is a signed-in person, or "link": whoever holds the address, for reporters who have no account.
"""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from backend.core.errors import NotFound

VALID = timedelta(minutes=15)
# Addresses change at the turn of a five-minute slot, not with each request, so that lists stay cacheable.
SLOT_SECONDS = 300
LINK = "link"


class LinkExpired(NotFound):
    """This address has expired: load the page again."""

    code = "link_expired"


class Links:
    """Signs and verifies addresses for one audience: a person's id or LINK."""

    def __init__(self, secret: str, audience: UUID | str | None, now: datetime) -> None:
        self._key = secret.encode()
        self._audience = str(audience or LINK)
        until = int((now + VALID).timestamp())
        self._expiry = until - until % SLOT_SECONDS + SLOT_SECONDS

    def sign(self, media_id: UUID, size: int) -> str:
        """The path and query under which `size` (320, 640, 1600 px) of a photo can be fetched for 15 to 20 minutes."""
        return self._signed(f"{media_id}-{size}")

    def sign_voice(self, media_id: UUID) -> str:
        """The same for a voice note: an address of a photo never opens one."""
        return self._signed(f"{media_id}-voice")

    def _signed(self, derivative: str) -> str:
        return f"/m/{derivative}?e={self._expiry}&s={_signature(self._key, derivative, self._expiry, self._audience)}"


def verify(secret: str, derivative: str, expiry: int, signature: str, audiences: list[str], now: datetime) -> None:
    """Raise NotFound unless `signature` was made for one of `audiences`; LinkExpired when its time is over."""
    key = secret.encode()
    if not any(hmac.compare_digest(_signature(key, derivative, expiry, one), signature) for one in audiences):
        raise NotFound()
    if now.timestamp() > expiry:
        raise LinkExpired()


def _signature(key: bytes, derivative: str, expiry: int, audience: str) -> str:
    return hmac.digest(key, f"{derivative}\n{expiry}\n{audience}".encode(), "sha256").hex()[:40]
