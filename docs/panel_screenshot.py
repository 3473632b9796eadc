"""Takes the pictures of the front panel that the documentation shows.

.venv/bin/python docs/panel_screenshot.py [FOLDER]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from scanwright_simulators.building import build_scanner
from scanwright_simulators.control.api import serving
from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Input,
    Journal,
    Mode,
    Model,
    ScanSettings,
    Size,
    VirtualScanner,
)
from scanwright_simulators.device.generated import Kind
from scanwright_simulators.errors import Refusal
from scanwright_simulators.faces.face import Installed, RunningDevice, Site
from scanwright_simulators.scenario import EsclPlan, PilePlan, ScannerPlan

CHROMIUM: Final = "/usr/bin/chromium"
WIDTH: Final = 1440
HEIGHT: Final = 1180
COLOURS: Final = 256
SETTINGS: Final = ScanSettings(Input.FEEDER, Mode.COLOR, 75)
NAMES: Final = ("Front Desk", "Archive", "Mail Room", "Flatbed")


async def main(folder: Path) -> None:
    """Picture a scanner at work, and the same one with a jam."""
    async with shown_site() as (site, address), chromium() as browser:
        desk = site.devices[0].scanner
        page = await opened(browser, address)
        scan(desk, pages=2)
        await shot(page, "Scanning", folder / "panel.png")
        fail(desk)
        await shot(page, "Paper jam", folder / "panel-jam.png")


def scan(scanner: VirtualScanner, *, pages: int) -> None:
    """Have a host take some pages and stay."""
    job = scanner.start(SETTINGS, host="Simple Scan")
    for _ in range(pages):
        capture = scanner.next_page(job)
        assert capture is not None
        scanner.delivered(capture)


def fail(scanner: VirtualScanner) -> None:
    """Have the paper stick, and the host ask for the next page."""
    scanner.strike(Fault(FaultKind.JAM))
    job = scanner.running
    assert job is not None
    try:
        scanner.next_page(job)
    except Refusal:
        return


async def opened(browser: Browser, address: str) -> Page:
    """Return the front panel once its pictures are there."""
    page = await browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light"
    )
    await page.goto(f"{address}/#front-desk")
    await page.wait_for_selector("#sheets img")
    return page


async def shot(page: Page, display: str, path: Path) -> None:
    """Picture the page as soon as the display says so and all pictures are there."""
    await page.get_by_text(display).first.wait_for()
    await page.evaluate(
        "Promise.all([...document.images].map((i) => i.hidden || i.decode()))"
    )
    picture = Image.open(BytesIO(await page.screenshot(animations="disabled")))
    # Few colours are enough for text, and make half of the bytes.
    picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run a browser; as root it has no sandbox, and the page is ours."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def shown_site() -> AsyncIterator[tuple[Site, str]]:
    """Serve a few scanners, one of them with work to do."""
    clock = asyncio.get_running_loop().time
    journal = Journal(clock)
    plans = [plan(name) for name in NAMES]
    with ThreadPoolExecutor(2) as threads, tempfile.TemporaryDirectory() as folder:
        site = Site(
            devices=tuple(
                Installed(
                    build_scanner(each, seed=1, clock=clock, journal=journal), each
                )
                for each in plans
            ),
            journal=journal,
            threads=threads,
            folder=Path(folder),
        )
        site.devices[1].scanner.sleep()
        site.devices[2].scanner.strike(Fault(FaultKind.COVER_OPEN))
        running = [RunningDevice("Front Desk", "escl", "http://127.0.0.1:41873/eSCL")]
        async with serving(site, scenario_name="office", running=running) as address:
            yield site, address


def plan(name: str) -> ScannerPlan:
    """Return the plan of a scanner; the last one is a flatbed."""
    is_flat = name == NAMES[-1]
    kinds = (Kind.TEXT, Kind.PHOTO, Kind.FORM, Kind.RECEIPT, Kind.BARCODES)
    piles = tuple(PilePlan(kind=kind, two_sided=kind is Kind.FORM) for kind in kinds)
    return ScannerPlan(
        model=Model(
            name=name,
            make_and_model="Scanwright Office A4",
            bed=Size.of_mm(210, 297),
            inputs=(Input.PLATEN,) if is_flat else tuple(Input),
            resolutions_dpi=(75, 150, 300, 600),
            modes=tuple(Mode),
        ),
        faces=("escl", "sane"),
        tray=() if is_flat else (*piles, PilePlan(sheets=3, two_sided=True)),
        glass=PilePlan(kind=Kind.PHOTO),
        escl=EsclPlan(("image/jpeg",)),
        faults=(Fault(FaultKind.JAM, page=7, times=1),),
    )


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)))
