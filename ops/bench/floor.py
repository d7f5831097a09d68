"""The floor under a creation: the very statements that the server sent for one, played by pgbench without a server."""

import re
from collections.abc import Sequence

from ops.bench.place import Box
from ops.bench.statements import Logged

PHONE_IDS = "00000000-0000-7000-8000-"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PUBLIC_REF = re.compile(r"'([a-z2-7]{26})'")
_DECIMAL = re.compile(r"'(\d+\.\d+)'")
# `count` rises within a client and `client` tells clients apart: together the twelve last digits of an id, rising
# with time as a UUIDv7 does, so that both sides write to the same end of each index.
_VARIABLES = """\
\\set count :count + 1
\\set client 100 + :client_id
\\set phone random(100000000001, 100000000000 + :phones)
"""
_PLACE = """\
\\set lon {box.west!r} + {box.width!r} * random(0, 1000000) / 1000000.0
\\set lat {box.south!r} + {box.height!r} * random(0, 1000000) / 1000000.0
"""


def one_transaction(statements: Sequence[Logged]) -> list[Logged]:
    """The last whole transaction among logged statements, BEGIN and COMMIT included."""
    end = max(n for n, one in enumerate(statements) if one.word == "COMMIT")
    mine = [one for one in statements[: end + 1] if one.process == statements[end].process]
    begin = max(n for n, one in enumerate(mine) if one.word == "BEGIN")
    return mine[begin:]


def floor_script(transaction: Sequence[Logged], box: Box) -> str:
    """A pgbench script: the transaction with new ids, another phone and another place each time.

    Values are written into the text, as `pgbench -M simple` wants; nothing else of the statements is touched.
    Needs the variables `count` (nine digits) and `phones`.
    """
    return _VARIABLES + place_script(transaction, box)


def place_script(statements: Sequence[Logged], box: Box) -> str:
    """A pgbench script of these statements for another place each time."""
    return _PLACE.format(box=box) + "\n".join(f"{_vary(one.literal(), box)};" for one in statements) + "\n"


def _vary(sql: str, box: Box) -> str:
    """One statement with the values that differ from one creation to the next as pgbench variables."""
    sql = _UUID.sub(lambda m: f"{m[0][:24]}{':phone' if m[0].startswith(PHONE_IDS) else ':count:client'}", sql)
    sql = _PUBLIC_REF.sub(lambda m: f"'{m[1][:14]}:count:client'", sql)
    return _DECIMAL.sub(lambda m: _coordinate(float(m[1]), box) or m[0], sql)


def _coordinate(number: float, box: Box) -> str | None:
    if box.west <= number <= box.west + box.width:
        return ":lon"
    if box.south <= number <= box.south + box.height:
        return ":lat"
    return None
