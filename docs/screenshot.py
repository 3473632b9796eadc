"""Takes the pictures of reports that the documents show.

    make run && .venv/bin/python docs/screenshot.py [REPORT] [COMPARISON]

REPORT is a report.html (default: report/report.html). With a COMPARISON, which
`scanwright report RUN RUN` writes, its picture is renewed, too.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM: Final = "/usr/bin/chromium"
FOLDER: Final = Path(__file__).parent
COLOURS: Final = 128


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its file, and the window that it is taken of."""

    name: str
    width: int
    height: int
    scale: float = 1


PAGE: Final = Shot("report.png", 1280, 900)
PHONE: Final = Shot("report-phone.png", 360, 780, scale=2)
COMPARED: Final = Shot("report-comparison.png", 1280, 900)


def main() -> None:
    """Open what the arguments name, and take its pictures."""
    report, *comparison = sys.argv[1:] or ["report/report.html"]
    with sync_playwright() as playwright:
        # No sandbox: Chromium as root refuses to start with one, and the file is ours.
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox"],
        )
        take(browser, report, PAGE)
        take(browser, report, PHONE)
        for path in comparison:
            take(browser, path, COMPARED)
        browser.close()


def take(browser: Browser, path: str, shot: Shot) -> None:
    """Write the picture of the page in the file `path`."""
    page = browser.new_page(
        viewport={"width": shot.width, "height": shot.height},
        device_scale_factor=shot.scale,
        color_scheme="light",
    )
    page.goto(Path(path).resolve().as_uri())
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    # Few colours are enough for text, and make a third of the bytes.
    picture.quantize(COLOURS).save(FOLDER / shot.name, optimize=True)
    page.close()


if __name__ == "__main__":
    main()
