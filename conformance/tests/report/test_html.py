"""The HTML report: whole, harmless, and usable by everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from scanwright_conformance.report import write_reports
from scanwright_conformance.report._html import run_as_html
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import Verdict

CHROMIUM = "/usr/bin/chromium"
VOID = {"meta", "br", "input", "circle"}
Scheme = Literal["light", "dark"]


class Reader(HTMLParser):
    """Follows the elements and notes what loads something from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open `tag`."""
        names = dict(attrs)
        self.loads += [
            str(value)
            for name, value in names.items()
            if name in {"src", "href"} and not str(value).startswith("#")
        ]
        if identity := names.get("id"):
            self.ids.append(identity)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close `tag`, which must be the one that is open."""
        if tag not in VOID:
            assert self.open.pop() == tag


def test_the_document_is_well_formed(run: Run) -> None:
    """Every element is closed, ids are unique, nothing is loaded from anywhere."""
    reader = Reader()
    reader.feed(run_as_html(run))
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    assert reader.loads == []


def test_answers_of_the_target_are_text(run: Run) -> None:
    """What a target answers runs in nobody's browser."""
    document = run_as_html(run)
    assert "<script>alert" not in document
    assert "\x00" not in document


def test_every_clause_is_there_with_its_verdict(run: Run) -> None:
    """Text, level, provenance and verdict of each clause can be read."""
    document = run_as_html(run)
    for result in run.results:
        assert f'id="{result.clause.id}"' in document
    assert "Provenance: documented: service configuration" in document


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Give a Chromium without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox"],
        )
        yield browser
        await browser.close()


async def opened(
    browser: Browser,
    run: Run,
    folder: Path,
    *,
    width: int = 1200,
    scheme: Scheme = "light",
) -> Page:
    """Return a page with the report of `run`."""
    paths = write_reports(run, folder)
    page = await browser.new_page(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
    )
    await page.goto(paths.html.as_uri())
    return page


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_it(
    browser: Browser,
    run: Run,
    tmp_path: Path,
    scheme: Scheme,
) -> None:
    """Axe finds nothing to complain about, with all clauses open."""
    page = await opened(browser, run, tmp_path, scheme=scheme)
    await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = 1)")
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.slow
async def test_it_fits_a_phone(browser: Browser, run: Run, tmp_path: Path) -> None:
    """Nothing has to be scrolled sideways at a width of 360 pixels."""
    page = await opened(browser, run, tmp_path, width=360)
    await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = 1)")
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360


@pytest.mark.slow
async def test_the_filters_narrow_the_list(
    browser: Browser,
    run: Run,
    tmp_path: Path,
) -> None:
    """Text, area and verdict work together, and the number shown is told."""
    page = await opened(browser, run, tmp_path)
    failed = run.counts[Verdict.FAIL]
    await page.get_by_role("button", name=f"FAIL {failed}").click()
    assert await page.locator(".clause:visible").count() == failed
    await page.get_by_role("combobox").select_option("PORTS")
    await page.get_by_role("searchbox").fill("PORTS-core-tls must")
    assert await page.locator("#shown").inner_text() == "1 of 40 clauses shown"


@pytest.mark.slow
async def test_an_address_opens_its_clause(
    browser: Browser,
    run: Run,
    tmp_path: Path,
) -> None:
    """A link to a clause shows it."""
    page = await opened(browser, run, tmp_path)
    await page.goto(f"{page.url}#PORTS-core-tls")
    assert await page.get_by_text("409 / -1011").first.is_visible()


def test_a_run_without_anything_to_try_is_shown(run: Run) -> None:
    """A target to which nothing applies does not divide by zero."""
    nothing = [
        replace(each, verdict=Verdict.NOT_APPLICABLE, transcript=None)
        for each in run.results
    ]
    assert "0 of 0 clauses" in run_as_html(replace(run, results=tuple(nothing)))
