"""Whatever hosts and people do, in any scenario, the engine's promises hold.

The journal alone is the witness: sheets are followed through its entries and must be
where the feeder has them; every page that was scanned has exactly one end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from scanwright_simulators.device import (
    CONDITIONS,
    Capture,
    Clears,
    Entry,
    Fault,
    FaultKind,
    Input,
    Job,
    JobState,
    Mechanics,
    Mode,
    Model,
    ScanSettings,
    Sheet,
    Size,
    VirtualScanner,
)
from scanwright_simulators.device.content import BlankSide
from scanwright_simulators.device.feeder import Place
from scanwright_simulators.errors import Refusal
from scanwright_simulators.faces.in_process import ManualClock

INCH = Size(1200, 1200)
BLANK = BlankSide(INCH)

faults = st.builds(
    Fault,
    kind=st.sampled_from(FaultKind),
    page=st.none() | st.integers(0, 5),
    byte=st.none() | st.integers(0, 2000),
    after_s=st.none() | st.floats(0, 10),
    probability=st.sampled_from([1.0, 0.5]),
    times=st.none() | st.integers(1, 2),
    clears=st.sampled_from(Clears),
    rate=st.just(500),
)
mechanics = st.builds(
    Mechanics,
    page_time_s=st.sampled_from([0.0, 1.0]),
    warm_up_s=st.sampled_from([0.0, 2.0]),
    sleep_after_s=st.sampled_from([0.0, 30.0]),
    scan_ahead=st.integers(0, 3),
)


class AnyDay(RuleBasedStateMachine):
    """A device with hosts that start, fetch, break off, and people who meddle."""

    @initialize(
        of=mechanics,
        rules=st.lists(faults, max_size=3),
        sheets=st.integers(0, 6),
        refill=st.booleans(),
        seed=st.integers(0, 5),
    )
    def install(
        self,
        *,
        of: Mechanics,
        rules: list[Fault],
        sheets: int,
        refill: bool,
        seed: int,
    ) -> None:
        """Set the device up."""
        self.clock = ManualClock()
        self.entries: list[Entry] = []
        model = Model("Any", "Any", INCH, tuple(Input), (75,), (Mode.BW,), mechanics=of)
        self.scanner = VirtualScanner(
            model,
            glass=BLANK,
            sheets=[Sheet(BLANK, BLANK)] * sheets,
            clock=self.clock,
            refill=refill,
            faults=rules,
            seed=seed,
        )
        self.jobs: list[Job] = []
        self.under_way: list[Capture] = []
        self.delivered: list[int] = []

    @rule(source=st.sampled_from(Input), skip_blank=st.booleans())
    def start(self, source: Input, *, skip_blank: bool) -> None:
        """Start a job, or be refused with a reason."""
        wish = ScanSettings(source, Mode.BW, 75, skip_blank=skip_blank)
        was_running = self.scanner.running
        try:
            self.jobs.append(self.scanner.start(wish))
        except Refusal:
            assert self.scanner.running is was_running
        else:
            assert was_running is None

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def fetch(self, data: st.DataObject) -> None:
        """Ask any job for a page."""
        self._fetch(data.draw(st.sampled_from(self.jobs)))

    def _fetch(self, job: Job) -> None:
        was_running = job is self.scanner.running
        try:
            capture = self.scanner.next_page(job)
        except Refusal:
            assert was_running
            return
        if capture is None:
            assert job.state is not JobState.PROCESSING or job.in_transit
            return
        assert was_running
        self.under_way.append(capture)

    @precondition(lambda self: self.scanner.running is None)
    @rule(source=st.sampled_from(Input), pages=st.integers(0, 4))
    def scan(self, source: Input, pages: int) -> None:
        """Be an ordinary host for some pages."""
        self.start(source=source, skip_blank=False)
        for _ in range(pages):
            if job := self.scanner.running:
                self._fetch(job)
            while self.under_way:
                self._receive(self.under_way.pop())

    @precondition(lambda self: self.scanner.running)
    @rule(pages=st.integers(1, 4))
    def go_on(self, pages: int) -> None:
        """Fetch more pages of the job that runs, without taking them yet."""
        for _ in range(pages):
            if job := self.scanner.running:
                self._fetch(job)

    @rule()
    def attend(self) -> None:
        """Let somebody put everything right."""
        self.scanner.clear()
        self.scanner.clear(FaultKind.OFFLINE)
        self.scanner.unlock()

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def receive(self, data: st.DataObject) -> None:
        """Have a page: whole, or up to its fault."""
        capture = data.draw(st.sampled_from(self.under_way))
        self.under_way.remove(capture)
        self._receive(capture)

    def _receive(self, capture: Capture) -> None:
        self.clock.wait_until(capture.limit_s)
        assert 0 <= capture.available(self.clock()) <= capture.size_bytes
        if capture.due is not None:
            assert str(self.scanner.broken(capture))
        elif self.scanner.delivered(capture):
            self.delivered.append(capture.page.identity.serial)
        assert not self.scanner.delivered(capture)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), is_host_gone=st.booleans())
    def end(self, data: st.DataObject, *, is_host_gone: bool) -> None:
        """Cancel any job, or let its host vanish."""
        job = data.draw(st.sampled_from(self.jobs))
        (self.scanner.abort if is_host_gone else self.scanner.cancel)(job)
        assert job is not self.scanner.running

    @rule(seconds=st.sampled_from([0.3, 1.0, 40.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.wait_until(self.clock() + seconds)
        self.scanner.look_ahead()

    @rule(kind=st.sampled_from(sorted(CONDITIONS)), clears=st.sampled_from(Clears))
    def strike(self, kind: FaultKind, clears: Clears) -> None:
        """Let something go wrong right now."""
        self.scanner.strike(Fault(kind, clears=clears))

    @rule(kind=st.none() | st.sampled_from(sorted(CONDITIONS)))
    def clear(self, kind: FaultKind | None) -> None:
        """Clear one condition or all."""
        self.scanner.clear(kind)

    @rule(sheets=st.integers(0, 3), append=st.booleans())
    def load(self, sheets: int, *, append: bool) -> None:
        """Change the paper."""
        self.scanner.load([Sheet(BLANK, BLANK)] * sheets, append=append)

    @rule(what=st.sampled_from(["eject", "sleep", "unlock"]))
    def meddle(self, what: str) -> None:
        """Do something else."""
        getattr(self.scanner, what)()

    @rule(fault=faults)
    def add_rule(self, fault: Fault) -> None:
        """Insert a fault."""
        self.scanner.script.add(fault)

    @invariant()
    def sheets_are_conserved(self) -> None:
        """Every sheet of the pile is in one place, and the journal knows which."""
        feeder = self.scanner.feeder
        places = [*feeder.tray, *feeder.path, *feeder.output]
        assert Counter(map(id, places)) == Counter(map(id, feeder.pile))
        told = whereabouts(self.scanner.journal.after())
        assert {s.number: feeder.place(s).value for s in feeder.pile} == told

    @invariant()
    def pages_are_delivered_at_most_once(self) -> None:
        """No serial number reaches a host twice, and none that was not scanned."""
        assert len(self.delivered) == len(set(self.delivered))
        assert all(serial <= self.scanner.serial for serial in self.delivered)

    @invariant()
    def every_page_has_one_end(self) -> None:
        """Scanned pages were delivered, discarded, or are still on their way."""
        ends: Counter[str] = Counter()
        for entry in self.scanner.journal.after():
            identity = entry.data.get("identity", "")
            if entry.what == "page scanned":
                ends[identity] += 1
            elif entry.what in {"page delivered", "page discarded"}:
                ends[identity] -= 1
        job = self.scanner.running
        waiting = [*job.in_transit, *job.queue] if job else []
        open_ends = Counter(
            str(item.page.identity) for item in waiting if isinstance(item, Capture)
        )
        assert {name: n for name, n in ends.items() if n} == dict(open_ends)

    @invariant()
    def an_idle_path_is_clear(self) -> None:
        """Without a job and a condition no sheet is left in the path."""
        if self.scanner.running is None and not self.scanner.conditions:
            assert not self.scanner.feeder.path


def whereabouts(entries: Iterable[Entry]) -> dict[int, str]:
    """Return the place of each sheet as the journal tells it."""
    places: dict[int, str] = {}
    for entry in entries:
        if entry.what == "sheet":
            data: dict[str, Any] = entry.data
            for number in range(data["first"], data["last"] + 1):
                places[number] = data["place"]
    return {n: place for n, place in places.items() if place != Place.REMOVED}


AnyDay.TestCase.settings = hypothesis_settings(max_examples=150, stateful_step_count=40)
TestAnyDay = pytest.mark.slow(AnyDay.TestCase)
