"""A voice note, with Chromium's own fake microphone: said by a citizen, heard at the desk, and not in the field."""

from playwright.async_api import Browser, expect

from tests.e2e.actors import make_actor
from tests.e2e.audit import audit
from tests.e2e.stack import Stack
from tests.e2e.steps import (
    MANHOLE,
    choose_at_desk,
    choose_class,
    file_case,
    open_my_report,
    read_the_notice,
    see_it_received,
    send_report,
    take_photo,
)

PLAY = """async (player) => {
  player.muted = true;
  await player.play();
  await new Promise((heard) => {
    player.ontimeupdate = () => player.currentTime > 0 && heard();
  });
  return player.duration;
}"""


async def test_what_a_citizen_says_is_played_at_the_desk_and_not_offered_to_the_squad(
    camera: Browser, stack: Stack
) -> None:
    citizen = await make_actor(camera, "citizen", stack.address)
    page = citizen.page
    await read_the_notice(citizen)
    await take_photo(page, MANHOLE, album=True)
    await choose_class(page, "雨水井盖", "缺失")
    row = page.get_by_role("group", name="语音补充")
    await row.get_by_role("button").click()
    await expect(row.get_by_role("timer")).to_have_text("正在录音 1 秒")
    await row.get_by_role("button", name="点一下结束").click()
    await expect(row.get_by_text("语音已存到本机")).to_be_visible()
    wrong = await audit(citizen, "a voice note recorded", citizen=True)

    await page.reload()  # as after a crash
    await page.get_by_role("button", name="接着来").click()
    await expect(row.get_by_text("语音已存到本机")).to_be_visible()
    assert await row.locator("audio").evaluate(PLAY) > 0.9
    await send_report(page)
    await see_it_received(citizen)
    case = await open_my_report(citizen)
    assert await page.locator("audio").evaluate(PLAY) > 0.9
    photos = "select count(*) from photo where case_id = $1 and role = 'before'"
    assert await stack.ask(photos, case) == 1

    operator = await make_actor(camera, "operator", stack.address, desk=True)
    await operator.sign_in("operator1")
    await choose_at_desk(operator, case)
    assert await operator.page.get_by_label("语音补充").evaluate(PLAY) > 0.9
    await file_case(operator, case, "高塘岭中队")

    squad = await make_actor(camera, "squad", stack.address)
    await squad.sign_in("gaotangling1")
    await squad.page.goto(f"/case/{case}")
    await expect(squad.page.get_by_role("button", name="接单")).to_be_visible()
    assert await squad.page.locator("audio").count() == 0
    for actor in (citizen, operator, squad):
        wrong += actor.noise
    assert not wrong, "\n".join(wrong)
