"""The reports in a browser: usable by everybody, and deaf to what a target says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from aiohttp import web
from browsing import driven_chromium
from playwright.async_api import Browser, Page, expect
from usable import expect_usable

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.certification import certify_target
from scanwright_conformance.report import write_comparison, write_reports
from scanwright_conformance.results import Result, Run
from scanwright_conformance.verdict import Verdict

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

HOSTILE = "</script><img src=x onerror=document.title='owned'><script>owned=1</script>"
CLAUSE = "SERVER-settings"

Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Reports:
    """The files of one run, and of two side by side."""

    run: Run
    report: Path
    comparison: Path

    @property
    def both(self) -> Sequence[Path]:
        """The two pages."""
        return self.report, self.comparison


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """Reports about a service that answers with markup wherever it can."""
    folder = tmp_path_factory.mktemp("reports")
    runner = await _served()
    host, port = runner.addresses[0][:2]
    description = folder / "target.toml"
    description.write_text(
        f'[target]\nname = "Odd {HOSTILE}"\napi = "http://{host}:{port}"\n'
    )
    assignment = Assignment(str(description), ("SERVER", "ORIGIN"), seed=7, repeats=1)
    run = _with_all_verdicts(await certify_target(assignment))
    await runner.cleanup()
    better = replace(run, results=tuple(_passed(each) for each in run.results))
    paths = write_reports(run, folder)
    (comparison, *_) = write_comparison([run, better, better], folder)
    return Reports(run, paths.html, comparison)


async def _served() -> web.AppRunner:
    async def answer(request: web.Request) -> web.Response:
        status = 200 if request.path == "/api/server" else 404
        value = {"logLevel": HOSTILE, "lines": [HOSTILE] * 30}
        return web.json_response(value, status=status, headers={"X-Odd": HOSTILE})

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


def _with_all_verdicts(run: Run) -> Run:
    """Return the run with every verdict in it, so that every colour is looked at."""
    given = {each.verdict for each in run.results}
    missing = [verdict for verdict in Verdict if verdict not in given]
    results = [
        replace(each, verdict=missing.pop())
        if missing and each.clause.id != CLAUSE
        else each
        for each in run.results
    ]
    assert not missing
    return replace(run, results=tuple(results), traces=(f"a job {HOSTILE}",))


def _passed(result: Result) -> Result:
    return replace(result, verdict=Verdict.PASS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium without a window."""
    async with driven_chromium() as browser:
        yield browser


async def opened(
    browser: Browser,
    path: Path,
    *,
    width: int = 1280,
    scheme: Scheme = "light",
    anchor: str = "",
) -> Page:
    """Return a page on this file; any error of its script fails the test."""
    page = await browser.new_page(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
    )
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(path.as_uri() + anchor)
    return page


async def open_all(page: Page) -> None:
    """Open every disclosure, those within others too."""
    for _ in range(3):
        await page.evaluate(
            "document.querySelectorAll('details').forEach((each) => each.open = true)"
        )
        # what is drawn when a clause opens is there after its event
        await page.evaluate("new Promise(requestAnimationFrame)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
async def test_everybody_can_use_them(
    browser: Browser, reports: Reports, scheme: Scheme, width: int
) -> None:
    """Axe finds nothing, with all open, and nothing hangs over the edge."""
    for path in reports.both:
        page = await opened(browser, path, width=width, scheme=scheme)
        await open_all(page)
        await expect_usable(page)
        await page.close()


async def test_the_filters_work_together(browser: Browser, reports: Reports) -> None:
    """Verdict, lists and text narrow what is shown, and the number is told."""
    page = await opened(browser, reports.report)
    failed = reports.run.counts[Verdict.FAIL]
    await page.get_by_role("button", name=f"FAIL {failed}").click()
    await expect(page.locator(".clause:visible")).to_have_count(failed)
    await page.get_by_label("Profile").select_option("wire")
    await page.get_by_label("Binding").select_option("yes")
    await page.get_by_role("searchbox").fill("server-SETTINGS must")
    total = len(reports.run.results)
    await expect(page.locator("#shown")).to_have_text(f"1 of {total} clauses shown")
    await page.get_by_role("button", name="Show all").click()
    await expect(page.locator(".clause:visible")).to_have_count(total)


async def test_the_filters_need_no_mouse(browser: Browser, reports: Reports) -> None:
    """The skip link leads to the clauses; tab and space do the rest."""
    page = await opened(browser, reports.report)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.type("server-settings")
    await expect(page.locator(".clause:visible")).to_have_count(1)
    await page.locator(".clause:visible summary").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(f"#{CLAUSE} .mismatch")).to_be_visible()


async def test_an_address_opens_its_clause(browser: Browser, reports: Reports) -> None:
    """A link shows the clause with its evidence, though it be filtered away."""
    page = await opened(browser, reports.report, anchor=f"#{CLAUSE}")
    await expect(page.locator(f"#{CLAUSE} .entry.shows").first).to_be_visible()
    await page.locator(f"#{CLAUSE} > summary").click()
    await page.get_by_role("searchbox").fill("nothing has these words")
    await expect(page.locator(f"#{CLAUSE}")).to_be_hidden()
    await page.locator(f".findings a[href='#{CLAUSE}']").click()
    # the address is the same, so nothing changes until somebody asks for it anew
    await page.evaluate("location.hash = ''")
    await page.locator(f".findings a[href='#{CLAUSE}']").click()
    await expect(page.locator(f"#{CLAUSE} .entry.shows").first).to_be_visible()


async def test_what_is_long_is_folded(browser: Browser, reports: Reports) -> None:
    """A long answer shows its beginning, and all of it when it is asked for."""
    page = await opened(browser, reports.report, anchor=f"#{CLAUSE}")
    text = page.locator(f"#{CLAUSE} .cut").first
    short = await text.evaluate("(each) => each.clientHeight")
    await page.locator(f"#{CLAUSE} .more").first.click()
    shown = page.locator(f"#{CLAUSE} .more").first
    await expect(shown).to_have_attribute("aria-expanded", "true")
    whole = page.locator(f"#{CLAUSE} pre.got").first
    assert await whole.evaluate("(each) => each.clientHeight") > short


async def test_a_target_says_nothing_to_the_browser(
    browser: Browser, reports: Reports
) -> None:
    """Markup in a name, a header, a body or a trace is shown, and does nothing."""
    for path in reports.both:
        page = await opened(browser, path)
        await open_all(page)
        assert await page.locator("img").count() == 0
        assert await page.evaluate("typeof owned") == "undefined"
        assert await page.title() != "owned"
        assert HOSTILE in await page.locator("main").inner_text()
        await page.close()


async def test_a_command_can_be_copied(browser: Browser, reports: Reports) -> None:
    """The button says that it is done, or what is left to do."""
    page = await opened(browser, reports.report, anchor=f"#{CLAUSE}")
    button = page.locator(f"#{CLAUSE} .copy").first
    await button.click()
    await expect(button).not_to_have_text("Copy")


async def test_cells_lead_to_details(browser: Browser, reports: Reports) -> None:
    """Only the differences remain, and each cell opens what is behind it."""
    page = await opened(browser, reports.comparison)
    await page.get_by_label("Only differences").check()
    lines = page.locator("tr[data-words]:visible")
    different = sum(each.verdict is not Verdict.PASS for each in reports.run.results)
    await expect(lines).to_have_count(different)
    await page.locator(f"a[href='#{CLAUSE}.1']").click()
    side = page.locator(f"[id='{CLAUSE}.1']")
    await expect(side).to_be_in_viewport()
    await expect(side).to_contain_text("Expected")


async def test_heads_stay_in_sight(browser: Browser, reports: Reports) -> None:
    """However far one scrolls, the names of the targets stay above their columns."""
    page = await opened(browser, reports.comparison, width=360)
    scroller = page.locator(".scroller")
    await scroller.evaluate("(each) => each.scrollTo(120, 400)")
    await scroller.scroll_into_view_if_needed()
    corner = page.locator(".compared thead th").first
    place = await corner.bounding_box()
    frame = await scroller.bounding_box()
    assert place is not None
    assert frame is not None
    assert abs(place["x"] - frame["x"]) < 3
    assert abs(place["y"] - frame["y"]) < 3


async def test_the_first_printed_page_is_the_certificate(
    browser: Browser, reports: Reports
) -> None:
    """On paper it fills its sheet, and filters are gone."""
    page = await opened(browser, reports.report, width=703)
    await page.emulate_media(media="print")
    box = await page.locator(".certificate").bounding_box()
    assert box is not None
    # 297 mm less margins of 12 mm, at 96 dots per inch
    assert 1000 < box["height"] <= 273 / 25.4 * 96
    await expect(page.locator(".filter")).to_be_hidden()
