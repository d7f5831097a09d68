"""The server's rescue key: an EC key on P-256 that follows from the server's secret, so there is nothing to configure.

Another secret is another key: a file that was made before the secret changed cannot be opened after.
"""

from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.jwk import ECKey

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points P-256 has (FIPS 186-5): a private key is a number from 1 to one less."""
INFO = b"xuncheng rescue key 1"


@lru_cache(maxsize=4)
def rescue_key(secret: str) -> ECKey:
    """The private key of a server with this secret. Its `kid` is the thumbprint of RFC 7638.

    384 bits of HKDF are reduced to the order of the curve, so that no key is likelier than another (FIPS 186-5, A.2.1).
    """
    raw = HKDF(algorithm=SHA256(), length=48, salt=None, info=INFO).derive(secret.encode())
    scalar = int.from_bytes(raw) % (ORDER - 1) + 1
    key = ECKey.import_key(ec.derive_private_key(scalar, ec.SECP256R1()))
    key.ensure_kid()
    return key


def public_jwk(secret: str) -> dict[str, Any]:
    """The public half as every phone gets it."""
    return rescue_key(secret).as_dict(private=False)
