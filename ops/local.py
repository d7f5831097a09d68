"""Run a command beside this clone's database: `python3 -m ops.local xuncheng create-user …`.

Uses the database that `make run` has going, or starts it for the time of the command.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ops import closed, venv
from ops.account import service_account
from ops.cluster import Cluster
from ops.home import ROOT, Home, only_one
from ops.say import Stop, line, plain


@contextmanager
def database(home: Home) -> Iterator[str]:
    """The URL of the clone's database, running while the block does."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    cluster = Cluster(home.local / "pg", account=home.account)
    running = cluster.running_url()
    if running:
        yield running
        return
    with only_one(ROOT), cluster as url:
        yield url


def main(words: list[str]) -> int:
    if not words:
        line(__doc__ or "")
        return 2
    try:
        account = service_account()
        python = venv.ready(ROOT, account)
        home = Home(ROOT, closed.seen_by(ROOT, account), account)
        with database(home) as url:
            env = home.environment(url)
            env["PATH"] = f"{python.parent}:{env['PATH']}"
            return subprocess.run(words, cwd=ROOT, env=env, check=False).returncode
    except Stop as why:
        line(f"{why}")
    except OSError as error:
        line(f"{plain(error)}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
