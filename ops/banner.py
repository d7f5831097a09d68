"""What a newcomer reads when everything runs: where it is, who can sign in, what to try first."""

import json
import ssl
import subprocess
import urllib.error
import urllib.request
from typing import Any

from ops.home import Home
from ops.say import line

TRY = """
  Try this first, in a window as narrow as a phone (the browser's device toolbar, 390×844):
    1. {address}/         without signing in: take or choose a photo (six samples in demo/photos),
       choose what it is, send. 演示位置 (on) moves you into the district.
    2. {address}/desk     {operator} files it; it goes to the squad at once, and says why it is theirs
    3. {address}/tasks    that squad's member accepts, and answers with a photo
    4. {address}/tasks    {inspector} checks it, and it closes
    5. {address}/mine     where it was sent from: every step is there, before and after
  (Each person in a private window of their own.)

  Ctrl-C stops everything; the data stay. `make demo-reset` starts afresh.
"""


def show_banner(address: str, ca: str | None) -> None:
    """Ask the server who can sign in and print it all. `ca` is the file of the authority to trust, if ours."""
    trust = ssl.create_default_context(cafile=ca) if ca else None
    try:
        with urllib.request.urlopen(f"{address}/api/v1/config", timeout=30, context=trust) as answer:
            accounts: list[dict[str, Any]] = json.load(answer)["demo_accounts"]
    except urllib.error.HTTPError:  # a database of one's own that has no district yet
        line(f"\n  巡城 Xuncheng runs at {address}/, without a district yet (see `xuncheng import --help`).\n")
        return
    line(f"\n  巡城 Xuncheng runs at {address}/\n")
    if not accounts:
        line("  Ctrl-C stops everything; the data stay.\n")
        return
    line("  Demo accounts (示例), to sign in with at /signin:")
    for one in accounts:
        line(f"    {one['username']:<19} {one['password']:<15} {one['try_en']}")
    line(TRY.format(address=address, operator=_first(accounts, "operator"), inspector=_first(accounts, "inspector")))


def show_phone(home: Home, port: int) -> None:
    """LAN=1: the address and the QR code for a phone, printed by the virtualenv's python."""
    python = home.root / ".venv" / "bin" / "python"
    subprocess.run([python, "-m", "ops.tls", "--show", str(port)], cwd=home.root, check=True)


def _first(accounts: list[dict[str, Any]], role: str) -> str:
    return next((one["username"] for one in accounts if one["role"] == role), f"the {role}")
