"""GNOME's Document Scanner, unchanged, on a screen that nobody sees.

It is told what to do over its own D-Bus actions. When it has its pages it is asked to
mail them: it makes a JPEG of each for the mail program, which is ours and keeps them.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

from scanwright_simulators.device import (
    Input,
    Journal,
    Mode,
    Model,
    Sheet,
    Side,
    Size,
    VirtualScanner,
    read_identity,
)
from scanwright_simulators.device.generated import GeneratedSide
from scanwright_simulators.faces import sane_test
from scanwright_simulators.faces.sane import socket_in
from scanwright_simulators.faces.sane.library import locate
from scanwright_simulators.faces.sane.server import SaneServer
from scanwright_simulators.scenario import SaneTest

PACKAGES: Final = {
    "simple-scan": "simple-scan",
    "xvfb-run": "xvfb",
    "dbus-run-session": "dbus",
    "gdbus": "libglib2.0-bin",
    "cc": "gcc",
}
MISSING: Final = [p for name, p in PACKAGES.items() if not shutil.which(name)]
DEADLINE_S: Final = 90
PATIENCE_S: Final = 2
SCRIPT: Final = """
simple-scan --debug scanwright:office 2>&1 &
activate() { gdbus call --session --dest org.gnome.SimpleScan \\
    --object-path /org/gnome/SimpleScan --method org.gtk.Actions.Activate "$1" [] {}; }
gdbus wait --session --timeout 60 org.gnome.SimpleScan
while read -r action; do activate "$action"; done
"""
MAIL_PROGRAM: Final = """#!/bin/sh
count=0
for file; do
    [ "$file" = --attach ] && continue
    count=$((count + 1))
    # A page that has just arrived may not be in its file yet.
    cp "$file" "$KEPT/$count" || { echo KEPT 0; exit; }
done
echo "KEPT $count"
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING), reason=f"needs: apt-get install {' '.join(MISSING)}"
    ),
]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder whose path leaves room for a socket's name."""
    with tempfile.TemporaryDirectory(prefix="sw-") as folder:
        yield Path(folder)


@dataclass(frozen=True, slots=True)
class SimpleScan:
    """The running program, and where our mail program keeps its pages."""

    process: asyncio.subprocess.Process
    kept: Path

    async def do(self, action: str) -> None:
        """Activate something in its menu."""
        assert self.process.stdin
        self.process.stdin.write(f"{action}\n".encode())
        await self.process.stdin.drain()

    async def says(self, words: str) -> str:
        """Return the next line with `words` in it."""
        assert self.process.stdout
        async for line in self.process.stdout:
            if words in (text := line.decode(errors="replace")):
                return text
        raise AssertionError(f"it ended and never said {words!r}")

    async def mailed_pages(self) -> list[str]:
        """Ask it to mail the document, which it does when it is not busy."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.do("email")
                count = int((await self.says("KEPT")).split()[1])
            return [identity(self.kept / str(n)) for n in range(1, count + 1)]
        # A page that has just arrived may be in its file by half.
        except (TimeoutError, OSError):
            return []


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("scan_single", ["SW1:office:0:A:1"]),
        ("scan_adf", [f"SW1:office:{s}" for s in ("1:A:1", "1:B:2", "2:A:3", "2:B:4")]),
    ],
)
async def test_pages_arrive(folder: Path, action: str, expected: list[str]) -> None:
    """Every page is in the document, in order, and is who it says it is."""
    async with office(folder), simple_scan(folder) as it:
        await it.says("Device: name=")
        await it.do(action)
        await it.says("sane_cancel")
        while (found := await it.mailed_pages()) != expected:
            assert len(found) <= len(expected)


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[None]:
    """Serve a scanner with two sheets."""
    clock = asyncio.get_running_loop().time
    bed = Size.of_mm(210, 297)
    front, back = (GeneratedSide(bed, 1, side) for side in Side)
    model = Model("Office", "Office", bed, tuple(Input), (75, 150, 300), tuple(Mode))
    sheets = [Sheet(front, back)] * 2
    scanner = VirtualScanner(model, glass=front, sheets=sheets, clock=clock)
    socket = socket_in(folder)
    sane_test.write_configuration(folder, SaneTest(0), {}, own=socket)
    with ThreadPoolExecutor(2) as threads:
        server = SaneServer([scanner], threads=threads, journal=Journal(clock))
        async with server.serving(socket):
            yield


@asynccontextmanager
async def simple_scan(folder: Path) -> AsyncIterator[SimpleScan]:
    """Start the program with a home, a session and a screen of its own."""
    private = {"HOME": folder / "home", "XDG_RUNTIME_DIR": folder / "run"}
    for path in (*private.values(), folder / "bin", folder / "mailed"):
        path.mkdir(mode=0o700)
    mail = folder / "bin/xdg-email"
    mail.write_text(MAIL_PROGRAM, "utf-8")
    mail.chmod(0o700)
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("XDG_", "DBUS_"))}
    process = await asyncio.create_subprocess_exec(
        *("xvfb-run", "-a", "dbus-run-session", "--", "sh", "-c", SCRIPT),
        env={
            **kept,
            **{name: str(path) for name, path in private.items()},
            "PATH": f"{mail.parent}:{os.environ['PATH']}",
            "KEPT": str(folder / "mailed"),
            "GSETTINGS_BACKEND": "memory",
            "NO_AT_BRIDGE": "1",
            "SANE_CONFIG_DIR": str(folder),
            "LD_LIBRARY_PATH": str(locate().parent),
        },
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(DEADLINE_S):
            yield SimpleScan(process, folder / "mailed")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def identity(path: Path) -> str:
    """Return who a page is."""
    with Image.open(path) as page:
        return str(read_identity(page))
