"""Clients that others wrote scan one scenario through both faces, and read one truth.

Pixels are equal, identities in order, and every fault is the status that the published
table says.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fault_table import LATER, NOTHING, SHORT, THE_END, Row, read_table
from live import first_line
from PIL import Image

from scanwright_simulators.control.client import ControlClient
from scanwright_simulators.device.identity import read_identity

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SHEETS = 4
# sane-airscan reads ahead, and tells of a job that has ended before the first page was
# asked for only how it ended: so pages take longer than a client may wait for its turn.
SCENARIO = f"""
[[scanner]]
name = "Ten Pages"
sheets = {SHEETS}
page_time_s = 0.2
"""
NEEDS = "install them first: apt-get install libsane1 sane-utils sane-airscan"
SCAN_S = 60.0

STATUS = {
    "DEVICE_BUSY": (3, "Device busy"),
    "JAMMED": (6, "Document feeder jammed"),
    "COVER_OPEN": (8, "Scanner cover is open"),
    "IO_ERROR": (9, "Error during device I/O"),
    "NO_MEM": (10, "Out of memory"),
    "ACCESS_DENIED": (11, "Access to resource has been denied"),
    "WARMING_UP": (12, "status code 12"),
    "HW_LOCKED": (13, "status code 13"),
}
"""Number and words of each; scanimage exits with the number."""

ROWS = [row for row in read_table() if row.sane != NOTHING]


@dataclass(frozen=True, slots=True)
class Face:
    """A way to the one scanner: its SANE device, and what it calls the feeder."""

    column: str
    device: str
    source: str


FACES = (
    Face("sane", "scanwright:ten-pages", "ADF"),
    Face("airscan", "airscan:e0:Ten Pages", "ADF"),
)
by_face = pytest.mark.parametrize("face", FACES, ids=lambda face: face.column)


@dataclass(frozen=True, slots=True)
class Bench:
    """The simulation, and the environment in which clients find it."""

    control: ControlClient
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a scan ended: whole pages, and the words and number at the end."""

    pages: list[Image.Image]
    words: str
    status: int | None = None


@pytest.fixture(scope="module")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One scanner with both faces, in a process of its own."""
    scenario = tmp_path_factory.mktemp("scenario") / "one.toml"
    scenario.write_text(SCENARIO)
    command = [sys.executable, "-m", "scanwright", "simulate", str(scenario)]
    with subprocess.Popen(
        [*command, "--json", "--until-eof"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        facts: dict[str, Any] = json.loads(first_line(process.stdout, SCAN_S))
        yield Bench(
            ControlClient(facts["control"], "Ten Pages"),
            {**os.environ, **facts["environment"]},
        )
        process.communicate(timeout=SCAN_S)


@pytest.fixture
def bench(simulation: Bench) -> Bench:
    """The scanner as at the beginning."""
    simulation.control.reset()
    return simulation


def scanimage(bench: Bench, face: Face, folder: Path, *options: str) -> Ending:
    """Scan the feeder with scanimage; its exit status is SANE's."""
    assert shutil.which("scanimage"), NEEDS
    done = subprocess.run(
        [
            *("scanimage", "-d", face.device, "--source", face.source),
            *("--mode", "Gray", "--resolution", "75", *options),
            *("--format=png", f"--batch={folder}/%d.png"),
        ],
        env=bench.environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=SCAN_S,
    )
    return Ending(pages_in(folder), done.stderr, done.returncode)


def by_library(name: str) -> Callable[[Bench, Face, Path], Ending]:
    """Return what scans the feeder with that library."""

    def scan(bench: Bench, face: Face, folder: Path) -> Ending:
        script = str(Path(__file__).parent / "sane_client.py")
        done = subprocess.run(
            [sys.executable, script, name, face.device, face.source, str(folder)],
            env=bench.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=SCAN_S,
        )
        said = json.loads(done.stdout.splitlines()[-1])
        return Ending(pages_in(folder), said["end"])

    return scan


def pages_in(folder: Path) -> list[Image.Image]:
    """Return the whole pages in `folder` by number; scanimage leaves broken ones."""
    pages = []
    for file in sorted(folder.glob("*.png"), key=lambda file: int(file.stem)):
        with contextlib.suppress(OSError), Image.open(file) as image:
            pages.append(image.copy())
    return pages


CLIENTS = {
    "scanimage": scanimage,
    "python-sane": by_library("python-sane"),
    "pyinsane2": by_library("pyinsane2"),
}


@pytest.fixture(scope="module")
def truth(
    simulation: Bench, tmp_path_factory: pytest.TempPathFactory
) -> list[Image.Image]:
    """The pages as scanimage has them from our backend, read and found in order."""
    simulation.control.reset()
    folder = tmp_path_factory.mktemp("truth")
    pages = scanimage(simulation, FACES[0], folder).pages
    found = [read_identity(page) for page in pages]
    assert [(i.sheet, i.serial) if i else None for i in found] == [
        (number, number) for number in range(1, SHEETS + 1)
    ]
    return pages


@pytest.mark.parametrize("client", CLIENTS)
@by_face
def test_pixels_are_equal(
    bench: Bench, truth: list[Image.Image], client: str, face: Face, tmp_path: Path
) -> None:
    """Every client through every face has the same pages, bit by bit, in order."""
    ending = CLIENTS[client](bench, face, tmp_path)
    assert len(ending.pages) == SHEETS, ending.words
    for page, true in zip(ending.pages, truth, strict=True):
        assert page.convert("L").tobytes() == true.tobytes()


@pytest.mark.parametrize("mode", ["Color", "Gray"])
def test_faces_agree_on_a_part_of_the_page(
    bench: Bench, tmp_path: Path, mode: str
) -> None:
    """A region at 150 dpi has the same pixels through both faces."""
    region = ("--mode", mode, "--resolution", "150", "-l", "10", "-t", "20")
    size = ("-x", "100", "-y", "150", "--batch-count=2")
    seen = []
    for face in FACES:
        bench.control.reset()
        folder = tmp_path / face.column
        folder.mkdir()
        pages = scanimage(bench, face, folder, *region, *size).pages
        seen.append([(page.mode, page.size, page.tobytes()) for page in pages])
    assert len(seen[0]) == 2
    assert seen[0] == seen[1]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.fault)
@by_face
def test_scanimage_is_told_what_the_table_says(
    bench: Bench, row: Row, face: Face, tmp_path: Path
) -> None:
    """Two pages, then the status of the table, or what else it says."""
    bench.control.add_fault(**row.rule)
    ending = scanimage(bench, face, tmp_path)
    expected = row.airscan if face.column == "airscan" else row.sane
    if expected in {LATER, THE_END, SHORT}:
        pages = {LATER: SHEETS, THE_END: 2, SHORT: 2}[expected]
        assert (ending.status, len(ending.pages)) == (0, pages), ending.words
        assert (expected == SHORT) == ("3 pages scanned" in ending.words)
        return
    number, words = STATUS[expected]
    assert (ending.status, len(ending.pages)) == (number, 2), ending.words
    assert words in ending.words


@pytest.mark.parametrize("client", ["python-sane", "pyinsane2"])
@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.is_for_all_clients], ids=lambda row: row.fault
)
@by_face
def test_libraries_are_told_what_the_table_says(
    bench: Bench, row: Row, face: Face, client: str, tmp_path: Path
) -> None:
    """Two pages, then the words or the number of the status."""
    bench.control.add_fault(**row.rule)
    ending = CLIENTS[client](bench, face, tmp_path)
    number, words = STATUS[row.airscan if face.column == "airscan" else row.sane]
    assert len(ending.pages) == 2, ending.words
    assert words in ending.words or f" {number}" in ending.words
