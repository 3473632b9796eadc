"""Scenarios: defaults, mistakes, and those that come with the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Input,
    Mechanics,
    Mode,
    Model,
    Size,
)
from scanwright_simulators.device.generated import Kind
from scanwright_simulators.device.paper import Wear
from scanwright_simulators.errors import ScenarioError
from scanwright_simulators.reading import built_in, load, read
from scanwright_simulators.scenario import EsclPlan, Scenario

PILE = "[[scanner.tray]]\nfiles = ['page.png']"
HEAD = "[[scanner]]\nname = 'a'\n"


def scenario(text: str, folder: Path = Path()) -> Scenario:
    """Return the scenario that `text` spells."""
    return read(text, name="test", file="test.toml", folder=folder)


@pytest.mark.parametrize("name", built_in())
def test_built_in_scenarios_are_valid(name: str) -> None:
    """Every scenario of the package loads and tells what it is."""
    found = load(name)
    assert found.name == name
    assert found.description


def test_the_office_is_as_promised() -> None:
    """The default has an A4 duplex scanner with ten sheets, and two test devices."""
    office = load("office")
    (plan,) = office.scanners
    assert plan.model.inputs == tuple(Input)
    assert plan.model.bed == Size.of_mm(210, 297)
    assert plan.faces == ("escl", "sane")
    assert (plan.tray[0].sheets, plan.refill) == (10, True)
    assert office.sane_test.devices == 2


def test_every_key_of_a_scanner_is_read(tmp_path: Path) -> None:
    """What a scenario says is what the device is."""
    (plan,) = scenario(
        """
        seed = 7
        control_port = 9000
        [[scanner]]
        name = "Slow One"
        model = "Brand X"
        faces = ["sane"]
        inputs = ["feeder"]
        bed_mm = [100, 50.8]
        resolutions_dpi = [300, 100]
        modes = ["gray"]
        depths = [16, 8]
        buttons = ["copy"]
        background = "#102030"
        refill = false
        offline = true
        page_time_s = 1
        transport_mm_s = 100
        warm_up_s = 2
        sleep_after_s = 60
        scan_ahead = 3
        faults = [{ kind = "jam", page = 2, times = 1 }]
        [scanner.escl]
        formats = ["image/png"]
        port = 8080
        https = true
        mdns = true
        job_timeout_s = 5.5
        quirks = ["loading-503"]
        """,
        tmp_path,
    ).scanners
    assert plan.model == Model(
        name="Slow One",
        make_and_model="Brand X",
        bed=Size.of_mm(100, 50.8),
        inputs=(Input.FEEDER,),
        resolutions_dpi=(100, 300),
        modes=(Mode.GRAY,),
        depths=(8, 16),
        buttons=("copy",),
        mechanics=Mechanics(1.0, 100.0, 2.0, 60.0, 3),
    )
    assert plan.faults == (Fault(FaultKind.JAM, page=2, times=1),)
    assert plan.escl == EsclPlan(
        ("image/png",),
        port=8080,
        https=True,
        mdns=True,
        job_timeout_s=5.5,
        quirks=("loading-503",),
    )
    assert plan.faces == ("sane",)
    assert plan.background == (0x10, 0x20, 0x30)
    assert plan.offline
    assert not plan.refill


def test_trays_and_the_glass_are_read(tmp_path: Path) -> None:
    """Piles lie on each other; what a pile is, is told by piles.py."""
    (tmp_path / "page.png").touch()
    (plan,) = scenario(
        """
        [[scanner]]
        name = "a"
        [scanner.glass]
        kind = "photo"
        [[scanner.tray]]
        kind = "receipt"
        sheets = 6
        skew_deg = 1.5
        [[scanner.tray]]
        files = ["page.png"]
        """,
        tmp_path,
    ).scanners
    assert plan.glass.kind is Kind.PHOTO
    assert [pile.sheets for pile in plan.tray] == [6, 1]
    assert plan.tray[0].wear == Wear(skew_deg=1.5)
    assert plan.tray[1].files == (tmp_path / "page.png",)


def test_count_makes_many() -> None:
    """One table can stand for several devices, with numbers in their names."""
    found = scenario("[[scanner]]\nname = 'A'\ncount = 3")
    assert [plan.model.name for plan in found.scanners] == ["A 1", "A 2", "A 3"]


def test_the_seed_and_the_port_are_read() -> None:
    """Both have defaults that fit."""
    text = "seed = 7\ncontrol_port = 9000\n[sane_test]\n"
    found = scenario(text)
    assert (found.seed, found.control_port) == (7, 9000)
    assert found.sane_test.devices == 1


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[[scanner]]\nmodel = 'x'", 1, "name: is missing"),
        ("[[scanner]]\nname = 'a=b'", 2, "name: must be printable"),
        (HEAD + 'model = "a\\u0001b"', 3, "model: must be printable"),
        (HEAD + "model = ' '", 3, "model: must be printable and not empty"),
        (HEAD + "sheeps = 3", 3, "sheeps: is unknown"),
        (HEAD + "sheets = -1", 3, "sheets: must be from 0"),
        (HEAD + "inputs = ['glass']", 3, "inputs: knows no 'glass'"),
        (HEAD + "paper = 'B5'", 3, "paper: knows no 'B5'"),
        (HEAD + "bed_mm = [1]", 3, r"bed_mm: must be \[width"),
        (HEAD + "bed_mm = [9999, 1]", 3, "bed_mm: must be from"),
        (HEAD + "[scanner.escl]\nformats = ['x']", 4, "formats: knows no 'x'"),
        (HEAD + "count = 2\n[scanner.escl]\nport = 1", 3, "count: a fixed escl.port"),
        (HEAD + "[[scanner.tray]]\nfiles = ['no.pdf']", 4, "there is no"),
        (HEAD + "faults = [{ kind = 'fire' }]", 3, "knows no 'fire'"),
        (HEAD + "[[scanner]]\nname = 'A'", 4, "two devices are called"),
        ("[sane_test]\ndevices = 9999", 2, "devices: must be from"),
        ("[sane_test]\n[sane_test.options]\nmode = 'Pink'", 3, "mode: knows no 'Pink'"),
        ("seed = 1", 0, "has no device"),
        ("[scanner]\nname = 'a'", 1, r"write \[\[scanner\]\]"),
        (HEAD + "inputs = ['platen']\nsheets = 3", 4, "sheets: is for scanners with a"),
        (
            HEAD + "inputs = ['platen']\nfaults = [{ kind = 'jam' }]",
            4,
            "faults: jam only happens to feeders",
        ),
        ("seed = -1\n" + HEAD, 1, "seed: must be from 0"),
        (f"seed = {2**63}\n{HEAD}", 1, "seed: must be from 0"),
        (f"{HEAD}faults = [{{ kind = 'jam', page = {10**400} }}]", 3, "page: must be"),
    ],
)
def test_mistakes_lead_to_their_line(text: str, line: int, words: str) -> None:
    """A mistake is reported with its line and in words that help."""
    with pytest.raises(ScenarioError, match=words) as caught:
        scenario(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("options", "key"),
    [
        (f"name = '{'é' * 32}'", "name: has 64 bytes"),
        (f"name = '{'a' * 61}'\ncount = 10", "name: has 64 bytes"),
        (f"name = 'a'\nmodel = '{'m' * 253}'", "model: has 253 bytes"),
    ],
)
def test_what_mdns_cannot_announce_is_refused(options: str, key: str) -> None:
    """Names of 64 bytes are only refused where they were to be announced."""
    text = f"[[scanner]]\n{options}\n[scanner.escl]\nmdns = "
    assert scenario(f"{text}false").scanners
    with pytest.raises(ScenarioError, match=key) as caught:
        scenario(f"{text}true")
    assert caught.value.line > 0


def test_a_file_is_read_beside_its_content(tmp_path: Path) -> None:
    """Content is looked for beside the scenario file, wherever one stands."""
    (tmp_path / "page.png").touch()
    path = tmp_path / "mine.toml"
    path.write_text(f"[[scanner]]\nname = 'a'\n{PILE}", "utf-8")
    found = load(str(path))
    assert found.name == "mine"
    assert found.scanners[0].tray[0].files == (tmp_path / "page.png",)


def test_a_missing_file_names_the_built_in_ones(tmp_path: Path) -> None:
    """Whoever misspells a name is shown the names."""
    with pytest.raises(ScenarioError, match="office"):
        load(str(tmp_path / "ofice"))


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    """A file that is not text is refused as such."""
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="not UTF-8"):
        load(str(path))
