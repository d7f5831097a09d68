"""WebDriver's commands by the two wires that Debian's browsers speak without help: Marionette and W3C WebDriver.

Firefox listens itself (`--marionette`, what geckodriver would talk to); WebKitGTK brings WebKitWebDriver.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.stack import free_port

FIREFOX, WEBKIT, XVFB = "firefox-esr", "WebKitWebDriver", "Xvfb"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
START_S = 40.0
FIREFOX_PREFS = {
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "geo.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}


class Refused(Exception):
    """The browser answered a command with an error; `code` is WebDriver's word for it."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(f"{code}: {says}")
        self.code = code


class Wire(ABC):
    """One browser with one window. `await start()`, then `send` commands, then `await stop()`."""

    name = ""
    version = ""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="xuncheng-engine-", dir="/var/tmp"))
        self._running: list[asyncio.subprocess.Process] = []

    @staticmethod
    @abstractmethod
    def lacks() -> str | None:
        """What has to be installed first; None when all is there."""

    @abstractmethod
    async def start(self) -> None: ...

    @abstractmethod
    async def send(self, command: str, **facts: Any) -> Any:
        """A command by its name in W3C WebDriver (`ExecuteScript`), its parameters by theirs. Raises Refused."""

    async def stop(self) -> None:
        for process in reversed(self._running):
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    async def _run(self, *words: str, env: Mapping[str, str] | None = None, listens: int) -> None:
        with (self.home / f"{Path(words[0]).name}.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )
        self._running.append(process)
        async with asyncio.timeout(START_S):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", listens)
                    writer.close()
                    return
                assert process.returncode is None, f"{words[0]} ended: {log.name}"
                await asyncio.sleep(0.1)


class Firefox(Wire):
    name = "Firefox"

    @staticmethod
    def lacks() -> str | None:
        return None if shutil.which(FIREFOX) else "firefox-esr is not installed"

    async def start(self) -> None:
        port = free_port()
        prefs = {**FIREFOX_PREFS, "marionette.port": port}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in prefs.items()]
        (self.home / "user.js").write_text("\n".join(lines))
        words = [FIREFOX, "--headless", "--no-remote", "--marionette", "--profile", str(self.home)]
        await self._run(*words, listens=port)
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._sent = 0
        await self._receive()
        told = await self.send("NewSession")
        self.version = told["capabilities"]["browserVersion"]

    async def send(self, command: str, **facts: Any) -> Any:
        self._sent += 1
        body = json.dumps([0, self._sent, f"WebDriver:{command}", facts]).encode()
        self._writer.write(b"%d:%b" % (len(body), body))
        await self._writer.drain()
        _, _, error, result = await self._receive()
        if error:
            raise Refused(error["error"], error["message"])
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    async def _receive(self) -> Any:
        length = await self._reader.readuntil(b":")
        return json.loads(await self._reader.readexactly(int(length[:-1])))


class WebKit(Wire):
    name = "WebKitGTK"
    ROUTES = {
        "Navigate": ("POST", "/url"),
        "ExecuteScript": ("POST", "/execute/sync"),
        "ExecuteAsyncScript": ("POST", "/execute/async"),
        "FindElements": ("POST", "/elements"),
        "ElementClick": ("POST", "/element/{id}/click"),
        "ElementSendKeys": ("POST", "/element/{id}/value"),
        "SetWindowRect": ("POST", "/window/rect"),
    }

    @staticmethod
    def lacks() -> str | None:
        for program, package in ((WEBKIT, "webkit2gtk-driver"), (XVFB, "xvfb")):
            if not shutil.which(program):
                return f"{package} is not installed"
        return None

    async def start(self) -> None:
        port = free_port()
        display = await self._screen()
        await self._run(WEBKIT, f"--port={port}", env={"DISPLAY": display}, listens=port)
        self._http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120)
        told = await self._ask("POST", "/session", {"capabilities": {"alwaysMatch": {}}})
        self._session = told["sessionId"]
        self.version = told["capabilities"]["browserVersion"]

    async def _screen(self) -> str:
        """A screen that nobody sees; Xvfb chooses a free number and tells it."""
        told, tells = os.pipe()
        words = [XVFB, "-displayfd", str(tells), "-screen", "0", "800x1000x24", "-nolisten", "tcp"]
        with (self.home / "Xvfb.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *words, stdout=log, stderr=log, pass_fds=[tells], start_new_session=True
            )
        os.close(tells)
        self._running.append(process)
        with os.fdopen(told, "rb") as reader:
            number = await asyncio.wait_for(asyncio.to_thread(reader.readline), START_S)
        assert number, "Xvfb ended at its start"
        return f":{number.decode().strip()}"

    async def stop(self) -> None:
        with contextlib.suppress(AttributeError, httpx.HTTPError, Refused):
            await self._ask("DELETE", f"/session/{self._session}", None)
            await self._http.aclose()
        await super().stop()

    async def send(self, command: str, **facts: Any) -> Any:
        method, path = self.ROUTES[command]
        path = path.format(id=facts.pop("id", ""))
        return await self._ask(method, f"/session/{self._session}{path}", facts if method == "POST" else None)

    async def _ask(self, method: str, path: str, facts: dict[str, Any] | None) -> Any:
        answer = await self._http.request(method, path, json=facts)
        value = answer.json()["value"]
        if answer.status_code != 200:
            raise Refused(value["error"], value["message"])
        return value
