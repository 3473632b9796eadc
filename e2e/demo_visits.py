"""Visits to the web scanner demo whose SDK has a session in memory."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from playwright.async_api import Browser, Page, expect

__all__ = [
    "SEEN_MS",
    "Demo",
    "Scheme",
    "add_pages",
    "calls",
    "expect_news",
    "open_all",
    "options",
    "visit",
]

SEEN_MS: Final = 20_000
Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo server, and a browser to look at it."""

    browser: Browser
    url: str


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


async def options(page: Page, name: str) -> list[str]:
    """Return the values that a choice offers."""
    found: list[str] = await page.evaluate(
        "name => [...document.getElementById(name).options].map(each => each.value)",
        name,
    )
    return found
