"""The engine: one virtual scanner, without a wire and without a clock.

Theory of operation. A scanner holds at most one running job. A host starts a job with
its settings, takes page after page, and the job ends when the source has no more:

    event      running job becomes     then
    ---------  ----------------------  -------------------------------------------
    start      -                       PROCESSING; refused when busy, empty, unable
    page       PROCESSING              the next page, or
    no page    COMPLETED               the tray is attended
    fault      ABORTED                 the tray is attended, the fault stays visible
    cancel     CANCELED                the tray is attended
    abort      ABORTED                 the tray is attended

Attended means: with `refill` the tray is full again, as if somebody had put the sheets
back for the next job; without it the sheets are gone until somebody loads them.

Invariants: a page is handed out at most once; serial numbers grow by one with every
page that was handed out over the life of the device; a back follows its front.

A scanner belongs to one thread. Pages are values: draw and encode them anywhere.
"""

from __future__ import annotations

import random
import uuid
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from scanwright_simulators.device.content import Content
from scanwright_simulators.device.identity import Identity
from scanwright_simulators.device.model import Fault, FaultKind, Model
from scanwright_simulators.device.settings import Input, ScanSettings, Side, View
from scanwright_simulators.device.strips import Strip
from scanwright_simulators.errors import (
    DeviceBusy,
    DeviceFault,
    SettingsRefused,
    TrayEmpty,
    UnknownJob,
)

__all__ = ["Job", "JobState", "Page", "Sheet", "VirtualScanner"]

HISTORY: Final = 20
"""Jobs that a device remembers after they ended."""


class JobState(StrEnum):
    """Where a job is; the last three are final."""

    PROCESSING = "Processing"
    COMPLETED = "Completed"
    CANCELED = "Canceled"
    ABORTED = "Aborted"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Paper with two sides."""

    front: Content
    back: Content


@dataclass(frozen=True, slots=True)
class Page:
    """One side as it was scanned."""

    identity: Identity
    view: View
    strips: tuple[Strip, ...]


@dataclass(slots=True)
class Job:
    """One scan job; `pages` counts those that were handed out."""

    id: str
    settings: ScanSettings
    view: View
    state: JobState = JobState.PROCESSING
    pages: int = 0
    waiting: deque[tuple[int, Side, Content]] = field(default_factory=deque)


class VirtualScanner:
    """A scanner with a glass, a tray, and a job at a time."""

    def __init__(
        self,
        model: Model,
        *,
        glass: Content,
        sheets: Sequence[Sheet],
        refill: bool = True,
        faults: Sequence[Fault] = (),
        seed: int = 0,
    ) -> None:
        self.model = model
        self.fault: FaultKind | None = None
        self._glass = glass
        self._sheets = tuple(sheets)
        self._refill = refill
        self._faults = tuple(faults)
        self._random = random.Random(f"{seed}/{model.name}")  # noqa: S311  names, not secrets
        self._tray = deque(enumerate(self._sheets, start=1))
        self._serial = 0
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._running: Job | None = None

    @property
    def running(self) -> Job | None:
        """The job that holds the device."""
        return self._running

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All jobs that the device remembers, newest first."""
        return tuple(reversed(self._jobs.values()))

    @property
    def is_loaded(self) -> bool:
        """Whether the tray has paper."""
        return bool(self._tray)

    def load(self, sheets: Sequence[Sheet]) -> None:
        """Put `sheets` into the tray in place of what was in it."""
        self._sheets = tuple(sheets)
        self._fill()

    def start(self, settings: ScanSettings) -> Job:
        """Begin a job; raises a Refusal when the device cannot."""
        if self._running is not None:
            raise DeviceBusy(f"{self.model.name} works on another job")
        view = self._view(settings)
        if settings.input is not Input.PLATEN and not self._tray:
            raise TrayEmpty(f"the feeder of {self.model.name} is empty")
        job = Job(self._new_id(), settings, view)
        if settings.input is Input.PLATEN:
            job.waiting.append((0, Side.FRONT, self._glass))
        self.fault = None
        self._running = self._jobs[job.id] = job
        while len(self._jobs) > HISTORY:
            self._jobs.popitem(last=False)
        return job

    def job(self, job_id: str) -> Job:
        """Return the job of that name; raises UnknownJob."""
        try:
            return self._jobs[job_id]
        except KeyError:
            raise UnknownJob(f"{self.model.name} knows no job {job_id!r}") from None

    def next_page(self, job: Job) -> Page | None:
        """Scan the next page of `job`; None when there is none (any more)."""
        if job is not self._running:
            return None
        self._fail_on_purpose(job)
        if not job.waiting:
            self._feed(job)
        if not job.waiting:
            self._end(job, JobState.COMPLETED)
            return None
        sheet, side, content = job.waiting.popleft()
        self._serial += 1
        job.pages += 1
        identity = Identity(self.model.slug, sheet, side, self._serial)
        return Page(identity, job.view, content.strips(job.view, identity))

    def has_more(self, job: Job) -> bool:
        """Say whether `job` has another page to give."""
        is_fed = job.settings.input is not Input.PLATEN
        more = bool(job.waiting) or (is_fed and self.is_loaded)
        return more and job is self._running

    def cancel(self, job: Job) -> None:
        """End `job` as its host wishes; a finished one stays as it is.

        With `refill` somebody clears the path, too: a fault of that job is gone.
        """
        self._end(job, JobState.CANCELED)
        if self._refill and self._running is None:
            self.fault = None

    def abort(self, job: Job) -> None:
        """End `job` because its host is gone; a finished one stays as it is."""
        self._end(job, JobState.ABORTED)

    def _view(self, settings: ScanSettings) -> View:
        model = self.model
        for what, wish, offer in (
            ("input", settings.input, model.inputs),
            ("mode", settings.mode, model.modes),
            ("resolution", settings.resolution_dpi, model.resolutions_dpi),
        ):
            if wish not in offer:
                known = ", ".join(str(value) for value in offer)
                raise SettingsRefused(f"no {what} {wish}; there are: {known}")
        if settings.region and not settings.region.lies_within(model.bed):
            raise SettingsRefused("the region is empty or larger than the bed")
        return View.of(settings, model.bed)

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def _fail_on_purpose(self, job: Job) -> None:
        for fault in self._faults:
            if fault.page == job.pages + 1:
                self.fault = fault.kind
                self._end(job, JobState.ABORTED)
                raise DeviceFault(f"{self.model.name}: {fault.kind.value}")

    def _feed(self, job: Job) -> None:
        if job.settings.input is Input.PLATEN or not self._tray:
            return
        number, sheet = self._tray.popleft()
        job.waiting.append((number, Side.FRONT, sheet.front))
        if job.settings.input is Input.DUPLEX:
            job.waiting.append((number, Side.BACK, sheet.back))

    def _end(self, job: Job, state: JobState) -> None:
        if job is not self._running:
            return
        job.state = state
        job.waiting.clear()
        self._running = None
        if self._refill:
            self._fill()

    def _fill(self) -> None:
        self._tray = deque(enumerate(self._sheets, start=1))
