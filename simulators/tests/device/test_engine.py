"""The engine: jobs, sheets and serial numbers never go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Identity,
    Input,
    Job,
    JobState,
    Mode,
    Model,
    Region,
    ScanSettings,
    Sheet,
    Side,
    Size,
    VirtualScanner,
)
from scanwright_simulators.device.content import BlankSide
from scanwright_simulators.device.engine import HISTORY
from scanwright_simulators.errors import (
    DeviceBusy,
    DeviceFault,
    SettingsRefused,
    TrayEmpty,
    UnknownJob,
)

ScannerMaker = Callable[..., VirtualScanner]

GLASS = ScanSettings(Input.PLATEN, Mode.GRAY, 75)
FEEDER = ScanSettings(Input.FEEDER, Mode.GRAY, 75)
DUPLEX = ScanSettings(Input.DUPLEX, Mode.GRAY, 75)


def drain(scanner: VirtualScanner, job: Job) -> list[Identity]:
    """Return the identities of all pages that `job` still has."""
    found = []
    while page := scanner.next_page(job):
        found.append(page.identity)
    return found


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
    job = scanner.start(FEEDER)
    with pytest.raises(DeviceBusy):
        scanner.start(GLASS)
    scanner.cancel(job)
    scanner.start(GLASS)


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
    """After cancel nothing comes, and the tray is full for the next job."""
    scanner = make_scanner(sheets=3)
    job = scanner.start(FEEDER)
    scanner.next_page(job)
    scanner.cancel(job)
    assert scanner.next_page(job) is None
    assert job.state is JobState.CANCELED
    assert len(drain(scanner, scanner.start(FEEDER))) == 3


def test_final_states_are_final(make_scanner: ScannerMaker) -> None:
    """Cancelling a completed job changes nothing."""
    scanner = make_scanner()
    job = scanner.start(GLASS)
    drain(scanner, job)
    scanner.cancel(job)
    scanner.abort(job)
    assert job.state is JobState.COMPLETED


@pytest.mark.parametrize("kind", FaultKind)
def test_a_fault_comes_in_place_of_its_page(
    make_scanner: ScannerMaker,
    kind: FaultKind,
) -> None:
    """Pages before a fault arrive, then the fault, and it shows until cleared."""
    scanner = make_scanner(sheets=3, faults=(Fault(kind, page=3),))
    job = scanner.start(FEEDER)
    assert scanner.next_page(job)
    assert scanner.next_page(job)
    with pytest.raises(DeviceFault, match=kind.value):
        scanner.next_page(job)
    assert job.state is JobState.ABORTED
    assert scanner.fault is kind
    scanner.cancel(job)
    assert scanner.fault is None


@pytest.mark.parametrize(
    "settings",
    [
        replace(GLASS, resolution_dpi=99),
        replace(GLASS, region=Region(0, 0, 99_999, 10)),
    ],
)
def test_settings_that_the_device_lacks_are_refused(
    make_scanner: ScannerMaker,
    settings: ScanSettings,
) -> None:
    """An unknown resolution or a region beyond the bed starts nothing."""
    scanner = make_scanner()
    with pytest.raises(SettingsRefused):
        scanner.start(settings)
    assert scanner.running is None


@pytest.mark.parametrize("settings", [FEEDER, replace(GLASS, mode=Mode.COLOR)])
def test_missing_parts_are_refused(
    make_scanner: ScannerMaker,
    model: Model,
    settings: ScanSettings,
) -> None:
    """A gray flatbed knows neither feeder nor colour."""
    gray = replace(model, inputs=(Input.PLATEN,), modes=(Mode.GRAY,))
    with pytest.raises(SettingsRefused, match="there are: "):
        make_scanner(of=gray).start(settings)


def test_old_jobs_are_forgotten(make_scanner: ScannerMaker) -> None:
    """The device remembers its last jobs, newest first."""
    scanner = make_scanner()
    ids = []
    for _ in range(HISTORY + 5):
        job = scanner.start(GLASS)
        drain(scanner, job)
        ids.append(job.id)
    assert [job.id for job in scanner.jobs] == ids[:4:-1]
    with pytest.raises(UnknownJob):
        scanner.job(ids[0])


def test_equal_seeds_give_equal_jobs(make_scanner: ScannerMaker) -> None:
    """Two runs of one scenario name their jobs alike."""
    assert make_scanner().start(GLASS).id == make_scanner().start(GLASS).id


class Hosts(RuleBasedStateMachine):
    """Hosts that start, fetch and cancel as they like."""

    def __init__(self) -> None:
        super().__init__()
        bed = Size(1200, 1200)
        model = Model("Any", "Any", bed, tuple(Input), (75,), tuple(Mode))
        sheets = [Sheet(BlankSide(), BlankSide())] * 3
        self.scanner = VirtualScanner(model, glass=BlankSide(), sheets=sheets)
        self.jobs: list[Job] = []
        self.pages: dict[str, list[Identity]] = {}
        self.serials: list[int] = []

    @rule(source=st.sampled_from(Input))
    def start(self, source: Input) -> None:
        """Start a job, or be told that the device is busy."""
        settings = ScanSettings(source, Mode.BW, 75)
        if self.scanner.running:
            with pytest.raises(DeviceBusy):
                self.scanner.start(settings)
        else:
            job = self.scanner.start(settings)
            self.jobs.append(job)
            self.pages[job.id] = []

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def fetch(self, data: st.DataObject) -> None:
        """Ask any job for a page."""
        job = data.draw(st.sampled_from(self.jobs))
        was_running = job is self.scanner.running
        page = self.scanner.next_page(job)
        if page is None:
            assert job.state is not JobState.PROCESSING
            return
        assert was_running
        self.pages[job.id].append(page.identity)
        self.serials.append(page.identity.serial)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), is_host_gone=st.booleans())
    def end(self, data: st.DataObject, *, is_host_gone: bool) -> None:
        """Cancel any job, or let its host vanish."""
        job = data.draw(st.sampled_from(self.jobs))
        (self.scanner.abort if is_host_gone else self.scanner.cancel)(job)
        assert job is not self.scanner.running

    @invariant()
    def serials_have_no_gap(self) -> None:
        """Every page was handed out once."""
        assert self.serials == list(range(1, len(self.serials) + 1))

    @invariant()
    def completed_jobs_are_whole(self) -> None:
        """A completed job gave every side exactly once, in order."""
        whole = {
            Input.PLATEN: ["0A"],
            Input.FEEDER: ["1A", "2A", "3A"],
            Input.DUPLEX: ["1A", "1B", "2A", "2B", "3A", "3B"],
        }
        for job in self.jobs:
            seen = [f"{page.sheet}{page.side}" for page in self.pages[job.id]]
            expected = whole[job.settings.input]
            assert job.pages == len(seen)
            assert seen == expected[: len(seen)]
            assert job.state is not JobState.COMPLETED or seen == expected


TestHosts = pytest.mark.slow(Hosts.TestCase)
