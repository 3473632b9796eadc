"""A developer's first five minutes, as simulators/README.md tells them, to the letter.

The commands and the page are taken out of the document: what it says is what runs.
"""

from __future__ import annotations

import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from browsing import driven_chromium
from live import GONE_S, READY_S, first_line, running_up
from PIL import Image
from playwright.async_api import expect

from scanwright_simulators.control.client import ControlClient

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

DOCUMENT: Final = Path(__file__).parent.parent / "simulators" / "README.md"
COMMANDS: Final = re.compile(r"In another terminal.*?\n```\n(.*?)```", re.DOTALL)
PAGE: Final = re.compile(r"```html\n(.*?)```", re.DOTALL)
SHADES: Final = (40, 120, 200)
A4_PX: Final = (827, 1169)
DECODED_WIDTHS: Final = (
    "all => Promise.all(all.map(async i => (await i.decode(), i.naturalWidth)))"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a PDF of three pages in it, each of one gray."""
    pages = [Image.new("L", A4_PX, shade) for shade in SHADES]
    pages[0].save(
        tmp_path / "invoice.pdf", save_all=True, append_images=pages[1:], resolution=100
    )
    return tmp_path


def taken(pattern: re.Pattern[str]) -> str:
    """Return what the document has there."""
    found = pattern.search(DOCUMENT.read_text("utf-8"))
    assert found is not None
    return found[1]


@contextmanager
def simulating(environment: dict[str, str]) -> Iterator[str]:
    """Run the office in another terminal; yields the address of its control."""
    with subprocess.Popen(
        [sys.executable, "-m", "scanwright", "simulate", "office", "--json"],
        env=environment,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        yield json.loads(first_line(process.stdout, READY_S))["control"]
        process.terminate()
        process.wait(GONE_S)


def test_the_commands_do_what_is_said_of_them(folder: Path) -> None:
    """Own pages are scanned, one jams, its sheet is there again after it is cleared."""
    assert shutil.which("scanimage"), "apt-get install sane-utils"
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "XDG_RUNTIME_DIR": str(folder),
        "TMPDIR": str(folder),
    }
    commands = taken(COMMANDS)
    assert commands.count("scanimage") == 2
    with simulating(environment) as control:
        done = subprocess.run(
            ["bash", "-c", commands.replace("scanwright device panel", "")],
            cwd=folder,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=100,
        )
        scanner = ControlClient(control, "Virtual Office")
        state = scanner.state()
        story = [entry["text"] for entry in scanner.journal().entries]
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "Batch terminated, 3 pages scanned" in said
    assert "Document feeder jammed" in said
    assert "Paper jam" in said
    assert "jam was cleared" in story
    assert state["state"] == "idle"
    assert state["feeder"]["tray"] == 2
    shades = [center(folder / f"page{number}.png") for number in (1, 2, 3)]
    assert shades == [pytest.approx(shade, abs=2) for shade in SHADES]


def center(file: Path) -> int:
    """Return how light the middle of a page is."""
    with Image.open(file) as image:
        found = image.convert("L").getpixel((image.width // 2, image.height // 2))
    assert isinstance(found, int)
    return found


async def test_the_page_scans_in_the_web(folder: Path) -> None:
    """The page of the document, in Chromium, shows what lies in the feeder."""
    with running_up("--scenario", "office") as up, serving(folder) as address:
        port = up.api.rpartition(":")[2]
        page = taken(PAGE).replace(":18622", f":{port}")
        (folder / "index.html").write_text(page)
        ControlClient(up.facts["control"]).load(folder / "invoice.pdf")
        async with driven_chromium() as browser:
            tab = await browser.new_page()
            await tab.goto(address)
            await tab.get_by_role("button", name="Scan").click()
            await expect(tab.locator("img")).to_have_count(len(SHADES), timeout=30_000)
            widths = await tab.eval_on_selector_all("img", DECODED_WIDTHS)
    assert widths == [827] * len(SHADES)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder as `python3 -m http.server` does; yields its address."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()
