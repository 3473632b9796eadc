"""Takes the picture of a report that README shows.

make run && .venv/bin/python docs/screenshot.py
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import sync_playwright

CHROMIUM: Final = "/usr/bin/chromium"
PICTURE: Final = Path(__file__).with_name("report.png")
WIDTH: Final = 1280
HEIGHT: Final = 900
COLOURS: Final = 128


def main() -> None:
    """Open the report that the argument names, else report/report.html."""
    report = Path(sys.argv[1] if len(sys.argv) > 1 else "report/report.html")
    with sync_playwright() as playwright:
        # No sandbox: Chromium as root refuses to start with one, and the file is ours.
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox"],
        )
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme="light",
        )
        page.goto(report.resolve().as_uri())
        picture = Image.open(BytesIO(page.screenshot()))
        browser.close()
    # Few colours are enough for text, and make a third of the bytes.
    picture.convert("RGB").quantize(COLOURS).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
