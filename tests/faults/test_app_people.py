"""Whose report it is: sessions that end, people who share a phone, a file that is carried to the desk."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.faults.app import UNDO_S, App, new_app
from tests.faults.conftest import Judge
from tests.faults.world import World, until


async def inspector(world: World, browser: Browser, name: str) -> App:
    """A signed-in inspector with the app ready to work without network."""
    app = await new_app(world, browser)
    await app.sign_in(name)
    await app.first_open()
    return app


async def count(world: World, app: App) -> int:
    """How many of this phone's reports the server has."""
    ids = [promise.id for promise in app.promises]
    return int(await world.ask("select count(*) from report where id = any($1::uuid[])", ids))


@pytest.mark.row(35)
async def test_a_session_that_ended_parks_the_report_and_signing_in_sends_it_under_the_same_name(
    world: World, browser: Browser, judge: Judge
) -> None:
    app = await inspector(world, browser, "inspector1")
    await app.installed()
    await app.context.set_offline(True)
    await app.report(photos=2)
    await world.ask("update login_session set revoked_at = now() where revoked_at is null")
    await app.skip(UNDO_S)
    await app.context.set_offline(False)
    await until(lambda: _parked(app), "it waits for its owner")
    assert await count(world, app) == 0
    await app.open("/outbox")
    await expect(app.page.get_by_text("登录后发送").first).to_be_visible()
    await app.sign_in("inspector2")  # somebody else takes the phone
    await app.skip(60)
    await app.open("/outbox")
    await expect(app.page.get_by_text(re.compile("另一个账号还有 1 件")).first).to_be_visible()
    assert await count(world, app) == 0
    await sign_out(app)
    await app.sign_in("inspector1")
    await app.delivered()
    assert app.promises[0].person
    await judge(app)
    await app.close()


async def _parked(app: App) -> bool:
    await app.skip(2)
    return all(item["state"] == "needs_sign_in" for item in (await app.disk()).items)


async def sign_out(app: App, *, warned: bool = False) -> None:
    page = await app.open("/account")
    await page.get_by_role("button", name="退出登录").click()
    if warned:
        await expect(page.get_by_role("dialog")).to_contain_text("不会丢")
    leave = page.get_by_role("dialog").get_by_role("button", name="先退出")
    await expect(leave.or_(page.get_by_role("link", name="登录")).first).to_be_visible()
    if await leave.count():
        await leave.click()
    await expect(page.get_by_role("link", name="登录").first).to_be_visible()


@pytest.mark.row(36)
async def test_signing_out_with_unsent_reports_keeps_them_for_their_owner_alone(
    world: World, browser: Browser, judge: Judge
) -> None:
    app = await inspector(world, browser, "inspector3")
    world.proxy.set("reset", "PUT")
    await app.report()
    await sign_out(app, warned=True)
    world.proxy.lift()
    await app.skip(600)
    await app.open()
    await app.report()  # a stranger's, or the same person's without account
    await app.skip(UNDO_S)
    await until(lambda: _one_delivered(app), "what belongs to the phone itself goes")
    assert await count(world, app) == 1
    await app.sign_in("inspector3")
    await app.delivered()
    assert sorted(bool(promise.person) for promise in app.promises) == [False, True]
    await judge(app)
    await app.close()


async def _one_delivered(app: App) -> bool:
    await app.skip(2)
    return any(item["state"] == "delivered" for item in (await app.disk()).items)


@pytest.mark.row(45)
async def test_what_was_rescued_at_the_desk_is_not_doubled_when_the_phone_sends_it_too(
    world: World, app: App, judge: Judge, tmp_path: Path
) -> None:
    await app.report()
    await app.skip(UNDO_S)
    await app.delivered()
    await app.installed()
    await app.context.set_offline(True)
    await app.report(photos=2)
    await app.report()
    await app.take()  # and one that was not sent yet
    await app.choose()
    await app.page.get_by_role("link", name=re.compile("件还没发出")).click()
    await app.page.get_by_role("button", name="做成文件").click()
    save = app.page.get_by_role("link", name="存到手机")
    async with app.page.expect_download() as download:
        await save.click()
    path = tmp_path / "rescue.zip"
    await (await download.value).save_as(path)
    operator = world.phone()
    await operator.sign_in("operator1")
    headers = {"Content-Type": "application/zip"}
    answer = await operator.client.post("/api/v1/rescue", content=path.read_bytes(), headers=headers)
    assert answer.status_code == 200, answer.text
    assert [item["result"] for item in answer.json()["items"]] == ["stored"] * 3, answer.text
    unsent = await app.disk()
    assert len(unsent.unsent) == 3, "the phone deleted what it exported"
    again = await operator.client.post("/api/v1/rescue", content=path.read_bytes(), headers=headers)
    assert [item["result"] for item in again.json()["items"]] == ["known"] * 3, again.text
    await operator.close()
    await app.context.set_offline(False)
    await app.delivered()
    await judge(app)
