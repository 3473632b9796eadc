"""The runner: ready when it begins, nothing left when it ends."""

from __future__ import annotations

import asyncio
import socket
import threading
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from scanwright_simulators.device import Input, Mode, Page, ScanSettings
from scanwright_simulators.device.strips import render
from scanwright_simulators.errors import StartError
from scanwright_simulators.faces import sane_test
from scanwright_simulators.runner import build_scanner, running
from scanwright_simulators.scenario import Scenario, load, read


def scenario(text: str, folder: Path = Path()) -> Scenario:
    """Return the scenario that `text` spells."""
    return read(text, name="test", file="test.toml", folder=folder)


async def test_devices_answer_as_soon_as_it_runs() -> None:
    """Every eSCL device answers at its address once the block has begun."""
    async with running(load("office")) as it, aiohttp.ClientSession() as session:
        (device,) = (device for device in it.devices if device.type == "escl")
        async with session.get(f"{device.address}/ScannerStatus") as answer:
            assert answer.status == 200


async def test_the_environment_names_these_devices_alone() -> None:
    """Variables of the machine's own scanners are dropped, others stay."""
    machine = {
        "SANE_DEFAULT_DEVICE": "x",
        "SANE_AIRSCAN_DEVICE": "x",
        "SCANWRIGHT_ESCL": "Real=http://192.0.2.1/eSCL",
        "HOME": "/home/me",
    }
    async with running(load("office")) as it:
        found = it.environment(machine)
        (device,) = (device for device in it.devices if device.type == "escl")
        assert found == {
            "HOME": "/home/me",
            "SCANWRIGHT_ESCL": f"Virtual Office={device.address}",
            "SCANWRIGHT_MDNS": "off",
            "SCANWRIGHT_SIMULATION": str(it.folder),
            "SANE_CONFIG_DIR": str(it.folder / "sane.d"),
        }


async def test_nothing_is_left() -> None:
    """After the block there is no folder, no port, no thread and no process."""
    threads = threading.active_count()
    async with running(load("office")) as it:
        folder = it.folder
        port = int(it.devices[0].address.split(":")[2].split("/")[0])
    assert not folder.exists()
    assert threading.active_count() == threads
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


async def test_an_offline_device_refuses() -> None:
    """A device that is offline has an address where nobody answers."""
    text = "[[escl]]\nname = 'Dead'\noffline = true"
    async with running(scenario(text)) as it, aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(it.devices[0].address)


async def test_a_taken_port_is_told() -> None:
    """A port that somebody else has is named, and nothing is left behind."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        text = f"[[escl]]\nname = 'a'\nport = {port}"
        with pytest.raises(StartError, match=f"port {port}"):
            async with running(scenario(text)):
                pytest.fail("it must not start")


async def test_without_libsane_the_rest_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SANE part is left out with a note that names the package."""
    monkeypatch.setattr(sane_test, "LIBRARY", "libno-such-thing.so.1")
    async with running(load("office")) as it:
        assert [device.type for device in it.devices] == ["escl"]
        assert "SANE_CONFIG_DIR" not in it.variables
        assert "apt-get install libsane1" in it.notes[0]


@pytest.mark.slow
async def test_many_devices_start_within_a_second() -> None:
    """Twenty scanners of each kind are there in less than a second."""
    loop = asyncio.get_running_loop()
    begun_s = loop.time()
    async with running(load("many")) as it:
        assert loop.time() - begun_s < 1
        assert len(it.devices) == 40


def pages(text: str, folder: Path, source: Input) -> list[Page]:
    """Return all pages of the only device of a scenario."""
    (device,) = scenario(text, folder).escl
    scanner = build_scanner(device, seed=1)
    job = scanner.start(ScanSettings(source, Mode.GRAY, 75))
    found = []
    while page := scanner.next_page(job):
        found.append(page)
    return found


def shade(page: Page) -> object:
    """Return the gray in the corner of a page."""
    return render(page.strips, Mode.GRAY).getpixel((2, 2))


@pytest.mark.parametrize(
    ("options", "source", "shades"),
    [
        ("", Input.FEEDER, [10, 20, 30]),
        ("", Input.DUPLEX, [10, 255, 20, 255, 30, 255]),
        ("two_sided = true", Input.FEEDER, [10, 30]),
        ("two_sided = true", Input.DUPLEX, [10, 20, 30, 255]),
        ("platen_content = ['2.png']", Input.PLATEN, [30]),
    ],
)
def test_files_lie_in_the_tray_and_on_the_glass(
    tmp_path: Path,
    options: str,
    source: Input,
    shades: list[int],
) -> None:
    """Files become sheets, on one side or on both."""
    for number in range(3):
        Image.new("L", (9, 9), 10 + 10 * number).save(tmp_path / f"{number}.png")
    text = f"[[escl]]\nname = 'a'\nfeeder_content = ['.']\n{options}"
    assert [shade(page) for page in pages(text, tmp_path, source)] == shades
