"""Takes the picture of the manager that README shows.

.venv/bin/python docs/manager_screenshot.py
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import requests
from PIL import Image
from playwright.sync_api import sync_playwright

CHROMIUM: Final = "/usr/bin/chromium"
PICTURE: Final = Path(__file__).with_name("manager.png")
WIDTH: Final = 1280
HEIGHT: Final = 900
COLOURS: Final = 256
END_S: Final = 20
SCANWRIGHT: Final = (sys.executable, "-m", "scanwright")


def main() -> None:
    """Start virtual scanners and a service, and picture its welcome page."""
    with subprocess.Popen(
        [*SCANWRIGHT, "up", "--json"], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        try:
            picture = pictured(json.loads(process.stdout.readline()))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(END_S)
    # Few colours are enough for text, and make half of the bytes.
    picture.convert("RGB").quantize(COLOURS).save(PICTURE, optimize=True)


def pictured(facts: dict[str, Any]) -> Image.Image:
    """Return the welcome page as its administrator sees it."""
    command(facts, "config", "set", "EnableScannerAccessAuth", "TRUE")
    address = command(facts, "admin", "--no-open")
    with sync_playwright() as playwright:
        # No sandbox: Chromium as root refuses to start with one, and the page is ours.
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox"],
        )
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme="light",
        )
        page.goto(address)
        page.wait_for_selector("#certificate h2")
        page.goto(str(facts["manager"]))
        page.wait_for_selector("#log h2")
        page.wait_for_selector("#scanners tbody")
        ask_for_access(str(facts["api"]))
        page.wait_for_selector("#requests h2")
        page.evaluate("document.getElementById('news').remove()")
        picture = Image.open(BytesIO(page.screenshot()))
        browser.close()
    return picture


def command(facts: dict[str, Any], *words: str) -> str:
    """Run `scanwright` for the service; return what it prints."""
    done = subprocess.run(
        [*SCANWRIGHT, *words, "--home", str(facts["home"])],
        capture_output=True,
        check=True,
        text=True,
        timeout=END_S,
    )
    return done.stdout.strip()


def ask_for_access(api: str) -> None:
    """Ask for scanners as a page would, until the user is to be asked about it."""
    until_s = time.monotonic() + END_S
    while time.monotonic() < until_s:
        answer = requests.get(
            f"{api}/api/device/scanners",
            headers={"Origin": "https://app.example.com"},
            timeout=END_S,
        )
        if answer.status_code == 403:
            return
    raise TimeoutError("the service lets every page in")


if __name__ == "__main__":
    main()
