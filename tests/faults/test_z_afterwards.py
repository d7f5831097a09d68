"""The last test: everything is killed, and all that any phone of this session believed to be safe is there."""

from tests.faults.world import World


async def test_after_kill_9_and_a_power_cut_everything_that_was_confirmed_is_there(world: World) -> None:
    """I3 for all rows at once: API and PostgreSQL die, come back, and each object still hashes to its name."""
    await world.crash_everything()
    count = await world.count(*world.promises)
    assert count.clean, count.words
    print(f"{count.reports} reports of this session, all there once and whole")
