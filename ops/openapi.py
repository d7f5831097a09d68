"""`make openapi`: the server's OpenAPI document as the snapshot, and the app's types from it."""

import subprocess
import sys

from ops import pwa, venv
from ops.account import service_account
from ops.home import ROOT, Home
from ops.process import run
from ops.say import Stop, line

SNAPSHOT = ROOT / "tests" / "contract" / "openapi.json"


def main() -> int:
    try:
        account = service_account()
        python = venv.ready(ROOT, account)
        pwa.install(ROOT)
        env = Home(ROOT, ROOT, account).environment("postgresql://nobody@127.0.0.1:1/none")  # printing asks no database
        done = subprocess.run(
            [python, "-m", "backend.cli", "openapi"], cwd=ROOT, env=env, stdout=subprocess.PIPE, check=False
        )
        if done.returncode != 0:
            raise Stop("`xuncheng openapi` failed: the snapshot stays as it was.")
        SNAPSHOT.parent.mkdir(parents=True, exist_ok=True)
        SNAPSHOT.write_bytes(done.stdout)
        run(["npm", "run", "--silent", "api"], log=ROOT / ".local/log/api.log", what="npm run api", cwd=ROOT / "pwa")
        line(f"  wrote {SNAPSHOT.relative_to(ROOT)} and pwa/src/api/schema.d.ts")
        return 0
    except Stop as why:
        line(f"{why}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
