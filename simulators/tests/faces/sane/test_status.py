"""Which status tells of what."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Input,
    Mode,
    ScanSettings,
    VirtualScanner,
)
from scanwright_simulators.device.rules import SANE_STATUSES
from scanwright_simulators.errors import (
    DeviceBusy,
    DeviceFault,
    Refusal,
    SettingsRefused,
    TrayEmpty,
    UnknownJob,
)
from scanwright_simulators.faces.sane.status import (
    Status,
    status_at_start,
    status_of,
    status_of_fault,
    status_of_job,
)

JAM = Fault(FaultKind.JAM)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.JAM, Status.JAMMED),
        (FaultKind.DOUBLE_FEED, Status.JAMMED),
        (FaultKind.COVER_OPEN, Status.COVER_OPEN),
        (FaultKind.OFFLINE, Status.IO_ERROR),
        (FaultKind.BUSY, Status.DEVICE_BUSY),
        (FaultKind.LOCKED, Status.HW_LOCKED),
        (FaultKind.HARDWARE, Status.IO_ERROR),
        (FaultKind.WARMING_UP, Status.WARMING_UP),
        (FaultKind.EMPTY, Status.NO_DOCS),
        (FaultKind.RESET, Status.IO_ERROR),
        (FaultKind.TRUNCATED, Status.EOF),
        (FaultKind.GARBAGE, Status.EOF),
        (FaultKind.STATUS, Status.IO_ERROR),
    ],
)
def test_kinds(kind: FaultKind, status: Status) -> None:
    """Each kind of fault has its status."""
    assert status_of_fault(Fault(kind)) is status


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("NO_MEM", Status.NO_MEM),
        ("SANE_STATUS_ACCESS_DENIED", Status.ACCESS_DENIED),
        ("hw_locked", Status.HW_LOCKED),
        ("GOOD", Status.IO_ERROR),
        ("PENDING", Status.IO_ERROR),
        ("no such", Status.IO_ERROR),
    ],
)
def test_a_rule_may_name_another(name: str, status: Status) -> None:
    """A status by its name takes the place of the kind's, unless it is none."""
    assert status_of_fault(Fault(FaultKind.JAM, sane_status=name)) is status


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (DeviceBusy("another"), Status.DEVICE_BUSY),
        (TrayEmpty("empty"), Status.NO_DOCS),
        (SettingsRefused("no"), Status.INVAL),
        (UnknownJob("what"), Status.IO_ERROR),
        (DeviceFault("jam", fault=JAM), Status.JAMMED),
    ],
)
def test_refusals(refusal: Refusal, status: Status) -> None:
    """A refusal without a fault has a status, too."""
    assert status_of(refusal) is status


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault(FaultKind.RESET), Status.IO_ERROR),
        (Fault(FaultKind.TRUNCATED), Status.IO_ERROR),
        (Fault(FaultKind.GARBAGE), Status.IO_ERROR),
        (Fault(FaultKind.STALL), Status.PENDING),
        (Fault(FaultKind.STALL, sane_status="NO_MEM"), Status.NO_MEM),
        (Fault(FaultKind.TRUNCATED, sane_status="INVAL"), Status.INVAL),
        (JAM, Status.JAMMED),
    ],
)
def test_at_the_start_of_a_job(fault: Fault, status: Status) -> None:
    """Where no page has begun none can end early, and a stall has no status."""
    assert status_at_start(DeviceFault("no", fault=fault)) is status
    assert status_at_start(TrayEmpty("empty")) is Status.NO_DOCS


def test_rules_know_the_same_names() -> None:
    """Each status that a rule may name is one here, and each failure can be named."""
    names = {status.name for status in Status if status > Status.GOOD}
    assert names == set(SANE_STATUSES)


def test_jobs_that_ended_by_themselves(
    make_scanner: Callable[..., VirtualScanner],
) -> None:
    """Cancelled at the device, ended by the simulation, or failed: each is told."""
    scanner = make_scanner()
    settings = ScanSettings(Input.FEEDER, Mode.GRAY, 75)
    job = scanner.start(settings)
    scanner.cancel(job)
    assert status_of_job(job) is Status.CANCELLED
    job = scanner.start(settings)
    scanner.abort(job)
    assert status_of_job(job) is Status.IO_ERROR
    job.error = DeviceFault("jam", fault=JAM)
    assert status_of_job(job) is Status.JAMMED
