"""Facts: what is not known is said in its own way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from scanwright.http.manager.facts import Facts, interface_name, spelled
from scanwright.http.manager.scanners import Listing
from scanwright.log import LogLevel
from scanwright.modules import Module
from scanwright.protocol.scanning import DeviceType

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_without_a_main_it_has_just_started() -> None:
    """A service whose processes are not known yet shows a page all the same."""
    facts = Facts(
        now=NOW,
        addresses={},
        processes=[],
        crashes=0,
        modules=[Module("core", "", ("2.0", "1.0"))],
        listing=Listing(),
        sessions=[],
        log_level=LogLevel.NORMAL,
        is_web_setup_enabled=False,
        waiting=0,
        restart_needed=[],
    )
    assert facts.started == NOW
    assert facts.version == "2.0"
    assert facts.as_json()["scanners"] == {"at": None, "problem": None, "devices": []}


def test_times_are_told_in_one_zone() -> None:
    """Whatever zone a part of the service thinks in."""
    there = NOW.astimezone(timezone(timedelta(hours=5)))
    assert spelled(there) == "2026-11-23T12:00:00Z"


def test_interfaces_have_their_names() -> None:
    """As people write them."""
    assert interface_name(DeviceType.ESCL) == "eSCL"
    assert interface_name(DeviceType.SANE) == "SANE"
