"""What a newcomer reads when everything runs: where it is, who can sign in, what to try first."""

import json
import ssl
import subprocess
import urllib.error
import urllib.request
from typing import Any

from ops.home import Home
from ops.say import line

ROLES = {
    "inspector": "巡查员 inspector",
    "operator": "受理员 operator",
    "squad_member": "中队队员 squad member",
    "squad_leader": "中队长 squad leader",
    "administrator": "管理员 administrator",
}
TRY = """
  Try this first, in a window as narrow as a phone (the browser's device toolbar, 390×844):
    1. {address}/           take or choose a photo ({photos}), choose what it is, send
    2. {address}/desk       as {operator}: file it; it goes to the squad at once
    3. {address}/tasks      as the squad the desk names: accept, answer with a photo
    4. {address}/tasks      as {inspector}: check it, and it closes
    5. {address}/mine       on the first phone: every step is there, before and after

  Ctrl-C stops everything; the data stay. `make demo-reset` starts afresh.
"""


def show_banner(address: str, ca: str | None) -> None:
    """Ask the server who can sign in and print it all. `ca` is the file of the authority to trust, if ours."""
    trust = ssl.create_default_context(cafile=ca) if ca else None
    try:
        with urllib.request.urlopen(f"{address}/api/v1/config", timeout=10, context=trust) as answer:
            accounts: list[dict[str, Any]] = json.load(answer)["demo_accounts"]
    except urllib.error.HTTPError:  # a database of one's own that has no district yet
        line(f"\n  巡城 Xuncheng runs at {address}/, without a district yet (see `xuncheng import --help`).\n")
        return
    line(f"\n  巡城 Xuncheng runs at {address}/\n")
    if accounts:
        line("  Demo accounts (示例)")
        for one in accounts:
            squad = one.get("squad") or ""
            where = squad.get("name", "") if isinstance(squad, dict) else squad
            role = ROLES.get(one["role"], one["role"])
            line(f"    {one['username']:<14} {one['password']:<18} {one['name']}  {role}  {where}")
    line(
        TRY.format(
            address=address,
            operator=_first(accounts, "operator"),
            inspector=_first(accounts, "inspector"),
            photos="six samples lie in demo/photos",
        )
    )


def show_phone(home: Home, port: int) -> None:
    """LAN=1: the address and the QR code for a phone, printed by the virtualenv's python."""
    python = home.root / ".venv" / "bin" / "python"
    subprocess.run([python, "-m", "ops.tls", "--show", str(port)], cwd=home.root, check=True)


def _first(accounts: list[dict[str, Any]], role: str) -> str:
    return next((one["username"] for one in accounts if one["role"] == role), ROLES[role])
