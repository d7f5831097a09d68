"""HTTPS for a phone: an authority that stays, a certificate that follows the address."""

import ssl
from pathlib import Path

from cryptography import x509

from ops.tls import prepare


def names(path: Path) -> list[str]:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    listed = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(ip) for ip in listed.get_values_for_type(x509.IPAddress)]


def test_authority_is_kept_when_the_address_changes(tmp_path: Path) -> None:
    prepare(tmp_path / "tls", "192.0.2.7")
    authority = (tmp_path / "tls" / "ca.pem").read_bytes()
    assert "192.0.2.7" in names(tmp_path / "tls" / "server.pem")
    prepare(tmp_path / "tls", "192.0.2.8")
    assert "192.0.2.8" in names(tmp_path / "tls" / "server.pem")
    assert (tmp_path / "tls" / "ca.pem").read_bytes() == authority


def test_certificate_that_fits_is_kept(tmp_path: Path) -> None:
    prepare(tmp_path, "192.0.2.7")
    before = (tmp_path / "server.pem").read_bytes()
    prepare(tmp_path, "192.0.2.7")
    assert (tmp_path / "server.pem").read_bytes() == before


def test_keys_are_private_and_belong_to_their_certificate(tmp_path: Path) -> None:
    prepare(tmp_path, "192.0.2.7")
    for key in ("ca.key", "server.key"):
        assert (tmp_path / key).stat().st_mode & 0o777 == 0o600
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
        tmp_path / "server.pem", tmp_path / "server.key"
    )
