"""`make test`: set up what is needed, run every check to its end, say in one table how it went."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ops import pwa, tools, venv
from ops.account import service_account
from ops.cluster import Cluster
from ops.home import ROOT
from ops.process import die_with_parent, run, stop, tail
from ops.say import Stop, line, plain, step
from ops.signals import Interrupted, listen
from ops.steps import Check, chosen, missing

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # some tools colour and animate whatever they are told
# of the person's environment: what would change what the checks see
SET_ASIDE = (
    "XUNCHENG_LIMIT",
    "XUNCHENG_DEMO",
    "XUNCHENG_SCHEMA",
    "DATABASE_URL",
    "PG",
    "FORCE_COLOR",
    "MAKE",
    "MFLAGS",
)
SHOWN = 150  # last lines of a failed check's output


def main(groups: list[str]) -> int:
    """Run the checks of `groups` (all when empty); 0 only when every one passed."""
    os.umask(0o022)
    listen()
    try:
        checks = chosen(groups)
        began = time.monotonic()
        prepare(checks)
        with ExitStack() as stack:
            env = stack.enter_context(_environment(checks))
            results = run_all(checks, env)
    except (Stop, KeyError) as why:
        line(f"\n{why}")
        return 1
    except OSError as error:
        line(f"\n{plain(error)}")
        return 1
    except Interrupted:
        line("  Stopped.")
        return 130
    return report(results, time.monotonic() - began)


def prepare(checks: list[Check]) -> None:
    """Tools, Debian packages, libraries and the built app, as far as the chosen checks want them."""
    groups = {check.group for check in checks}
    needs = [tools.VENV]
    if groups & {"unit", "migrations", "e2e"}:
        needs.append(tools.POSTGIS)
    if groups & {"unit", "e2e"}:
        needs += [tools.CHROMIUM, tools.CJK]
    tools.check(ROOT, needs)
    if "e2e" in groups:
        tools.offer(ROOT, [tools.FIREFOX, tools.WEBKIT, tools.XVFB])
    venv.ready(ROOT, service_account())
    pwa.install(ROOT)
    if groups & {"unit", "e2e"}:
        pwa.build(ROOT)


@contextmanager
def _environment(checks: list[Check]) -> Iterator[dict[str, str]]:
    """The checks' environment; with a migrated throwaway database when one of them wants it."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(SET_ASIDE)}
    env |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    if not any(check.database for check in checks):
        yield env
        return
    cluster = Cluster(ROOT / ".local" / "check" / "pg", durable=False)
    cluster.settle()
    shutil.rmtree(cluster.home, ignore_errors=True)
    work = ROOT / ".local" / "check"
    try:
        with step("A throwaway database, migrated"):
            env["DATABASE_URL"] = cluster.start()
            ours = env | {
                "XUNCHENG_DEMO": "1",
                "XUNCHENG_SECRET": "for the checks only, nothing is signed",
                "XUNCHENG_STORE": f"folder:{work / 'photos'}",
                "XUNCHENG_SPOOL": str(work / "spool"),
            }
            log = ROOT / ".local" / "log" / "check-migrate.log"
            run([".venv/bin/xuncheng", "migrate"], log=log, what="xuncheng migrate", cwd=ROOT, env=ours)
        yield env
    finally:
        cluster.stop()
        shutil.rmtree(cluster.home, ignore_errors=True)


Result = tuple[Check, bool, str, float]


def run_all(checks: list[Check], env: dict[str, str]) -> list[Result]:
    """Each check in its turn; those that run beside the others are started in theirs, and waited for at the end."""
    results: list[Result] = []
    beside: list[tuple[Check, Running]] = []
    try:
        for check in checks:
            if lacks := missing(check, ROOT):
                line(f"  ✗ {check.name}: {lacks} does not exist")
                results.append((check, False, f"{lacks} does not exist", 0.0))
            elif check.beside:
                beside.append((check, Running(check, env)))
            else:
                results.append(ended(check, Running(check, env)))
        return results + [ended(check, running) for check, running in beside]
    finally:
        for _, running in beside:
            stop(running.process)


def log_of(check: Check) -> Path:
    """Where all that the check says is kept."""
    return ROOT / ".local" / "log" / f"check-{check.name.replace(' ', '-')}.log"


class Running:
    """A check under way; what it says goes to its log."""

    def __init__(self, check: Check, env: dict[str, str]) -> None:
        mine = env if check.database else {k: v for k, v in env.items() if k != "DATABASE_URL"}
        self.log = log_of(check)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.began = time.monotonic()
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                check.argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=ROOT / check.folder,
                env=mine,
                preexec_fn=lambda: die_with_parent(15),
            )


def ended(check: Check, running: Running) -> Result:
    """Wait for a check: passed, the last line it printed, seconds. A failed one shows its output."""
    passed, said = False, ""
    try:
        with step(check.name) as now:
            passed = running.process.wait() == 0
            said = running.log.read_text(errors="replace")
            now.note = _last(said)
            if not passed:
                raise _Failed
    except _Failed:
        line(tail(ESCAPES.sub("", said), SHOWN))
    return check, passed, _last(said), time.monotonic() - running.began


class _Failed(Exception):
    """A check ended with another code than 0."""


def gist(log: Path, most: int = 15) -> str:
    """Why a check failed, in so many lines: the end of a long output is often all that somebody is shown."""
    said = ESCAPES.sub("", log.read_text(errors="replace") if log.exists() else "").splitlines()
    told = [words for words in said if words.startswith(("FAILED ", "ERROR ", "E  ", " FAIL ", "error"))]
    return "\n".join(f"    {words[:300]}" for words in (told or said)[-most:])


def _last(said: str) -> str:
    words = [part.strip() for part in ESCAPES.sub("", said).splitlines() if part.strip(" =-\t")]
    return words[-1].strip("= ")[:52] if words else ""


def report(results: list[Result], seconds: float) -> int:
    """The table, and as last line the count that machines read."""
    line(f"\n  {'check':<18} {'':<6} {'seconds':>8}  last line")
    for check, passed, note, took in results:
        line(f"  {check.name:<18} {'ok' if passed else 'FAILED':<6} {took:8.1f}  {note}")
    failed = sum(1 for _, passed, _, _ in results if not passed)
    line(f"  {'all of it':<18} {'':<6} {seconds:8.1f}\n")
    for check in (check for check, passed, _, _ in results if not passed):
        line(f"  {check.name} failed:\n{gist(log_of(check))}\n")
    line(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
