"""WebKitGTK as Debian ships it: its MiniBrowser on a screen that nobody sees.

It knows no settings for trust and names: it asks the system. So it runs in a mount
namespace in which /etc/hosts and the bundle of certificates are other files.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

from engines.actions import press_keys, type_text
from engines.interface import (
    Choice,
    EngineName,
    NotOffered,
    PageRefused,
    ScriptFailed,
    Settings,
)
from engines.processes import environment, free_port, need, running_process
from engines.screen import hidden_screen
from engines.scripts import ACTION_S, ContextLost, ScriptedPage, write_base64
from engines.webdriver import ELEMENT, Driver, DriverError, driving

__all__ = ["Webkit", "running_webkit"]

START_S = 60.0
LOOK_S = 0.05
UNFINISHED: Final = ".wkdownload"
BUNDLE: Final = Path("/etc/ssl/certs/ca-certificates.crt")
HOSTS: Final = Path("/etc/hosts")
OTHER_FILES = 'mount --bind "$1" "$2"; mount --bind "$3" "$4"; shift 4; exec "$@"'
IS_LOADED = "return performance.getEntriesByType('navigation').length;"
LOST = "no such frame: Callback was not called before the unload"


class Webkit:
    """WebKitGTK; each page is a browser process of its own."""

    name: EngineName = "webkit"

    def __init__(self, settings: Settings, screen: str) -> None:
        """Show pages on this screen."""
        self._settings = settings
        self._screen = screen
        self._opened = contextlib.AsyncExitStack()

    async def open(self, url: str) -> WebkitPage:
        """Open a page in a browser of its own, and wait until it is loaded."""
        stack = contextlib.AsyncExitStack()
        self._opened.push_async_callback(stack.aclose)
        port = free_port()
        home = self._settings.home / f"page-{port}"
        home.mkdir()
        driver = await stack.enter_async_context(self._driver(home, port))
        page = WebkitPage(driver, stack, home)
        await page.go(url)
        return page

    @contextlib.asynccontextmanager
    async def _driver(self, home: Path, port: int) -> AsyncIterator[Driver]:
        """Yield a driver: each has one browser."""
        command = [*_inside(self._settings), "WebKitWebDriver", f"--port={port}"]
        variables = _variables(home, self._screen)
        async with (
            running_process(command, variables, self._settings.home / "webkit.log"),
            driving(port, {"browserName": "MiniBrowser"}, within_s=START_S) as driver,
        ):
            yield driver

    async def aclose(self) -> None:
        """Close all pages."""
        await self._opened.aclose()


class WebkitPage(ScriptedPage):
    """The window of one browser."""

    def __init__(
        self, driver: Driver, stack: contextlib.AsyncExitStack, home: Path
    ) -> None:
        """Drive this window, whose browser has this HOME; the stack ends it."""
        super().__init__()
        self._driver = driver
        self._stack = stack
        self._home = home
        self._downloaded: set[Path] = set()

    async def go(self, url: str) -> None:
        """Go to an address, and wait until it is loaded.

        Of a page that it refuses it says nothing: it stays where it was, or shows words
        of its own under the same address.
        """
        try:
            await self._driver.post("/url", url=url)
        except DriverError as error:
            raise PageRefused(str(error)) from error
        if not await self.evaluate(IS_LOADED):
            words = await self.evaluate("return document.body?.innerText;")
            raise PageRefused(f"it shows {self.url}: {words}")

    async def click(self, selector: str) -> None:
        """Click as a user does."""
        element = await self._element(selector)
        await self._driver.post(f"/element/{element}/click")

    async def fill(self, selector: str, text: str) -> None:
        """Replace the text of a field by typing."""
        await self._focus(selector, "element.select();")
        await self._perform(press_keys("Delete"))
        await self._perform(type_text(text))

    async def press(self, key: str, selector: str | None = None) -> None:
        """Press a key on the element, or on what has the focus."""
        if selector is not None:
            await self._focus(selector)
        await self._perform(press_keys(key))

    async def answer(self, choice: Choice) -> None:
        """It asks nothing."""
        raise NotOffered(f"WebKitGTK asks nothing: there is nothing to {choice}")

    async def choose_files(self, selector: str, *paths: Path) -> None:
        """Choose files in an `<input type=file>`."""
        element = await self._element(selector, usable=False)
        names = "\n".join(str(path) for path in paths)
        await self._driver.post(f"/element/{element}/value", text=names)

    async def screenshot(self, path: Path) -> None:
        """Write what is seen as PNG."""
        write_base64(path, await self._driver.get("/screenshot"))

    async def download(self, *, timeout_s: float = ACTION_S) -> Path:
        """Return the next file that the page has given to the user.

        The driver has no words for it: it lies in the HOME when it is complete.
        """
        async with asyncio.timeout(timeout_s):
            file = await self._next_file()
        self._downloaded.add(file)
        return file

    async def _next_file(self) -> Path:
        """Look until it is there: no event tells of what another process writes."""
        while True:
            if new := self._files() - self._downloaded:
                return min(new)
            await asyncio.sleep(LOOK_S)

    def _files(self) -> set[Path]:
        files = (each for each in self._home.iterdir() if each.is_file())
        return {each for each in files if each.suffix != UNFINISHED}

    async def reload(self) -> None:
        """Load the page again, in the same context."""
        await self._driver.post("/refresh")

    async def close(self) -> None:
        """Close it; its browser ends."""
        await self._stack.aclose()

    async def _run(self, expression: str, timeout_s: float) -> str:
        script = f"const done = arguments[0]; {expression}.then(done)"
        await self._driver.post("/timeouts", script=int(timeout_s * 1000))
        answer: str = await self._execute("async", script)
        return answer

    async def _execute(self, kind: str, script: str) -> Any:
        try:
            return await self._driver.post(f"/execute/{kind}", script=script, args=[])
        except DriverError as error:
            if str(error).startswith(LOST):
                raise ContextLost(str(error)) from error
            if str(error).startswith("script timeout"):
                raise TimeoutError(str(error)) from error
            raise ScriptFailed(str(error)) from error

    async def _element(self, selector: str, *, usable: bool = True) -> str:
        found = await self._until(selector, usable=usable)
        element: str = (await self._execute("sync", f"return {found}"))[ELEMENT]
        return element

    async def _focus(self, selector: str, then: str = "") -> None:
        found = await self._until(selector)
        await self.evaluate(f"const element = {found}; element.focus(); {then}")

    async def _perform(self, actions: list[dict[str, Any]]) -> None:
        await self._driver.post("/actions", actions=actions)


@contextlib.asynccontextmanager
async def running_webkit(settings: Settings) -> AsyncIterator[Webkit]:
    """Yield a WebKitGTK on a screen of its own; skip where it is not."""
    need("WebKitWebDriver", "webkit2gtk-driver")
    if settings.public_ports or settings.permission is not None:
        raise NotOffered("WebKitGTK has no permission for the local network")
    async with hidden_screen(settings.home) as screen:
        webkit = Webkit(settings, screen)
        try:
            yield webkit
        finally:
            await webkit.aclose()


def _variables(home: Path, screen: str) -> Mapping[str, str]:
    return {
        **environment(home),
        "DISPLAY": screen,
        "TMPDIR": str(home),
        "XDG_RUNTIME_DIR": str(home),
        # No bus is started for it, which would stay.
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        "NO_AT_BRIDGE": "1",
        "GSETTINGS_BACKEND": "memory",
        "LIBGL_ALWAYS_SOFTWARE": "1",
    }


def _inside(settings: Settings) -> list[str]:
    """Return the command that runs another one with other names and other trust."""
    if settings.trust is None and not settings.hosts:
        return []
    need("unshare", "util-linux")
    bundle, hosts = settings.home / "bundle.crt", settings.home / "hosts"
    trust = settings.trust.read_bytes() if settings.trust is not None else b""
    bundle.write_bytes(BUNDLE.read_bytes() + trust)
    names = [f"127.0.0.1 {host}\n" for host in settings.hosts]
    hosts.write_text(HOSTS.read_text() + "".join(names))
    command = ["unshare", "--mount", "--propagation", "private"]
    if os.geteuid() != 0:
        command.append("--map-root-user")
    command += ["sh", "-ec", OTHER_FILES, "sh", str(bundle), str(BUNDLE)]
    return [*command, str(hosts), str(HOSTS)]
