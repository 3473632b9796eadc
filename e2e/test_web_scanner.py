"""The web scanner, from the missing service to the database, in real browsers.

Every page that the virtual scanner makes carries its identity. What comes back out of
the databases at the end is held against it: every page once, in order.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import pikepdf
import pytest
import pytest_asyncio
from browsing import driven_chromium
from engines import EngineName, Settings, running
from engines.processes import free_port
from live import running_up
from playwright.async_api import Browser, expect
from playwright.async_api import Page as Tab
from postgres import running_postgres
from usable import expect_usable, keep_picture
from web_scanner import (
    SESSION,
    Demo,
    WebScanner,
    free_port_base,
    identities,
    read_pages,
    running_demo,
    write_installers,
)

from scanwright_simulators.device import Identity, Side

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

VERSION: Final = "0.1.0"
DEB: Final = f"scanwright_{VERSION}_amd64.deb"
RPM: Final = f"scanwright-{VERSION}-1.x86_64.rpm"
SHEETS: Final = 10
PACKAGE_BYTES: Final = 31_500_000
SEEN_MS: Final = 60_000
SCENARIO: Final = """
[[scanner]]
name = "Virtual Office"
faces = ["sane"]
tray = [
  { kind = "text", sheets = 6, two_sided = true },
  { kind = "receipt", two_sided = true },
  { kind = "barcodes", two_sided = true },
  { kind = "form", two_sided = true },
  { kind = "photo", two_sided = true },
]
"""
OPEN_ALL: Final = """
for (const each of document.querySelectorAll('details')) each.open = true;"""
CLOSE_SOME: Final = """
document.querySelectorAll('details').forEach((each, at) => { each.open = at === 0; });
scrollTo(0, 0);"""
RIGHT, HALF = 90, 180
EDIT: Final = """
await session.edit.rotate(half, 180);
await session.buffer.setCurrent(right);
await session.buffer.move([right], 15);
return session.buffer.images.map((each) => each.id).indexOf(right);"""
SAVE_THERE: Final = """
const options = { type: "application/pdf", pdf: { standard: "pdf/a-2b" } };
const file = await session.files.save(ids, options, { name: "scan.pdf" });
const { status } = await session.upload(file, { url, segmentBytes: 2 ** 20 });
return status;"""


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A PostgreSQL of these tests' own; its URL."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder as `make packages` leaves it, but for what is in the packages."""
    folder = tmp_path / "dist"
    folder.mkdir()
    files = [folder / DEB, folder / RPM]
    for file in files:
        file.write_bytes(os.urandom(PACKAGE_BYTES))
    write_installers(folder, VERSION, files)
    return folder


@pytest.mark.parametrize("name", ["chromium", "firefox"])
async def test_every_page_comes_out_of_the_database_once_and_in_order(
    name: EngineName, tmp_path: Path, packages: Path, postgres: str
) -> None:
    """Installed, connected, scanned, turned, saved, uploaded: no page gets lost.

    The page is opened where no service is, and never loaded again.
    """
    home, base, port = tmp_path / "home", free_port_base(), free_port()
    home.mkdir()
    origin = f"http://127.0.0.1:{port}"
    other_options = ["--database", postgres, "--allow-origin", origin]
    with running_demo(base, tmp_path / "other", *other_options) as other:
        options = ["--port", str(port), "--installers", str(packages)]
        options += ["--allow-import", other.origin]
        with running_demo(base, tmp_path / "demo", *options) as demo:
            async with running(name, Settings(home)) as engine:
                scanner = WebScanner(await engine.open(demo.page))
                await scanner.mark()
                await _is_offered(scanner, packages / DEB)
                with running_up("--port-base", str(base)):
                    await scanner.reconnect()
                    await scanner.connected()
                    turned = await _scan_and_upload(scanner, other)
                    assert await scanner.was_kept()
                    there = WebScanner(await engine.open(other.page))
                    await there.listed("scan.pdf")
                    _holds_every_page(await there.download_newest(), turned)


async def _is_offered(scanner: WebScanner, package: Path) -> None:
    """The prompt has the package for this system, whole, and what installs it."""
    commands = await scanner.prompt_with("not-installed")
    assert commands == [f"sudo apt install ./{package.name}"]
    await scanner.page.click("section button.main")
    downloaded = await scanner.page.download()
    assert downloaded.name == package.name
    assert _digest(downloaded) == _digest(package)
    await scanner.prompt_says("its checksum is right")
    await scanner.page.click("[part=reconnect]")
    await scanner.prompt_says("could still not be reached")


async def _scan_and_upload(scanner: WebScanner, other: Demo) -> dict[int, int]:
    """Do what a user does; return which places of the file were turned, and how far."""
    await scanner.choose_scanner("Virtual Office")
    ids = await scanner.scan_duplex(2 * SHEETS)
    await scanner.open_tools()
    turned = await _edit(scanner, ids)
    await scanner.choose("#standard", "pdf/a-2b")
    await scanner.page.click("#save-upload")
    await scanner.listed("scan.pdf")
    _holds_every_page(await scanner.download_newest(), turned)
    url = f"{other.url}uploads"
    assert await scanner.call(SAVE_THERE, ids=ids, url=url) in {200, 201}
    return turned


async def _edit(scanner: WebScanner, ids: list[str]) -> dict[int, int]:
    """Turn pages by script and by a button; move one, and have that undone."""
    half = dict.fromkeys((4, 5, 6), HALF)
    moved = await scanner.call(EDIT, half=[ids[at] for at in half], right=ids[2])
    assert moved != 2
    await scanner.page.click("[data-tool=undo]")
    await scanner.has_order(ids)
    await scanner.page.click("[data-tool=rotateRight]")
    await scanner.page.wait_for(
        f"{SESSION}.buffer.images.some(({{ widthPx, heightPx }}) => widthPx > heightPx)"
    )
    return {**half, 2: RIGHT}


def _holds_every_page(file: Path, turned: dict[int, int]) -> None:
    """The file is an archive with all sides of all sheets, in the order of the scan."""
    with pikepdf.open(file) as pdf, pdf.open_metadata() as facts:
        assert (facts["pdfaid:part"], facts["pdfaid:conformance"]) == ("2", "B")
    found = identities(read_pages(file), turned)
    sides = [(sheet, side) for sheet in range(1, SHEETS + 1) for side in Side]
    expected = [
        Identity("virtual-office", sheet, side, serial)
        for serial, (sheet, side) in enumerate(sides, start=1)
    ]
    assert found == expected


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """A Chromium without a window."""
    async with driven_chromium() as running_browser:
        yield running_browser


async def test_everybody_can_use_it_in_every_state(
    browser: Browser, tmp_path: Path, packages: Path
) -> None:
    """Axe finds nothing: without the service, empty, with pages, with an open panel."""
    base = free_port_base()
    with running_demo(base, tmp_path, "--installers", str(packages)) as demo:
        page = await _opened(browser, demo)
        await expect(page.locator("scanwright-prompt code")).to_be_visible()
        await _is_usable(page, "prompt")
        scenario = tmp_path / "office.toml"
        scenario.write_text(SCENARIO)
        with running_up("--scenario", str(scenario), "--port-base", str(base)):
            await expect(page.locator("#scan-start")).to_be_enabled(timeout=SEEN_MS)
            await _is_usable(page)
            await page.select_option("#source", "duplex")
            await page.fill("#resolution", "75")
            await page.click("#scan-start")
            await expect(page.locator("#news")).to_have_text(
                f"Scanned pages: {2 * SHEETS}.", timeout=SEEN_MS
            )
            await _is_usable(page, "demo")
            await page.click("[data-tool=adjust]")
            await _is_usable(page, "viewer")
            await page.keyboard.press("Escape")
            await page.evaluate(OPEN_ALL)
            await page.click("#save-upload")
            await expect(page.locator("#documents img")).to_be_visible(timeout=SEEN_MS)
            await _is_usable(page)
            await page.evaluate(CLOSE_SOME)
            await page.emulate_media(color_scheme="dark")
            await _is_usable(page, "demo-dark")
            await page.emulate_media(color_scheme="light")
            await page.set_viewport_size({"width": 360, "height": 780})
            await _is_usable(page, "demo-narrow")


async def _opened(browser: Browser, demo: Demo) -> Tab:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", color_scheme="light"
    )
    page = await context.new_page()
    page.set_default_timeout(SEEN_MS)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(demo.page)
    return page


async def _is_usable(page: Tab, picture: str | None = None) -> None:
    """Look for what would keep somebody out; take a picture where that is wished."""
    await page.wait_for_load_state("networkidle")
    await expect_usable(page)
    if picture:
        await keep_picture(page, picture)
