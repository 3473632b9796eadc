"""The web scanner's files: saved on this computer, or sent to the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from demo_visits import (
    SEEN_MS,
    Demo,
    add_pages,
    calls,
    expect_news,
    open_all,
    options,
    visit,
)
from playwright.async_api import Request, Route, expect

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


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


async def test_what_has_failed_is_not_said_to_go_on(demo: Demo) -> None:
    """The status line is empty, and the trouble says the rest."""
    async with visit(demo) as page:
        await open_all(page)
        await add_pages(page)
        await page.evaluate("fake.refuse.save = {code: -1022, message: 'full'}")
        await page.click("#save-local")
        await expect(page.locator("#trouble")).to_contain_text("the disk may be full")
        await expect_news(page, "")


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
