"""Pages and statuses out of the engine's jobs, for one client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from scanwright_simulators.device import (
    Capture,
    Clears,
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
from scanwright_simulators.faces.sane.scan import Granted, Scan
from scanwright_simulators.faces.sane.status import Status

ScannerMaker = Callable[..., VirtualScanner]
FEEDER = ScanSettings(Input.FEEDER, Mode.GRAY, 75)
GLASS = ScanSettings(Input.PLATEN, Mode.GRAY, 75)
SIZE = 620 * 877


def begun(scan: Scan, settings: ScanSettings = FEEDER) -> Capture:
    """Start a page, which must come."""
    capture = scan.begin(settings)
    assert isinstance(capture, Capture), capture
    return capture


def ended(scan: Scan, settings: ScanSettings = FEEDER) -> Status:
    """Start a page and read it; return what the client is told last."""
    found = scan.begin(settings)
    if isinstance(found, Status):
        return found
    status = scan.look(scan.granted(found))
    assert isinstance(status, Status), status
    return status


def test_a_batch_is_one_job(make_scanner: ScannerMaker) -> None:
    """Each page ends with EOF, and the last is followed by NO_DOCS."""
    scanner = make_scanner(sheets=2)
    scan = Scan(scanner, "me")
    assert [ended(scan) for _ in range(3)] == [Status.EOF, Status.EOF, Status.NO_DOCS]
    assert [job.pages for job in scanner.jobs] == [2]
    assert ended(scan) is Status.EOF


def test_the_glass_is_a_job_a_page(make_scanner: ScannerMaker) -> None:
    """The device is free again as soon as the page is."""
    scanner = make_scanner()
    scan = Scan(scanner, "me")
    for _ in range(2):
        assert ended(scan, GLASS) is Status.EOF
        assert scanner.running is None
    assert len(scanner.jobs) == 2


def test_another_host(make_scanner: ScannerMaker) -> None:
    """While another host has a job, the device is busy."""
    scanner = make_scanner()
    scanner.start(FEEDER, host="another")
    scan = Scan(scanner, "me")
    assert scan.begin(FEEDER) is Status.DEVICE_BUSY
    assert not scan.is_running


@pytest.mark.parametrize("byte", [None, 0, 1000])
@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.JAM, Status.JAMMED),
        (FaultKind.COVER_OPEN, Status.COVER_OPEN),
        (FaultKind.LOCKED, Status.HW_LOCKED),
        (FaultKind.HARDWARE, Status.IO_ERROR),
        (FaultKind.OFFLINE, Status.IO_ERROR),
    ],
)
def test_faults(
    make_scanner: ScannerMaker,
    kind: FaultKind,
    status: Status,
    byte: int | None,
) -> None:
    """A fault comes before its page, or after as many bytes as it says."""
    scanner = make_scanner(faults=(Fault(kind, page=2, byte=byte),))
    scan = Scan(scanner, "me")
    assert ended(scan) is Status.EOF
    if byte is not None:
        assert scan.granted(begun(scan)) == byte
        assert scan.look(byte) is status
    else:
        assert scan.begin(FEEDER) is status
    assert scanner.condition
    assert scanner.condition.kind is kind


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.BUSY, Status.DEVICE_BUSY),
        (FaultKind.WARMING_UP, Status.WARMING_UP),
    ],
)
def test_not_now(make_scanner: ScannerMaker, kind: FaultKind, status: Status) -> None:
    """A device that asks to wait goes on with the same job afterwards."""
    scanner = make_scanner(faults=(Fault(kind, page=2, times=1),))
    scan = Scan(scanner, "me")
    told = [ended(scan) for _ in range(5)]
    assert told == [Status.EOF, status, Status.EOF, Status.EOF, Status.NO_DOCS]
    assert len(scanner.jobs) == 1


def test_a_page_in_time(
    make_scanner: ScannerMaker, model: Model, clock: ManualClock
) -> None:
    """Bytes are granted as they are scanned."""
    slow = replace(model, mechanics=Mechanics(page_time_s=2))
    scan = Scan(make_scanner(of=slow), "me")
    capture = begun(scan)
    assert scan.look(0) is None
    clock.wait_until(1)
    assert scan.look(0) == Granted(SIZE // 2)
    assert scan.look(SIZE // 2) is None
    clock.wait_until(2)
    assert scan.look(SIZE // 2) == Granted(SIZE)
    assert scan.granted(capture) == SIZE
    assert scan.look(SIZE) is Status.EOF


def test_a_fault_waits_for_its_time(
    make_scanner: ScannerMaker, model: Model, clock: ManualClock
) -> None:
    """A fault at the first byte of a slow page comes when the page does."""
    slow = replace(model, mechanics=Mechanics(warm_up_s=3, page_time_s=2))
    scan = Scan(make_scanner(of=slow, faults=(Fault(FaultKind.JAM, byte=0),)), "me")
    begun(scan)
    assert scan.look(0) is None
    clock.wait_until(3)
    assert scan.look(0) is Status.JAMMED


def test_a_stalled_page_never_goes_on(make_scanner: ScannerMaker) -> None:
    """Nothing is told until the client cancels."""
    scan = Scan(make_scanner(faults=(Fault(FaultKind.STALL, byte=10),)), "me")
    assert scan.granted(begun(scan)) == 10
    assert scan.look(10) is None
    scan.cancel()
    assert not scan.is_running
    assert scan.look(10) is Status.INVAL


def test_a_truncated_page_ends_the_batch(make_scanner: ScannerMaker) -> None:
    """A page that stops early looks finished, and none follows it."""
    fault = Fault(FaultKind.TRUNCATED, page=1, byte=10)
    scan = Scan(make_scanner(faults=(fault,)), "me")
    assert scan.granted(begun(scan)) == 10
    assert scan.look(10) is Status.EOF
    assert scan.begin(FEEDER) is Status.NO_DOCS


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.RESET, Status.IO_ERROR),
        (FaultKind.TRUNCATED, Status.IO_ERROR),
        (FaultKind.GARBAGE, Status.IO_ERROR),
        (FaultKind.STALL, Status.PENDING),
    ],
)
def test_faults_at_the_start(
    make_scanner: ScannerMaker, kind: FaultKind, status: Status
) -> None:
    """A fault of page 0 is told by the start, which begins no job."""
    scanner = make_scanner(faults=(Fault(kind, page=0, times=1),))
    scan = Scan(scanner, "me")
    assert scan.begin(FEEDER) is status
    assert scanner.running is None
    assert ended(scan) is Status.EOF


def test_garbage_all_over(make_scanner: ScannerMaker) -> None:
    """Without a byte the shape of the page makes no sense, and all of it is noise."""
    scan = Scan(make_scanner(faults=(Fault(FaultKind.GARBAGE, page=1),)), "me")
    capture = begun(scan)
    shape = scan.parameters(capture)
    assert shape.format not in range(5)
    assert shape.bytes_per_line < shape.pixels_per_line
    assert scan.noise_from(capture) == 0
    assert scan.granted(capture) == SIZE
    assert scan.look(SIZE) is Status.EOF
    assert scan.begin(FEEDER) is Status.NO_DOCS


def test_garbage_from_a_byte_on(make_scanner: ScannerMaker) -> None:
    """With a byte the shape is true and the page as long as it says."""
    scan = Scan(make_scanner(faults=(Fault(FaultKind.GARBAGE, byte=9),)), "me")
    capture = begun(scan, GLASS)
    assert scan.parameters(capture).bytes_per_line == 620
    assert scan.noise_from(capture) == 9
    assert scan.granted(capture) == SIZE
    assert scan.look(SIZE) is Status.EOF


@pytest.mark.parametrize("kind", [FaultKind.OVERLAP, FaultKind.SLOW])
def test_harmless_faults(make_scanner: ScannerMaker, kind: FaultKind) -> None:
    """What harms no bytes is no end of the page."""
    fault = Fault(kind, page=1, rate=10**12)
    scanner = make_scanner(faults=(fault,))
    scan = Scan(scanner, "me")
    capture = begun(scan)
    scanner.clock.wait_until(1)  # type: ignore[attr-defined]  # the fixture's clock
    assert scan.granted(capture) == SIZE
    assert scan.look(SIZE) is Status.EOF


def test_cancelled_at_the_device(make_scanner: ScannerMaker) -> None:
    """A job that somebody else ended is told once, and the next start is a new one."""
    scanner = make_scanner()
    scan = Scan(scanner, "me")
    begun(scan)
    assert scanner.running
    scanner.cancel(scanner.running)
    assert scan.look(0) is Status.CANCELLED
    assert ended(scan) is Status.EOF


def test_unplugged_in_mid_page(make_scanner: ScannerMaker) -> None:
    """A device that loses its power is an I/O error at once."""
    scanner = make_scanner()
    scan = Scan(scanner, "me")
    begun(scan)
    scanner.strike(Fault(FaultKind.OFFLINE))
    assert scan.look(0) is Status.IO_ERROR
    assert scan.begin(FEEDER) is Status.IO_ERROR


def test_unplugged_between_pages(make_scanner: ScannerMaker) -> None:
    """The next page of a job that ended meanwhile is what ended it."""
    scanner = make_scanner()
    scan = Scan(scanner, "me")
    assert ended(scan) is Status.EOF
    scanner.strike(Fault(FaultKind.OFFLINE))
    assert scan.begin(FEEDER) is Status.IO_ERROR


def test_cancel_clears_what_clears_by_itself(make_scanner: ScannerMaker) -> None:
    """A client that lets go after a jam may find it cleared."""
    fault = Fault(FaultKind.JAM, page=1, times=1, clears=Clears.BY_ITSELF)
    scanner = make_scanner(faults=(fault,))
    scan = Scan(scanner, "me")
    assert scan.begin(FEEDER) is Status.JAMMED
    scan.cancel()
    assert scanner.condition is None
    assert ended(scan) is Status.EOF


def test_a_client_that_is_gone(make_scanner: ScannerMaker) -> None:
    """Its job is aborted; without a job nothing happens."""
    scanner = make_scanner()
    scan = Scan(scanner, "me")
    scan.abandon()
    begun(scan)
    scan.abandon()
    assert scanner.running is None
    assert scanner.jobs[0].state.value == "Aborted"


def test_pages_scanned_ahead(make_scanner: ScannerMaker, model: Model) -> None:
    """What waits in the device can be drawn before it is asked for."""
    ahead = replace(model, mechanics=Mechanics(scan_ahead=2))
    scan = Scan(make_scanner(of=ahead), "me")
    assert scan.waiting == ()
    begun(scan, ScanSettings(Input.DUPLEX, Mode.GRAY, 75))
    assert len(scan.waiting) >= 1
