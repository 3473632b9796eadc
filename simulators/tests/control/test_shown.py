"""What a terminal shows: everything that matters, in few words."""

from __future__ import annotations

from scanwright_simulators.control import shown
from scanwright_simulators.control.views import detail, fault_rule, summary
from scanwright_simulators.device import (
    Entry,
    Fault,
    FaultKind,
    Input,
    Mode,
    ScanSettings,
)
from scanwright_simulators.faces.face import Installed, Site

SETTINGS = ScanSettings(Input.FEEDER, Mode.GRAY, 75)


def test_devices_stand_in_columns(site: Site) -> None:
    """Under their heads."""
    head, *rows = shown.devices([summary(each) for each in site.devices]).splitlines()
    assert [row.index("Ready") for row in rows] == [head.index("STATE")] * 2
    assert rows[1].split() == ["Flat", "Ready", "-", "escl", "flat"]


def test_a_job_is_shown(office: Installed) -> None:
    """Who it works for, and how."""
    office.scanner.start(SETTINGS, host="Simple Scan")
    text = shown.state(detail(office))
    assert "0 pages for Simple Scan: feeder, gray, 75 dpi" in text


def test_where_the_sheets_are_is_shown(office: Installed) -> None:
    """Tray, path and output; and what stands behind the gravest condition."""
    office.scanner.script.add(Fault(FaultKind.JAM, page=2, byte=1, times=1))
    job = office.scanner.start(SETTINGS)
    office.scanner.next_page(job)
    capture = office.scanner.next_page(job)
    assert capture is not None
    office.scanner.broken(capture)
    office.scanner.strike(Fault(FaultKind.COVER_OPEN))
    text = shown.state(detail(office))
    assert "Cover open, also jam" in text
    assert "8 in the tray, 1 in the path, 1 passed, refilled after each job" in text
    assert "1: jam at page 2 at byte 1 once (spent)" in text


def test_what_there_is_not_is_not_shown(site: Site) -> None:
    """A flatbed that does nothing has two lines and its name."""
    lines = shown.state(detail(site.devices[1])).splitlines()
    assert lines == [
        "Flat (Scanwright Office A4)",
        "  state    Ready",
        "  glass    generated",
    ]


def test_addresses_and_buttons_are_shown(office: Installed) -> None:
    """Where they are known, and where somebody pressed."""
    office.scanner.press("copy")
    text = shown.state(detail(office, addresses=[{"type": "escl", "address": "there"}]))
    assert "  escl     there" in text
    assert "copy pressed" in text


def test_rules_say_how_often_they_fired(office: Installed) -> None:
    """Not yet, so often, or not any more."""
    script = office.scanner.script
    rules = [script.add(Fault(FaultKind.EMPTY)) for _ in range(2)]
    rules[1].fired = 2
    rows = shown.faults([fault_rule(rule) for rule in rules]).splitlines()
    assert [row.split(None, 2)[2] for row in rows[1:]] == ["not yet", "2 times"]


def test_near_misses_stand_below_their_entry() -> None:
    """In lines of their own."""
    entry = Entry(1, 2.5, "desk", "engine", "job ended", "it ended", ("no jam",))
    line, near = shown.entry(entry.as_json()).splitlines()
    assert line.split() == ["2.500", "desk", "it", "ended"]
    assert near.strip() == "near: no jam"
