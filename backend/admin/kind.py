"""What a kind of import file is: a row's schema, checks against the tables, and statements that load.

Rows that pass their schema are staged in a temporary table `import_row`: a column per field, and `row_line`. Checks
and loads are statements over it, so that 95,000 rows cost as many statements as one.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.fields import Row
from backend.admin.report import Refusal


@dataclass(frozen=True)
class Numbered:
    """A row that passed its schema, with its line in the file, and its polygon where the kind has `shapes`."""

    line: int
    row: Any
    shape: Any = None


@dataclass
class Loading:
    """One import under way, for kinds that load by code instead of by statements."""

    session: AsyncSession
    rows: Sequence[Numbered]
    now: datetime
    demo: bool
    refused: list[Refusal] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    `columns`: staged column -> SQL type. `key`: fields that name a row; two rows of one key are refused.
    `shapes`: the types of geometry that the field `wkt` may have; it is staged as WKB.
    `compare`: refuses rows by looking at all of them, in Python. `checks` and `after` are statements that give
    (line, field, reason) of rows to refuse, run before and after loading. `load`: statements that give the lines
    whose loading changed something. `by_code` replaces them. `analyze`: tables to analyze after a big load.
    """

    name: str
    row: type[Row]
    key: tuple[str, ...]
    columns: Mapping[str, str]
    shapes: tuple[str, ...] = ()
    compare: Callable[[Sequence[Numbered]], Sequence[Refusal]] | None = None
    checks: tuple[str, ...] = ()
    load: tuple[str, ...] = ()
    by_code: Callable[[Loading], Awaitable[set[int]]] | None = None
    after: tuple[str, ...] = ()
    analyze: tuple[str, ...] = ()


def upsert(table: str, key: Mapping[str, str], values: Mapping[str, str]) -> str:
    """The statement that loads `table` from import_row `r` and gives the changed lines.

    `key` and `values`: column -> SQL expression over `r`. A row that is there already and equal is left alone. If
    several lines have one key, the first counts (checks make sure that they agree).
    """
    columns = {**key, **values}
    keys, expressions = ", ".join(key), ", ".join(key.values())
    do = "nothing"
    if values:
        old = ", ".join(f"{table}.{name}" for name in values)
        new = ", ".join(f"excluded.{name}" for name in values)
        do = f"update set ({', '.join(values)}) = row({new}) where ({old}) is distinct from ({new})"
    return f"""
        with changed as (
          insert into {table} ({", ".join(columns)})
          select distinct on ({expressions}) {", ".join(columns.values())} from import_row r
          order by {expressions}, r.row_line
          on conflict ({keys}) do {do}
          returning {", ".join(f"{table}.{name}" for name in key)}
        )
        select r.row_line from import_row r join changed c
          on {" and ".join(f"c.{name} = {expression}" for name, expression in key.items())}
    """


def missing(field: str, table: str, what: str, column: str = "code") -> str:
    """The check that `field`, where it is given, is the code of a row of `table`."""
    return f"""
        select r.row_line, '{field}', format('there is no {what} %s', r.{field}) from import_row r
        where r.{field} is not null and not exists (select from {table} t where t.{column} = r.{field})
    """


def missing_each(field: str, table: str, what: str, column: str = "code") -> str:
    """The same for every code in a list."""
    return f"""
        select r.row_line, '{field}', format('there is no {what} %s', one) from import_row r, unnest(r.{field}) one
        where not exists (select from {table} t where t.{column} = one)
    """


def differs(key: str, columns: Sequence[str]) -> str:
    """The check that lines of one `key` (SQL over r) say the same in `columns`, which belong to the key."""
    return "\nunion all\n".join(
        f"""
        select r.row_line, '{column}', format('differs from line %s', f.row_line) from import_row r
        join (select distinct on ({key}) row_line, {key} as key, {column} from import_row r order by {key}, row_line) f
          on f.key = {key} and f.{column} is distinct from r.{column}
        """
        for column in columns
    )
