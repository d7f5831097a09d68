"""A clone in a closed folder (root's home, a 0700 folder in /tmp) for processes that are not root.

As root we open a mount namespace of our own, in which the clone is also seen under /var/tmp: nothing is
copied, nobody else sees it, and it is gone with the launcher.
"""

import ctypes
import hashlib
from pathlib import Path

from ops.account import Account, may
from ops.say import Stop, line

CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18


def seen_by(root: Path, account: Account) -> Path:
    """Where `account` can read the clone: `root` itself, or its other name in our own namespace.

    Raises Stop with what to type when there is no such place.
    """
    proof = Path("backend") / "__init__.py"
    if may(account, "-r", root / proof) and may(account, "-x", root):
        return root
    digest = hashlib.sha256(str(root).encode()).hexdigest()[:12]
    other = Path(f"/var/tmp/xuncheng-clone-{digest}")
    if (
        account.switch
        and not may(account, "-x", root.parent)
        and _show(root, other)
        and may(account, "-r", other / proof)
    ):
        line(f"    (user {account.name} cannot enter {root.parent}: it sees the clone as {other} while we run)")
        return other
    raise Stop(
        f"User {account.name}, who runs the server because root must not, cannot read {root}: "
        f"move the clone, for instance to /srv, or type: chmod o+x {root.parent} && chmod -R o+rX {root}"
    )


def _show(root: Path, other: Path) -> bool:
    """Bind `root` at `other` in a new mount namespace; False where the machine does not allow that (containers)."""
    libc = ctypes.CDLL(None, use_errno=True)
    other.mkdir(mode=0o755, exist_ok=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        return False
    if libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        return False
    return bool(libc.mount(bytes(root), bytes(other), None, MS_BIND | MS_REC, None) == 0)
