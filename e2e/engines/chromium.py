"""Chromium as Debian ships it, driven by Playwright.

It has no window, but where the user is to be asked: without one it answers no itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, CDPSession, Download, Error, async_playwright
from playwright.async_api import Page as Tab

from engines.bubbles import answer_chromium
from engines.hands import hands_at
from engines.interface import (
    Choice,
    EngineName,
    NotOffered,
    PageRefused,
    ScriptFailed,
    Settings,
)
from engines.nss import trust_in
from engines.processes import environment, need
from engines.screen import hidden_screen
from engines.scripts import ACTION_S, ContextLost, ScriptedPage

__all__ = ["CHROMIUM", "Chromium", "running_chromium"]

CHROMIUM = "/usr/bin/chromium"
DATABASE = Path(".local/share/pki/nssdb")
LOST = ("context was destroyed", "navigated or closed", "Promise was collected")


class Chromium:
    """A running Chromium; each page has a browser context of its own."""

    name: EngineName = "chromium"

    def __init__(
        self, browser: Browser, settings: Settings, screen: str | None
    ) -> None:
        """Drive this browser, which has its window on this screen, or none."""
        self._browser = browser
        self._settings = settings
        self._screen = screen

    async def open(self, url: str) -> ChromiumPage:
        """Open a page in a context of its own, and wait until it is loaded."""
        context = await self._browser.new_context()
        context.set_default_timeout(ACTION_S * 1000)
        tab = await context.new_page()
        wire = await context.new_cdp_session(tab)
        if self._settings.permission in ("granted", "denied"):
            await self._permit(url, wire)
        downloads = self._settings.home / "downloads"
        page = ChromiumPage(tab, wire, downloads, self._screen)
        await page.go(url)
        return page

    async def _permit(self, url: str, wire: CDPSession) -> None:
        """Set what the user has said: without its context it would say nothing."""
        place = urlsplit(url)
        if place.scheme != "https" and place.hostname not in ("localhost", "127.0.0.1"):
            raise NotOffered("Chromium lets no user allow anything to an insecure page")
        target = await wire.send("Target.getTargetInfo")
        await (await self._browser.new_browser_cdp_session()).send(
            "Browser.setPermission",
            {
                "permission": {"name": "loopback-network"},
                "setting": self._settings.permission,
                "origin": f"{place.scheme}://{place.netloc}",
                "browserContextId": target["targetInfo"]["browserContextId"],
            },
        )


class ChromiumPage(ScriptedPage):
    """A tab, and the only one of its context."""

    def __init__(
        self, tab: Tab, wire: CDPSession, downloads: Path, screen: str | None
    ) -> None:
        """Drive this tab; scripts go over the wire, past the page's own policy."""
        super().__init__()
        self._tab = tab
        self._wire = wire
        self._folder = downloads
        self._screen = screen
        self._downloads: asyncio.Queue[Download] = asyncio.Queue()
        tab.on("console", lambda line: self.note(line.type, line.text))
        tab.on("pageerror", lambda error: self.note("error", str(error)))
        tab.on("download", self._downloads.put_nowait)

    async def go(self, url: str) -> None:
        """Go to an address, and wait until it is loaded."""
        try:
            await self._tab.goto(url)
        except Error as error:
            raise PageRefused(error.message) from error
        self.url = self._tab.url

    async def click(self, selector: str) -> None:
        """Click as a user does."""
        await self._tab.locator(selector).first.click()

    async def fill(self, selector: str, text: str) -> None:
        """Replace the text of a field by typing."""
        await self._tab.locator(selector).first.fill(text)

    async def press(self, key: str, selector: str | None = None) -> None:
        """Press a key on the element, or on what has the focus."""
        if selector is None:
            await self._tab.keyboard.press(key)
        else:
            await self._tab.locator(selector).first.press(key)

    async def answer(self, choice: Choice) -> None:
        """Answer by hand what the browser asks about this page."""
        await answer_chromium(self, hands_at(self._screen), choice)

    async def choose_files(self, selector: str, *paths: Path) -> None:
        """Choose files in an `<input type=file>`."""
        await self._tab.locator(selector).first.set_input_files(list(paths))

    async def screenshot(self, path: Path) -> None:
        """Write what is seen as PNG."""
        await self._tab.screenshot(path=path)

    async def download(self, *, timeout_s: float = ACTION_S) -> Path:
        """Return the next file that the page has given to the user."""
        async with asyncio.timeout(timeout_s):
            download = await self._downloads.get()
            file = self._folder / download.suggested_filename
            await download.save_as(file)
        return file

    async def reload(self) -> None:
        """Load the page again, in the same context."""
        await self._tab.reload()

    async def close(self) -> None:
        """Close it; its context is forgotten."""
        await self._tab.context.close()

    async def _run(self, expression: str, timeout_s: float) -> str:
        question = {"expression": expression, "awaitPromise": True}
        try:
            async with asyncio.timeout(timeout_s):
                answer = await self._wire.send("Runtime.evaluate", question)
        except Error as error:
            if any(words in error.message for words in LOST):
                raise ContextLost(error.message) from error
            raise
        if "exceptionDetails" in answer:
            raise ScriptFailed(answer["exceptionDetails"]["exception"]["description"])
        text: str = answer["result"]["value"]
        return text


@contextlib.asynccontextmanager
async def running_chromium(settings: Settings) -> AsyncIterator[Chromium]:
    """Yield a Chromium with this HOME; skip where it is not."""
    need(CHROMIUM, "chromium")
    if settings.trust is not None:
        await trust_in(settings.home / DATABASE, settings.trust)
    variables: dict[str, str | float | bool] = {
        **environment(settings.home),
    }
    async with contextlib.AsyncExitStack() as stack:
        # Not in the HOME: the path of a socket has to be short.
        variables["TMPDIR"] = stack.enter_context(tempfile.TemporaryDirectory())
        screen: str | None = None
        if settings.permission == "prompt":
            screen = await stack.enter_async_context(hidden_screen(settings.home))
            variables["DISPLAY"] = screen
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=_arguments(settings),
            env=variables,
            headless=screen is None,
        )
        stack.push_async_callback(browser.close)
        yield Chromium(browser, settings, screen)


def _arguments(settings: Settings) -> list[str]:
    # As root it refuses to start with a sandbox, and the pages are ours.
    arguments = ["--no-sandbox"]
    if settings.hosts:
        rules = ",".join(f"MAP {host} 127.0.0.1" for host in settings.hosts)
        arguments.append(f"--host-resolver-rules={rules}")
    if settings.public_ports:
        spaces = ",".join(
            f"127.0.0.1:{port}=public" for port in sorted(settings.public_ports)
        )
        arguments.append(f"--ip-address-space-overrides={spaces}")
    return arguments
