"""Programs that others wrote scan through libsane, and get what the engine drew."""

from __future__ import annotations

import asyncio
import importlib.util
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Input,
    Mechanics,
    Mode,
    Model,
    ScanSettings,
    VirtualScanner,
    read_identity,
)
from scanwright_simulators.device.settings import View
from scanwright_simulators.device.strips import render

ScannerMaker = Callable[..., VirtualScanner]
Serve = Any  # tests are no packages: conftest.py has the type

pytestmark = pytest.mark.slow

DEVICE = "scanwright:virtual-office"
PYINSANE = """
import pyinsane2, sys
pyinsane2.init()
scanner = pyinsane2.Scanner(name="scanwright:virtual-office")
for name, value in (("source", "ADF"), ("mode", "Color"), ("resolution", 75)):
    scanner.options[name].value = value
session = scanner.scan(multiple=True)
try:
    while True:
        try:
            session.scan.read()
        except EOFError:
            pass
except StopIteration:
    pass
for number, image in enumerate(session.images, 1):
    image.save(f"{number}.png")
pyinsane2.exit()
"""
PYTHON_SANE = """
import sane
sane.init()
names = [device[0] for device in sane.get_devices()]
assert names == ["scanwright:virtual-office"], names
device = sane.open(names[0])
device.source, device.mode, device.resolution = "ADF", "Color", 75
for number, image in enumerate(device.multi_scan(), 1):
    image.save(f"{number}.png")
device.close()
sane.exit()
"""


@pytest.fixture
async def office(make_scanner: ScannerMaker, model: Model) -> VirtualScanner:
    """Return a scanner with three sheets, whose clock is the loop's."""
    clock = asyncio.get_running_loop().time
    return make_scanner(of=replace(model, depths=(8, 16)), clock=clock)


async def faulty(make: ScannerMaker, *faults: Fault, **named: Any) -> VirtualScanner:
    """Return a scanner that fails."""
    clock = asyncio.get_running_loop().time
    return make(faults=faults, clock=clock, **named)


def identities(folder: Path) -> list[str]:
    """Return who the pages in `folder` are, by the numbers of their files."""
    found = []
    for path in sorted(folder.glob("*.p?[mg]"), key=lambda path: int(path.stem)):
        with Image.open(path) as page:
            found.append(str(read_identity(page)))
    return found


def drawn(scanner: VirtualScanner, settings: ScanSettings) -> Image.Image:
    """Return the page that the glass gives, as the engine alone draws it."""
    job = scanner.start(settings)
    capture = scanner.next_page(job)
    assert capture
    scanner.cancel(job)
    return render(capture.page.strips, settings.mode)


async def test_devices_are_listed(serve: Serve, office: VirtualScanner) -> None:
    """Libsane lists the virtual scanners and no others."""
    async with serve(office) as it:
        output = await it.scanimage("-f", "%d|%v|%m|%t%n")
    assert output == f"{DEVICE}|Scanwright|Virtual Office|virtual scanner\n"


async def test_devices_come_and_go(serve: Serve, office: VirtualScanner) -> None:
    """One that is unplugged is listed no more and cannot be opened."""
    async with serve(office) as it:
        office.strike(Fault(FaultKind.OFFLINE))
        assert await it.scanimage("-f", "%d%n") == ""
        assert "Invalid argument" in await it.scanimage("-d", DEVICE, "-n")
        office.clear(FaultKind.OFFLINE)
        assert await it.scanimage("-f", "%d%n") == f"{DEVICE}\n"


async def test_all_options_are_shown(serve: Serve, office: VirtualScanner) -> None:
    """`scanimage` accepts every descriptor, and reads every value."""
    async with serve(office) as it:
        output = await it.scanimage("-d", DEVICE, "-A")
    assert "--mode Lineart|Gray|Color [Color]" in output
    assert "--source Flatbed|ADF|ADF Duplex [Flatbed]" in output
    assert "--threshold 1..255 (in steps of 1) [inactive]" in output
    assert "--page-loaded[=(yes|no)] [yes] [hardware]" in output
    assert "-x 0..210mm [210]" in output


async def test_the_backend_test_passes(serve: Serve, office: VirtualScanner) -> None:
    """`scanimage -T` reads in every step width and finds nothing wrong."""
    async with serve(office) as it:
        output = await it.scanimage("-d", DEVICE, "--resolution=75", "-T")
    assert output.count("PASS") > 20
    assert "FAIL" not in output


@pytest.mark.parametrize(
    ("mode", "word"),
    [(Mode.BW, "Lineart"), (Mode.GRAY, "Gray"), (Mode.COLOR, "Color")],
)
async def test_pixels_are_those_of_the_engine(
    serve: Serve,
    office: VirtualScanner,
    tmp_path: Path,
    mode: Mode,
    word: str,
) -> None:
    """A page arrives bit by bit as it was drawn."""
    async with serve(office) as it:
        await it.scanimage(
            *("-d", DEVICE, f"--mode={word}", "--resolution=75"),
            *("--format=pnm", "-o", str(tmp_path / "1.pnm")),
        )
    office.reset()
    expected = drawn(office, ScanSettings(Input.PLATEN, mode, 75))
    with Image.open(tmp_path / "1.pnm") as page:
        assert page.mode == expected.mode
        assert page.tobytes() == expected.tobytes()


async def test_sixteen_bits(
    serve: Serve,
    office: VirtualScanner,
    tmp_path: Path,
) -> None:
    """A sample of 16 bits has white at 65535."""
    async with serve(office) as it:
        await it.scanimage(
            *("-d", DEVICE, "--mode=Gray", "--depth=16", "--resolution=75"),
            *("--format=pnm", "-o", str(tmp_path / "1.pnm")),
        )
    data = (tmp_path / "1.pnm").read_bytes()
    view = View.of(
        ScanSettings(Input.PLATEN, Mode.GRAY, 75, depth=16), office.model.bed
    )
    office.reset()
    expected = drawn(office, ScanSettings(Input.PLATEN, Mode.GRAY, 75, depth=16))
    samples = data[-view.size_bytes :]
    assert b"65535" in data[: -view.size_bytes]
    assert samples[::2] == samples[1::2] == expected.tobytes()


async def test_a_region(serve: Serve, office: VirtualScanner, tmp_path: Path) -> None:
    """A part of the bed is as large as was asked."""
    async with serve(office) as it:
        await it.scanimage(
            *("-d", DEVICE, "--resolution=100", "-l", "10", "-t", "20"),
            *("-x", "127", "-y", "50.8", "--format=png"),
            *("-o", str(tmp_path / "1.png")),
        )
    with Image.open(tmp_path / "1.png") as page:
        assert page.size == (500, 200)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ADF", [f"SW1:virtual-office:{n}:A:{n}" for n in (1, 2, 3)]),
        (
            "ADF Duplex",
            [
                f"SW1:virtual-office:{n // 2 + 1}:{'AB'[n % 2]}:{n + 1}"
                for n in range(6)
            ],
        ),
    ],
)
async def test_a_batch(
    serve: Serve,
    office: VirtualScanner,
    tmp_path: Path,
    source: str,
    expected: list[str],
) -> None:
    """All sheets arrive in order, backs after fronts, and then the feeder is empty."""
    async with serve(office) as it:
        output = await it.scanimage(
            *("-d", DEVICE, f"--source={source}", "--resolution=75"),
            *("--format=pnm", "--batch=%d.pnm"),
            cwd=tmp_path,
        )
    assert identities(tmp_path) == expected
    assert "out of documents" in output
    assert len(office.jobs) == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(FaultKind.JAM, page=2), "sane_start: Document feeder jammed"),
        (
            Fault(FaultKind.JAM, page=2, byte=99_999),
            "sane_read: Document feeder jammed",
        ),
        (Fault(FaultKind.COVER_OPEN, page=2), "sane_start: Scanner cover is open"),
        (
            Fault(FaultKind.STATUS, page=2, byte=5, sane_status="NO_MEM"),
            "sane_read: Out of memory",
        ),
    ],
)
async def test_faults(
    serve: Serve,
    make_scanner: ScannerMaker,
    tmp_path: Path,
    fault: Fault,
    words: str,
) -> None:
    """A fault comes at its page, from the call that it should come from."""
    scanner = await faulty(make_scanner, fault)
    async with serve(scanner) as it:
        output = await it.scanimage(
            *("-d", DEVICE, "--source=ADF", "--resolution=75"),
            *("--format=pnm", "--batch=%d.pnm"),
            cwd=tmp_path,
        )
    assert words in output
    assert identities(tmp_path)[0] == "SW1:virtual-office:1:A:1"


async def test_a_signal_ends_a_stalled_page(
    serve: Serve,
    make_scanner: ScannerMaker,
) -> None:
    """`scanimage` cancels from its signal handler, and is gone at once."""
    scanner = await faulty(make_scanner, Fault(FaultKind.STALL, byte=0))
    async with serve(scanner) as it:
        process = await asyncio.create_subprocess_exec(
            *("scanimage", "-d", DEVICE, "-o", "1.pnm"),
            cwd=it.folder,
            env=it.environment,
            stderr=asyncio.subprocess.PIPE,
        )
        it.processes.append(process)
        await it.until("start")
        process.send_signal(signal.SIGINT)
        _, errors = await asyncio.wait_for(process.communicate(), 10)
    assert b"Operation was cancel" in errors
    assert scanner.running is None


async def test_a_page_takes_its_time(
    serve: Serve,
    make_scanner: ScannerMaker,
    model: Model,
) -> None:
    """A slow transport is felt in `scanimage`, and the page is whole."""
    slow = replace(model, mechanics=Mechanics(page_time_s=0.5))
    scanner = await faulty(make_scanner, of=slow)
    loop = asyncio.get_running_loop()
    async with serve(scanner) as it:
        begun_s = loop.time()
        status, output = await it.run(
            *("scanimage", "-d", DEVICE, "--resolution=75", "-o", "1.pnm"),
        )
        assert loop.time() - begun_s >= 0.5
    assert status == 0, output


async def read_by(it: Any, script: str, folder: Path) -> list[str]:
    """Run a client written in Python in its own process; return the pages' names."""
    it.environment["PYINSANE_SINGLE_THREAD"] = "1"
    status, output = await it.run(
        *(sys.executable, "-W", "ignore", "-c", script),
        cwd=folder,
    )
    assert status == 0, output
    return identities(folder)


async def test_pyinsane(serve: Serve, office: VirtualScanner, tmp_path: Path) -> None:
    """pyinsane2 reads a whole batch."""
    async with serve(office) as it:
        found = await read_by(it, PYINSANE, tmp_path)
    assert found == [f"SW1:virtual-office:{n}:A:{n}" for n in (1, 2, 3)]


@pytest.mark.skipif(
    importlib.util.find_spec("sane") is None,
    reason="needs python-sane: apt-get install libsane-dev; pip install --group native",
)
async def test_python_sane(
    serve: Serve,
    office: VirtualScanner,
    tmp_path: Path,
) -> None:
    """python-sane reads a whole batch."""
    async with serve(office) as it:
        found = await read_by(it, PYTHON_SANE, tmp_path)
    assert found == [f"SW1:virtual-office:{n}:A:{n}" for n in (1, 2, 3)]
