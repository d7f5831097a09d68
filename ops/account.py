"""Whose processes we start. Never root's: PostgreSQL refuses root, and the API has no need of it."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.say import Stop

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user of this machine; `switch` says that we are root and must become it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen(self) -> dict[str, Any]:
        """Arguments for subprocess that start a process as this user."""
        if not self.switch:
            return {}
        groups = os.getgrouplist(self.name, self.gid)
        return {"user": self.uid, "group": self.gid, "extra_groups": groups}


def service_account() -> Account:
    """Who runs the database and the server: oneself, or as root the first unprivileged user there is."""
    if os.geteuid() != 0:
        me = pwd.getpwuid(os.geteuid())
        return Account(me.pw_name, me.pw_uid, me.pw_gid, switch=False)
    for name in UNPRIVILEGED:
        try:
            them = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(them.pw_name, them.pw_uid, them.pw_gid, switch=True)
    raise Stop("This machine has neither a user postgres nor nobody: start as a user who is not root.")


def may(account: Account, what: str, path: Path) -> bool:
    """Whether `account` can read ("-r"), enter or run ("-x") or write ("-w") `path`, asked of the kernel."""
    asked = subprocess.run(["/usr/bin/test", what, str(path)], cwd="/", check=False, **account.popen())
    return asked.returncode == 0


def folder(path: Path, account: Account, mode: int = 0o700) -> Path:
    """Make `path` a folder of `account`, closed to others; raises Stop when it is somebody else's."""
    path.mkdir(parents=True, exist_ok=True)
    owner = path.stat().st_uid
    if account.switch and owner in (0, account.uid):
        os.chown(path, account.uid, account.gid)
    elif owner != account.uid:
        raise Stop(f"{path} belongs to user {owner}: start as that user, or give the folder to {account.name}.")
    path.chmod(mode)
    return path
