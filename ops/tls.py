"""HTTPS for a real phone in the same network: a local certificate authority, an address, a QR code.

Runs in `.venv` (it needs trustme and segno): `python -m ops.tls FOLDER` makes the certificates, `--show PORT`
prints, `--serve FOLDER PORT` hands out the authority's certificate over plain http, and nothing else.
"""

import datetime
import http.server
import ipaddress
import socket
import sys
from pathlib import Path

import segno
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization

DAYS = 397  # phones refuse certificates that are valid longer
PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>巡城</title><body style="font:1.1rem/1.6 sans-serif;max-width:34em;margin:2em auto;padding:0 1em">
<h1>巡城：先信任本机证书</h1>
<p><a href="/xuncheng-ca.crt">下载证书 xuncheng-ca.crt</a></p>
<p>Android：设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书。<br>
iOS：安装描述文件，再到 设置 → 通用 → 关于本机 → 证书信任设置 打开它。</p>
<p>Install it as a trusted authority, then open <a href="{url}">{url}</a>. Remove it when you are done trying.</p>
"""


def lan_address() -> str:
    """This machine's address in the local network (no packet is sent), or 127.0.0.1 without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET: only asks which of our addresses would be used
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def prepare(home: Path, address: str) -> None:
    """Keep ca.pem, ca.key, server.pem and server.key in `home`: the authority for good, the rest while it fits."""
    home.mkdir(exist_ok=True)
    ca_pem, ca_key = home / "ca.pem", home / "ca.key"
    if not (ca_pem.exists() and ca_key.exists()):
        made = trustme.CA(organization_name="Xuncheng (this machine only)", path_length=0)
        _keep(ca_key, made.private_key_pem.bytes())
        ca_pem.write_bytes(made.cert_pem.bytes())
    if _fits(home / "server.pem", address) and (home / "server.key").exists():
        return
    authority = trustme.CA.from_pem(ca_pem.read_bytes(), ca_key.read_bytes())
    until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=DAYS)
    names = dict.fromkeys(["localhost", "127.0.0.1", address, socket.gethostname()])
    leaf = authority.issue_cert(*names, not_after=until)
    _keep(home / "server.key", _pkcs8(leaf.private_key_pem.bytes()))
    (home / "server.pem").write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))


def _keep(path: Path, secret: bytes) -> None:
    path.touch(0o600)
    path.write_bytes(secret)


def _pkcs8(pem: bytes) -> bytes:
    """The same key in the only form that granian reads."""
    key = serialization.load_pem_private_key(pem, None)
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def _fits(path: Path, address: str) -> bool:
    """Whether the certificate names `address` and has a month left."""
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=30)
    listed = names.get_values_for_type(x509.IPAddress)
    return certificate.not_valid_after_utc > soon and ipaddress.ip_address(address) in listed


def serve(home: Path, port: int) -> None:
    """Hand out the authority's certificate and how to install it on `port`, until stopped."""
    certificate = (home / "ca.pem").read_bytes()
    page = PAGE.format(url=f"https://{lan_address()}:{port - 1}/").encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wants_file = self.path == "/xuncheng-ca.crt"
            body = certificate if wants_file else page
            self.send_response(200)
            self.send_header("Content-Type", "application/x-x509-ca-cert" if wants_file else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    http.server.ThreadingHTTPServer(("0.0.0.0", port), Handler).serve_forever()


def show(port: int) -> None:
    """Print the address for the phone, its QR code, and where the certificate is fetched."""
    address = lan_address()
    print(f"  On a phone in the same network:  https://{address}:{port}/")
    print(f"  First let it trust this machine: http://{address}:{port + 1}/  (the QR code leads there)\n")
    segno.make(f"http://{address}:{port + 1}/", error="l").terminal(compact=True)


def main(words: list[str]) -> None:
    match words:
        case ["--serve", home, port]:
            serve(Path(home), int(port))
        case ["--show", port]:
            show(int(port))
        case [home]:
            prepare(Path(home), lan_address())


if __name__ == "__main__":
    main(sys.argv[1:])
