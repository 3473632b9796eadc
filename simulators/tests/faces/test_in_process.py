"""The face without a wire: what unit tests scan with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Input,
    JobState,
    Mechanics,
    Mode,
    Model,
    ScanSettings,
    VirtualScanner,
    read_identity,
)
from scanwright_simulators.errors import DeviceFault
from scanwright_simulators.faces.in_process import ManualClock, scan

ScannerMaker = Callable[..., VirtualScanner]

FEEDER = ScanSettings(Input.FEEDER, Mode.GRAY, 75)


def test_pages_arrive_with_their_pixels(
    make_scanner: ScannerMaker,
    clock: ManualClock,
) -> None:
    """Each page shows the identity that it is said to have."""
    pages = list(scan(make_scanner(), FEEDER, wait_until=clock.wait_until))
    assert len(pages) == 3
    assert [read_identity(page.image) for page in pages] == [p.identity for p in pages]


def test_time_is_the_callers(
    make_scanner: ScannerMaker,
    model: Model,
    clock: ManualClock,
) -> None:
    """Three pages of a minute each take three minutes of a clock turned by hand."""
    slow = replace(model, mechanics=Mechanics(page_time_s=60))
    list(scan(make_scanner(of=slow), FEEDER, wait_until=clock.wait_until))
    assert clock() == pytest.approx(180)


@pytest.mark.parametrize("byte", [None, 100])
def test_a_fault_is_raised_after_the_pages_before_it(
    make_scanner: ScannerMaker,
    clock: ManualClock,
    byte: int | None,
) -> None:
    """Before the page or in it: two pages arrive, then the fault."""
    fault = Fault(FaultKind.JAM, page=3, byte=byte)
    scanner = make_scanner(faults=(fault,))
    arrived: list[int] = []
    with pytest.raises(DeviceFault, match="jam"):
        arrived.extend(
            page.identity.sheet
            for page in scan(scanner, FEEDER, wait_until=clock.wait_until)
        )
    assert scanner.jobs[0].pages == 2


def test_leaving_early_cancels(make_scanner: ScannerMaker, clock: ManualClock) -> None:
    """The device is free for the next job."""
    scanner = make_scanner()
    pages = scan(scanner, FEEDER, wait_until=clock.wait_until)
    next(pages)
    pages.close()  # type: ignore[attr-defined]  # a generator is what it is
    assert scanner.jobs[0].state is JobState.CANCELED
    assert scanner.running is None


def test_the_clock_never_goes_back() -> None:
    """Waiting for the past changes nothing."""
    clock = ManualClock(5)
    clock.wait_until(3)
    assert clock() == 5
