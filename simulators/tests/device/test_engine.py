"""The engine: jobs, states, faults and what people do; time is turned by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from scanwright_simulators.device import (
    CONDITIONS,
    Capture,
    Clears,
    DeviceState,
    Fault,
    FaultKind,
    Identity,
    Input,
    Job,
    JobState,
    Mechanics,
    Mode,
    Model,
    ScanSettings,
    Sheet,
    Side,
    VirtualScanner,
)
from scanwright_simulators.device.content import BlankSide, load
from scanwright_simulators.device.engine import HISTORY
from scanwright_simulators.errors import (
    DeviceBusy,
    DeviceFault,
    PageLost,
    Refusal,
    SettingsRefused,
    TrayEmpty,
)
from scanwright_simulators.faces.in_process import ManualClock

ScannerMaker = Callable[..., VirtualScanner]

GLASS = ScanSettings(Input.PLATEN, Mode.GRAY, 75)
FEEDER = ScanSettings(Input.FEEDER, Mode.GRAY, 75)
DUPLEX = ScanSettings(Input.DUPLEX, Mode.GRAY, 75)
JAM_AT_3 = Fault(FaultKind.JAM, page=3, times=1)


def take(scanner: VirtualScanner, job: Job) -> Capture:
    """Return the next page of `job`, delivered."""
    capture = scanner.next_page(job)
    assert capture is not None
    assert scanner.delivered(capture)
    return capture


def state_of(scanner: VirtualScanner) -> DeviceState:
    """Return what a look at the device shows now."""
    return scanner.state


def fail(scanner: VirtualScanner, job: Job) -> None:
    """Take the next page of `job` up to its fault, and raise that."""
    capture = scanner.next_page(job)
    assert capture is not None
    raise scanner.broken(capture)


def drain(scanner: VirtualScanner, job: Job) -> list[Identity]:
    """Return the identities of all pages that `job` still has, delivered."""
    return list(arriving(scanner, job))


def arriving(scanner: VirtualScanner, job: Job) -> Iterator[Identity]:
    """Yield the pages of `job` as they come, delivered."""
    while capture := scanner.next_page(job):
        assert scanner.delivered(capture)
        yield capture.page.identity


def until_refused(scanner: VirtualScanner, job: Job) -> tuple[list[int], Refusal]:
    """Return the sheets that arrive until the device refuses, and the refusal."""
    sheets: list[int] = []
    try:
        sheets.extend(identity.sheet for identity in arriving(scanner, job))
    except Refusal as error:
        return sheets, error
    pytest.fail("nothing was refused")


def test_the_glass_gives_one_page(make_scanner: ScannerMaker) -> None:
    """A glass job has one page, of sheet 0, and is completed after it."""
    scanner = make_scanner()
    job = scanner.start(GLASS)
    assert drain(scanner, job) == [Identity("virtual-office", 0, Side.FRONT, 1)]
    assert job.state is JobState.COMPLETED


def test_the_feeder_gives_its_sheets_in_order(make_scanner: ScannerMaker) -> None:
    """A feeder job gives the fronts of all sheets."""
    scanner = make_scanner(sheets=3)
    pages = drain(scanner, scanner.start(FEEDER))
    assert [(p.sheet, p.side, p.serial) for p in pages] == [
        (1, Side.FRONT, 1),
        (2, Side.FRONT, 2),
        (3, Side.FRONT, 3),
    ]


def test_duplex_gives_both_sides(make_scanner: ScannerMaker) -> None:
    """A back follows its front."""
    scanner = make_scanner(sheets=2)
    pages = drain(scanner, scanner.start(DUPLEX))
    assert [f"{p.sheet}{p.side}" for p in pages] == ["1A", "1B", "2A", "2B"]


def test_serial_numbers_go_on(make_scanner: ScannerMaker) -> None:
    """Serial numbers count over jobs, sheets begin anew with each tray."""
    scanner = make_scanner(sheets=2)
    drain(scanner, scanner.start(FEEDER))
    pages = drain(scanner, scanner.start(FEEDER))
    assert [(p.sheet, p.serial) for p in pages] == [(1, 3), (2, 4)]


def test_a_busy_device_refuses(make_scanner: ScannerMaker) -> None:
    """A second job is refused while one runs, and accepted after it."""
    scanner = make_scanner()
    job = scanner.start(FEEDER, host="one")
    with pytest.raises(DeviceBusy, match="works for one"):
        scanner.start(GLASS)
    scanner.cancel(job)
    scanner.start(GLASS)


def test_a_held_device_refuses(make_scanner: ScannerMaker) -> None:
    """Another host can hold the device without a job, but not during one."""
    scanner = make_scanner()
    scanner.lock("the office next door")
    assert state_of(scanner) is DeviceState.BUSY
    with pytest.raises(DeviceBusy, match="next door"):
        scanner.start(GLASS)
    scanner.unlock()
    scanner.start(GLASS, host="us")
    with pytest.raises(DeviceBusy, match="us"):
        scanner.lock("them")


def test_without_refill_the_tray_stays_empty(make_scanner: ScannerMaker) -> None:
    """Nobody puts the sheets back unless somebody does."""
    scanner = make_scanner(sheets=2, refill=False)
    drain(scanner, scanner.start(FEEDER))
    with pytest.raises(TrayEmpty):
        scanner.start(FEEDER)
    scanner.load([Sheet(BlankSide(), BlankSide())])
    assert len(drain(scanner, scanner.start(FEEDER))) == 1


def test_an_empty_tray_does_not_hinder_the_glass(make_scanner: ScannerMaker) -> None:
    """The glass needs no paper in the feeder."""
    scanner = make_scanner(sheets=0)
    assert len(drain(scanner, scanner.start(GLASS))) == 1


def test_a_cancelled_job_gives_no_page(make_scanner: ScannerMaker) -> None:
    """After cancel nothing comes, nothing counts, and the tray is full again."""
    scanner = make_scanner(sheets=3)
    job = scanner.start(FEEDER)
    capture = scanner.next_page(job)
    assert capture
    scanner.cancel(job)
    assert scanner.next_page(job) is None
    assert not scanner.delivered(capture)
    assert job.state is JobState.CANCELED
    assert job.pages == 0
    assert len(drain(scanner, scanner.start(FEEDER))) == 3


def test_a_page_is_delivered_once(make_scanner: ScannerMaker) -> None:
    """Telling it twice counts once."""
    scanner = make_scanner()
    job = scanner.start(FEEDER)
    capture = take(scanner, job)
    assert not scanner.delivered(capture)
    assert job.pages == 1


def test_final_states_are_final(make_scanner: ScannerMaker) -> None:
    """Cancelling a completed job changes nothing."""
    scanner = make_scanner()
    job = scanner.start(GLASS)
    drain(scanner, job)
    scanner.cancel(job)
    scanner.abort(job)
    assert job.state is JobState.COMPLETED


@pytest.mark.parametrize("kind", sorted(CONDITIONS))
def test_a_condition_comes_in_place_of_its_page(
    make_scanner: ScannerMaker,
    kind: FaultKind,
) -> None:
    """Pages before it arrive, then the fault, and it stays until it is cleared."""
    scanner = make_scanner(sheets=5, faults=(Fault(kind, page=3, times=1),))
    job = scanner.start(FEEDER)
    sheets, error = until_refused(scanner, job)
    assert sheets == [1, 2]
    assert error.fault is not None
    assert error.fault.kind is kind
    assert job.state is JobState.ABORTED
    scanner.cancel(job)
    assert state_of(scanner) is DeviceState(kind.value)
    with pytest.raises(DeviceFault):
        scanner.start(FEEDER)
    scanner.clear(kind)
    assert state_of(scanner) is DeviceState.IDLE


@pytest.mark.parametrize("kind", sorted(CONDITIONS))
@pytest.mark.parametrize("byte", [None, 0, 1000])
def test_a_cleared_pile_goes_on_where_it_stopped(
    make_scanner: ScannerMaker,
    kind: FaultKind,
    byte: int | None,
) -> None:
    """Sheets 1 to 5 arrive exactly once, serial numbers without a gap."""
    fault = Fault(kind, page=3, byte=byte, times=1)
    scanner = make_scanner(sheets=5, faults=(fault,))
    job = scanner.start(FEEDER)
    first = [take(scanner, job).page.identity for _ in range(2)]
    with pytest.raises(DeviceFault):
        fail(scanner, job)
    scanner.cancel(job)
    scanner.clear(kind)
    rest = drain(scanner, scanner.start(FEEDER))
    assert [(p.sheet, p.serial) for p in (*first, *rest)] == [
        (number, number) for number in range(1, 6)
    ]


def test_a_fault_can_clear_by_itself(make_scanner: ScannerMaker) -> None:
    """Once the host lets go, the path is clear, the pile whole, the fault due again."""
    fault = Fault(FaultKind.JAM, page=3, clears=Clears.BY_ITSELF)
    scanner = make_scanner(sheets=5, faults=(fault,))
    for _ in range(2):
        job = scanner.start(FEEDER)
        assert until_refused(scanner, job)[0] == [1, 2]
        assert state_of(scanner) is DeviceState.JAM
        scanner.cancel(job)
        assert state_of(scanner) is DeviceState.IDLE


def test_a_double_feed_holds_two_sheets(make_scanner: ScannerMaker) -> None:
    """Both lie in the path, and on top of the tray when it is cleared."""
    fault = Fault(FaultKind.DOUBLE_FEED, page=2, times=1)
    scanner = make_scanner(sheets=5, faults=(fault,))
    until_refused(scanner, scanner.start(FEEDER))
    assert [placed.number for placed in scanner.feeder.path] == [2, 3]
    scanner.clear()
    assert [placed.number for placed in scanner.feeder.tray] == [2, 3, 4, 5]


def test_an_overlap_loses_a_page_unseen(make_scanner: ScannerMaker) -> None:
    """The hidden sheet is missing among the pages, and in the journal it is not."""
    fault = Fault(FaultKind.OVERLAP, page=2)
    scanner = make_scanner(sheets=4, faults=(fault,))
    pages = drain(scanner, scanner.start(FEEDER))
    assert [(p.sheet, p.serial) for p in pages] == [(1, 1), (2, 2), (4, 3)]
    lost = [e for e in scanner.journal.after() if e.what == "page lost"]
    assert [entry.data["sheet"] for entry in lost] == [3]


def test_an_empty_sensor_ends_the_job(make_scanner: ScannerMaker) -> None:
    """The feeder says that it is empty though it is not."""
    fault = Fault(FaultKind.EMPTY, page=3)
    scanner = make_scanner(sheets=5, faults=(fault,), refill=False)
    assert len(drain(scanner, scanner.start(FEEDER))) == 2
    assert len(scanner.feeder.tray) == 3


@pytest.mark.parametrize("kind", [FaultKind.BUSY, FaultKind.WARMING_UP])
def test_for_now_means_ask_again(make_scanner: ScannerMaker, kind: FaultKind) -> None:
    """Refused three times in mid-job, the fourth try gives the page."""
    scanner = make_scanner(sheets=2, faults=(Fault(kind, page=2, times=3),))
    job = scanner.start(FEEDER)
    take(scanner, job)
    for _ in range(3):
        with pytest.raises(Refusal, match=kind.value):
            scanner.next_page(job)
    assert len(drain(scanner, job)) == 1


def test_a_fault_at_the_start_refuses_the_job(make_scanner: ScannerMaker) -> None:
    """Page 0 is the start: refused as often as the rule says, then taken."""
    fault = Fault(FaultKind.BUSY, page=0, times=2)
    scanner = make_scanner(faults=(fault,))
    for _ in range(2):
        with pytest.raises(DeviceBusy):
            scanner.start(GLASS)
    assert len(drain(scanner, scanner.start(GLASS))) == 1


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        (FaultKind.RESET, 0.5),
        (FaultKind.TRUNCATED, 0.5),
        (FaultKind.GARBAGE, 1.0),
        (FaultKind.STALL, 0.0),
    ],
)
def test_effects_come_in_the_page(
    make_scanner: ScannerMaker,
    kind: FaultKind,
    limit: float,
) -> None:
    """Without a byte, each has its usual place; afterwards the device is well."""
    scanner = make_scanner(faults=(Fault(kind, page=1, times=1),))
    job = scanner.start(FEEDER)
    capture = scanner.next_page(job)
    assert capture is not None
    assert capture.limit_bytes == int(limit * capture.size_bytes)
    error = scanner.broken(capture)
    assert error.fault is not None
    assert error.fault.kind is kind
    assert job.state is JobState.ABORTED
    assert state_of(scanner) is DeviceState.IDLE
    pages = drain(scanner, scanner.start(FEEDER))
    assert pages[0].serial == 2  # the lost page leaves a gap


def test_a_slow_page_takes_its_time(make_scanner: ScannerMaker) -> None:
    """A rate in bytes a second says when which byte is there."""
    fault = Fault(FaultKind.SLOW, page=1, rate=1000)
    scanner = make_scanner(faults=(fault,))
    capture = scanner.next_page(scanner.start(FEEDER))
    assert capture is not None
    assert capture.available(2.0) == 2000


def test_transport_takes_time(make_scanner: ScannerMaker, model: Model) -> None:
    """A page moves at its speed, and the next one begins after it."""
    moving = replace(model, mechanics=Mechanics(page_time_s=1, transport_mm_s=297))
    scanner = make_scanner(of=moving)
    job = scanner.start(FEEDER)
    first, second = scanner.next_page(job), scanner.next_page(job)
    assert first is not None
    assert second is not None
    assert first.ready_s == pytest.approx(2.0, abs=0.01)
    assert second.begins_s == first.ready_s
    assert first.available(1.0) == pytest.approx(first.size_bytes / 2, rel=0.01)


def test_the_lamp_warms_up_and_sleeps(
    make_scanner: ScannerMaker,
    model: Model,
    clock: ManualClock,
) -> None:
    """Cold at first, warm then, asleep after a while, and cold again."""
    lamp = replace(model, mechanics=Mechanics(warm_up_s=5, sleep_after_s=60))
    scanner = make_scanner(of=lamp)
    assert state_of(scanner) is DeviceState.WARMING_UP
    job = scanner.start(GLASS)
    capture = scanner.next_page(job)
    assert capture is not None
    assert capture.begins_s == 5
    clock.wait_until(5)
    scanner.delivered(capture)
    assert state_of(scanner) is DeviceState.SCANNING
    drain(scanner, job)
    assert state_of(scanner) is DeviceState.IDLE
    clock.wait_until(66)
    assert state_of(scanner) is DeviceState.SLEEPING
    woken = scanner.next_page(scanner.start(GLASS))
    assert woken is not None
    assert woken.begins_s == 71


def test_it_can_be_sent_to_sleep(make_scanner: ScannerMaker) -> None:
    """Asleep at once, and woken by a job."""
    scanner = make_scanner()
    scanner.sleep()
    assert state_of(scanner) is DeviceState.SLEEPING
    drain(scanner, scanner.start(GLASS))
    assert state_of(scanner) is DeviceState.IDLE


def test_scan_ahead_feeds_without_being_asked(
    make_scanner: ScannerMaker,
    model: Model,
    clock: ManualClock,
) -> None:
    """While the host is slow, as many sheets pass as there is room for pages."""
    ahead = replace(model, mechanics=Mechanics(page_time_s=1, scan_ahead=2))
    scanner = make_scanner(of=ahead, sheets=5)
    job = scanner.start(FEEDER)
    take(scanner, job)
    clock.wait_until(10)
    scanner.look_ahead()
    assert len(scanner.feeder.output) == 3
    second = scanner.next_page(job)
    assert second is not None
    assert second.ready_s == 2


def test_a_jam_ahead_lets_earlier_pages_arrive(
    make_scanner: ScannerMaker,
    model: Model,
    clock: ManualClock,
) -> None:
    """What was scanned before the jam is delivered before the jam is told."""
    ahead = replace(model, mechanics=Mechanics(page_time_s=1, scan_ahead=4))
    scanner = make_scanner(of=ahead, sheets=5, faults=(JAM_AT_3,))
    job = scanner.start(FEEDER)
    take(scanner, job)
    clock.wait_until(10)
    scanner.look_ahead()
    assert state_of(scanner) is DeviceState.JAM
    scanner.clear()
    assert until_refused(scanner, job)[0] == [2]
    assert [p.sheet for p in drain(scanner, scanner.start(FEEDER))] == [3, 4, 5]


@pytest.mark.parametrize("kind", [FaultKind.COVER_OPEN, FaultKind.OFFLINE])
def test_a_strike_stops_the_page_under_way(
    make_scanner: ScannerMaker,
    model: Model,
    clock: ManualClock,
    kind: FaultKind,
) -> None:
    """What was scanned by then can be had, then comes the fault."""
    slow = replace(model, mechanics=Mechanics(page_time_s=1))
    scanner = make_scanner(of=slow)
    job = scanner.start(FEEDER)
    capture = scanner.next_page(job)
    assert capture is not None
    told: list[int] = []
    scanner.subscribe(lambda: told.append(1))
    clock.wait_until(0.5)
    scanner.strike(Fault(kind))
    assert told
    assert capture.due is not None
    assert capture.limit_bytes == capture.size_bytes // 2
    error = scanner.broken(capture)
    assert isinstance(error, DeviceFault)
    assert job.state is JobState.ABORTED
    assert scanner.next_page(job) is None
    scanner.clear(kind)
    assert len(drain(scanner, scanner.start(FEEDER))) == 3


def test_an_open_feeder_does_not_hinder_the_glass(make_scanner: ScannerMaker) -> None:
    """Conditions of the feeder leave the glass alone, a dead lamp does not."""
    scanner = make_scanner()
    scanner.strike(Fault(FaultKind.COVER_OPEN))
    job = scanner.start(GLASS)
    scanner.strike(Fault(FaultKind.JAM))
    assert len(drain(scanner, job)) == 1
    scanner.strike(Fault(FaultKind.HARDWARE))
    with pytest.raises(DeviceFault, match="hardware"):
        scanner.start(GLASS)


def test_only_conditions_strike(make_scanner: ScannerMaker) -> None:
    """An effect needs a page and cannot come out of the blue."""
    with pytest.raises(SettingsRefused, match="no condition"):
        make_scanner().strike(Fault(FaultKind.GARBAGE))


def test_the_gravest_condition_shows(make_scanner: ScannerMaker) -> None:
    """Unplugged hides a jam; clear leaves it unplugged until it is plugged in."""
    scanner = make_scanner()
    scanner.strike(Fault(FaultKind.JAM))
    scanner.strike(Fault(FaultKind.OFFLINE))
    assert state_of(scanner) is DeviceState.OFFLINE
    scanner.clear()
    assert [fault.kind for fault in scanner.conditions] == [FaultKind.OFFLINE]
    scanner.clear(FaultKind.OFFLINE)
    assert state_of(scanner) is DeviceState.IDLE


def test_taking_the_paper_out_of_a_running_feeder_stops_it(
    make_scanner: ScannerMaker,
) -> None:
    """All sheets are gone, and the job ends with an open cover."""
    scanner = make_scanner()
    job = scanner.start(FEEDER)
    assert scanner.eject() == 3
    assert "cover" in str(until_refused(scanner, job)[1])
    with pytest.raises(TrayEmpty):
        scanner.start(FEEDER)


def test_blank_pages_are_left_out_when_asked(
    make_scanner: ScannerMaker,
    model: Model,
) -> None:
    """Blank backs are fed and not given; the journal says so."""
    scanner = make_scanner()
    printed = scanner.glass
    blank = BlankSide(model.bed)
    scanner.load([Sheet(printed, blank), Sheet(blank, blank), Sheet(printed, printed)])
    pages = drain(scanner, scanner.start(replace(DUPLEX, skip_blank=True)))
    assert [f"{p.sheet}{p.side}" for p in pages] == ["1A", "3A", "3B"]
    left_out = [e for e in scanner.journal.after() if e.what == "page left out"]
    assert len(left_out) == 3


def test_buttons_stay_pressed_until_read(make_scanner: ScannerMaker) -> None:
    """A press is seen once."""
    scanner = make_scanner()
    scanner.press("scan")
    assert scanner.take_button("scan")
    assert not scanner.take_button("scan")
    with pytest.raises(SettingsRefused, match="there are: scan, copy, pdf"):
        scanner.press("fax")


def test_the_glass_can_be_changed(make_scanner: ScannerMaker, model: Model) -> None:
    """The next glass job sees what lies there then."""
    scanner = make_scanner()
    scanner.lay_on_glass(BlankSide(model.bed))
    assert scanner.glass.is_blank()


def test_what_the_device_has_not_starts_nothing(make_scanner: ScannerMaker) -> None:
    """It is refused, and the device is free."""
    scanner = make_scanner()
    with pytest.raises(SettingsRefused):
        scanner.start(replace(GLASS, resolution_dpi=99))
    assert scanner.running is None


def test_old_jobs_are_forgotten(make_scanner: ScannerMaker) -> None:
    """The device remembers its last jobs, newest first."""
    scanner = make_scanner()
    ids = []
    for _ in range(HISTORY + 5):
        job = scanner.start(GLASS)
        drain(scanner, job)
        ids.append(job.id)
    assert [job.id for job in scanner.jobs] == ids[:4:-1]


def test_a_rule_that_did_not_happen_is_explained(make_scanner: ScannerMaker) -> None:
    """The end of a job tells which faults it came near."""
    fault = Fault(FaultKind.JAM, page=12)
    scanner = make_scanner(sheets=3, faults=(fault,))
    drain(scanner, scanner.start(FEEDER))
    (ended,) = [e for e in scanner.journal.after() if e.what == "job ended"]
    assert ended.near == (
        "jam at page 12 (rule 1) did not happen: the job ended after 3 pages",
    )


def test_equal_seeds_give_equal_runs(make_scanner: ScannerMaker) -> None:
    """Two runs of one scenario tell the same story; another seed another one."""

    def story(seed: int) -> list[str]:
        fault = Fault(FaultKind.JAM, probability=0.5, clears=Clears.BY_ITSELF)
        scanner = make_scanner(sheets=4, faults=(fault,), seed=seed)
        for _ in range(5):
            job = scanner.start(FEEDER)
            try:
                drain(scanner, job)
            except DeviceFault:
                scanner.cancel(job)
        return [entry.text for entry in scanner.journal.after()]

    assert story(1) == story(1)
    assert story(1) != story(2)


def test_reset_is_the_beginning(make_scanner: ScannerMaker) -> None:
    """After it the device tells the same story again."""
    scanner = make_scanner(sheets=5, faults=(JAM_AT_3,))
    before = until_refused(scanner, scanner.start(FEEDER))[0]
    scanner.press("scan")
    scanner.lock("somebody")
    scanner.script.add(Fault(FaultKind.STALL))
    scanner.reset()
    assert state_of(scanner) is DeviceState.IDLE
    assert (scanner.serial, scanner.jobs, len(scanner.feeder.tray)) == (0, (), 5)
    assert not scanner.take_button("scan")
    assert len(scanner.script.rules) == 1
    assert until_refused(scanner, scanner.start(FEEDER))[0] == before


def test_a_strike_catches_what_was_fed_ahead(
    make_scanner: ScannerMaker,
    model: Model,
    clock: ManualClock,
) -> None:
    """Pages ready by then arrive; the sheet that still moves is scanned again later."""
    ahead = replace(model, mechanics=Mechanics(page_time_s=1, scan_ahead=2))
    scanner = make_scanner(of=ahead, sheets=4)
    job = scanner.start(FEEDER)
    take(scanner, job)
    clock.wait_until(2.5)
    scanner.strike(Fault(FaultKind.COVER_OPEN))
    assert until_refused(scanner, job)[0] == [2]
    assert [placed.number for placed in scanner.feeder.path] == [3]
    scanner.clear()
    pages = drain(scanner, scanner.start(FEEDER))
    assert [(p.sheet, p.serial) for p in pages] == [(3, 3), (4, 4)]


def test_a_page_that_is_asked_for_twice_ends_the_job_once(
    make_scanner: ScannerMaker,
) -> None:
    """Who is told of the end while the last page is under way still gets that page."""
    scanner = make_scanner(sheets=1)
    job = scanner.start(FEEDER)
    last = scanner.next_page(job)
    assert last is not None
    assert scanner.next_page(job) is None
    assert job.state is JobState.PROCESSING
    assert scanner.delivered(last)
    assert (job.state, job.pages) == (JobState.COMPLETED, 1)


def test_a_file_that_is_gone_ends_the_job(
    make_scanner: ScannerMaker,
    model: Model,
    tmp_path: Path,
) -> None:
    """The host is told which, and the sheet has passed as any other."""
    file = tmp_path / "page.png"
    Image.new("L", (9, 9)).save(file)
    (side,) = load([file], model.bed)
    scanner = make_scanner()
    scanner.load([Sheet(scanner.glass, side), Sheet(scanner.glass, side)])
    file.unlink()
    job = scanner.start(DUPLEX)
    sheets, error = until_refused(scanner, job)
    assert sheets == [1]
    assert isinstance(error, PageLost)
    assert "page.png" in str(error)
    assert job.state is JobState.ABORTED
    assert len(scanner.feeder.tray) == 2


def test_a_fault_of_a_page_that_is_left_out_does_not_end_the_job(
    make_scanner: ScannerMaker,
    model: Model,
) -> None:
    """Nobody reads to that byte: the pages after the blank one arrive."""
    fault = Fault(FaultKind.JAM, page=2, byte=100)
    scanner = make_scanner(faults=(fault,))
    blank = Sheet(BlankSide(model.bed), BlankSide(model.bed))
    printed = Sheet(scanner.glass, scanner.glass)
    scanner.load([printed, blank, printed])
    pages = drain(scanner, scanner.start(replace(FEEDER, skip_blank=True)))
    assert [page.sheet for page in pages] == [1, 3]


def test_a_file_that_is_gone_cannot_be_blank(
    make_scanner: ScannerMaker,
    model: Model,
    tmp_path: Path,
) -> None:
    """To look whether it is blank is a look at the file, too."""
    file = tmp_path / "page.png"
    Image.new("L", (9, 9)).save(file)
    (side,) = load([file], model.bed)
    scanner = make_scanner()
    scanner.load([Sheet(side, side)])
    file.unlink()
    job = scanner.start(replace(FEEDER, skip_blank=True))
    assert isinstance(until_refused(scanner, job)[1], PageLost)


@pytest.mark.parametrize(
    "kind",
    [FaultKind.JAM, FaultKind.DOUBLE_FEED, FaultKind.OVERLAP, FaultKind.EMPTY],
)
def test_the_glass_has_no_faults_of_feeders(
    make_scanner: ScannerMaker,
    model: Model,
    kind: FaultKind,
) -> None:
    """A rule for sheets waits for sheets, and a device without a feeder takes none."""
    scanner = make_scanner(faults=(Fault(kind),))
    assert len(drain(scanner, scanner.start(GLASS))) == 1
    flatbed = make_scanner(of=replace(model, inputs=(Input.PLATEN,)))
    with pytest.raises(SettingsRefused, match="has no feeder"):
        flatbed.plan(Fault(kind))
    with pytest.raises(SettingsRefused, match="has no feeder"):
        flatbed.strike(Fault(kind))
    assert flatbed.plan(Fault(FaultKind.STALL)).id == 1


def test_a_job_says_why_it_ended(make_scanner: ScannerMaker) -> None:
    """A fault, or what the face says; a good end needs no reason."""
    scanner = make_scanner(faults=(Fault(FaultKind.RESET, page=0, times=1),))
    with pytest.raises(DeviceFault):
        scanner.start(FEEDER)
    job = scanner.start(FEEDER)
    scanner.abort(job, "broken.jpg cannot be drawn")
    assert job.reason == "broken.jpg cannot be drawn"
    good = scanner.start(GLASS)
    drain(scanner, good)
    assert good.reason == ""


def test_jobs_have_new_names_after_a_reset(make_scanner: ScannerMaker) -> None:
    """A host of the time before meets no job of its own, and runs stay alike."""
    names = []
    for _ in range(2):
        scanner = make_scanner()
        first = scanner.start(GLASS).id
        scanner.reset()
        names.append((first, scanner.start(GLASS).id))
    assert names[0] == names[1]
    assert names[0][0] != names[0][1]
