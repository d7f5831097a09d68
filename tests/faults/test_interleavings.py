"""Random sequences of what people, phones, networks and servers do; hypothesis looks for one that loses something."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.async_api import Browser, expect

from tests.faults.app import UNDO_S, App, new_app
from tests.faults.audit import Promise
from tests.faults.conftest import SEEDS, Judge, parts
from tests.faults.phone import Phone
from tests.faults.world import World, until

FAULTS = st.sampled_from([
    ("drop_resp", {"times": 2}), ("cut_resp", {"n": 50, "honest": True, "times": 2}), ("reset", {"times": 2}),
    ("mutate", {"n": 300, "times": 2}), ("truncate_req", {"n": 500, "times": 2}), ("html200", {"times": 3}),
    ("http", {"status": 503, "times": 3}), ("dup_req", {"copies": 2, "together": True, "times": 4}),
])  # fmt: skip

PHONE_STEPS = st.one_of(
    st.tuples(st.just("capture"), st.integers(1, 3)),
    st.tuples(st.just("send"), st.integers(1, 4)),
    st.tuples(st.just("fault"), FAULTS),
    st.tuples(st.just("kill api"), st.none()),
    st.tuples(st.just("crash postgresql"), st.none()),
    st.tuples(st.just("revoke"), st.none()),
    st.tuples(st.just("sign in"), st.sampled_from(["inspector1", "inspector2"])),
    st.tuples(st.just("lose session"), st.none()),
)

APP_STEPS = st.one_of(
    st.tuples(st.just("report"), st.integers(1, 2)),
    st.tuples(st.just("draft"), st.none()),
    st.tuples(st.just("time"), st.sampled_from([1, 3, 8])),
    st.tuples(st.just("fault"), FAULTS),
    st.tuples(st.just("close tab"), st.none()),
    st.tuples(st.just("second tab"), st.none()),
    st.tuples(st.just("offline"), st.booleans()),
    st.tuples(st.just("kill api"), st.none()),
    st.tuples(st.just("crash postgresql"), st.none()),
    st.tuples(st.just("sign in"), st.sampled_from(["inspector1", "inspector2"])),
    st.tuples(st.just("end sessions"), st.none()),
)


def sequences(of: int) -> Any:
    """So many in all, in parts; the same ones each time in the short form. One that fails is not made shorter: each
    try takes half a minute, and hypothesis prints how to repeat it."""
    quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.large_base_example]
    model = settings(
        max_examples=parts(of)[0], deadline=None, database=None, derandomize=not SEEDS, suppress_health_check=quiet,
        phases=[Phase.explicit, Phase.generate], print_blob=True,
    )  # fmt: skip
    several = pytest.mark.parametrize("part", range(len(parts(of))))
    return lambda test: several(model(test))


@pytest.mark.row(48)
@sequences(SEEDS or 8)
@given(st.lists(PHONE_STEPS, min_size=6, max_size=25))
async def test_no_sequence_of_a_phones_life_loses_or_doubles_a_report(
    world: World, judge: Judge, part: int, steps: list[tuple[str, Any]]
) -> None:
    await world.mend()
    phone = world.phone()
    try:
        for what, how in steps:
            await phone_step(world, phone, what, how)
        world.proxy.lift()
        if not await world.status("/health/ready"):
            await world.serve()
        await judge(phone, all_arrived=False)
        for owner in {promise.person for promise in phone.promises}:
            if owner:
                await phone.sign_in(await world.ask("select username from person where id = $1", owner))
            mine = [report for report in phone.reports if report.promise.person in (None, owner)]
            others = [report for report in phone.reports if report not in mine]
            phone.reports = mine
            await phone.sync()
            phone.reports += others
        await judge(phone)
    finally:
        await phone.close()


async def phone_step(world: World, phone: Phone, what: str, how: Any) -> None:
    match what:
        case "capture":
            phone.capture(how)
        case "send":
            for _ in range(how):
                await phone.sync_once()
        case "fault":
            world.proxy.set(how[0], "PUT", **how[1])
        case "kill api":
            sending = asyncio.create_task(phone.sync_once())
            await asyncio.sleep(phone.chance.uniform(0, 0.05))  # the fault itself: a random moment
            world.kill()
            await asyncio.gather(sending, return_exceptions=True)
            await world.serve()
        case "crash postgresql":
            sending = asyncio.create_task(phone.sync_once())
            await asyncio.sleep(phone.chance.uniform(0, 0.05))
            await world.postgres_immediate()
            await asyncio.gather(sending, return_exceptions=True)
            await world.postgres_start()
        case "revoke":
            await world.ask("update device set revoked_at = now() where id = $1", phone.device)
        case "sign in":
            await phone.sign_in(how)
        case "lose session":
            phone.client.cookies.clear()


@pytest.mark.row(48)
@sequences(SEEDS or 2)
@given(st.lists(APP_STEPS, min_size=6, max_size=14))
async def test_no_sequence_in_the_app_loses_or_doubles_what_it_called_saved(
    world: World, browser: Browser, judge: Judge, part: int, steps: list[tuple[str, Any]]
) -> None:
    await world.mend()
    life = Life(world, await new_app(world, browser))
    try:
        await life.app.first_open()
        await life.app.installed()  # what was never kept on the phone cannot open without network
        for what, how in steps:
            await life.step(what, how)
        await judge(life.app, all_arrived=False)
        await life.settle()
        await judge(life.app)
    finally:
        await life.app.close()


class Life:
    """One phone with the real app, and what it has said was saved."""

    def __init__(self, world: World, app: App) -> None:
        self.world = world
        self.app = app
        self.saved: dict[str, Promise] = {}
        self.drafts: set[str] = set()
        self.offline = False

    async def step(self, what: str, how: Any) -> None:
        world, app = self.world, self.app
        match what:
            case "report":
                await self.begin()
                await app.report(photos=how)
            case "draft":
                await self.begin()
                await app.take()
            case "time":
                await app.skip(how)
            case "fault":
                world.proxy.set(how[0], "PUT", **how[1])
            case "close tab":
                await app.page.close()
                await app.new_page()
                await app.open()
                await expect(app.camera()).to_be_attached()
            case "second tab":
                other = await app.context.new_page()
                await other.goto(world.address)
                await app.page.close()
                app.page = other
                await expect(app.camera()).to_be_attached()
            case "offline":
                self.offline = how
                await app.context.set_offline(how)
            case "kill api":
                world.kill()
                await app.skip(2)
                await world.serve()
            case "crash postgresql":
                await app.skip(3)
                await world.postgres_immediate()
                await world.postgres_start()
            case "sign in" if not self.offline:
                await app.sign_in(how)
                await app.open()
                await expect(app.camera()).to_be_attached()
            case "end sessions":
                await world.ask("update login_session set revoked_at = now() where revoked_at is null")
        await self.remember()

    async def begin(self) -> None:
        """The page where photos are taken, with no draft in hand."""
        await self.app.open()
        await expect(self.app.camera()).to_be_attached()

    async def remember(self) -> None:
        """What is on disk now has to be there later, as an item or as delivered."""
        disk = await self.app.disk()
        ids = {item["id"] for item in disk.items}
        for promise in self.saved.values():
            assert promise.id in ids, "what was called saved is not on this phone any more"
        drafts = {row["id"] for row in disk.drafts if disk.photos_of(row["id"])}
        assert self.drafts <= drafts | ids, "a draft with its photo is gone"
        self.drafts |= drafts
        self.saved |= self.app.promised

    async def settle(self) -> None:
        """The faults are over: each owner signs in once more, and everything goes."""
        world, app = self.world, self.app
        world.proxy.lift()
        await app.context.set_offline(False)
        await app.open()
        await expect(app.camera()).to_be_attached()
        for owner in {promise.person for promise in self.saved.values()} - {None}:
            await app.sign_in(await world.ask("select username from person where id = $1", owner))
            await until(lambda owner=owner: self.sent(owner), f"what {owner} made is delivered", within=120)
        await until(lambda: self.sent(None), "what nobody signed is delivered", within=120)

    async def sent(self, owner: str | None) -> bool:
        await self.app.skip(UNDO_S)
        return all(item["state"] == "delivered" for item in (await self.app.disk()).items if item["owner"] == owner)
