"""Jobs and pages: what a host is given, and how far it has got. Values and counters."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from scanwright_simulators.device.faults import Due
from scanwright_simulators.device.feeder import Placed
from scanwright_simulators.device.identity import Identity
from scanwright_simulators.device.settings import ScanSettings, View
from scanwright_simulators.device.strips import Strip
from scanwright_simulators.errors import Refusal

__all__ = ["Capture", "Job", "JobState", "Page"]


class JobState(StrEnum):
    """Where a job is; the last three are final."""

    PROCESSING = "Processing"
    COMPLETED = "Completed"
    CANCELED = "Canceled"
    ABORTED = "Aborted"


@dataclass(frozen=True, slots=True)
class Page:
    """One side as it was scanned."""

    identity: Identity
    view: View
    strips: tuple[Strip, ...]


@dataclass(slots=True, eq=False)
class Capture:
    """A page under way: scanned from `begins_s` to `ready_s`, unless `due` comes first.

    `due` may come from outside while the page is under way. `placed` is None when the
    page lies on the glass.
    """

    page: Page
    placed: Placed | None
    begins_s: float
    ready_s: float
    due: Due | None = None

    @property
    def size_bytes(self) -> int:
        """Bytes of the whole page without compression."""
        return self.page.view.size_bytes

    @property
    def limit_bytes(self) -> int:
        """Bytes that a host gets at most: the fault comes after them."""
        if self.due is None or self.due.byte is None:
            return self.size_bytes
        return min(self.due.byte, self.size_bytes)

    @property
    def limit_s(self) -> float:
        """When the last of these bytes has been scanned."""
        share = self.limit_bytes / self.size_bytes
        return self.begins_s + share * (self.ready_s - self.begins_s)

    def available(self, now_s: float) -> int:
        """Return how many bytes have been scanned by `now_s` and may be given out."""
        if now_s >= self.ready_s:
            return self.limit_bytes
        if now_s <= self.begins_s:
            return 0
        share = (now_s - self.begins_s) / (self.ready_s - self.begins_s)
        return min(self.limit_bytes, int(share * self.size_bytes))


@dataclass(slots=True, eq=False)
class Job:
    """One scan job.

    `fed` counts the pages that were scanned for it, `pages` those that reached the
    host. `queue` holds what was scanned ahead of the host, and at its end perhaps what
    stopped it; nothing is fed after that (`is_dry`). `is_told` says that its host knows
    of the end. `free_s` is when the path is free. `reason` says why it ended early.
    """

    id: str
    host: str
    settings: ScanSettings
    view: View
    begun_s: float
    free_s: float
    state: JobState = JobState.PROCESSING
    fed: int = 0
    pages: int = 0
    is_dry: bool = False
    is_told: bool = False
    error: Refusal | None = None
    reason: str = ""
    queue: deque[Capture | Refusal] = field(default_factory=deque)
    in_transit: list[Capture] = field(default_factory=list)
