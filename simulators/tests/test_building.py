"""Devices are built as their scenario says: paper in the tray, faults in the script."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from scanwright_simulators.building import build_scanner, glass_of, sheets_of
from scanwright_simulators.device import (
    DeviceState,
    FaultKind,
    Input,
    Mode,
    ScanSettings,
    Size,
    VirtualScanner,
)
from scanwright_simulators.device.generated import Kind
from scanwright_simulators.device.paper import Wear
from scanwright_simulators.errors import ContentError
from scanwright_simulators.faces.in_process import ManualClock, scan
from scanwright_simulators.reading import read
from scanwright_simulators.scenario import PilePlan

A4 = Size.of_mm(210, 297)


def build(text: str, folder: Path = Path(), *, seed: int = 1) -> VirtualScanner:
    """Return the only scanner of a scenario."""
    head = f"seed = {seed}\n[[scanner]]\nname = 'a'\n"
    scenario = read(head + text, name="test", file="test.toml", folder=folder)
    (plan,) = scenario.scanners
    return build_scanner(plan, seed=scenario.seed, clock=ManualClock())


def shades(scanner: VirtualScanner, source: Input) -> list[object]:
    """Return the gray near the corner of every page."""
    wish = ScanSettings(source, Mode.GRAY, 75)
    pages = scan(scanner, wish, wait_until=lambda _: None)
    return [page.image.getpixel((2, 2)) for page in pages]


@pytest.mark.parametrize(
    ("options", "source", "expected"),
    [
        ("", Input.FEEDER, [10, 20, 30]),
        ("", Input.DUPLEX, [10, 255, 20, 255, 30, 255]),
        ("two_sided = true", Input.FEEDER, [10, 30]),
        ("two_sided = true", Input.DUPLEX, [10, 20, 30, 255]),
    ],
)
def test_files_lie_in_the_tray(
    tmp_path: Path,
    options: str,
    source: Input,
    expected: list[int],
) -> None:
    """Files become sheets, on one side or on both."""
    for number in range(3):
        Image.new("L", (9, 9), 10 + 10 * number).save(tmp_path / f"{number}.png")
    scanner = build(f"[[scanner.tray]]\nfiles = ['.']\n{options}", tmp_path)
    assert shades(scanner, source) == expected


def test_files_lie_on_the_glass(tmp_path: Path) -> None:
    """The first page of what is named."""
    Image.new("L", (9, 9), 77).save(tmp_path / "page.png")
    scanner = build("[scanner.glass]\nfiles = ['page.png']", tmp_path)
    assert shades(scanner, Input.PLATEN) == [77]


def test_piles_lie_on_each_other() -> None:
    """Kinds, sizes and backs as each pile says."""
    scanner = build(
        "[[scanner.tray]]\nkind = 'receipt'\nsheets = 2\ntwo_sided = false\n"
        "[[scanner.tray]]\nkind = 'form'\npaper = 'A5'\n",
    )
    fronts = [placed.sheet.front for placed in scanner.feeder.pile]
    assert [side.label for side in fronts] == ["receipt", "receipt", "form"]
    assert fronts[2].size == Size.of_mm(148, 210)
    backs = [placed.sheet.back.is_blank() for placed in scanner.feeder.pile]
    assert backs == [True, True, False]


def test_faults_and_the_plug_are_set() -> None:
    """What the scenario says of them is so from the start."""
    scanner = build("offline = true\nrefill = false\nfaults = [{ kind = 'jam' }]")
    assert scanner.state is DeviceState.OFFLINE
    assert [rule.fault.kind for rule in scanner.script.rules] == [FaultKind.JAM]
    assert not scanner.refill


def test_worn_sheets_differ_and_depend_on_the_seed() -> None:
    """Each sheet has noise of its own, and the same one in the next run."""
    text = "[[scanner.tray]]\nkind = 'blank'\nsheets = 2\nnoise = 20"

    def noise(seed: int) -> list[bytes]:
        wish = ScanSettings(Input.FEEDER, Mode.GRAY, 75)
        pages = scan(build(text, seed=seed), wish, wait_until=lambda _: None)
        return [page.image.tobytes() for page in pages]

    first, second = noise(1)
    assert first != second
    assert noise(1) == [first, second]
    assert noise(2) != [first, second]


def test_generated_pages_fill_the_bed() -> None:
    """But those with a paper of their own."""
    bed = Size.of_mm(297, 420)
    plans = {kind: PilePlan(kind=kind) for kind in (Kind.TEXT, Kind.CHEQUE)}
    sizes = {kind: glass_of(plan, bed=bed).size for kind, plan in plans.items()}
    assert sizes == {Kind.TEXT: bed, Kind.CHEQUE: Size.of_mm(203, 95)}


def test_an_empty_pile_is_white_glass() -> None:
    """There is always something to scan."""
    assert glass_of(PilePlan(sheets=0), bed=A4).is_blank()


def test_a_thousand_sheets_share_what_they_show() -> None:
    """Sheets without wear are one content."""
    sheets = sheets_of(PilePlan(sheets=1000), bed=A4)
    assert len({sheet.front for sheet in sheets}) == 1
    worn = sheets_of(PilePlan(sheets=10, wear=Wear(noise=1)), bed=A4)
    assert len({sheet.front for sheet in worn}) == 10


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    """With its name and the reason."""
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"no PDF")
    with pytest.raises(ContentError, match=r"broken\.pdf"):
        sheets_of(PilePlan(files=(broken,)), bed=A4)


def test_receipts_differ_from_their_neighbours() -> None:
    """But there are only so many, however high the pile is."""
    sheets = sheets_of(PilePlan(kind=Kind.RECEIPT, sheets=100), bed=A4)
    fronts = [sheet.front for sheet in sheets]
    assert len(set(fronts)) == 12
    assert all(a != b for a, b in pairwise(fronts))
