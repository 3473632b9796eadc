"""The web scanner's scanners: looking for them, their options, scans and faults."""

from __future__ import annotations

import pytest
from demo_visits import Demo, calls, expect_news, options, visit
from playwright.async_api import expect

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


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


async def test_a_scan_that_goes_on_is_not_begun_again(demo: Demo) -> None:
    """Neither by its button nor by Enter in a field."""
    async with visit(demo) as page:
        await page.evaluate("() => { fake.hold = new Promise(() => {}); }")
        await page.locator("#scan-start").press("Enter")
        await expect(page.locator("#busy")).to_contain_text("pages so far: 1")
        await page.locator("#scan-start").press("Enter")
        await page.locator("#resolution").press("Enter")
        assert len(await calls(page, "scan")) == 1


async def test_another_service_is_asked_for_its_scanners(demo: Demo) -> None:
    """One that was started anew knows none yet; one that has the session does."""
    async with visit(demo) as page:
        await expect(page.locator("#scan-start")).to_be_enabled()
        await page.evaluate("fake.tell('reconnected', {outcome: 'resumed'})")
        assert len(await calls(page, "list")) == 1
        await page.evaluate("fake.tell('reconnected', {outcome: 'unknown'})")
        await expect(page.locator("#scan-start")).to_be_enabled()
        assert len(await calls(page, "list")) == 2


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
