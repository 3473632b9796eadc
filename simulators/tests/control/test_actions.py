"""Actions: what somebody does to a device happens to the engine, and is told back."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from scanwright_simulators.control import actions
from scanwright_simulators.device import DeviceState, Input, Mode, ScanSettings
from scanwright_simulators.faces.face import Installed, Site

OFFICE = "/api/devices/virtual-office"
SETTINGS = ScanSettings(Input.FEEDER, Mode.GRAY, 75)


async def asked(
    http: aiohttp.ClientSession,
    method: str,
    path: str,
    body: Any = None,
    *,
    status: int = HTTPStatus.OK,
) -> dict[str, Any]:
    """Return the answer to a request, which has that status."""
    async with http.request(method, OFFICE + path, json=body) as answer:
        told: dict[str, Any] = await answer.json()
    assert answer.status == status, told
    return told


async def test_all_devices_are_listed(http: aiohttp.ClientSession) -> None:
    """In the order of the scenario."""
    async with http.get("/api/devices") as answer:
        listed = (await answer.json())["devices"]
    assert [each["slug"] for each in listed] == ["virtual-office", "flat"]


async def test_files_are_loaded_by_their_paths(
    http: aiohttp.ClientSession, document: Path
) -> None:
    """In place of all paper that was there."""
    told = await asked(http, "POST", "/load", {"files": [str(document)]})
    assert told["feeder"]["tray"] == 3
    assert told["sheets"][0]["sides"]["A"]["label"] == "letter.pdf 1"


async def test_a_folder_is_loaded_as_its_files(
    http: aiohttp.ClientSession, document: Path, picture: Path
) -> None:
    """By their names; fronts and backs in turn where that was asked for."""
    assert document.parent == picture.parent
    body = {"files": [str(document.parent)], "two_sided": True}
    assert (await asked(http, "POST", "/load", body))["feeder"]["tray"] == 2


async def test_pages_are_made_and_added(http: aiohttp.ClientSession) -> None:
    """Their numbers go on where those of the pile end."""
    body = {"kind": "receipt", "sheets": 2}
    told = await asked(http, "POST", "/load?append=true", body)
    assert told["feeder"]["tray"] == 12
    assert told["sheets"][11]["sides"]["A"]["label"] == "receipt"


async def test_a_pile_does_not_grow_for_ever(
    http: aiohttp.ClientSession, office: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would pass the limit of scenario files is refused, and nothing is laid."""
    monkeypatch.setattr(actions, "MOST_SHEETS", 12)  # a hundred thousand take seconds
    await asked(http, "POST", "/load?append=true", {"sheets": 2})
    body = {"sheets": 1}
    told = await asked(http, "POST", "/load?append=true", body, status=409)
    assert "12 sheets at most; 12 lie here" in told["error"]
    assert len(office.scanner.feeder.tray) == 12
    assert (await asked(http, "POST", "/load", body))["feeder"]["tray"] == 1


async def test_something_is_laid_onto_the_glass(
    http: aiohttp.ClientSession, picture: Path
) -> None:
    """The tray stays as it is."""
    told = await asked(http, "POST", "/load?target=glass", {"files": [str(picture)]})
    assert (told["glass"]["label"], told["feeder"]["tray"]) == ("invoice.png", 10)


async def test_files_of_others_are_not_read(
    http: aiohttp.ClientSession, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another user of this machine must not read with our rights."""
    # What another user sees cannot be tried without being one.
    monkeypatch.setattr(actions, "is_own_user", lambda _request: False)
    body = {"files": [str(picture)]}
    await asked(http, "POST", "/load", body, status=HTTPStatus.FORBIDDEN)
    await asked(http, "POST", "/load", {"sheets": 1})


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("?target=table", {"sheets": 1}),
        ("", {}),
        ("", {"sheets": -1}),
        ("", {"sheets": 1, "what": 1}),
        ("", {"files": []}),
        ("", {"files": ["/nowhere/at/all.pdf"]}),
        ("", {"files": "letter.pdf"}),
        ("", {"kind": 3}),
        ("", {"sheets": 1, "bed_mm": [10**14, 1]}),
        ("", {"sheets": 1, "bed_mm": [100, True]}),
    ],
)
async def test_piles_that_make_no_sense_are_refused(
    http: aiohttp.ClientSession, office: Installed, query: str, body: dict[str, Any]
) -> None:
    """And the tray is as it was."""
    told = await asked(
        http, "POST", f"/load{query}", body, status=HTTPStatus.BAD_REQUEST
    )
    assert told["error"]
    assert len(office.scanner.feeder.tray) == 10


async def test_a_file_that_is_none_is_refused(
    http: aiohttp.ClientSession, office: Installed, tmp_path: Path
) -> None:
    """And the tray is as it was."""
    file = tmp_path / "broken.png"
    file.write_text("no picture")
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    told = await asked(http, "POST", "/load", {"files": [str(file)]}, status=status)
    assert "broken.png" in told["error"]
    assert len(office.scanner.feeder.tray) == 10


async def test_a_flatbed_takes_no_pile(http: aiohttp.ClientSession) -> None:
    """But its glass takes a sheet."""
    path = "/api/devices/flat/load"
    async with http.post(path, json={"sheets": 1}) as answer:
        assert answer.status == HTTPStatus.CONFLICT
        assert (await answer.json())["near"] == ["glass"]
    async with http.post(f"{path}?target=glass", json={"kind": "photo"}) as answer:
        assert answer.status == HTTPStatus.OK


async def test_eject_takes_all_paper(http: aiohttp.ClientSession) -> None:
    """Also what has passed."""
    told = await asked(http, "POST", "/eject")
    assert (told["feeder"]["pile"], told["sheets"]) == (0, [])


async def test_rules_come_and_go(http: aiohttp.ClientSession) -> None:
    """One by one, or all at once."""
    body = {"kind": "jam", "page": 3, "times": 1}
    rule = await asked(http, "POST", "/faults", body, status=HTTPStatus.CREATED)
    assert (rule["text"], rule["fired"]) == ("jam at page 3 once", 0)
    for _ in range(2):
        await asked(http, "POST", "/faults", {"kind": "empty"}, status=201)
    assert len((await asked(http, "GET", "/faults"))["faults"]) == 3
    told = await asked(http, "DELETE", f"/faults/{rule['id']}")
    assert [each["kind"] for each in told["faults"]] == ["empty", "empty"]
    assert (await asked(http, "DELETE", "/faults"))["faults"] == []


async def test_a_rule_that_is_not_there_has_near_ones(
    http: aiohttp.ClientSession,
) -> None:
    """With their numbers."""
    await asked(http, "POST", "/faults", {"kind": "empty"}, status=201)
    told = await asked(http, "DELETE", "/faults/99", status=HTTPStatus.NOT_FOUND)
    assert told["near"] == ["1: empty"]


@pytest.mark.parametrize(
    "body",
    [{}, {"kind": "fire"}, {"kind": "slow"}, {"kind": "jam", "page": 10**14}],
)
async def test_rules_that_make_no_sense_are_refused(
    http: aiohttp.ClientSession, body: dict[str, Any]
) -> None:
    """With the key that is wrong."""
    told = await asked(http, "POST", "/faults", body, status=HTTPStatus.BAD_REQUEST)
    assert told["error"].startswith("body: ")


async def test_a_condition_comes_and_is_cleared(http: aiohttp.ClientSession) -> None:
    """By its kind, or all of them."""
    for kind in ("jam", "hardware"):
        told = await asked(http, "POST", "/strike", {"kind": kind})
    assert [each["kind"] for each in told["conditions"]] == ["jam", "hardware"]
    told = await asked(http, "POST", "/clear", {"kind": "jam"})
    assert [each["kind"] for each in told["conditions"]] == ["hardware"]
    assert (await asked(http, "POST", "/clear"))["state"] == DeviceState.IDLE


async def test_only_conditions_strike(http: aiohttp.ClientSession) -> None:
    """A stall harms a page, and there is none."""
    told = await asked(http, "POST", "/strike", {"kind": "stall"}, status=400)
    assert "jam" in told["near"]


async def test_a_jam_stops_the_job_that_runs(
    http: aiohttp.ClientSession, office: Installed
) -> None:
    """Its host is told when it asks for the next page."""
    office.scanner.start(SETTINGS)
    told = await asked(http, "POST", "/strike", {"kind": "jam"})
    assert (told["state"], told["job"]["state"]) == ("jam", "Processing")


async def test_cover_and_plug_have_two_positions(http: aiohttp.ClientSession) -> None:
    """Each can be taken twice; plugging in clears nothing else."""
    for _ in range(2):
        told = await asked(http, "PUT", "/cover", {"open": True})
        assert told["state"] == DeviceState.COVER_OPEN
    told = await asked(http, "PUT", "/plugged", {"plugged": False})
    assert told["state"] == DeviceState.OFFLINE
    told = await asked(http, "PUT", "/plugged", {"plugged": True})
    assert told["state"] == DeviceState.COVER_OPEN
    told = await asked(http, "PUT", "/cover", {"open": False})
    assert told["state"] == DeviceState.IDLE


@pytest.mark.parametrize("body", [{}, {"open": 1}, {"open": True, "wide": True}])
async def test_a_cover_is_open_or_not(
    http: aiohttp.ClientSession, body: dict[str, Any]
) -> None:
    """Nothing else is understood."""
    await asked(http, "PUT", "/cover", body, status=HTTPStatus.BAD_REQUEST)


async def test_buttons_are_pressed(http: aiohttp.ClientSession) -> None:
    """And stay noted; one that is not there has near ones."""
    told = await asked(http, "POST", "/buttons/scan/press")
    assert told["buttons"][0] == {"name": "scan", "presses": 1}
    told = await asked(http, "POST", "/buttons/fax/press", status=404)
    assert told["near"] == ["scan", "copy", "pdf"]


async def test_a_device_is_held_and_let_go(
    http: aiohttp.ClientSession, office: Installed
) -> None:
    """But not while somebody scans."""
    told = await asked(http, "PUT", "/lock", {"host": "reception"})
    assert (told["state"], told["locked_by"]) == ("busy", "reception")
    assert (await asked(http, "DELETE", "/lock"))["locked_by"] == ""
    office.scanner.start(SETTINGS)
    body = {"host": "reception"}
    await asked(http, "PUT", "/lock", body, status=HTTPStatus.CONFLICT)


@pytest.mark.parametrize("host", ["", "x" * 101, "a\nb"])
async def test_a_host_has_a_name(http: aiohttp.ClientSession, host: str) -> None:
    """Which can be shown in a line."""
    await asked(http, "PUT", "/lock", {"host": host}, status=HTTPStatus.BAD_REQUEST)


async def test_a_device_sleeps_when_it_is_idle(
    http: aiohttp.ClientSession, office: Installed
) -> None:
    """And not at work."""
    assert (await asked(http, "POST", "/sleep"))["state"] == DeviceState.SLEEPING
    office.scanner.start(SETTINGS)
    await asked(http, "POST", "/sleep", status=HTTPStatus.CONFLICT)


async def test_reset_brings_the_beginning_back(http: aiohttp.ClientSession) -> None:
    """Paper, faults and journal."""
    await asked(http, "POST", "/eject")
    await asked(http, "POST", "/faults", {"kind": "empty"}, status=201)
    told = await asked(http, "POST", "/reset")
    assert (told["feeder"]["tray"], told["faults"]) == (10, [])


async def test_all_devices_are_reset_together(
    http: aiohttp.ClientSession, site: Site
) -> None:
    """Whatever has become of each."""
    for each in site.devices:
        each.scanner.sleep()
    async with http.post("/api/reset") as answer:
        listed = (await answer.json())["devices"]
    assert {each["state"] for each in listed} == {"idle"}


async def test_the_journal_says_who_did_it(
    http: aiohttp.ClientSession, site: Site
) -> None:
    """Rules are made by the control, and the engine never hears of it."""
    await asked(http, "POST", "/faults", {"kind": "empty"}, status=201)
    entry = site.journal.after(0)[-1]
    assert (entry.source, entry.text) == ("control", "rule 1: empty")
