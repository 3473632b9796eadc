"""Visits: which jobs came to a device by eSCL, and whether their hosts still live.

A job ends as Aborted when its host asked nothing for `timeout_s` and waits for nothing:
also when nobody asks about it, for other faces want the device, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from scanwright_simulators.device import Capture, Job, VirtualScanner
from scanwright_simulators.errors import UnknownJob
from scanwright_simulators.faces.escl.requests import JobRequest

__all__ = ["Visit", "Visits"]

MOST_TOLD = 5
"""Jobs that are named where an unknown one was asked for."""


@dataclass(slots=True, eq=False)
class Visit:
    """What a device remembers of a job: what was asked for, and who waits for it.

    `is_blank` tells of the newest page. `bodies` are the files of pages that were
    scanned and not sent yet.
    """

    wish: JobRequest
    last_seen_s: float
    being_served: int = 0
    is_blank: bool | None = None
    bodies: dict[Capture, asyncio.Future[bytes]] = field(default_factory=dict)


class Visits:
    """The jobs of one device that came by eSCL."""

    def __init__(self, scanner: VirtualScanner, *, timeout_s: float) -> None:
        self._scanner = scanner
        self._timeout_s = timeout_s
        self._visits: dict[str, Visit] = {}
        self._timer: asyncio.TimerHandle | None = None

    @property
    def jobs(self) -> list[Job]:
        """All of them that the scanner remembers, newest first."""
        return [job for job in self._scanner.jobs if job.id in self._visits]

    def begin(self, job: Job, wish: JobRequest) -> None:
        """Remember a new job, and forget those that the scanner forgot."""
        kept = {each.id for each in self._scanner.jobs}
        self._visits = {name: v for name, v in self._visits.items() if name in kept}
        self._visits[job.id] = Visit(wish, self._scanner.clock())
        self.drop_abandoned()

    def find(self, name: str) -> tuple[Job, Visit]:
        """Return the job that a host has asked about; raises UnknownJob."""
        for job in self.jobs:
            if job.id == name:
                visit = self._visits[name]
                visit.last_seen_s = self._scanner.clock()
                return job, visit
        raise UnknownJob(
            f"{self._scanner.model.name} knows no job {name[:100]!r}",
            near=tuple(
                f"job {job.id} is {job.state.value}" for job in self.jobs[:MOST_TOLD]
            ),
        )

    @contextmanager
    def serving(self, visit: Visit) -> Iterator[None]:
        """Take the host as alive for as long as the block lasts."""
        visit.being_served += 1
        try:
            yield
        finally:
            visit.being_served -= 1
            visit.last_seen_s = self._scanner.clock()
            self.drop_abandoned()

    def drop_abandoned(self) -> None:
        """Abort the running job if its host is gone; look again when it may be."""
        self.close()
        job = self._scanner.running
        visit = self._visits.get(job.id) if job else None
        if job is None or visit is None or visit.being_served:
            return
        rest_s = visit.last_seen_s + self._timeout_s - self._scanner.clock()
        if rest_s <= 0:
            self._scanner.abort(job, "its host asks for nothing any more")
            return
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(rest_s, self.drop_abandoned)

    def close(self) -> None:
        """Watch no longer."""
        if self._timer is not None:
            self._timer.cancel()
