"""What the server's log says that was run: the count of statements is PostgreSQL's, not ours."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ops.bench.world import World

APPLICATION = "xuncheng"
_ENTRY = re.compile(rf"^\S+ \S+ \S+ \[(\d+)\] {APPLICATION} (LOG|DETAIL):  (.*)$")
_STATEMENT = re.compile(r"^(?:statement|execute [^:]*): (.*)$", re.DOTALL)
_PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")


@dataclass
class Logged:
    """One statement that a server process was given; `parameters` are literals as the log writes them."""

    process: int
    sql: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """BEGIN, COMMIT, SELECT …"""
        return self.sql.split(None, 1)[0].rstrip(";").upper()

    @property
    def is_frame(self) -> bool:
        """Whether it only opens or closes a transaction."""
        return self.word in ("BEGIN", "COMMIT", "ROLLBACK")

    def literal(self) -> str:
        """The statement with its parameters written in, as a client of the simple protocol would send it."""
        return re.sub(r"\$(\d+)", lambda m: self.parameters[m[1]], self.sql).rstrip().rstrip(";")


def logged_during(world: World, work: Callable[[], object]) -> list[Logged]:
    """Everything that our server processes were told while `work` ran, by log_statement = all."""
    _log_statements(world, "all")
    seen = world.cluster.log.stat().st_size
    try:
        work()
    finally:
        _log_statements(world, "none")
    with world.cluster.log.open("rb") as log:
        log.seek(seen)
        return read_log(log.read().decode())


def read_log(text: str) -> list[Logged]:
    """The statements of APPLICATION in a stretch of PostgreSQL's log (prefix "%m [%p] %a ")."""
    entries: list[tuple[int, str, str]] = []
    ours = False
    for line in text.splitlines():
        found = _ENTRY.match(line)
        if found:
            entries.append((int(found[1]), found[2], found[3]))
            ours = True
        elif line.startswith("\t") and ours:
            process, kind, said = entries[-1]
            entries[-1] = (process, kind, f"{said}\n{line[1:]}")
        else:
            ours = False
    statements: list[Logged] = []
    for process, kind, said in entries:
        statement = _STATEMENT.match(said)
        if kind == "LOG" and statement:
            statements.append(Logged(process, statement[1]))
        elif kind == "DETAIL" and said.startswith("parameters: ") and statements:
            statements[-1].parameters = dict(_PARAMETER.findall(said))
    return statements


def _log_statements(world: World, which: str) -> None:
    """Set it for sessions that are open as well. A new session that sees it proves that the others were told."""
    world.psql(f"alter system set log_statement = '{which}'; select pg_reload_conf();")
    while world.psql("show log_statement") != which:
        pass
