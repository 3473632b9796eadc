"""The front panel of virtual scanners in a browser, by mouse, by keyboard, by drop."""

from __future__ import annotations

import asyncio
import base64
import re
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from browsing import driven_chromium
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect
from usable import expect_usable

from scanwright_simulators.building import build_scanner
from scanwright_simulators.control.api import serving
from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Input,
    Job,
    Journal,
    Mode,
    Model,
    ScanSettings,
    Size,
    VirtualScanner,
)
from scanwright_simulators.faces.face import Installed, Site
from scanwright_simulators.scenario import EsclPlan, PilePlan, ScannerPlan

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

SEEN_MS = 10_000
SETTINGS = ScanSettings(Input.FEEDER, Mode.GRAY, 75)

Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Desk:
    """A served site; its first device has a feeder, its last one has none."""

    site: Site
    address: str

    @property
    def scanner(self) -> VirtualScanner:
        """The device that the page shows first."""
        return self.site.devices[0].scanner


def plan(name: str, *, sheets: int = 4) -> ScannerPlan:
    """Return the plan of a small scanner."""
    is_flat = name == "Flatbed"
    return ScannerPlan(
        model=Model(
            name=name,
            make_and_model="Scanwright Office A4",
            bed=Size.of_mm(105, 148),
            inputs=(Input.PLATEN,) if is_flat else tuple(Input),
            resolutions_dpi=(75,),
            modes=tuple(Mode),
        ),
        faces=("escl",),
        tray=() if is_flat else (PilePlan(sheets=sheets, two_sided=True),),
        glass=PilePlan(),
        escl=EsclPlan(("image/jpeg",)),
    )


@asynccontextmanager
async def served(folder: Path, *plans: ScannerPlan) -> AsyncIterator[Desk]:
    """Serve devices of these plans, on the loop of the tests."""
    clock = asyncio.get_running_loop().time
    journal = Journal(clock)
    with ThreadPoolExecutor(1) as threads:
        scanners = [
            build_scanner(each, seed=1, clock=clock, journal=journal) for each in plans
        ]
        devices = tuple(map(Installed, scanners, plans))
        site = Site(devices, journal, threads, folder)
        async with serving(site, scenario_name="office") as address:
            yield Desk(site, address)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """Three devices for all tests; each test begins with all of them reset."""
    plans = plan("Front Desk"), plan("Archive"), plan("Flatbed")
    async with served(tmp_path_factory.mktemp("desk"), *plans) as desk:
        yield desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium without a window."""
    async with driven_chromium() as browser:
        yield browser


@asynccontextmanager
async def shown(
    browser: Browser,
    desk: Desk,
    *,
    scheme: Scheme = "light",
    width: int = 1280,
) -> AsyncIterator[Page]:
    """Show the panel of devices that are as at the beginning.

    Any error of its scripts fails the test, and all that its policy forbids.
    """
    for each in desk.site.devices:
        each.scanner.reset()
    context = await browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = await context.new_page()
    page.set_default_timeout(SEEN_MS)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda told: errors.append(told.text))
    await page.goto(desk.address)
    await expect(page.locator("#display")).not_to_have_text("...")
    yield page
    await context.close()
    # What a refused request looks like is no fault of the page.
    assert [each for each in errors if "Failed to load resource" not in each] == []


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a PDF of three pages."""
    path = tmp_path_factory.mktemp("files") / "invoice.pdf"
    pages = [Image.new("RGB", (100, 140), c) for c in ("navy", "teal", "olive")]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return path


def scan(scanner: VirtualScanner, *, pages: int) -> Job:
    """Have a host take so many pages, and stay."""
    job = scanner.start(SETTINGS, host="Simple Scan")
    for _ in range(pages):
        capture = scanner.next_page(job)
        assert capture is not None
        scanner.delivered(capture)
    return job


async def drop(page: Page, selector: str, *files: Path) -> None:
    """Let files fall onto an element, as a file manager does."""
    contents = [
        [file.name, base64.b64encode(file.read_bytes()).decode()] for file in files
    ]
    transfer = await page.evaluate_handle(
        """(files) => {
          const transfer = new DataTransfer();
          for (const [name, content] of files) {
            const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
            transfer.items.add(new File([bytes], name));
          }
          return transfer;
        }""",
        contents,
    )
    for kind in ("dragenter", "dragover", "drop"):
        await page.dispatch_event(selector, kind, {"dataTransfer": transfer})


def lever(page: Page, name: str) -> Locator:
    """Return the lever of that name."""
    return page.locator(f'.lever:has(.lever-name:text-is("{name}"))')


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 380])
async def test_everybody_can_use_the_panel(
    browser: Browser, desk: Desk, scheme: Scheme, width: int
) -> None:
    """Axe finds nothing, at rest and in trouble; nothing hangs over the edge."""
    async with shown(browser, desk, scheme=scheme, width=width) as page:
        await expect_usable(page)
        job = scan(desk.scanner, pages=2)
        desk.scanner.script.add(Fault(FaultKind.JAM, page=9))
        desk.scanner.press("scan")
        desk.scanner.strike(Fault(FaultKind.JAM))
        desk.scanner.strike(Fault(FaultKind.COVER_OPEN))
        desk.scanner.abort(job)
        await expect(page.locator("#display")).to_have_text("Cover open")
        await expect(page.locator("#log")).to_contain_text("near")
        await expect_usable(page)
        await page.goto(f"{desk.address}/#flatbed")
        await expect(page.locator("#tray")).to_be_hidden()
        await expect_usable(page)


async def test_a_dropped_pdf_is_a_pile(
    browser: Browser, desk: Desk, document: Path
) -> None:
    """Each page is a sheet with its picture."""
    async with shown(browser, desk) as page:
        await drop(page, "#tray", document)
        await expect(page.locator("#sheets li")).to_have_count(3)
        await expect(page.locator("#sheets")).to_contain_text("invoice.pdf 3")
        await expect(page.get_by_role("status")).to_contain_text("invoice.pdf is in")
        face = page.locator("#sheets .face").first
        await face.evaluate("(image) => image.decode()")
        assert await face.evaluate("(image) => image.naturalWidth") > 50
    assert len(desk.scanner.feeder.tray) == 3


async def test_files_can_be_chosen_and_added(
    browser: Browser, desk: Desk, document: Path
) -> None:
    """Without a mouse that could drop them."""
    async with shown(browser, desk) as page:
        await page.get_by_label("add to what is there").check()
        await page.get_by_label("Load files").set_input_files(document)
        await expect(page.locator("#tray-count")).to_contain_text("7 of 7 sheets")
        await page.get_by_label("Change what lies on the glass").set_input_files(
            document
        )
        await expect(page.locator("#glass-label")).to_have_text("invoice.pdf 1")
        await page.get_by_role("button", name="Eject").click()
        await expect(page.locator("#tray-count")).to_contain_text("0 of 0 sheets")


async def test_a_broken_file_is_told_aloud(
    browser: Browser, desk: Desk, tmp_path: Path
) -> None:
    """And the tray stays as it was."""
    file = tmp_path / "broken.pdf"
    file.write_text("no PDF")
    async with shown(browser, desk) as page:
        await drop(page, "#stage", file)
        await expect(page.get_by_role("alert")).to_contain_text("broken.pdf is no PDF")
        await expect(page.locator("#sheets li")).to_have_count(4)


async def test_pages_are_made(browser: Browser, desk: Desk) -> None:
    """Of a kind, as many as one likes; only some of them are shown at once."""
    async with shown(browser, desk) as page:
        await page.get_by_label("Generate").select_option("receipt")
        await page.get_by_role("spinbutton", name="Sheets").fill("1000")
        await page.get_by_role("button", name="Load pages").click()
        await expect(page.locator("#range")).to_have_text("Sheets 1 to 24 of 1000")
        await expect(page.locator("#sheets li")).to_have_count(24)
        await page.get_by_role("button", name="Later").click()
        await expect(page.locator("#range")).to_have_text("Sheets 25 to 48 of 1000")
        await page.get_by_label("follow the scan").check()
        scan(desk.scanner, pages=50)
        await expect(page.locator("#range")).to_have_text("Sheets 49 to 72 of 1000")
        await expect(page.locator("[data-next] .number")).to_have_text("51")


async def test_the_jam_lever_jams(browser: Browser, desk: Desk) -> None:
    """The host that scans is told; it is seen, said, and cleared."""
    async with shown(browser, desk) as page:
        job = scan(desk.scanner, pages=1)
        await expect(page.locator("#display")).to_have_text("Scanning page 2")
        jam = lever(page, "Jam")
        await jam.click()
        await expect(jam).to_have_attribute("aria-checked", "true")
        await expect(page.locator("#display")).to_have_text("Paper jam")
        await expect(page.locator("#announcer")).to_have_text("Front Desk: Paper jam")
        drawing = page.get_by_role("img", name=re.compile("says: Paper jam"))
        await expect(drawing).to_have_attribute("data-stuck", "one")
        assert desk.scanner.state == "jam"
        desk.scanner.cancel(job)
        await page.get_by_role("button", name="Clear everything").click()
        await expect(page.locator("#display")).to_have_text("Ready")
        await expect(jam).to_have_attribute("aria-checked", "false")


@pytest.mark.parametrize(
    ("name", "display"),
    [
        ("Double feed", "Double feed"),
        ("Cover", "Cover open"),
        ("Lamp broken", "Hardware failure"),
        ("Transport lock", "Transport locked"),
        ("Another host", "Held by another host"),
        ("Unplugged", "Unplugged"),
    ],
)
async def test_levers_go_both_ways(
    browser: Browser, desk: Desk, name: str, display: str
) -> None:
    """By the keyboard; the focus stays on them."""
    async with shown(browser, desk) as page:
        found = lever(page, name)
        await found.focus()
        for words in (display, "Ready"):
            await page.keyboard.press("Space")
            await expect(page.locator("#display")).to_have_text(words)
            await expect(found).to_be_focused()


async def test_it_sleeps_and_its_buttons_are_pressed(
    browser: Browser, desk: Desk
) -> None:
    """Until a host looks at them."""
    async with shown(browser, desk) as page:
        await lever(page, "Sleep").click()
        await expect(page.locator("#display")).to_have_text("Asleep")
        await page.get_by_role("button", name="PDF").click()
        await expect(page.locator("#buttons")).to_contain_text("PDF pressed")
        assert desk.scanner.take_button("pdf")


async def test_faults_are_planned_and_removed(browser: Browser, desk: Desk) -> None:
    """The list says which wait, and which have happened."""
    async with shown(browser, desk) as page:
        await page.locator("#rule-kind").select_option("empty")
        await page.get_by_label("at page").fill("2")
        await page.get_by_role("button", name="Plan it").click()
        rule = page.locator("#rules li")
        await expect(rule).to_contain_text("empty at page 2 once")
        await expect(rule).to_contain_text("waits")
        desk.scanner.next_page(scan(desk.scanner, pages=1))
        await expect(rule).to_contain_text("has happened")
        await rule.get_by_role("button", name="Remove: empty at page 2 once").click()
        await expect(rule).to_have_count(0)


async def test_a_fault_that_makes_no_sense_is_explained(
    browser: Browser, desk: Desk
) -> None:
    """And nothing is planned."""
    async with shown(browser, desk) as page:
        await page.locator("#rule-kind").select_option("slow")
        await page.get_by_role("button", name="Plan it").click()
        await expect(page.get_by_role("alert")).to_contain_text("slow needs a rate")
    assert desk.scanner.script.rules == ()


async def test_the_journal_is_written_and_filtered(
    browser: Browser, desk: Desk
) -> None:
    """Near misses can be asked for alone; a pause holds it still."""
    async with shown(browser, desk) as page:
        log = page.locator("#log")
        desk.scanner.script.add(Fault(FaultKind.JAM, page=9))
        desk.scanner.abort(scan(desk.scanner, pages=1))
        await expect(log).to_contain_text("SW1:front-desk:1:A:1 reached Simple Scan")
        await page.get_by_label("near misses only").check()
        await expect(log.locator("li")).to_have_count(1)
        await expect(log).to_contain_text("jam at page 9 (rule 1) did not happen")
        await page.get_by_label("near misses only").uncheck()
        await page.get_by_label("Filter the journal").fill("archive")
        await page.get_by_label("this scanner only").uncheck()
        await expect(log).not_to_contain_text("Simple Scan")
        await page.get_by_role("button", name="Pause").click()
        before = await log.locator("li").count()
        desk.site.devices[1].scanner.press("scan")
        await expect(page.locator("#journal-note")).to_contain_text("Paused, 1 new")
        assert await log.locator("li").count() == before
        await page.get_by_role("button", name="Go on").click()
        await expect(log).to_contain_text("somebody pressed scan")


async def test_the_keyboard_reaches_everything(browser: Browser, desk: Desk) -> None:
    """From the link that skips the list on; each stop can be seen."""
    async with shown(browser, desk) as page:
        stops: list[tuple[str, str]] = []
        for _ in range(90):
            await page.keyboard.press("Tab")
            stop = await page.evaluate(
                """() => {
                  const at = document.activeElement;
                  const ring = at.closest(".button") ?? at;
                  const name = at.getAttribute("aria-label")
                    || at.labels?.[0]?.textContent || at.textContent || at.id;
                  return at === document.body
                    ? null : [name.trim(), getComputedStyle(ring).outlineStyle];
                }"""
            )
            if stop is None:
                break
            stops.append((stop[0], stop[1]))
        names = " | ".join(name for name, _ in stops)
        assert names.startswith("Skip to the scanner | Reset all | Search scanners")
        for name in ("scan", "Jam", "Load files", "Eject", "Plan it", "Pause"):
            assert name in names
        assert {outline for _, outline in stops} == {"solid"}


async def test_devices_are_chosen_by_their_links(browser: Browser, desk: Desk) -> None:
    """The address keeps the choice; another's journal is not shown."""
    async with shown(browser, desk) as page:
        await page.get_by_role("link", name=re.compile("Archive")).click()
        await expect(page.get_by_role("heading", level=2).first).to_have_text("Archive")
        assert page.url.endswith("/#archive")
        await page.reload()
        await expect(page.locator("#device-name")).to_have_text("Archive")
        desk.scanner.press("copy")
        desk.site.devices[1].scanner.press("scan")
        await expect(page.locator("#log")).to_contain_text("somebody pressed scan")
        await expect(page.locator("#log")).not_to_contain_text("somebody pressed copy")


async def test_reset_brings_the_beginning_back(browser: Browser, desk: Desk) -> None:
    """Of this one, or of all."""
    async with shown(browser, desk) as page:
        desk.scanner.eject()
        desk.site.devices[1].scanner.strike(Fault(FaultKind.JAM))
        jammed = page.get_by_role("link", name=re.compile("Paper jam"))
        await page.get_by_role("button", name="Reset this scanner").click()
        await expect(page.locator("#sheets li")).to_have_count(4)
        await expect(jammed).to_be_visible()
        await page.get_by_role("button", name="Reset all").click()
        await expect(jammed).to_have_count(0)


async def test_a_hundred_scanners_are_a_list_to_search(
    browser: Browser, tmp_path: Path
) -> None:
    """By name, and by what is the matter."""
    plans = [plan(f"Scanner {number}", sheets=1) for number in range(1, 101)]
    async with served(tmp_path, *plans) as desk, shown(browser, desk) as page:
        links = page.locator("#fleet-list a")
        await expect(links).to_have_count(100)
        await page.get_by_label("Search scanners").fill("scanner 77")
        await expect(links).to_have_count(1)
        await page.get_by_label("Search scanners").fill("")
        desk.site.devices[41].scanner.strike(Fault(FaultKind.JAM))
        await page.get_by_label("Show").select_option("trouble")
        await expect(links).to_have_text([re.compile("Scanner 42.*Paper jam")])
        await links.first.click()
        await expect(page.locator("#device-name")).to_have_text("Scanner 42")


async def test_a_simulation_that_ends_is_noticed(
    browser: Browser, tmp_path: Path
) -> None:
    """The page says so, and what is pressed then is told to have failed."""
    stack = served(tmp_path, plan("Alone"))
    desk = await stack.__aenter__()
    async with shown(browser, desk) as page:
        await expect(page.locator("#link")).to_have_text("live")
        await expect(page.locator("#fleet")).to_be_hidden()
        await stack.__aexit__(None, None, None)
        await expect(page.locator("#link")).to_have_text("not answering")
        await page.get_by_role("button", name="Eject").click()
        await expect(page.get_by_role("alert")).to_contain_text("does not answer")


async def test_another_origin_gets_nothing(browser: Browser, desk: Desk) -> None:
    """A page of another port can neither read nor steer."""
    context = await browser.new_context()
    page = await context.new_page()
    other = served(Path(desk.site.folder), plan("Other"))
    async with other as elsewhere:
        await page.goto(f"{elsewhere.address}/api")
        outcomes = await page.evaluate(
            """(there) => Promise.all(
              [["GET", "/api/devices"], ["POST", "/api/reset"]].map(([method, path]) =>
                fetch(there + path, { method, mode: "no-cors" })
                  .then((answer) => answer.status, () => "refused")))""",
            desk.address,
        )
    await context.close()
    assert set(outcomes) <= {"refused", 0, 403}


async def test_the_pictures_of_the_documentation_are_made(tmp_path: Path) -> None:
    """They show the panel as it is: what makes them runs here, too."""
    script = Path(__file__).parent.parent / "docs" / "panel_screenshot.py"
    maker = await asyncio.create_subprocess_exec(
        sys.executable, str(script), str(tmp_path)
    )
    assert await asyncio.wait_for(maker.wait(), 90) == 0
    for name in ("panel.png", "panel-jam.png"):
        with Image.open(tmp_path / name) as made:
            assert made.width == 1440
            assert len(made.convert("RGB").getcolors(1 << 20) or ()) > 50
