"""Content-Digest (RFC 9530): `sha-256=:base64:`."""

import base64
import binascii
import re

from backend.core.errors import DomainError


class BadDigest(DomainError):
    """The Content-Digest header cannot be read: sha-256=:base64: is expected."""

    status, code = 400, "bad_digest"


class DigestMismatch(DomainError):
    """The bytes that arrived are not those that were sent: send them again."""

    status, code = 422, "digest_mismatch"


_SHA256 = re.compile(r"(?:^|,)\s*sha-256\s*=\s*:([A-Za-z0-9+/=]+):", re.IGNORECASE)


def digest_of(header: str | None) -> str | None:
    """The SHA-256 that a Content-Digest header states, in hex; None without a header. Raises BadDigest."""
    if not header:
        return None
    match = _SHA256.search(header)
    try:
        raw = base64.b64decode(match.group(1), validate=True) if match else b""
    except binascii.Error as error:
        raise BadDigest() from error
    if len(raw) != 32:
        raise BadDigest()
    return raw.hex()
