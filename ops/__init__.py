"""The launcher: what `make run` and `make test` do. Standard library only, because it makes the virtualenv."""

import sys

if sys.version_info < (3, 11):  # before any import below: older Pythons cannot read those files  # noqa: UP036
    sys.exit("Python %d.%d is too old: 3.11 or newer is needed (make PYTHON=python3.11 …)." % sys.version_info[:2])  # noqa: UP031
