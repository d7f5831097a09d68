import datetime as dt

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from backend.core.roles import Role
from backend.identity.models import Post
from backend.identity.passwords import matches
from backend.identity.people import NewPost, ensure_no_demo_accounts, set_demo_password, upsert_person
from backend.settings import BadSettings, Settings
from tests.conftest import TickingClock, make_settings
from tests.identity.people import make_person, post

LEADER = post(Role.SQUAD_LEADER, "T-A")
INSPECTOR = post(Role.INSPECTOR)


async def posts_of(session: AsyncSession, person_id: object) -> set[tuple[str, str | None, dt.date | None]]:
    rows = (await session.scalars(select(Post).where(col(Post.person_id) == person_id))).all()
    return {(row.role, row.squad_code, row.valid_to) for row in rows}


async def test_a_new_account_has_its_posts_and_a_link_and_no_password(session: AsyncSession) -> None:
    person, token = await upsert_person(session, "li", "李巡", [INSPECTOR, LEADER])
    assert token is not None and len(token) >= 43
    assert person.password_hash is None
    assert await posts_of(session, person.id) == {("inspector", None, None), ("squad_leader", "T-A", None)}


async def test_the_same_account_again_changes_nothing_and_prints_no_second_link(session: AsyncSession) -> None:
    first, _ = await upsert_person(session, "li", "李巡", [INSPECTOR, LEADER])
    before = (await session.scalars(select(col(Post.id)).order_by(col(Post.id)))).all()
    again, token = await upsert_person(session, "li", "李巡", [LEADER, INSPECTOR])
    assert (again.id, token) == (first.id, None)
    assert (await session.scalars(select(col(Post.id)).order_by(col(Post.id)))).all() == before


async def test_an_unused_link_that_expired_is_renewed(session: AsyncSession, clock: TickingClock) -> None:
    await upsert_person(session, "li", "李巡", [], now=clock.now)
    clock.forward(days=15)
    _, token = await upsert_person(session, "li", "李巡", [], now=clock.now)
    assert token is not None


async def test_who_has_a_password_gets_no_link(session: AsyncSession) -> None:
    await make_person(session, "li")
    assert (await upsert_person(session, "li", "李巡", [INSPECTOR]))[1] is None


async def test_posts_become_exactly_those_given(session: AsyncSession) -> None:
    person, _ = await upsert_person(session, "li", "李巡", [INSPECTOR, LEADER])
    ended = NewPost(Role.SQUAD_LEADER, "T-A", LEADER.valid_from, dt.date(2026, 6, 30))
    await upsert_person(session, "li", "李巡察", [ended, post(Role.SQUAD_LEADER, "T-B")])
    assert person.name == "李巡察"
    assert await posts_of(session, person.id) == {
        ("squad_leader", "T-A", dt.date(2026, 6, 30)),
        ("squad_leader", "T-B", None),
    }


@pytest.mark.parametrize(
    ("username", "name", "posts", "complaint"),
    [
        ("Li", "李", [], "small letters: 'li'"),
        ("li xun", "李", [], "letters, digits"),
        ("", "李", [], "letters, digits"),
        ("x" * 61, "李", [], "at most 60"),
        ("li", " ", [], "name is missing"),
        ("li", "李", [NewPost(Role.SQUAD_MEMBER, None, dt.date(2026, 1, 1))], "squad_member needs a squad"),
        ("li", "李", [NewPost(Role.INSPECTOR, "T-A", dt.date(2026, 1, 1))], "inspector has no squad"),
        ("li", "李", [NewPost(Role.REPORTER, None, dt.date(2026, 1, 1))], "reporter is not a post"),
        ("li", "李", [NewPost(Role.OPERATOR, None, dt.date(2026, 2, 1), dt.date(2026, 1, 1))], "before it begins"),
        ("li", "李", [INSPECTOR, INSPECTOR], "twice"),
    ],
)
async def test_what_makes_no_account_is_refused_with_a_reason(
    username: str, name: str, posts: list[NewPost], complaint: str, session: AsyncSession
) -> None:
    with pytest.raises(ValueError, match=complaint):
        await upsert_person(session, username, name, posts)


async def test_chinese_user_names_are_fine(session: AsyncSession) -> None:
    person, _ = await upsert_person(session, "李巡01", "李巡", [])
    assert person.username == "李巡01"


async def test_a_demo_account_gets_its_published_password_and_no_link(session: AsyncSession) -> None:
    person, token = await upsert_person(session, "demo-li", "示例", [INSPECTOR], demo=True)
    await set_demo_password(session, "demo-li", "demo1234")
    assert token is None
    assert await matches(person.password_hash, "demo1234")


async def test_a_real_account_never_gets_a_published_password(session: AsyncSession) -> None:
    await make_person(session, "li")
    with pytest.raises(ValueError, match="not a demo account"):
        await set_demo_password(session, "li", "demo1234")
    with pytest.raises(ValueError, match="a real account"):
        await upsert_person(session, "li", "示例", [], demo=True)


async def test_a_server_in_earnest_refuses_to_start_with_demo_accounts(
    session: AsyncSession, settings: Settings
) -> None:
    earnest = make_settings(settings.database_url, settings.spool.parent, demo=False)
    await make_person(session, "li")
    await ensure_no_demo_accounts(session, earnest)
    person, _ = await upsert_person(session, "demo-li", "示例", [], demo=True)
    await ensure_no_demo_accounts(session, settings)  # in demo mode they are welcome
    with pytest.raises(BadSettings, match=r"1 demo accounts \(demo-li\) whose passwords are public"):
        await ensure_no_demo_accounts(session, earnest)
    person.active = False
    await session.flush()
    await ensure_no_demo_accounts(session, earnest)
