"""The runner: ready when it begins, nothing left when it ends."""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from scanwright_simulators import runner
from scanwright_simulators.control import registry
from scanwright_simulators.errors import StartError
from scanwright_simulators.faces import sane_test
from scanwright_simulators.faces.face import Presence, Site
from scanwright_simulators.lifeline import MARK
from scanwright_simulators.reading import load, read
from scanwright_simulators.runner import running
from scanwright_simulators.scenario import Scenario


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
            "SCANWRIGHT_CONTROL": it.control,
            "SCANWRIGHT_SIMULATION": str(it.folder),
            "SANE_CONFIG_DIR": str(it.folder / "sane.d"),
            "LD_LIBRARY_PATH": it.variables["LD_LIBRARY_PATH"],
            "SANE_DEFAULT_DEVICE": "scanwright:virtual-office",
        }


async def test_libraries_of_the_base_are_still_found() -> None:
    """The folder of our backend comes before those that were named already."""
    async with running(load("office")) as it:
        ours = it.variables["LD_LIBRARY_PATH"]
        found = it.environment({"LD_LIBRARY_PATH": "/opt/lib"})
        assert found["LD_LIBRARY_PATH"] == f"{ours}:/opt/lib"


async def test_the_control_answers_and_is_listed() -> None:
    """Commands find the simulation among those that run, until it ends."""
    async with running(load("office")) as it:
        assert it.control in {card.control for card in registry.running()}
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{it.control}/api/devices") as answer,
        ):
            listed = await answer.json()
        assert [each["name"] for each in listed["devices"]] == ["Virtual Office"]
    assert it.control not in {card.control for card in registry.running()}


async def test_who_asks_the_control_does_not_end_with_it() -> None:
    """The mark is for what the simulation starts, not for the shell of a user."""
    async with (
        running(load("escl-only")) as it,
        aiohttp.ClientSession() as session,
        session.get(f"{it.control}/api") as answer,
    ):
        told = (await answer.json())["environment"]
    assert told == {n: v for n, v in it.variables.items() if n != MARK}
    assert MARK in it.environment({})


class Hanging:
    """A face in whose thread something never ends, until it is let go."""

    name = "hanging"

    def __init__(self) -> None:
        self.go = threading.Event()

    @asynccontextmanager
    async def serving(self, site: Site) -> AsyncIterator[Presence]:
        """Let all threads hang, with more to do after that."""
        hanging = [site.threads.submit(self.go.wait) for _ in range(runner.THREADS)]
        self.next = site.threads.submit(self.go.wait)
        assert not any(each.done() for each in hanging)
        yield Presence()


async def test_the_end_waits_for_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """What hangs in one is left there, and what would have come next is dropped."""
    hanging = Hanging()
    monkeypatch.setattr(runner, "FACES", (hanging,))
    monkeypatch.setattr(runner, "LAST_STROKE_S", 0.05)
    async with running(load("escl-only")) as it:
        assert it.folder.exists()
    hanging.go.set()
    assert not it.folder.exists()
    assert hanging.next.cancelled()


async def test_nothing_is_left() -> None:
    """After the block there is no folder, no port, no thread and no process."""
    threads = set(threading.enumerate())  # of other tests, some may be ending
    async with running(load("office")) as it:
        folder = it.folder
        port = int(it.devices[0].address.split(":")[2].split("/")[0])
    assert not folder.exists()
    assert set(threading.enumerate()) <= threads
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


async def test_an_offline_device_refuses() -> None:
    """A device that is offline has an address where nobody answers."""
    text = "[[scanner]]\nname = 'Dead'\nfaces = ['escl']\noffline = true"
    async with running(scenario(text)) as it, aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(it.devices[0].address)


async def test_a_taken_port_is_told() -> None:
    """A port that somebody else has is named, and nothing is left behind."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        text = f"[[scanner]]\nname = 'a'\n[scanner.escl]\nport = {port}"
        with pytest.raises(StartError, match=f"port {port}"):
            async with running(scenario(text)):
                pytest.fail("it must not start")


async def test_without_libsane_the_rest_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SANE part is left out with a note that names the package."""
    monkeypatch.setattr(sane_test, "LIBRARY", "libno-such-thing.so.1")
    async with running(load("office")) as it:
        assert [device.type for device in it.devices] == ["escl"]
        assert "SANE_CONFIG_DIR" not in it.variables
        assert len(it.notes) == 2
        assert all("apt-get install libsane1" in note for note in it.notes)


async def test_forty_devices_are_there_with_both_faces() -> None:
    """And the test devices, all of them answering once the block has begun."""
    async with running(load("forty")) as it, aiohttp.ClientSession() as session:
        assert len(it.devices) == 40 + 40 + 20
        for device in it.devices:
            if device.type == "escl":
                async with session.get(f"{device.address}/ScannerStatus") as answer:
                    assert answer.status == 200


async def test_missing_parts_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who installed the service alone is told what else to install."""
    monkeypatch.setattr(runner, "PARTS", ("zxingcpp", "no_such_thing"))
    with pytest.raises(StartError, match=r"no_such_thing, too: pip install 'scanwri"):
        async with running(load("office")):
            pytest.fail("it must not start")
