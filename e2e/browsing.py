"""Real browsers as a test uses them: does this one show this page?

Each visit is a browser of its own, with the HOME that it is given: nothing that one has
accepted is known to the next, but for what lies in that HOME.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest
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

CHROMIUM = "/usr/bin/chromium"
VISIT_S = 40.0
TEXT = "document.body.innerText"
ELSEWHERE = "elsewhere.example.test"
"""A name of another site, which these browsers look for on this machine."""


def need(program: str, package: str) -> None:
    """Skip the test where a program is missing."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is missing: apt-get install {package}")


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
    async with _running(command, home) as process:
        async with asyncio.timeout(VISIT_S):
            page, complaints = await process.communicate()
    return page.decode(), complaints.decode()


async def visit_by_firefox(
    url: str, home: Path, *, inside: Sequence[str] = (), script: str = TEXT
) -> tuple[str, str]:
    """Do the same with the only profile in this HOME, by WebDriver BiDi.

    What the page says is what the script gives; a promise is waited for.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [*inside, "firefox-esr", "--headless", "--no-remote"]
    command += ["--profile", str(firefox_profile(home))]
    command += [f"--remote-debugging-port={port}"]
    async with (
        _running(command, home),
        asyncio.timeout(VISIT_S),
        aiohttp.ClientSession() as session,
        await _connect(session, f"ws://127.0.0.1:{port}/session") as link,
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


async def _navigate(
    link: aiohttp.ClientWebSocketResponse, url: str, script: str
) -> tuple[str, str]:
    await _ask(link, "session.new", {"capabilities": {}})
    tree = await _ask(link, "browsingContext.getTree", {})
    context = tree["result"]["contexts"][0]["context"]
    target = {"context": context, "url": url, "wait": "complete"}
    answer = await _ask(link, "browsingContext.navigate", target)
    if answer["type"] == "error":
        return "", answer["message"]
    question = {
        "expression": script,
        "target": {"context": context},
        "awaitPromise": True,
    }
    text = await _ask(link, "script.evaluate", question)
    if text["result"]["type"] == "exception":
        return "", text["result"]["exceptionDetails"]["text"]
    return text["result"]["result"]["value"], ""


async def _ask(
    link: aiohttp.ClientWebSocketResponse, method: str, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    await link.send_json({"id": 1, "method": method, "params": parameters})
    while True:
        answer: dict[str, Any] = await link.receive_json()
        if answer.get("id") == 1:
            return answer


async def _connect(
    session: aiohttp.ClientSession, url: str
) -> aiohttp.ClientWebSocketResponse:
    """Connect as soon as the browser listens."""
    while True:
        try:
            return await session.ws_connect(url)
        except aiohttp.ClientError:
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def _running(
    command: Sequence[str], home: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a browser in a session of its own, and end all of it."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(home),
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()


def environment(home: Path) -> dict[str, str]:
    """Return what a program has to know to live in this HOME only."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(home), "MOZ_HEADLESS": "1"}
