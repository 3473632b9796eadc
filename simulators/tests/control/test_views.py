"""Views: what is told of a device, in plain types."""

from __future__ import annotations

import json

from scanwright_simulators.control.views import DISPLAYED, detail, fault_rule, summary
from scanwright_simulators.device import (
    DeviceState,
    Fault,
    FaultKind,
    Input,
    Mode,
    ScanSettings,
)
from scanwright_simulators.faces.face import Installed, Site

SETTINGS = ScanSettings(Input.FEEDER, Mode.GRAY, 75)


def test_every_state_has_words() -> None:
    """The display is never empty."""
    assert DISPLAYED.keys() == set(DeviceState)


def test_all_of_it_is_json(office: Installed) -> None:
    """With jobs, faults and conditions in it."""
    office.scanner.script.add(Fault(FaultKind.JAM, page=2, times=1))
    office.scanner.start(SETTINGS)
    office.scanner.strike(Fault(FaultKind.COVER_OPEN))
    told = detail(office)
    assert json.loads(json.dumps(told)) == told


def test_a_job_at_work_is_told(office: Installed) -> None:
    """Who it works for, and how far it has got."""
    job = office.scanner.start(SETTINGS, host="Simple Scan")
    capture = office.scanner.next_page(job)
    assert capture is not None
    office.scanner.delivered(capture)
    told = summary(office)
    assert told["display"] == "Scanning page 2"
    assert (told["job"]["host"], told["job"]["pages"]) == ("Simple Scan", 1)


def test_sheets_are_listed_where_they_are(office: Installed) -> None:
    """From the number that was asked for, and no more than that many."""
    job = office.scanner.start(SETTINGS)
    office.scanner.next_page(job)
    sheets = detail(office, first=1, count=3)["sheets"]
    assert [(sheet["number"], sheet["place"]) for sheet in sheets] == [
        (1, "output"),
        (2, "tray"),
        (3, "tray"),
    ]


def test_a_stuck_sheet_is_in_the_path(office: Installed) -> None:
    """Until somebody clears it."""
    office.scanner.script.add(Fault(FaultKind.JAM, page=1, byte=10))
    job = office.scanner.start(SETTINGS)
    capture = office.scanner.next_page(job)
    assert capture is not None
    office.scanner.broken(capture)
    assert detail(office)["sheets"][0]["place"] == "path"
    assert summary(office)["feeder"]["path"] == 1


def test_the_host_that_holds_it_is_named(office: Installed) -> None:
    """Its display says who."""
    office.scanner.lock("reception")
    assert summary(office)["display"] == "Held by reception"


def test_a_flatbed_has_no_feeder(site: Site) -> None:
    """And no numbers of sheets."""
    assert summary(site.devices[1])["feeder"] is None


def test_a_rule_says_how_often_it_fired(office: Installed) -> None:
    """And whether it will again."""
    rule = office.scanner.script.add(Fault(FaultKind.EMPTY, page=1, times=1))
    office.scanner.next_page(office.scanner.start(SETTINGS))
    told = fault_rule(rule)
    assert (told["text"], told["fired"], told["is_spent"]) == (
        "empty at page 1 once",
        1,
        True,
    )
