"""Scenarios: defaults, mistakes, and those that come with the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright_simulators.device import Fault, FaultKind, Input, Mode, Size
from scanwright_simulators.errors import ScenarioError
from scanwright_simulators.scenario import Scenario, built_in, load, read


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
    """The default has an A4 duplex scanner with ten sheets, and two SANE devices."""
    office = load("office")
    (device,) = office.escl
    assert device.model.inputs == tuple(Input)
    assert device.model.bed == Size.of_mm(210, 297)
    assert (device.sheets, device.refill) == (10, True)
    assert office.sane.devices == 2


def test_every_key_is_read(tmp_path: Path) -> None:
    """What a scenario says is what the device is."""
    (tmp_path / "page.png").touch()
    (device,) = scenario(
        """
        seed = 7
        [[escl]]
        name = "Slow One"
        model = "Brand X"
        inputs = ["feeder"]
        bed_mm = [100, 50.8]
        resolutions_dpi = [300, 100]
        modes = ["gray"]
        formats = ["image/png"]
        sheets = 2
        refill = false
        two_sided = true
        feeder_content = ["page.png"]
        platen_content = ["page.png"]
        faults = [{ kind = "jam", page = 2 }]
        page_time_s = 1
        stall_at_page = 3
        job_timeout_s = 5.5
        port = 8080
        mdns = true
        offline = true
        """,
        tmp_path,
    ).escl
    assert device.model.name == "Slow One"
    assert device.model.make_and_model == "Brand X"
    assert device.model.bed == Size.of_mm(100, 50.8)
    assert device.model.resolutions_dpi == (100, 300)
    assert device.model.modes == (Mode.GRAY,)
    assert device.formats == ("image/png",)
    assert device.feeder_content == (tmp_path / "page.png",)
    assert device.faults == (Fault(FaultKind.JAM, 2),)
    assert (device.page_time_s, device.stall_at_page) == (1.0, 3)
    assert (device.job_timeout_s, device.port) == (5.5, 8080)
    assert device.mdns
    assert device.offline
    assert device.two_sided
    assert not device.refill


def test_count_makes_many() -> None:
    """One table can stand for several devices, with numbers in their names."""
    found = scenario("[[escl]]\nname = 'A'\ncount = 3")
    assert [device.model.name for device in found.escl] == ["A 1", "A 2", "A 3"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[[escl]]\nmodel = 'x'", 1, "name: is missing"),
        ("[[escl]]\nname = 'a=b'", 2, "name: must be printable"),
        ("[[escl]]\nname = 'a'\nsheeps = 3", 3, "sheeps: is unknown"),
        ("[[escl]]\nname = 'a'\nsheets = -1", 3, "sheets: must be from 0"),
        ("[[escl]]\nname = 'a'\ninputs = ['glass']", 3, "inputs: knows no 'glass'"),
        ("[[escl]]\nname = 'a'\npaper = 'B5'", 3, "paper: knows no 'B5'"),
        ("[[escl]]\nname = 'a'\nbed_mm = [1]", 3, r"bed_mm: must be \[width"),
        ("[[escl]]\nname = 'a'\nbed_mm = [9999, 1]", 3, "bed_mm: must be from"),
        ("[[escl]]\nname = 'a'\nformats = ['x']", 3, "formats: knows no 'x'"),
        ("[[escl]]\nname = 'a'\nport = 1\ncount = 2", 3, "port: cannot be fixed"),
        ("[[escl]]\nname = 'a'\nfeeder_content = ['no.pdf']", 3, "there is no"),
        ("[[escl]]\nname = 'a'\nfaults = [{ kind = 'fire' }]", 3, "knows no 'fire'"),
        ("[[escl]]\nname = 'a'\n[[escl]]\nname = 'A'", 4, "two devices are called"),
        ("[sane]\ndevices = 9999", 2, "devices: must be from"),
        ("[sane]\n[sane.options]\nmode = 'Pink'", 3, "mode: knows no 'Pink'"),
        ("seed = 1", 0, "has no device"),
    ],
)
def test_mistakes_lead_to_their_line(text: str, line: int, words: str) -> None:
    """A mistake is reported with its line and in words that help."""
    with pytest.raises(ScenarioError, match=words) as caught:
        scenario(text)
    assert caught.value.line == line


def test_a_file_is_read_beside_its_content(tmp_path: Path) -> None:
    """Content is looked for beside the scenario file, wherever one stands."""
    (tmp_path / "page.png").touch()
    path = tmp_path / "mine.toml"
    path.write_text("[[escl]]\nname = 'a'\nfeeder_content = ['page.png']", "utf-8")
    found = load(str(path))
    assert found.name == "mine"
    assert found.escl[0].feeder_content == (tmp_path / "page.png",)


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
