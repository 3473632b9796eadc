"""Pages that everybody can use, and pictures of them."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

__all__ = ["expect_usable", "keep_picture"]


async def expect_usable(page: Page) -> None:
    """Fail for whatever axe finds, and for a page wider than its window."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    beyond = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert beyond == 0


async def keep_picture(page: Page, name: str) -> None:
    """Take a picture into the folder of SCANWRIGHT_SCREENS, when set."""
    if folder := os.environ.get("SCANWRIGHT_SCREENS"):
        await page.screenshot(path=Path(folder) / f"{name}.png")
