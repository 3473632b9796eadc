"""The demo server as it is, with an SDK whose session is in memory."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from aiohttp import web
from browsing import driven_chromium
from demo_visits import Demo
from playwright.async_api import Browser

import scanwright.web
from scanwright.demo.database import Database, sqlite_url
from scanwright.demo.server import build_application
from scanwright.demo.settings import DemoSettings

WEB = Path(scanwright.web.__file__).parent


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium without a window."""
    async with driven_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def demo(browser: Browser, tmp_path: Path) -> AsyncIterator[Demo]:
    """The demo server, and a browser to look at it."""
    folder = tmp_path / "web"
    shutil.copytree(WEB / "demos", folder / "demos")
    shutil.copytree(WEB / "sdk", folder / "sdk")
    shutil.copy(WEB / "icon.svg", folder)
    fake = Path(__file__).parent / "session.js"
    shutil.copyfile(fake, folder / "sdk" / "index.js")
    with Database(sqlite_url(tmp_path / "demo.sqlite3")) as database:
        application = build_application(database, DemoSettings(web=folder))
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        yield Demo(browser, f"http://127.0.0.1:{port}/demos/scanner/")
        await runner.cleanup()
