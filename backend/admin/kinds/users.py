"""users: people and their posts; several rows of one user name are several posts. No passwords: links are printed.

A person who is in the file has exactly the file's posts afterwards; a person who is not stays as is.
"""

from itertools import groupby
from typing import Any, Literal

from pydantic import model_validator
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.admin.fields import Day, FreeCode, Name, Row
from backend.admin.kind import Kind, Loading, Numbered, differs, missing
from backend.admin.report import Refusal
from backend.core.roles import Role
from backend.identity.people import NewPost, check_account, upsert_person

# What a person and the posts are now, to tell a row that changes something from one that does not.
_ACCOUNTS = text(
    """
    select p.username, p.name, p.active,
           array_agg((t.role, t.squad_code, t.valid_from, t.valid_to)::text order by t.role, t.squad_code, t.valid_from)
    from person p left join post t on t.person_id = p.id
    where p.username = any(:names) group by p.id
    """
)


class UserRow(Row):
    username: Name
    name: Name
    role: Literal[
        "inspector",
        "operator",
        "dispatcher",
        "shift_leader",
        "superintendent",
        "leader",
        "squad_member",
        "officer",
        "auxiliary",
        "squad_leader",
        "administrator",
    ]
    squad: FreeCode | None = None
    valid_from: Day
    valid_to: Day | None = None

    @model_validator(mode="after")
    def makes_an_account(self) -> "UserRow":
        check_account(self.username, self.name, [self.post()])
        return self

    def post(self) -> NewPost:
        return NewPost(Role(self.role), self.squad, self.valid_from, self.valid_to)


async def load_people(loading: Loading) -> set[int]:
    """Make or change the accounts; links of new people go to `loading.links`."""
    session = loading.session
    people = [list(rows) for _, rows in groupby(sorted(loading.rows, key=_username), key=_username)]
    names = [rows[0].row.username for rows in people]
    before = await _accounts(session, names)
    for rows in people:
        username = rows[0].row.username
        try:
            _, link = await upsert_person(
                session, username, rows[0].row.name, [one.row.post() for one in rows], loading.demo, now=loading.now
            )
        except ValueError as error:
            loading.refused.append(Refusal(rows[0].line, "username", str(error)))
            continue
        if link:
            loading.links.append((username, link))
    after = await _accounts(session, names)
    return {one.line for rows in people for one in rows if before.get(_username(one)) != after.get(_username(one))}


def _username(one: Numbered) -> str:
    name: str = one.row.username
    return name


async def _accounts(session: AsyncSession, names: list[str]) -> dict[str, Any]:
    return {row[0]: tuple(row) for row in (await session.execute(_ACCOUNTS, {"names": names})).all()}


KIND = Kind(
    name="users",
    row=UserRow,
    key=("username", "role", "squad", "valid_from"),
    columns={"username": "text", "name": "text", "squad": "text"},
    checks=(missing("squad", "squad", "squad"), differs("r.username", ("name",))),
    by_code=load_people,
)
