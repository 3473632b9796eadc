"""Real browsers as a test uses them: does this one show this page?

Each visit is a browser of its own, with the HOME that it is given: nothing that one has
accepted is known to the next, but for what lies in that HOME.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from engines.bidi import BidiError, Link, connected
from engines.chromium import CHROMIUM
from engines.processes import environment, free_port, need, running_process
from playwright.async_api import Browser, async_playwright

__all__ = [
    "ELSEWHERE",
    "driven_chromium",
    "environment",
    "firefox_profile",
    "need",
    "visit_by_chromium",
    "visit_by_firefox",
]

VISIT_S = 40.0
TEXT = "document.body.innerText"
ELSEWHERE = "elsewhere.example.test"
"""A name of another site, which these browsers look for on this machine."""


@contextlib.asynccontextmanager
async def driven_chromium() -> AsyncIterator[Browser]:
    """Yield a Chromium without a window, for tests that click; skip where it is not."""
    need(CHROMIUM, "chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            # As root it refuses to start with a sandbox, and the pages are ours.
            args=["--no-sandbox"],
        )
        yield browser
        await browser.close()


async def visit_by_chromium(
    url: str, home: Path, *, inside: Sequence[str] = ()
) -> tuple[str, str]:
    """Open a page; return what it says, and the complaints of the browser.

    `inside` is the command that runs another one in a namespace.
    """
    command = [
        *inside,
        "chromium",
        "--headless",
        "--no-sandbox",  # root has none
        "--disable-gpu",
        f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
        "--dump-dom",
        url,
    ]
    page, complaints = home / "page.html", home / "chromium.log"
    for file in (page, complaints):
        file.unlink(missing_ok=True)
    async with (
        asyncio.timeout(VISIT_S),
        running_process(command, environment(home), complaints, output=page) as process,
    ):
        await process.wait()
    return page.read_text(), complaints.read_text()


async def visit_by_firefox(
    url: str, home: Path, *, inside: Sequence[str] = (), script: str = TEXT
) -> tuple[str, str]:
    """Do the same with the only profile in this HOME, by WebDriver BiDi.

    What the page says is what the script gives; a promise is waited for.
    """
    port = free_port()
    command = [*inside, "firefox-esr", "--headless", "--no-remote"]
    command += ["--profile", str(firefox_profile(home))]
    command += [f"--remote-debugging-port={port}"]
    async with (
        asyncio.timeout(VISIT_S),
        running_process(command, environment(home), home / "firefox.log"),
        connected(port, within_s=VISIT_S) as link,
    ):
        return await _navigate(link, url, script)


def firefox_profile(home: Path) -> Path:
    """Return the folder of the profile, made where it is missing."""
    root = home / ".mozilla" / "firefox"
    profile = root / "test.default"
    profile.mkdir(parents=True, exist_ok=True)
    preference = f'user_pref("network.dns.localDomains", "{ELSEWHERE}");\n'
    (profile / "user.js").write_text(preference)
    return profile


async def _navigate(link: Link, url: str, script: str) -> tuple[str, str]:
    tree = await link.ask("browsingContext.getTree")
    context = tree["contexts"][0]["context"]
    try:
        await link.ask(
            "browsingContext.navigate", context=context, url=url, wait="complete"
        )
    except BidiError as error:
        return "", str(error)
    text = await link.ask(
        "script.evaluate",
        expression=script,
        target={"context": context},
        awaitPromise=True,
    )
    if text["type"] == "exception":
        return "", text["exceptionDetails"]["text"]
    return text["result"]["value"], ""
