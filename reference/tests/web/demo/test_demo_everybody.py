"""The web scanner's page for everybody: words, focus, and a service that goes away."""

from __future__ import annotations

import pytest
from demo_visits import Demo, Scheme, add_pages, calls, expect_news, open_all, visit
from playwright.async_api import Page, expect
from usable import expect_usable

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
async def test_everybody_can_use_it(demo: Demo, scheme: Scheme, width: int) -> None:
    """Axe finds nothing in the main states, and nothing hangs over the edge."""
    # Axe tries out styles of its own on the page.
    mine = "Applying inline style"
    async with visit(demo, scheme=scheme, width=width, forgives=mine) as page:
        await expect_usable_at_rest(page)
        await open_all(page)
        await add_pages(page)
        await page.select_option("#paper", "custom")
        await page.select_option("#standard", "pdf/a-2b")
        await page.evaluate("fake.tell('stopping')")
        await page.evaluate("document.querySelector('#interrupted').hidden = false")
        await expect_usable_at_rest(page)
    async with visit(
        demo, scheme=scheme, width=width, query="?closed", forgives=mine
    ) as page:
        await expect_usable_at_rest(page)


async def expect_usable_at_rest(page: Page) -> None:
    """Look for what would keep somebody out, once all that was asked for is there."""
    await page.wait_for_load_state("networkidle")
    await expect_usable(page)


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


async def test_who_closes_the_prompt_may_connect(demo: Demo) -> None:
    """The focus goes to the button that tries again."""
    async with visit(demo, query="?closed") as page:
        await expect(page.locator("#connect")).to_be_focused()


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
