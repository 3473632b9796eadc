"""Firefox as Debian ships it, driven by WebDriver BiDi.

It has no window, but where the user is to be asked: nobody could answer without one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from engines.actions import click_on, press_keys, type_text
from engines.bidi import Answer, BidiError, Link, connected
from engines.bubbles import answer_firefox
from engines.hands import hands_at
from engines.interface import (
    Choice,
    EngineName,
    PageRefused,
    ScriptFailed,
    Settings,
)
from engines.nss import trust_in
from engines.processes import environment, free_port, need, running_process
from engines.screen import hidden_screen
from engines.scripts import ACTION_S, ContextLost, ScriptedPage, write_base64

__all__ = ["Firefox", "running_firefox"]

START_S = 60.0
EVENTS = [
    "log.entryAdded",
    "browsingContext.downloadEnd",
    "browsingContext.navigationCommitted",
]
LOST = ("no such frame", "no such realm", "unknown error: AbortError")


class Firefox:
    """A running Firefox; each page has a user context of its own."""

    name: EngineName = "firefox"

    def __init__(self, link: Link, settings: Settings, screen: str | None) -> None:
        """Speak to it on this link; it has its window on this screen, or none."""
        self._link = link
        self._settings = settings
        self._screen = screen

    async def open(self, url: str) -> FirefoxPage:
        """Open a page in a context of its own, and wait until it is loaded."""
        created = await self._link.ask("browser.createUserContext")
        user: str = created["userContext"]
        if self._settings.permission is not None:
            await self._permit(url, user)
        tab = await self._link.ask(
            "browsingContext.create", type="tab", userContext=user
        )
        page = FirefoxPage(self._link, tab["context"], user, self._screen)
        await page.go(url)
        return page

    async def _permit(self, url: str, user: str) -> None:
        place = urlsplit(url)
        await self._link.ask(
            "permissions.setPermission",
            descriptor={"name": "loopback-network"},
            state=self._settings.permission,
            origin=f"{place.scheme}://{place.netloc}",
            userContext=user,
        )


class FirefoxPage(ScriptedPage):
    """A tab."""

    def __init__(self, link: Link, context: str, user: str, screen: str | None) -> None:
        """Speak to this tab on the link of its browser."""
        super().__init__()
        self._link = link
        self._context = context
        self._user = user
        self._screen = screen
        self._downloads: list[Path] = []
        self._is_running = False
        link.listen(self._hear)

    async def go(self, url: str) -> None:
        """Go to an address, and wait until it is loaded."""
        async with asyncio.timeout(ACTION_S):
            try:
                shown = await self._tab("navigate", url=url, wait="complete")
            except BidiError as error:
                raise PageRefused(str(error)) from error
        self.url = shown["url"]

    async def click(self, selector: str) -> None:
        """Click as a user does."""
        element = await self._element(selector)
        await self._perform(click_on({"type": "element", "element": element}))

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
        """Answer by hand what the browser asks about this page."""
        await answer_firefox(self._link, hands_at(self._screen), choice)

    async def choose_files(self, selector: str, *paths: Path) -> None:
        """Choose files in an `<input type=file>`."""
        await self._link.ask(
            "input.setFiles",
            context=self._context,
            element=await self._element(selector, usable=False),
            files=[str(path) for path in paths],
        )

    async def screenshot(self, path: Path) -> None:
        """Write what is seen as PNG."""
        shot = await self._tab("captureScreenshot")
        write_base64(path, shot["data"])

    async def download(self, *, timeout_s: float = ACTION_S) -> Path:
        """Return the next file that the page has given to the user."""
        async with asyncio.timeout(timeout_s):
            while not self._downloads:
                await self._link.read()
        return self._downloads.pop(0)

    async def reload(self) -> None:
        """Load the page again, in the same context."""
        async with asyncio.timeout(ACTION_S):
            await self._tab("reload", wait="complete")

    async def close(self) -> None:
        """Close it; its context is forgotten."""
        await self._tab("close")
        await self._link.ask("browser.removeUserContext", userContext=self._user)

    def _hear(self, event: Answer) -> None:
        said = event["params"]
        if said.get("source", said).get("context") != self._context:
            return
        if event["method"] == "log.entryAdded":
            self.note(said["level"], said["text"] or "")
        elif event["method"] == "browsingContext.navigationCommitted":
            self._leave(said["url"])
        elif said["status"] == "complete":
            self._downloads.append(Path(said["filepath"]))

    def _leave(self, url: str) -> None:
        """The script that was running will never answer."""
        if self._is_running:
            raise ContextLost(url)

    async def _run(self, expression: str, timeout_s: float) -> str:
        self._is_running = True
        try:
            async with asyncio.timeout(timeout_s):
                result = await self._script(expression)
        finally:
            self._is_running = False
        text: str = result["value"]
        return text

    async def _script(self, expression: str) -> Answer:
        try:
            answer = await self._link.ask(
                "script.evaluate",
                expression=expression,
                target={"context": self._context},
                awaitPromise=True,
            )
        except BidiError as error:
            if str(error).startswith(LOST):
                raise ContextLost(str(error)) from error
            raise
        if answer["type"] == "exception":
            raise ScriptFailed(answer["exceptionDetails"]["text"])
        result: Answer = answer["result"]
        return result

    async def _element(self, selector: str, *, usable: bool = True) -> dict[str, str]:
        found = await self._until(selector, usable=usable)
        node = await self._script(
            f"((each) => (each.scrollIntoView({{ block: 'center' }}), each))({found})"
        )
        return {"sharedId": node["sharedId"]}

    async def _focus(self, selector: str, then: str = "") -> None:
        found = await self._until(selector)
        await self.evaluate(f"const element = {found}; element.focus(); {then}")

    async def _perform(self, actions: list[dict[str, Any]]) -> None:
        await self._link.ask(
            "input.performActions", context=self._context, actions=actions
        )

    async def _tab(self, method: str, **parameters: object) -> Answer:
        return await self._link.ask(
            f"browsingContext.{method}", context=self._context, **parameters
        )


@contextlib.asynccontextmanager
async def running_firefox(settings: Settings) -> AsyncIterator[Firefox]:
    """Yield a Firefox with a profile of its own in its HOME; skip where it is not."""
    need("firefox-esr", "firefox-esr")
    profile = await _profile(settings)
    async with contextlib.AsyncExitStack() as stack:
        screen: str | None = None
        if settings.permission == "prompt":
            screen = await stack.enter_async_context(hidden_screen(settings.home))
        port = free_port()
        command = ["firefox-esr", "--no-remote", "--profile", str(profile)]
        command += [f"--remote-debugging-port={port}", *_appearance(screen)]
        variables = _variables(settings.home, screen)
        log = settings.home / "firefox.log"
        await stack.enter_async_context(running_process(command, variables, log))
        link = await stack.enter_async_context(connected(port, within_s=START_S))
        await link.ask("session.subscribe", events=EVENTS)
        yield Firefox(link, settings, screen)


def _appearance(screen: str | None) -> list[str]:
    # With a window, what is around the pages can be looked at, too.
    return ["--headless"] if screen is None else ["--remote-allow-system-access"]


def _variables(home: Path, screen: str | None) -> dict[str, str]:
    variables = environment(home)
    if screen is None:
        return variables
    del variables["MOZ_HEADLESS"]
    # No bus is started for it, which would stay.
    bus = {"DBUS_SESSION_BUS_ADDRESS": "disabled:", "NO_AT_BRIDGE": "1"}
    return {**variables, **bus, "DISPLAY": screen}


async def _profile(settings: Settings) -> Path:
    profile = settings.home / "profile"
    profile.mkdir()
    lines = [
        f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
        for name, value in _preferences(settings).items()
    ]
    (profile / "user.js").write_text("".join(lines))
    if settings.trust is not None:
        await trust_in(profile, settings.trust)
    return profile


def _preferences(settings: Settings) -> dict[str, str | int | Literal[True]]:
    downloads = settings.home / "downloads"
    public = ",".join(f"127.0.0.1:{port}" for port in sorted(settings.public_ports))
    return {
        "browser.download.folderList": 2,
        "browser.download.dir": str(downloads),
        "network.dns.localDomains": ",".join(settings.hosts),
        "network.lna.address_space.public.override": public,
    }
