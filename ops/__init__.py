"""The launcher: what `make run` and `make test` do. Standard library only, because it makes the virtualenv."""
