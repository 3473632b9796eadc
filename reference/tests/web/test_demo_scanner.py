"""The web scanner demo in Chromium: a session in memory, and the real demo server."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
import pytest_asyncio
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from browsing import driven_chromium
from playwright.async_api import Browser, Page, Request, Route, expect

import scanwright.web
from scanwright.demo.database import Database, sqlite_url
from scanwright.demo.server import build_application
from scanwright.demo.settings import DemoSettings

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

WEB = Path(scanwright.web.__file__).parent
SEEN_MS = 20_000
Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo server, and a browser to look at it."""

    browser: Browser
    url: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium without a window."""
    async with driven_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def demo(browser: Browser, tmp_path: Path) -> AsyncIterator[Demo]:
    """The demo server as it is, but for the SDK's session."""
    folder = tmp_path / "web"
    shutil.copytree(WEB / "demos", folder / "demos")
    shutil.copytree(WEB / "sdk", folder / "sdk")
    shutil.copy(WEB / "icon.svg", folder)
    fake = Path(__file__).parent / "demo_session.js"
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


@contextlib.asynccontextmanager
async def visit(
    demo: Demo,
    *,
    query: str = "",
    scheme: Scheme = "light",
    width: int = 1280,
    locale: str = "en-GB",
    forgives: str = "no words",
) -> AsyncIterator[Page]:
    """Open the page; errors of its scripts and of its policy fail the test.

    `forgives` are words of those that do not.
    """
    context = await demo.browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale=locale
    )
    page = await context.new_page()
    page.set_default_timeout(SEEN_MS)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: (
            complaints.append(said.text) if "Security Policy" in said.text else None
        ),
    )
    await page.goto(demo.url + query)
    await expect(page.locator("#state")).to_have_attribute(
        "data-state", "closed" if "closed" in query else "connected", timeout=SEEN_MS
    )
    yield page
    await context.close()
    assert [each for each in complaints if forgives not in each] == []


async def open_all(page: Page) -> None:
    """Open all tools."""
    await page.evaluate(
        "for (const each of document.querySelectorAll('details')) each.open = true"
    )


async def calls(page: Page, name: str) -> list[Any]:
    """Return the parameters of all calls of a name."""
    found: list[Any] = await page.evaluate(
        "name => fake.calls.filter(([called]) => called === name)"
        ".map(([, ...params]) => params)",
        name,
    )
    return found


async def add_pages(page: Page, count: int = 2) -> None:
    """Put pages into the buffer."""
    await page.evaluate("count => fake.change(fake.more(count))", count)


async def expect_news(page: Page, text: str) -> None:
    """Wait until the live region says something."""
    await expect(page.locator("#news")).to_have_text(text, timeout=SEEN_MS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
async def test_everybody_can_use_it(demo: Demo, scheme: Scheme, width: int) -> None:
    """Axe finds nothing in the main states, and nothing hangs over the edge."""
    # Axe tries out styles of its own on the page.
    mine = "Applying inline style"
    async with visit(demo, scheme=scheme, width=width, forgives=mine) as page:
        await expect_usable(page)
        await open_all(page)
        await add_pages(page)
        await page.select_option("#paper", "custom")
        await page.select_option("#standard", "pdf/a-2b")
        await page.evaluate("fake.tell('stopping')")
        await page.evaluate("document.querySelector('#interrupted').hidden = false")
        await expect_usable(page)
    async with visit(
        demo, scheme=scheme, width=width, query="?closed", forgives=mine
    ) as page:
        await expect_usable(page)


async def expect_usable(page: Page) -> None:
    """Look for what would keep somebody out."""
    await page.wait_for_load_state("networkidle")
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    beyond = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert beyond == 0


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en-GB", "Scan"), ("de-AT", "Scannen"), ("fr-FR", "Numériser"), ("pl", "Scan")],
)
async def test_it_speaks_the_language_of_the_browser(
    demo: Demo, locale: str, words: str
) -> None:
    """Every label has words; another language can be chosen and is remembered."""
    async with visit(demo, locale=locale) as page:
        await expect(page.locator("#scan-start")).to_have_text(words)
        empty = await page.evaluate(
            "[...document.querySelectorAll('[data-text]')]"
            ".filter(each => /^$|\\w\\.\\w/.test(each.textContent))"
            ".map(each => each.dataset.text)"
        )
        assert empty == []
        await page.select_option("#language", "de")
        await page.reload()
        await expect(page.locator("#scan-start")).to_have_text("Scannen")
        assert await page.get_attribute("html", "lang") == "de"


async def test_without_a_service_it_says_what_to_do(demo: Demo) -> None:
    """The SDK has shown its prompt, with the packages; the button tries again."""
    async with visit(demo, query="?closed&port=20000") as page:
        await expect(page.locator("#trouble")).to_contain_text("install it")
        await expect(page.locator("#scan-start")).to_be_disabled()
        asked = await page.evaluate("window.asked")
        assert asked["prompt"]["installers"].endswith("/installers/")
        assert (asked["httpPort"], asked["httpsPort"]) == (20000, 20001)
        await page.evaluate("history.replaceState(null, '', '?')")
        await page.click("#connect")
        await expect(page.locator("#state")).to_have_text("Connected")
        await expect(page.locator("#scan-start")).to_be_enabled()


async def test_options_are_those_of_the_scanner(demo: Demo) -> None:
    """Each source has its own; what the scanner lacks is not shown."""
    async with visit(demo) as page:
        await expect(page.locator("#scanner-options")).to_be_visible()
        assert await options(page, "source") == ["flatbed", "feeder", "duplex"]
        assert await options(page, "pixel-type") == ["colour 8", "gray 8", "gray 16"]
        papers = await options(page, "paper")
        assert papers == ["whole", "A4", "A5", "A6", "Letter", "custom"]
        await expect(page.locator("#brightness")).to_be_visible()
        await expect(page.locator("#contrast")).to_be_hidden()
        await page.select_option("#source", "duplex")
        assert await options(page, "pixel-type") == ["bw 1"]
        assert "Legal" in await options(page, "paper")
        assert await page.input_value("#resolution") == "200"


async def options(page: Page, name: str) -> list[str]:
    """Return the values that a choice offers."""
    found: list[str] = await page.evaluate(
        "name => [...document.getElementById(name).options].map(each => each.value)",
        name,
    )
    return found


async def test_there_is_no_scan_before_there_is_a_scanner(demo: Demo) -> None:
    """While scanners are looked for, the button waits, and no options are shown."""
    async with visit(demo, query="?searching") as page:
        await expect(page.locator("#scanner-note")).to_contain_text("Looking for")
        await expect(page.locator("#scan-start")).to_be_disabled()
        await expect(page.locator("#scanner-options")).to_be_hidden()


async def test_a_search_for_scanners_can_be_cancelled(demo: Demo) -> None:
    """By keyboard, too; then the search can be begun again."""
    async with visit(demo, query="?searching") as page:
        cancel = page.get_by_role("button", name="Cancel: Looking for scanners")
        await expect(page.locator("#look-again")).to_be_hidden()
        await cancel.press("Enter")
        await expect_news(page, "Cancelled.")
        await expect(page.locator("#scanner-note")).to_have_text("")
        await expect(page.locator("#look-again")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(cancel).to_be_focused()
        assert len(await calls(page, "list")) == 2


async def test_a_scanner_that_does_not_answer_can_be_left(demo: Demo) -> None:
    """It is let go of, its options stay hidden, and another one can be chosen."""
    async with visit(demo) as page:
        await expect(page.locator("#scanner-options")).to_be_visible()
        await page.evaluate("fake.mute = 'two'")
        await page.select_option("#scanner", "two")
        await page.get_by_role("button", name="Cancel: Asking the scanner").click()
        await expect_news(page, "Cancelled.")
        await expect(page.locator("#scanner-options")).to_be_hidden()
        await expect(page.locator("#scan-start")).to_be_disabled()
        assert len(await calls(page, "close")) == 2
        await page.select_option("#scanner", "one")
        await expect(page.locator("#scan-start")).to_be_enabled()


async def test_a_scanner_that_is_left_for_another_is_not_waited_for(
    demo: Demo,
) -> None:
    """The options are those of the one that was chosen last, and nothing is said."""
    async with visit(demo) as page:
        await expect(page.locator("#scanner-options")).to_be_visible()
        await page.evaluate("fake.mute = 'two'")
        await page.select_option("#scanner", "two")
        await expect(page.locator("#scanner-note")).to_contain_text("Asking")
        await page.select_option("#scanner", "one")
        await expect(page.locator("#scanner-options")).to_be_visible()
        await expect(page.locator("#scanner-note")).to_have_text("")
        await expect(page.locator("#scanner-cancel")).to_be_hidden()
        await expect(page.locator("#news")).to_have_text("")


async def test_a_scan_is_what_was_chosen(demo: Demo) -> None:
    """All options arrive, and the live region tells the result."""
    async with visit(demo) as page:
        await page.select_option("#scanner", "two")
        await expect(page.locator("#scanner-options")).to_be_visible()
        await page.select_option("#source", "duplex")
        await page.fill("#resolution", "290")
        await page.select_option("#paper", "custom")
        await page.fill("#region-width", "100")
        await page.fill("#region-left", "10")
        await page.fill("#brightness", "-20")
        await page.fill("#page-limit", "5")
        await page.fill("#scan-tag", "bills")
        for name in ("discard-blank", "deskew", "auto-border"):
            await page.check(f"#{name}")
        await page.click("#scan-start")
        await expect_news(page, "Scanned pages: 2. Blank pages discarded: 1.")
        [[params, _]] = await calls(page, "scan")
        region = {"left": 10, "top": 0, "width": 100, "height": 297}
        assert params == {
            "device": "two",
            "settings": {
                "source": "duplex",
                "pixelType": "bw",
                "bits": 1,
                "resolutionDpi": 300,
                "region": region,
                "brightness": -20,
                "pageLimit": 5,
            },
            "tag": "bills",
            "discardBlank": True,
            "deskew": True,
            "autoBorder": True,
        }


async def test_a_scan_shows_how_far_it_is_and_can_be_cancelled(demo: Demo) -> None:
    """What has come stays; the button is ready for the next scan."""
    async with visit(demo) as page:
        await page.evaluate("() => { fake.hold = new Promise(() => {}); }")
        await page.click("#scan-start")
        await expect(page.locator("#busy")).to_contain_text("pages so far: 1")
        await expect_news(page, "Scanning; pages so far: 1")
        await expect(page.locator("#last")).to_be_hidden()
        await expect(page.locator("#scan-start")).to_be_disabled()
        await page.get_by_role("button", name="Cancel: Scanning").press("Enter")
        await expect_news(page, "Cancelled. Pages that had come are kept: 1.")
        await expect(page.locator("#busy progress")).to_have_count(0)
        await expect(page.locator("#scan-start")).to_be_enabled()
        await expect(page.locator("#scan-start")).to_be_focused()
        assert await page.evaluate("fake.buffer.images.length") == 1


async def test_a_fault_is_said_in_words(demo: Demo) -> None:
    """With what to do next, and how many pages are kept; it can be closed."""
    async with visit(demo) as page:
        fault = {"code": -1020, "message": "jam", "data": {"images": ["a", "b"]}}
        await page.evaluate("fault => { fake.refuse.scan = fault; }", fault)
        await page.click("#scan-start")
        await expect(page.locator("#trouble")).to_contain_text("Take the paper out")
        await expect_news(page, "Pages that came before the fault are kept: 2.")
        await page.get_by_role("button", name="Close this message").click()
        await expect(page.locator("#trouble p")).to_have_count(0)


async def test_files_are_offered_that_the_service_reads(demo: Demo) -> None:
    """The picker has no type that would be refused."""
    async with visit(demo) as page:
        accept = await page.get_attribute("#files", "accept") or ""
        assert {each for each in accept.split(",") if "/" in each} == {
            "image/bmp",
            "image/jpeg",
            "image/png",
            "image/tiff",
            "application/pdf",
        }


async def test_files_come_in_by_all_ways(demo: Demo, tmp_path: Path) -> None:
    """Chosen, dropped, pasted, fetched; with resolution and password of a PDF."""
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-")
    async with visit(demo) as page:
        await open_all(page)
        await page.fill("#pdf-dpi", "300")
        await page.fill("#pdf-open", "secret")
        await page.set_input_files("#files", file)
        await expect_news(page, "Imported pages: 1.")
        for event, kind, member in (
            ("drop", "DragEvent", "dataTransfer"),
            ("paste", "ClipboardEvent", "clipboardData"),
        ):
            script = f"""() => {{
                const data = new DataTransfer();
                data.items.add(new File(["x"], "{event}.png", {{ type: "image/png" }}));
                document.body.dispatchEvent(new {kind}("{event}",
                    {{ {member}: data, bubbles: true, cancelable: true }}));
            }}"""
            await page.evaluate(script)
        await page.fill("#address", "../../documents/x/content")
        await page.press("#address", "Enter")
        await page.click("#paste")
        await page.wait_for_function(
            "fake.calls.filter(each => each[0] === 'load').length === 5"
        )
        loaded = await calls(page, "load")
    sources = [source for source, _ in loaded]
    assert sources[:3] == [
        {"file": "a.pdf", "bytes": 5},
        {"file": "drop.png", "bytes": 1},
        {"file": "paste.png", "bytes": 1},
    ]
    assert sources[3]["url"].endswith("/documents/x/content")
    assert sources[4] == {"clipboard": True}
    assert loaded[0][1] == {"resolutionDpi": 300, "password": "secret"}


async def test_without_a_database_nothing_of_it_is_shown(demo: Demo) -> None:
    """Where no demo server is behind the page, files are saved on this computer."""
    async with visit(demo) as page:
        await open_all(page)
        await page.route("**/documents*", lambda route: route.fulfill(status=404))
        await page.click("#refresh")
        await expect(page.locator("#database")).to_be_hidden()
        await expect(page.locator("#save-upload")).to_be_hidden()
        await expect(page.locator("#save-local")).to_be_visible()
        await expect(page.locator("#trouble p")).to_have_count(0)


async def test_documents_tags_and_undo(demo: Demo) -> None:
    """Everything is about the selected pages, or the current one."""
    async with visit(demo) as page:
        await open_all(page)
        await expect(page.locator("#undo")).to_be_disabled()
        await add_pages(page, 3)
        await page.fill("#tag", "bills")
        await page.click("#tag-add")
        await expect_news(page, "Tagged pages: 1.")
        await page.select_option("#filter", "bills")
        assert await calls(page, "tag.filter") == [["bills"]]
        await page.click("#select-all")
        await page.fill("#document-name", "Second")
        await page.press("#document-name", "Enter")
        await expect_news(page, "Opened the document “Second”.")
        assert await page.input_value("#document") == "d2"
        await page.click("#move-to")
        await expect_news(page, "Moved pages: 3.")
        ids = [f"{number:012}" for number in (1, 2, 3)]
        assert await calls(page, "document.move") == [["d1", {"images": ids}]]
        await page.click("#undo")
        await expect_news(page, "Taken back.")
        await page.click("#redo")
        await page.click("#remove")
        await expect_news(page, "Removed pages: 3. Undo brings them back.")
        await expect(page.locator("#remove")).to_be_focused()
        await expect(page.locator("#save-local")).to_be_disabled()


async def test_a_document_is_removed_when_that_is_meant(demo: Demo) -> None:
    """The question can be left by Escape; focus comes back."""
    async with visit(demo) as page:
        await open_all(page)
        await add_pages(page)
        await page.fill("#document-name", "Second")
        await page.press("#document-name", "Enter")
        await expect_news(page, "Opened the document “Second”.")
        await page.click("#document-remove")
        await expect(page.get_by_role("dialog")).to_contain_text("Pages in it: 2.")
        cancel = page.get_by_role("dialog").get_by_role("button", name="Cancel")
        await expect(cancel).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        assert await calls(page, "document.remove") == []
        await page.click("#document-remove")
        await page.click("#ask-yes")
        await page.wait_for_function(
            "() => fake.calls.some(each => each[0] === 'document.remove')"
        )


async def test_files_are_saved_with_the_options_of_their_type(demo: Demo) -> None:
    """PDF with all of its own; types of one page become one file of each."""
    async with visit(demo) as page:
        await open_all(page)
        await add_pages(page)
        await expect(page.locator("#estimate")).to_have_text("123 kB")
        await page.fill("#save-name", "letter")
        await page.select_option("#compression", "6")
        await page.fill("#quality", "55")
        await page.fill("#pdf-title", "T")
        await page.fill("#pdf-password", "secret")
        await page.click("#save-local")
        await expect_news(page, "Saved: letter.pdf.")
        await page.select_option("#standard", "pdf/a-2b")
        await expect(page.locator("#pdf-password")).to_be_disabled()
        await expect(page.locator("#password-note")).to_be_visible()
        await page.select_option("#save-type", "image/png")
        await expect(page.locator("#quality")).to_be_hidden()
        await page.click("#save-local")
        await expect_news(page, "Saved: letter-2.png.")
        pdf, *pngs = await calls(page, "save")
        ids = [f"{number:012}" for number in (1, 2)]
        assert pdf == [
            ids,
            {
                "type": "application/pdf",
                "compression": 6,
                "quality": 55,
                "pdf": {"pageType": 0, "title": "T", "password": "secret"},
            },
            {"name": "letter.pdf"},
        ]
        assert [each[0] for each in pngs] == [[ids[0]], [ids[1]]]
        assert all(each[1] == {"type": "image/png"} for each in pngs)
        assert len(await calls(page, "release")) == 3


async def test_more_files_are_saved_than_the_service_keeps(demo: Demo) -> None:
    """Each file is handed over and released before the next one is made."""
    taken: list[str] = []
    async with visit(demo) as page:
        page.on("download", lambda download: taken.append(download.suggested_filename))
        await open_all(page)
        await add_pages(page, 40)
        await page.select_option("#save-type", "image/jpeg")
        async with page.expect_event(
            "download",
            lambda download: download.suggested_filename == "scan-40.jpg",
            timeout=2 * SEEN_MS,
        ):
            await page.click("#save-local")
        await expect_news(page, "Saved: scan-40.jpg.")
        assert taken == [f"scan-{number:02}.jpg" for number in range(1, 41)]
        assert await page.evaluate("fake.kept.size") == 0


async def test_files_are_not_saved_faster_than_a_browser_takes_them(demo: Demo) -> None:
    """Ten a second: the next file waits for its time."""
    async with visit(demo) as page:
        await open_all(page)
        await add_pages(page, 2)
        await page.select_option("#save-type", "image/jpeg")
        await page.clock.install()
        await page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
        await page.click("#save-local")
        await expect_news(page, "Saved: scan-1.jpg.")
        await page.clock.run_for(100)
        assert len(await calls(page, "save")) == 1
        await page.clock.run_for(50)
        await expect_news(page, "Saved: scan-2.jpg.")


@pytest.mark.parametrize("button", ["#save-local", "#save-upload"])
async def test_files_of_a_save_that_was_cancelled_are_released(
    demo: Demo, button: str
) -> None:
    """Nothing of it stays with the service, and the next save begins anew."""
    async with visit(demo) as page:
        await open_all(page)
        await add_pages(page, 3)
        await page.select_option("#save-type", "image/bmp")
        await page.evaluate("fake.free = 1; fake.hold = new Promise(() => {}); 0")
        await page.click(button)
        await page.wait_for_function(
            "() => fake.calls.filter(([name]) => name === 'save').length === 2"
        )
        await page.get_by_role("button", name="Cancel: Making the file").click()
        await expect_news(page, "Cancelled.")
        assert await page.evaluate("fake.kept.size") == 0
        await expect(page.locator("#interrupted")).to_be_hidden()
        await page.evaluate("fake.hold = null")
        await page.select_option("#save-type", "image/tiff")
        await page.click(button)
        done = "Saved: scan.tif." if button == "#save-local" else "Uploaded: scan.tif."
        await expect_news(page, done)


async def test_an_upload_asked_for_twice_is_made_twice(demo: Demo) -> None:
    """The second waits for the first; none is sent by two hands."""
    async with visit(demo) as page:
        await open_all(page)
        await add_pages(page)
        await page.evaluate(
            "for (const _ of [1, 2]) document.querySelector('#save-upload').click()"
        )
        await expect(page.locator("#documents li")).to_have_count(2, timeout=SEEN_MS)
        await expect(page.locator("#busy progress")).to_have_count(0)
        assert len(await calls(page, "save")) == 2
        assert await page.evaluate("fake.kept.size") == 0


async def test_an_upload_ends_in_the_list(demo: Demo) -> None:
    """It can be downloaded as it was, and deleted when that is meant."""
    async with visit(demo) as page:
        await open_all(page)
        await expect(page.locator("#database-note")).to_contain_text("Nothing was")
        await add_pages(page)
        await page.click("#save-upload")
        await expect_news(page, "Uploaded: scan.pdf.")
        row = page.locator("#documents li")
        await expect(row).to_contain_text("10.8 MB")
        async with page.expect_download() as download:
            await row.get_by_role("link", name="Download scan.pdf").click()
        path = await (await download.value).path()
        assert path.stat().st_size == 27 * 400_000
        await row.get_by_role("button", name="Delete scan.pdf").click()
        await page.click("#ask-yes")
        await expect_news(page, "Deleted: scan.pdf.")
        await expect(row).to_have_count(0)


async def test_an_upload_that_was_interrupted_goes_on(demo: Demo) -> None:
    """After a cancel, what has arrived is not sent again."""
    starts: list[str] = []

    async def stop(route: Route) -> None:
        """Let one segment pass, and hold the next until somebody cancels."""
        starts.append(route.request.headers["content-range"])
        if len(starts) == 2:
            return
        await route.continue_()

    def is_segment(request: Request) -> bool:
        return "content-range" in request.headers

    async with visit(demo) as page:
        await open_all(page)
        await add_pages(page)
        await page.route("**/uploads/*", stop)
        await page.click("#save-upload")
        await page.wait_for_function("() => true")
        async with page.expect_request(is_segment):
            pass
        await page.get_by_role("button", name="Cancel: Uploading").click()
        await expect(page.locator("#interrupted")).to_be_visible()
        await page.unroute("**/uploads/*")
        await page.click("#resume")
        await expect_news(page, "Uploaded: scan.pdf.")
        await expect(page.locator("#interrupted")).to_be_hidden()
        await expect(page.locator("#documents li")).to_have_count(1)


async def test_a_server_that_is_gone_is_said_so(demo: Demo) -> None:
    """In words; trying again is possible."""
    async with visit(demo) as page:
        await page.route("**/documents", lambda route: route.abort())
        await page.click("#refresh")
        await expect(page.locator("#trouble")).to_contain_text("does not answer")
        await page.unroute("**/documents")
        await page.click("#refresh")
        await expect(page.locator("#database-note")).to_contain_text("Nothing was")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("unknown", "are gone (pages: 3)"),
        ("elsewhere", "Another tab holds the pages"),
    ],
)
async def test_what_a_reload_has_lost_is_said(
    demo: Demo, outcome: str, words: str
) -> None:
    """Once, with how many pages; a reload of an empty page has lost nothing."""
    async with visit(demo) as page:
        await add_pages(page, 3)
        for query, count in ((f"?outcome={outcome}", 1), (f"?outcome={outcome}&", 0)):
            await page.goto(demo.url + query)
            await expect(page.locator("#state")).to_have_text("Connected")
            notes = page.locator("#trouble p")
            await expect(notes).to_have_count(count)
            if count:
                await expect(notes).to_contain_text(words)


async def test_what_a_reload_brings_back_is_not_called_lost(demo: Demo) -> None:
    """And it is still counted at the reload after it."""
    async with visit(demo) as page:
        await add_pages(page, 2)
        await page.goto(f"{demo.url}?outcome=resumed")
        await expect(page.locator("#state")).to_have_text("Connected")
        await expect(page.locator("#trouble p")).to_have_count(0)


async def test_what_the_session_tells_is_passed_on(demo: Demo) -> None:
    """Lost pages, a full disk, and a connection that goes and comes back."""
    async with visit(demo) as page:
        await page.evaluate(
            "fake.tell('disklow', {freeBytes: 1_000_000, neededBytes: 2_000_000});"
            "fake.tell('lost', {images: [], reason: 'service-restarted'});"
            "fake.state = 'reconnecting'; fake.tell('disconnected', {reason: 'x'})"
        )
        trouble = page.locator("#trouble")
        await expect(trouble).to_contain_text("1 MB free, 2 MB needed")
        await expect(trouble).to_contain_text("are lost")
        await expect(page.locator("#state")).to_have_text("Connecting again …")
        await expect(page.locator("#scan-start")).to_be_disabled()
        await page.evaluate(
            "fake.state = 'connected'; fake.tell('reconnected', {outcome: 'resumed'})"
        )
        await expect(page.locator("#scan-start")).to_be_enabled()


async def test_nothing_lies_over_the_database(demo: Demo) -> None:
    """With all tools open, at the end of the page, the pages end above it."""
    async with visit(demo) as page:
        await open_all(page)
        await page.evaluate("scrollTo({ top: 1e6, behavior: 'instant' })")
        ends = "document.querySelector('#pages').getBoundingClientRect().bottom"
        assert await page.evaluate(ends) < await height_of(page, "#database")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("place", [0, 1e6])
async def test_what_goes_on_is_in_sight_and_moves_nothing(
    demo: Demo, width: int, place: float
) -> None:
    """At the top and at the end of the page: a row, then trouble, then none."""
    async with visit(demo, width=width) as page:
        await open_all(page)
        await add_pages(page)
        await page.evaluate(
            "top => { scrollTo({ top, behavior: 'instant' }); "
            "fake.hold = new Promise(() => {}); }",
            place,
        )
        anchor = "#scan-start" if place == 0 else "#refresh"
        before = await height_of(page, anchor)
        await page.evaluate("document.querySelector('#save').requestSubmit()")
        cancel = page.get_by_role("button", name="Cancel: Making the file")
        await expect(cancel).to_be_in_viewport()
        assert await height_of(page, anchor) == pytest.approx(before, abs=2)
        await page.evaluate("fake.tell('stopping')")
        await expect(page.locator("#trouble p")).to_be_in_viewport()
        await page.evaluate(FRAMES)
        assert await height_of(page, anchor) == pytest.approx(before, abs=2)
        await cancel.press("Enter")
        await page.get_by_role("button", name="Close this message").press("Enter")
        await page.evaluate(FRAMES)
        assert await height_of(page, anchor) == pytest.approx(before, abs=2)


FRAMES = """() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => done(null))))"""
"""Wait until what has changed is drawn."""


async def height_of(page: Page, selector: str) -> float:
    """Return where an element begins in the window."""
    top: float = await page.evaluate(
        "name => document.querySelector(name).getBoundingClientRect().top", selector
    )
    return top


async def test_who_uses_keys_keeps_the_focus(demo: Demo) -> None:
    """Scan, the last undo, and the messages that are closed one after the other."""
    async with visit(demo) as page:
        await open_all(page)
        await page.locator("#scan-start").press("Enter")
        await expect_news(page, "Scanned pages: 2.")
        await expect(page.locator("#scan-start")).to_be_focused()
        await page.locator("#undo").press("Enter")
        await expect_news(page, "Taken back.")
        await expect(page.locator("#undo")).to_be_disabled()
        await expect(page.locator("#undo")).to_be_focused()
        await page.keyboard.press("Enter")
        assert len(await calls(page, "undo")) == 1
        await page.evaluate("for (const _ of [1, 2]) fake.tell('stopping')")
        closes = page.get_by_role("button", name="Close this message")
        await closes.first.press("Enter")
        await expect(closes).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("main")).to_be_focused()


async def test_a_scan_that_goes_on_is_not_begun_again(demo: Demo) -> None:
    """Neither by its button nor by Enter in a field."""
    async with visit(demo) as page:
        await page.evaluate("() => { fake.hold = new Promise(() => {}); }")
        await page.locator("#scan-start").press("Enter")
        await expect(page.locator("#busy")).to_contain_text("pages so far: 1")
        await page.locator("#scan-start").press("Enter")
        await page.locator("#resolution").press("Enter")
        assert len(await calls(page, "scan")) == 1


async def test_who_closes_the_prompt_may_connect(demo: Demo) -> None:
    """The focus goes to the button that tries again."""
    async with visit(demo, query="?closed") as page:
        await expect(page.locator("#connect")).to_be_focused()


async def test_another_service_is_asked_for_its_scanners(demo: Demo) -> None:
    """One that was started anew knows none yet; one that has the session does."""
    async with visit(demo) as page:
        await expect(page.locator("#scan-start")).to_be_enabled()
        await page.evaluate("fake.tell('reconnected', {outcome: 'resumed'})")
        assert len(await calls(page, "list")) == 1
        await page.evaluate("fake.tell('reconnected', {outcome: 'unknown'})")
        await expect(page.locator("#scan-start")).to_be_enabled()
        assert len(await calls(page, "list")) == 2


async def test_a_service_that_stays_away_is_explained(demo: Demo) -> None:
    """After a while, and not after; the tools of the viewer wait, too."""
    problem = {
        "reason": "not-running",
        "candidates": [],
        "detail": {"address": "", "origin": "", "managerAddress": ""},
    }
    async with visit(demo) as page:
        await add_pages(page)
        await expect(page.locator("[data-tool=invert]")).to_be_enabled()
        await page.clock.install()
        await page.evaluate("problem => { window.problem = problem; }", problem)
        await page.evaluate("fake.state = 'reconnecting'; fake.tell('disconnected')")
        await expect(page.locator("[data-tool=invert]")).to_be_disabled()
        await page.clock.run_for(9_000)
        prompt = page.locator("scanwright-prompt")
        await expect(prompt).to_have_count(0)
        await page.clock.run_for(2_000)
        await expect(prompt.get_by_role("dialog")).to_be_visible()
        await page.evaluate(
            "fake.state = 'connected'; fake.tell('reconnected', {outcome: 'resumed'})"
        )
        await expect(prompt).to_have_count(0)
        await expect(page.locator("[data-tool=invert]")).to_be_enabled()


async def test_what_has_failed_is_not_said_to_go_on(demo: Demo) -> None:
    """The status line is empty, and the trouble says the rest."""
    async with visit(demo) as page:
        await open_all(page)
        await add_pages(page)
        await page.evaluate("fake.refuse.save = {code: -1022, message: 'full'}")
        await page.click("#save-local")
        await expect(page.locator("#trouble")).to_contain_text("the disk may be full")
        await expect_news(page, "")


async def test_a_bad_file_keeps_no_other_out(demo: Demo, tmp_path: Path) -> None:
    """All that failed are told with the reason, in the language of the page."""
    files = [tmp_path / name for name in ("a.pdf", "b.txt", "c.png", "d.pdf")]
    for file in files:
        file.write_bytes(b"x")
    async with visit(demo, locale="de") as page:
        await open_all(page)
        await page.evaluate(
            "fake.bad = {'a.pdf': -1120, 'b.txt': -1036, 'd.pdf': -1120}; 0"
        )
        await page.set_input_files("#files", files)
        trouble = page.locator("#trouble p")
        await expect(trouble).to_contain_text("a.pdf, d.pdf: Das PDF ist verschlossen.")
        await expect(trouble).to_contain_text("„Importieren“ in „Kennwort des PDFs“")
        await expect(trouble).to_contain_text("b.txt: Nicht lesbar")
        await expect(trouble).not_to_contain_text("in English")
        await expect_news(page, "Importierte Seiten: 1.")


async def test_an_import_that_is_cancelled_says_what_is_kept(
    demo: Demo, tmp_path: Path
) -> None:
    """The pages of the files that were done."""
    file = tmp_path / "a.png"
    file.write_bytes(b"x")
    async with visit(demo) as page:
        await open_all(page)
        await page.evaluate("() => { fake.hold = new Promise(() => {}); }")
        await page.set_input_files("#files", [file, file])
        await page.wait_for_function("fake.buffer.images.length === 1")
        await page.get_by_role("button", name="Cancel: Importing").click()
        await expect_news(page, "Cancelled. Pages that had come are kept: 1.")


async def test_a_scanner_in_use_keeps_its_options(demo: Demo) -> None:
    """Another tab has it for now: what it can do is known, and a scan may be tried."""
    async with visit(demo) as page:
        await expect(page.locator("#scan-start")).to_be_enabled()
        await page.evaluate("fake.refuse.open = {code: -1004, message: 'locked'}")
        await page.click("#look-again")
        await expect(page.locator("#trouble")).to_contain_text("Another program or tab")
        await expect(page.locator("#scanner-options")).to_be_visible()
        await expect(page.locator("#scan-start")).to_be_enabled()


async def test_a_scan_comes_before_what_is_asked_again(demo: Demo) -> None:
    """What the scanner has said before is enough; it is let go of, and then scans."""
    async with visit(demo) as page:
        await expect(page.locator("#scan-start")).to_be_enabled()
        await page.evaluate("fake.mute = 'one'")
        await page.locator("#scanner").dispatch_event("change")
        await expect(page.locator("#scanner-note")).to_contain_text("Asking")
        await page.fill("#resolution", "290")
        await page.click("#scan-start")
        await expect_news(page, "Scanned pages: 2.")
        await expect(page.locator("#scanner-note")).to_have_text("")
        await expect(page.locator("#scanner-cancel")).to_be_hidden()
        await expect(page.locator("#trouble")).to_have_text("")
        names = await page.evaluate("fake.calls.map(([name]) => name)")
        assert names[-3:] == ["open", "close", "scan"]
        assert await page.input_value("#resolution") == "290"


async def test_an_answer_as_before_leaves_what_was_typed(demo: Demo) -> None:
    """The answer to a question that was asked again changes no field."""
    async with visit(demo) as page:
        await expect(page.locator("#scan-start")).to_be_enabled()
        await page.evaluate(
            "() => { fake.thought = new Promise((end) => { fake.answer = end; }); }"
        )
        await page.locator("#scanner").dispatch_event("change")
        await expect(page.locator("#scanner-note")).to_contain_text("Asking")
        await page.locator("#resolution").clear()
        await page.locator("#resolution").press_sequentially("1")
        await page.evaluate("fake.answer()")
        await expect(page.locator("#scanner-note")).to_have_text("")
        assert len(await calls(page, "open")) == 2
        await page.locator("#resolution").press_sequentially("00")
        assert await page.input_value("#resolution") == "100"


async def test_the_scanner_that_was_chosen_is_chosen_after_a_reload(
    demo: Demo,
) -> None:
    """Who has two need not choose again."""
    async with visit(demo) as page:
        await expect(page.locator("#scan-start")).to_be_enabled()
        await page.select_option("#scanner", "two")
        await page.reload()
        await expect(page.locator("#scan-start")).to_be_enabled()
        assert await page.input_value("#scanner") == "two"


async def test_only_what_an_archive_can_have_is_offered(demo: Demo) -> None:
    """No LZW, and no JPEG 2000 in the oldest; the name is that of the file."""
    async with visit(demo) as page:
        await open_all(page)
        await add_pages(page)
        await page.select_option("#compression", "6")
        await page.select_option("#standard", "pdf/a-2b")
        assert await page.input_value("#compression") == "6"
        await page.select_option("#standard", "pdf/a-1b")
        assert await options(page, "compression") == ["0", "5", "7", "2"]
        assert await page.input_value("#compression") == "0"
        await page.fill("#save-name", "report.PDF")
        await page.click("#save-local")
        await expect_news(page, "Saved: report.pdf.")


async def test_pages_go_behind_those_of_a_tiff(demo: Demo, tmp_path: Path) -> None:
    """The field is there for TIFF alone, and so is what it holds."""
    file = tmp_path / "begun.tif"
    file.write_bytes(b"II*" + bytes(1_000_000))
    async with visit(demo) as page:
        await open_all(page)
        await add_pages(page)
        await expect(page.locator("#append")).to_be_hidden()
        await page.select_option("#save-type", "image/tiff")
        await page.set_input_files("#append", file)
        await expect(page.locator("#estimate")).to_have_text("1.12 MB")
        await page.click("#save-local")
        await expect_news(page, "Saved: scan.tif.")
        await page.select_option("#save-type", "application/pdf")
        await page.click("#save-local")
        await expect_news(page, "Saved: scan.pdf.")
        begun, other = [how for _, _, how in await calls(page, "save")]
        append = {"file": "begun.tif", "bytes": 1_000_003}
        assert begun == {"name": "scan.tif", "append": append}
        assert other == {"name": "scan.pdf"}


async def test_fields_stand_in_line_and_long_names_can_be_read(demo: Demo) -> None:
    """Inputs are as high as choices; a name that may be cut off is a title as well."""
    async with visit(demo) as page:
        await expect(page.locator("#scan-start")).to_be_enabled()
        heights = await page.evaluate(
            "['#resolution', '#paper', '#scanner', '#look-again'].map(each =>"
            " document.querySelector(each).offsetHeight)"
        )
        assert len(set(heights)) == 1
        name = "A document with a very long name"
        await page.evaluate(
            "name => fake.change({documents: [{id: 'd1', name, count: 0}]})", name
        )
        await expect(page.locator("#document")).to_have_attribute(
            "title", f"{name} (0)"
        )
