"""`xuncheng create-user`: the first administrator, and anybody after whom no file is worth writing."""

import asyncio
from datetime import datetime

import click
from sqlalchemy import text
from sqlmodel import col, select

from backend.core.clock import utc_now
from backend.core.db import Transactions, make_engine, make_sessions
from backend.core.roles import Role
from backend.identity.models import Person
from backend.identity.people import NewPost, make_link, normal_username, upsert_person
from backend.settings import BadSettings, Settings

POSTS = [role.value for role in Role if role != Role.REPORTER]


@click.command("create-user")
@click.argument("username")
@click.option("--name", help="The name that colleagues see.")
@click.option("--role", type=click.Choice(POSTS), help="What the person may do.")
@click.option("--squad", help="Code of the squad, for its members and leaders.")
@click.option(
    "--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="First day of the post; today if not given."
)
@click.option("--new-link", is_flag=True, help="Only print a new link for an account that exists (password forgotten).")
def create_user(
    username: str, name: str | None, role: str | None, squad: str | None, valid_from: datetime | None, new_link: bool
) -> None:
    """Create an account and print the one-time link with which its owner sets a password."""
    if not new_link and (not name or not role):
        raise click.UsageError("--name and --role are needed")
    try:
        settings = Settings.from_env()
        if new_link:
            token = asyncio.run(_link_again(settings, normal_username(username)))
        else:
            assert name and role
            post = NewPost(Role(role), squad, (valid_from or utc_now()).date())
            token = asyncio.run(_create(settings, normal_username(username), name, post))
    except (BadSettings, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{settings.origin or ''}/welcome/{token}")


async def _create(settings: Settings, username: str, name: str, post: NewPost) -> str:
    engine = make_engine(settings)
    try:
        async with Transactions(make_sessions(engine, settings.schema))() as session:
            there = select(col(Person.id)).where(col(Person.username) == username)
            if (await session.scalars(there)).one_or_none():
                raise ValueError(f"there is an account {username} already (--new-link prints a new link for it)")
            if post.squad_code:
                code = {"code": post.squad_code}
                if await session.scalar(text("select 1 from squad where code = :code"), code) is None:
                    raise ValueError(f"there is no squad {post.squad_code}")
            _, token = await upsert_person(session, username, name, [post])
            assert token is not None, "a new account has a link"
            return token
    finally:
        await engine.dispose()


async def _link_again(settings: Settings, username: str) -> str:
    engine = make_engine(settings)
    try:
        async with Transactions(make_sessions(engine, settings.schema))() as session:
            account = select(Person).where(col(Person.username) == username, col(Person.active))
            person = (await session.scalars(account)).one_or_none()
            if person is None:
                raise ValueError(f"there is no account {username}")
            return await make_link(session, person.id, "reset", utc_now())
    finally:
        await engine.dispose()
