"""What a person does in another engine's browser: open, look, press, pick a photo; in the words on the screen."""

import asyncio
from pathlib import Path
from typing import Any

from tests.engines.wire import ELEMENT, Refused, Wire

PATIENCE_S = 120.0
NOT_YET = ("element not interactable", "element click intercepted", "stale element reference", "no such element")


class Browser:
    """Everything waits for what it is about, as a person would."""

    def __init__(self, wire: Wire, address: str) -> None:
        self.wire = wire
        self.address = address

    async def go(self, path: str) -> None:
        await self.wire.send("Navigate", url=self.address + path)

    async def reload(self) -> None:
        """As a page does it itself: Firefox's own command goes past the service worker."""
        await self.run("window.before = true; location.reload()")
        await self.until("return window.before === undefined && document.readyState === 'complete'")

    async def run(self, script: str, *args: Any) -> Any:
        """`script` is a function's body that returns something plain."""
        return await self.wire.send("ExecuteScript", script=script, args=list(args))

    async def path(self) -> str:
        return str(await self.run("return location.pathname"))

    async def find(self, xpath: str) -> list[str]:
        rows = await self.wire.send("FindElements", using="xpath", value=xpath)
        return [row[ELEMENT] for row in rows]

    async def click(self, xpath: str) -> None:
        """Press the first of `xpath`, once it is there and can be pressed."""
        await self._persist(xpath, self._click_once)

    async def press(self, words: str) -> None:
        """The button or link that says, or is called, `words`."""
        await self.click(named(words))

    async def pick(self, label: str, photo: Path) -> None:
        """Choose a file for the input called `label`."""

        async def once(found: str) -> None:
            await self.wire.send("ElementSendKeys", id=found, text=str(photo))

        await self._persist(f"//input[@type='file'][@aria-label={quoted(label)}]", once)

    async def type(self, autocomplete: str, text: str) -> None:
        async def once(found: str) -> None:
            await self.wire.send("ElementSendKeys", id=found, text=text)

        await self._persist(f"//input[@autocomplete={quoted(autocomplete)}]", once)

    async def see(self, *texts: str) -> None:
        """Until each text is on the page."""
        for text in texts:
            await self.until("return document.body.innerText.includes(arguments[0])", text)

    async def until(self, script: str, *args: Any) -> None:
        """Until the page answers `script` with something true."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    if await self.run(script, *args):
                        return
                    await asyncio.sleep(0.2)
        except TimeoutError:
            seen = await self.run("return location.pathname + '\\n' + document.body.innerText")
            raise AssertionError(f"{self.wire.name} never came to {script} {args}; it shows {seen}") from None

    async def _click_once(self, found: str) -> None:
        await self.wire.send("ElementClick", id=found)

    async def _persist(self, xpath: str, once: Any) -> None:
        why = "it is not there"
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    try:
                        for found in (await self.find(xpath))[:1]:
                            return await once(found)
                    except Refused as refused:
                        if refused.code not in NOT_YET:
                            raise
                        why = str(refused)
                    await asyncio.sleep(0.2)
        except TimeoutError:
            seen = await self.run("return location.pathname + '\\n' + document.body.innerText")
            raise AssertionError(f"{self.wire.name}: {xpath}: {why}; it shows {seen}") from None


def quoted(text: str) -> str:
    assert "'" not in text
    return f"'{text}'"


def named(words: str) -> str:
    said = quoted(words)
    return f"//*[self::button or self::a][not(@disabled)][normalize-space(.)={said} or @aria-label={said}]"
