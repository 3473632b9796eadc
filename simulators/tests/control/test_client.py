"""The client: each of its methods does what it is called, on the running interface."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from scanwright_simulators.control.client import ControlClient, ControlError
from scanwright_simulators.faces.face import Installed

in_thread = asyncio.to_thread


@pytest.fixture
def client(address: str) -> ControlClient:
    """Return a client for the device with a feeder."""
    return ControlClient(address, "Virtual Office")


async def test_devices_are_named_by_name_or_slug(client: ControlClient) -> None:
    """In any case of letters."""
    for name in ("virtual-office", "Virtual Office", "virtual office"):
        assert await in_thread(client.of(name).slug) == "virtual-office"


@pytest.mark.parametrize(
    ("name", "words", "near"),
    [
        ("", "Virtual Office, Flat", ("virtual-office", "flat")),
        ("Nobody", "no device 'Nobody'", ("Virtual Office", "Flat")),
        ("Virtual Ofice", "no device 'Virtual Ofice'", ("Virtual Office",)),
    ],
)
async def test_it_must_be_clear_which_is_meant(
    client: ControlClient, name: str, words: str, near: tuple[str, ...]
) -> None:
    """Those that there are are named, or those that may have been meant."""
    with pytest.raises(ControlError, match=words) as caught:
        await in_thread(client.of(name).state)
    assert caught.value.near == near


async def test_paper_is_loaded_and_taken_out(
    client: ControlClient, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By paths from here, or made."""
    monkeypatch.chdir(document.parent)
    told = await in_thread(client.load, "letter.pdf", two_sided=True)
    assert told["feeder"]["tray"] == 2
    told = await in_thread(lambda: client.load(kind="form", sheets=3, append=True))
    assert told["feeder"]["tray"] == 5
    told = await in_thread(lambda: client.load(document, target="glass"))
    assert told["glass"]["label"] == "letter.pdf 1"
    assert (await in_thread(client.eject))["feeder"]["pile"] == 0


async def test_faults_are_planned_and_removed(client: ControlClient) -> None:
    """One, or all."""
    rule = await in_thread(lambda: client.add_fault("jam", page=3))
    await in_thread(client.add_fault, "empty")
    assert [each["kind"] for each in await in_thread(client.faults)] == ["jam", "empty"]
    told = await in_thread(client.remove_faults, rule["id"])
    assert [each["kind"] for each in told["faults"]] == ["empty"]
    assert (await in_thread(client.remove_faults))["faults"] == []


async def test_conditions_come_and_go(client: ControlClient) -> None:
    """Those that clear by themselves, too."""
    told = await in_thread(lambda: client.strike("jam", clears="by_itself"))
    assert told["conditions"][0]["clears"] == "by_itself"
    assert (await in_thread(client.clear, "jam"))["state"] == "idle"
    await in_thread(client.strike, "hardware")
    assert (await in_thread(client.clear))["state"] == "idle"


@pytest.mark.parametrize(
    ("method", "state"),
    [
        (ControlClient.open_cover, "cover_open"),
        (ControlClient.close_cover, "idle"),
        (ControlClient.unplug, "offline"),
        (ControlClient.plug, "idle"),
        (ControlClient.lock, "busy"),
        (ControlClient.unlock, "idle"),
        (ControlClient.sleep, "sleeping"),
        (ControlClient.reset, "idle"),
    ],
)
async def test_the_case_is_handled(
    client: ControlClient,
    method: Callable[[ControlClient], dict[str, Any]],
    state: str,
) -> None:
    """Each does its one thing."""
    assert (await in_thread(method, client))["state"] == state


async def test_a_button_is_pressed(client: ControlClient) -> None:
    """One that is not there is told with those that are."""
    told = await in_thread(client.press, "copy")
    assert [each["presses"] for each in told["buttons"]] == [0, 1, 0]
    with pytest.raises(ControlError) as caught:
        await in_thread(client.press, "a/b?c")
    assert (caught.value.status, caught.value.near) == (404, ("scan", "copy", "pdf"))


async def test_all_are_reset_together(client: ControlClient) -> None:
    """And listed."""
    await in_thread(client.unplug)
    listed = await in_thread(client.reset_all)
    assert [each["state"] for each in listed] == ["idle", "idle"]


async def test_the_journal_is_read_and_followed(
    client: ControlClient, office: Installed
) -> None:
    """Of the device that is meant."""
    news = await in_thread(client.journal)
    assert {entry["device"] for entry in news.entries} == {"virtual-office"}
    following = client.follow(news.last)
    office.scanner.press("scan")
    entry = await in_thread(next, following)
    assert entry["what"] == "button pressed"


async def test_who_does_not_answer_is_named() -> None:
    """Where nobody listens, or somebody else does."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(ControlError, match="does not answer") as caught:
        await in_thread(ControlClient(f"http://127.0.0.1:{port}").devices)
    assert caught.value.status == 0


@pytest.mark.parametrize("address", ["nonsense", "file:///etc", "ftp://127.0.0.1"])
async def test_an_address_is_one_of_http(address: str) -> None:
    """No file of this machine is taken for an answer."""
    with pytest.raises(ControlError, match=address):
        await in_thread(ControlClient(address).devices)


async def test_another_program_s_refusal_is_told() -> None:
    """Though it says nothing that we know."""
    async with TestServer(web.Application()) as other:
        client = ControlClient(str(other.make_url("")))
        with pytest.raises(ControlError, match="404"):
            await in_thread(client.devices)
