"""The web scanner demo as a test uses it: its server, its page, what it has saved."""

from __future__ import annotations

import json
import runpy
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from engines.scripts import quoted
from live import GONE_S, READY_S, first_line

from scanwright.demo.settings import service_ports
from scanwright_simulators.device import Identity, read_identity

if TYPE_CHECKING:
    from engines import Page
    from PIL import Image

__all__ = [
    "SESSION",
    "Demo",
    "WebScanner",
    "free_port_base",
    "identities",
    "read_pages",
    "running_demo",
    "write_installers",
]

PACKAGING: Final = Path(__file__).parents[1] / "packaging"
BASES: Final = range(20_000, 32_000)
"""Below the ports that a system hands out by itself."""
DPI: Final = 100
CONNECTED: Final = "document.querySelector('#state').dataset.state === 'connected'"
SESSION: Final = "document.querySelector('#viewer').session"
PROMPT: Final = "document.querySelector('scanwright-prompt')"


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo server: its address, and the first port of its service."""

    url: str
    service: int

    @property
    def page(self) -> str:
        """The address of the web scanner, which finds the service."""
        return f"{self.url}demos/scanner/?port={self.service}"

    @property
    def origin(self) -> str:
        """What the browser calls the site of the page."""
        return self.url.rstrip("/")


@contextmanager
def running_demo(service: int, home: Path, *arguments: str) -> Iterator[Demo]:
    """Start `scanwright demo-server`, on a free port and with SQLite unless told so."""
    command = [sys.executable, "-m", "scanwright", "demo-server", "--json"]
    command += ["--port", "0", "--home", str(home)]
    command += ["--service-port-base", str(service), *arguments]
    home.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            facts = json.loads(first_line(process.stdout, READY_S))
            yield Demo(facts["url"], service)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(GONE_S)


def free_port_base() -> int:
    """Return the first port of a service that could start at this moment."""
    while True:
        base = BASES[secrets.randbelow(len(BASES))]
        if all(map(_is_free, service_ports(base))):
            return base


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def write_installers(folder: Path, version: str, packages: Sequence[Path]) -> None:
    """Write `installers.json` for these packages, as `make packages` does."""
    module = runpy.run_path(str(PACKAGING / "installers.py"))
    module["write_manifest"](version, packages, folder=folder)


@dataclass(frozen=True, slots=True)
class WebScanner:
    """The page of the web scanner, and what a user does with it."""

    page: Page

    async def mark(self) -> None:
        """Leave something in the page that a reload would take away."""
        await self.page.evaluate("window.marker = 'kept';")

    async def was_kept(self) -> bool:
        """Whether the page has not been loaded again since."""
        return bool(await self.page.evaluate("return window.marker === 'kept';"))

    async def prompt_with(self, reason: str) -> list[str]:
        """Wait until the prompt says why; return the commands that it shows."""
        shown = f"{PROMPT}?.dataset.reason === {quoted(reason)}"
        await self.page.wait_for(shown)
        codes = f"[...{PROMPT}.shadowRoot.querySelectorAll('code')]"
        texts = f"{codes}.map((each) => each.textContent)"
        commands: list[str] = await self.page.wait_for(f"{codes}.length > 0 && {texts}")
        return commands

    async def prompt_says(self, words: str) -> None:
        """Wait until the prompt has these words in it."""
        text = f"{PROMPT}.shadowRoot.textContent"
        await self.page.wait_for(f"{text}.includes({quoted(words)})")

    async def reconnect(self) -> None:
        """Press the prompt's button; it may have gone by itself already."""
        button = f"{PROMPT}?.shadowRoot.querySelector('[part=reconnect]')"
        await self.page.evaluate(f"{button}.click();")

    async def connected(self) -> None:
        """Wait until the service is reached, and its first scanner has answered."""
        await self.page.wait_for(f"{CONNECTED} && {PROMPT} === null")
        ready = "#scan-start:enabled:not([aria-disabled])"
        await self.page.wait_for(f"document.querySelector('{ready}') !== null")

    async def choose(self, selector: str, value: str) -> None:
        """Choose a value, as soon as it is offered."""
        options = f"[...document.querySelector({quoted(selector)}).options]"
        await self.page.wait_for(
            f"{options}.some((each) => each.value === {quoted(value)})"
        )
        await self.page.evaluate(f"""
            const choice = document.querySelector({quoted(selector)});
            choice.value = {quoted(value)};
            choice.dispatchEvent(new Event('input', {{ bubbles: true }}));
            choice.dispatchEvent(new Event('change', {{ bubbles: true }}));""")

    async def choose_scanner(self, name: str) -> None:
        """Choose a scanner by what it is called, and wait for its options."""
        value = await self.page.wait_for(f"""
            [...document.querySelector('#scanner').options]
              .find((each) => each.text.includes({quoted(name)}))?.value""")
        await self.choose("#scanner", value)
        await self.connected()

    async def open_tools(self) -> None:
        """Open all of the tools beside the pages."""
        await self.page.evaluate(
            "for (const each of document.querySelectorAll('details')) each.open = true;"
        )

    async def scan_duplex(self, sides: int) -> list[str]:
        """Scan what lies in the feeder; return the ids of the pages, in order."""
        await self.choose("#source", "duplex")
        await self.choose("#pixel-type", "gray 8")
        await self.page.fill("#resolution", str(DPI))
        await self.page.click("#scan-start")
        news = f"Scanned pages: {sides}."
        await self.page.wait_for(
            f"document.querySelector('#news').textContent === {quoted(news)}",
            timeout_s=60,
        )
        return await self.ids()

    async def ids(self) -> list[str]:
        """Return the ids of the pages, in order."""
        script = f"return {SESSION}.buffer.images.map((each) => each.id);"
        ids: list[str] = await self.page.evaluate(script)
        return ids

    async def has_order(self, ids: Sequence[str]) -> None:
        """Wait until the pages are these, in this order."""
        found = f"{SESSION}.buffer.images.map((each) => each.id).join()"
        await self.page.wait_for(f"{found} === {quoted(','.join(ids))}")

    async def call(self, script: str, **values: Any) -> Any:
        """Run the body of a function that has the `session` of the page, and values."""
        names = "".join(
            f"const {name} = {quoted(value)};\n" for name, value in values.items()
        )
        return await self.page.evaluate(f"const session = {SESSION};\n{names}{script}")

    async def listed(self, name: str) -> None:
        """Wait until the newest document of the database has this name."""
        newest = "document.querySelector('#documents li h3')?.textContent"
        await self.page.wait_for(f"{newest} === {quoted(name)}", timeout_s=60)

    async def download_newest(self) -> Path:
        """Download the newest document by its link in the list."""
        await self.page.click("#documents li a.button")
        return await self.page.download()


def read_pages(pdf: Path) -> list[Image.Image]:
    """Return the pages of a PDF as pictures."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=DPI / 72).to_pil() for page in document]


def identities(
    pages: Sequence[Image.Image], turned: Mapping[int, int]
) -> list[Identity | None]:
    """Return who the pages are; those that were turned clockwise are turned back.

    One that does not stand upright then is nobody.
    """
    return [
        _upright(page.rotate(turned.get(at, 0), expand=True))
        for at, page in enumerate(pages)
    ]


def _upright(page: Image.Image) -> Identity | None:
    import zxingcpp

    qr = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    codes = zxingcpp.read_barcodes(page, formats=qr)
    if not any(abs(code.orientation) < 45 for code in codes):
        return None
    return read_identity(page)
