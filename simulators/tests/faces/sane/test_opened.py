"""An open device: sensors, buttons, and how long to wait for more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Input,
    Mechanics,
    Mode,
    Model,
    ScanSettings,
    VirtualScanner,
)
from scanwright_simulators.faces.in_process import ManualClock
from scanwright_simulators.faces.sane.opened import (
    LONGEST_STEP_S,
    QUIET_STEP_S,
    OpenDevice,
    address_of,
)

ScannerMaker = Callable[..., VirtualScanner]
SETTINGS = ScanSettings(Input.FEEDER, Mode.GRAY, 75)


def opened(scanner: VirtualScanner) -> OpenDevice:
    """Open a device."""
    return OpenDevice(scanner, "me", lambda: None)


def test_sensors(make_scanner: ScannerMaker) -> None:
    """Paper and cover are as they are."""
    scanner = make_scanner(sheets=0)
    device = opened(scanner)
    assert (device.sense("page-loaded"), device.sense("cover-open")) == (False, False)
    scanner.strike(Fault(FaultKind.COVER_OPEN))
    assert device.sense("cover-open")


def test_a_button_is_told_once(make_scanner: ScannerMaker) -> None:
    """A press is read once, whenever that is."""
    scanner = make_scanner()
    device = opened(scanner)
    scanner.press("copy")
    pressed = [device.sense(name) for name in ("scan", "copy", "copy")]
    assert pressed == [False, True, False]


def test_the_pause_follows_the_page(
    make_scanner: ScannerMaker, model: Model, clock: ManualClock
) -> None:
    """A slow page is looked at often, a quiet device seldom."""
    slow = replace(model, mechanics=Mechanics(warm_up_s=60, page_time_s=6.4))
    device = opened(make_scanner(of=slow))
    assert device.pause_s() == QUIET_STEP_S
    device.scan.begin(SETTINGS)
    assert device.pause_s() == LONGEST_STEP_S
    clock.wait_until(60)
    assert device.pause_s() == pytest.approx(0.1)
    clock.wait_until(66.4 - 0.01)
    assert device.pause_s() == pytest.approx(0.01)
    clock.wait_until(70)
    assert device.pause_s() == QUIET_STEP_S


@pytest.mark.parametrize(
    ("is_orderly", "state"), [(True, "Canceled"), (False, "Aborted")]
)
def test_leaving(make_scanner: ScannerMaker, state: str, *, is_orderly: bool) -> None:
    """Who closes in mid-page cancels, who dies aborts; nobody is called any more."""
    scanner = make_scanner()
    calls: list[int] = []
    device = OpenDevice(scanner, "me", lambda: calls.append(1))
    device.scan.begin(SETTINGS)
    device.leave(is_orderly=is_orderly)
    assert scanner.jobs[0].state.value == state
    calls.clear()
    scanner.press("copy")
    assert calls == []


def test_the_address(make_scanner: ScannerMaker) -> None:
    """A device is found by its name in small letters."""
    assert address_of(make_scanner()) == "virtual-office"
