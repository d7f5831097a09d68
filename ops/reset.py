"""`make demo-reset`: forget the demo's database and photos, so that the next `make run` starts afresh."""

import os
import shutil
import sys

from ops import closed
from ops.account import service_account
from ops.cluster import Cluster
from ops.home import ROOT, Home, only_one
from ops.process import end_leftovers
from ops.say import Stop, line, plain, step


def main() -> int:
    try:
        if os.environ.get("DATABASE_URL"):
            raise Stop("DATABASE_URL is set: that database is yours; empty it with `xuncheng demo reset`.")
        with only_one(ROOT):
            end_leftovers(str(ROOT))
            account = service_account()
            home = Home(ROOT, closed.seen_by(ROOT, account), account)
            cluster = Cluster(home.local / "pg", account=account)
            with step("Forgetting the demo's database and photos"):
                cluster.settle()
                for path in (cluster.home, home.local / "photos", home.local / "spool"):
                    if path.exists():
                        shutil.rmtree(path)
        line("  `make run` now starts afresh.")
        return 0
    except Stop as why:
        line(f"{why}")
    except OSError as error:
        line(f"{plain(error)}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
