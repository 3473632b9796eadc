"""Debian's `scanimage` scans virtual eSCL scanners, through either of its backends.

sane-airscan is tested with every quirk that it is known to cope with, and libsane's own
`escl` backend with what it can do.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from scanwright_simulators.device import (
    Clears,
    Fault,
    FaultKind,
    Mechanics,
    Model,
    read_identity,
)
from scanwright_simulators.faces.escl.quirks import QUIRKS

HostMaker = Callable[..., AbstractAsyncContextManager[Any]]

AIRSCAN = "airscan:e0:Office"
NEEDS = "missing here: apt-get install libsane1 sane-utils sane-airscan"
BACKENDS = tuple(Path("/usr/lib").glob("*/sane/libsane-airscan.so.1"))
COPED = [name for name, row in QUIRKS.items() if row.copes == "yes"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("scanimage") or not BACKENDS, reason=NEEDS),
]


@pytest.fixture
def model(model: Model) -> Model:
    """Return a scanner whose pages take longer than a client waits for its turn.

    sane-airscan reads ahead, and tells of a job that has ended before the first page
    was asked for only how it ended.
    """
    return replace(model, mechanics=Mechanics(page_time_s=0.2))


@pytest.fixture
def clock() -> Callable[[], float]:
    """Return the clock on the wall, by which the clients go."""
    return time.monotonic


async def scanimage(address: str, folder: Path, *arguments: str) -> str:
    """Run `scanimage` with one device, called Office; return all that it says."""
    base = address.removesuffix("/eSCL")
    for name, text in (
        ("dll.conf", "airscan\nescl\n"),
        (
            "airscan.conf",
            f'[devices]\n"Office" = {address}, eSCL\n[options]\ndiscovery = disable\n',
        ),
        ("escl.conf", f"device {base} Office\n"),
    ):
        (folder / name).write_text(text)
    process = await asyncio.create_subprocess_exec(
        "scanimage",
        *arguments,
        cwd=folder,
        env={**os.environ, "SANE_CONFIG_DIR": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    return output.decode(errors="replace")


async def batch(it: Any, folder: Path, *options: str, device: str = AIRSCAN) -> str:
    """Scan until the feeder is empty, into numbered files of `folder`."""
    fixed = ("--format=png", "--resolution=75", "--batch=%d.png")
    address = it.presence.devices[0].address
    return await scanimage(address, folder, "-d", device, *fixed, *options)


def identities(folder: Path) -> list[str]:
    """Return who the scanned pages are, by the numbers of their files."""
    found = []
    for path in sorted(folder.glob("*.png"), key=lambda path: int(path.stem)):
        with Image.open(path) as page:
            found.append(str(read_identity(page)))
    return found


def fronts(count: int) -> list[str]:
    """Return who the first pages of a feeder are."""
    return [f"SW1:virtual-office:{n}:A:{n}" for n in range(1, count + 1)]


@pytest.mark.parametrize("mode", ["Color", "Gray"])
async def test_the_flatbed(host: HostMaker, tmp_path: Path, mode: str) -> None:
    """One page comes from the glass, in the size of the bed."""
    async with host() as it:
        options = (f"--mode={mode}", "--format=png", "--resolution=100")
        target = ("--source=Flatbed", "-o", "1.png")
        address = it.presence.devices[0].address
        output = await scanimage(address, tmp_path, "-d", AIRSCAN, *options, *target)
    assert identities(tmp_path) == ["SW1:virtual-office:0:A:1"], output
    with Image.open(tmp_path / "1.png") as page:
        assert page.mode == ("RGB" if mode == "Color" else "L")
        assert page.size == (827, 1169)


async def test_the_duplex_feeder(host: HostMaker, tmp_path: Path) -> None:
    """Backs follow their fronts, and then the feeder is empty."""
    async with host(sheets=2) as it:
        output = await batch(it, tmp_path, "--source=ADF Duplex")
    assert [name.split(":", 2)[2] for name in identities(tmp_path)] == [
        "1:A:1",
        "1:B:2",
        "2:A:3",
        "2:B:4",
    ]
    assert "out of documents" in output


async def test_https(host: HostMaker, tmp_path: Path) -> None:
    """The TLS port serves all pages, under a certificate that nobody knows."""
    async with host(https=True) as it:
        address = it.presence.variables["SCANWRIGHT_ESCL_TLS"].partition("=")[2]
        options = ("--source=ADF", "--resolution=75", "--format=png", "--batch=%d.png")
        output = await scanimage(address, tmp_path, "-d", AIRSCAN, *options)
    assert identities(tmp_path) == fronts(3), output


async def test_a_jam_keeps_the_pages_before_it(host: HostMaker, tmp_path: Path) -> None:
    """A jam at page 3 leaves two pages and is told as a jam."""
    jam = Fault(FaultKind.JAM, 3, clears=Clears.BY_ITSELF)
    async with host(sheets=4, faults=(jam,)) as it:
        output = await batch(it, tmp_path, "--source=ADF")
    assert identities(tmp_path) == fronts(2)
    assert "jam" in output.lower()


async def test_a_jam_in_mid_page_is_an_error(host: HostMaker, tmp_path: Path) -> None:
    """A page that breaks off is no page; sane-airscan does not ask for the reason."""
    jam = Fault(FaultKind.JAM, 2, byte=300_000)
    async with host(sheets=4, faults=(jam,)) as it:
        output = await batch(it, tmp_path, "--source=ADF")
    assert identities(tmp_path) == fronts(1)
    assert "I/O" in output


async def test_an_empty_feeder_is_told(host: HostMaker, tmp_path: Path) -> None:
    """Without paper there is no page and a plain reason."""
    async with host(sheets=0) as it:
        output = await batch(it, tmp_path, "--source=ADF")
    assert identities(tmp_path) == []
    assert "out of documents" in output


@pytest.mark.parametrize(
    "kind",
    [FaultKind.RESET, FaultKind.TRUNCATED, FaultKind.GARBAGE, FaultKind.HARDWARE],
)
async def test_a_broken_page_is_an_error(
    host: HostMaker,
    tmp_path: Path,
    kind: FaultKind,
) -> None:
    """The pages before it arrive, and the end is not taken for an orderly one."""
    async with host(sheets=3, faults=(Fault(kind, 2),)) as it:
        output = await batch(it, tmp_path, "--source=ADF")
    assert identities(tmp_path)[:1] == fronts(1)
    assert "out of documents" not in output


@pytest.mark.parametrize("name", COPED)
async def test_quirks(host: HostMaker, tmp_path: Path, name: str) -> None:
    """With each quirk that sane-airscan copes with, all pages arrive."""
    async with host(quirks=(name,)) as it:
        output = await batch(it, tmp_path, "--source=ADF")
    assert identities(tmp_path) == fronts(3), output


@pytest.mark.parametrize("source", ["Flatbed", "ADF"])
async def test_the_backend_of_libsane(
    host: HostMaker,
    tmp_path: Path,
    source: str,
) -> None:
    """Libsane's own backend scans in colour, and ends where the paper ends."""
    async with host() as it:
        device = f"escl:http://127.0.0.1:{it.port}"
        options = (f"--source={source}", "--mode=Color")
        output = await batch(it, tmp_path, *options, device=device)
    expected = fronts(3) if source == "ADF" else ["SW1:virtual-office:0:A:1"]
    assert identities(tmp_path)[: len(expected)] == expected, output
