"""A device as one SANE client scans it: pages and statuses out of the engine's jobs.

A batch of a feeder (start, read to EOF, start, ...) is one job, and ends with NO_DOCS,
with a fault or by sane_cancel. Each start at the glass is a job of its own, which ends
with its page: a frontend that idles afterwards holds nothing.

After a fault that frontends cannot see (truncated, garbage) no page follows, so the
batch ends with NO_DOCS instead of scanning the rest as if nothing had been.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from scanwright_simulators.device import (
    Capture,
    FaultKind,
    Job,
    JobState,
    ScanSettings,
    VirtualScanner,
)
from scanwright_simulators.errors import Refusal
from scanwright_simulators.faces.harm import harm_of
from scanwright_simulators.faces.sane.options import shape
from scanwright_simulators.faces.sane.protocol import Parameters
from scanwright_simulators.faces.sane.status import (
    SILENT,
    Status,
    status_at_start,
    status_of,
    status_of_job,
)

__all__ = ["Granted", "Scan"]

NO_FRAME: Final = 9
"""A frame format that the SANE standard does not have."""


@dataclass(frozen=True, slots=True)
class Granted:
    """How many bytes of the page may be read by now."""

    size: int


class Scan:
    """The jobs of one client on one device."""

    def __init__(self, scanner: VirtualScanner, host: str) -> None:
        self._scanner = scanner
        self._host = host
        self._job: Job | None = None
        self._last: Job | None = None
        self.capture: Capture | None = None

    @property
    def is_running(self) -> bool:
        """Whether this client's job holds the device."""
        return self._job is not None and self._job is self._scanner.running

    @property
    def waiting(self) -> tuple[Capture, ...]:
        """Pages that were scanned already and will be asked for next."""
        queue = self._job.queue if self._job else ()
        return tuple(item for item in queue if isinstance(item, Capture))

    def begin(self, settings: ScanSettings) -> Capture | Status:
        """Return the next page, or why there is none; PENDING when none ever comes."""
        self.capture = None
        try:
            if self._job is None:
                self._job = self._scanner.start(settings, host=self._host)
                self._last = self._job
            return self._next(self._job)
        except Refusal as refusal:
            if not self.is_running:
                self._job = None
            return status_at_start(refusal)

    def parameters(self, capture: Capture) -> Parameters:
        """Return the shape of the page as the client shall believe it."""
        true = shape(capture.page.view)
        if self.noise_from(capture) is None or _byte(capture) is not None:
            return true
        half = max(1, true.bytes_per_line // 2)
        return replace(true, format=NO_FRAME, bytes_per_line=half)

    def noise_from(self, capture: Capture) -> int | None:
        """Return the byte from which on the page is noise, if it is."""
        fault = harm_of(capture)
        if fault is None or fault.kind is not FaultKind.GARBAGE:
            return None
        return _byte(capture) or 0

    def granted(self, capture: Capture) -> int:
        """Return how many bytes of the page may be read by now."""
        now_s = self._scanner.clock()
        if self.noise_from(capture) is not None and now_s >= capture.limit_s:
            return capture.size_bytes
        return capture.available(now_s)

    def look(self, offset: int) -> Granted | Status | None:
        """Say what a client that has `offset` bytes is told now; None: nothing yet."""
        capture, job = self.capture, self._job
        if capture is None or job is None:
            return Status.INVAL
        if job.state is not JobState.PROCESSING:
            return self._ended(status_of_job(job))
        if (granted := self.granted(capture)) > offset:
            return Granted(granted)
        if offset < capture.limit_bytes or self._scanner.clock() < capture.limit_s:
            return None
        return self._end_of(capture, job)

    def cancel(self) -> None:
        """End the job as its client wishes; conditions that clear by themselves do."""
        if self._last is not None:
            self._scanner.cancel(self._last)
        self._forget()

    def abandon(self, reason: str = "its host is gone") -> None:
        """End the job for that reason; its client wants it no more, or cannot."""
        if self._job is not None:
            self._scanner.abort(self._job, reason)
        self._forget()

    def _next(self, job: Job) -> Capture | Status:
        if job.state is not JobState.PROCESSING:
            is_silent = job.error is not None and _kind(job.error) in SILENT
            return self._ended(Status.NO_DOCS if is_silent else status_of_job(job))
        capture = self._scanner.next_page(job)
        if capture is None:
            return self._ended(Status.NO_DOCS)
        self.capture = capture
        return capture

    def _end_of(self, capture: Capture, job: Job) -> Status | None:
        fault = harm_of(capture)
        if fault is None:
            return self._delivered(capture, job)
        if fault.kind is FaultKind.STALL:
            return None
        status = status_of(self._scanner.broken(capture))
        is_batch = job.settings.input.is_fed and status is Status.EOF
        self.capture = None
        if not is_batch:
            self._job = None
        return status

    def _delivered(self, capture: Capture, job: Job) -> Status:
        self._scanner.delivered(capture)
        self.capture = None
        if not job.settings.input.is_fed:
            self._scanner.next_page(job)  # there is none: the job is complete
            self._job = None
        return Status.EOF

    def _ended(self, status: Status) -> Status:
        self._job = self.capture = None
        return status

    def _forget(self) -> None:
        self._job = self._last = self.capture = None


def _byte(capture: Capture) -> int | None:
    return capture.due.byte if capture.due else None


def _kind(refusal: Refusal) -> FaultKind | None:
    return refusal.fault.kind if refusal.fault else None
