"""One job as main knows it: its state, its pages, and everybody who waits for one.

A reader asks for the page at an index and is answered when it is there, when the job
has ended without it, or when the job was deleted; there is no other way out.

Implements: PAGES-info-blocks, PAGES-next-blocks, PAGES-next-pending, PAGES-cursors,
PAGES-after-fault, PAGES-waiting-deleted, PAGES-waiting-canceled, JOBS-deleted-gone.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from scanwright.buffer.pages import StoredPage
from scanwright.buffer.vault import Key
from scanwright.errors import InvalidParameter, JobDeleted, JobFaulted
from scanwright.protocol.jobs import Event, JobState, Status
from scanwright.protocol.requests import JobRequest
from scanwright.protocol.scanning import DeviceDescription, DeviceId, ScanSettings

__all__ = ["Cursor", "Job", "Page"]

Cursor = Literal["info", "image"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that has arrived; `number` counts from 1 within its job."""

    uid: str
    image_id: int
    number: int
    info: object
    stored: StoredPage


class Job:
    """A job and its pages. Times are seconds of the event loop's clock."""

    def __init__(
        self,
        uid: str,
        device: DeviceId,
        request: JobRequest,
        *,
        origin: str | None,
        key: Key | None = None,
    ) -> None:
        now = asyncio.get_running_loop().time()
        self.uid = uid
        self.device = device
        self.request = request
        self.origin = origin
        self.key = key
        """What the job's pages are sealed with; None is the store's own key."""
        self.state = JobState(since=now, timeout_s=request.job_timeout_s)
        self.pages: list[Page] = []
        self.description: DeviceDescription | None = None
        self.settings: ScanSettings | None = None
        self.preferred_mime: str | None = None
        """What a reader asked for last: the form to encode the next page in."""
        self.given: set[str] = set()
        """Pages that belong to somebody else by now; see `Jobs.give`."""
        self._is_deleted = False
        self._cursors: dict[Cursor, int] = {"info": 0, "image": 0}
        self._changed = asyncio.Event()

    def apply(self, event: Event) -> None:
        """Move the state; everybody who waits looks again."""
        self.state = self.state.apply(event, asyncio.get_running_loop().time())
        self._notify()

    def add(self, page: Page) -> None:
        """Take a page that has arrived."""
        self.pages.append(page)
        self._notify()

    def delete(self) -> None:
        """End all waiting: the job is gone."""
        self._is_deleted = True
        self._notify()

    async def next(self, cursor: Cursor) -> Page | None:
        """Return the next page of this cursor and move it; None at the end.

        The cursor moves only when the page is handed out: a reader that goes away
        while it waits takes nothing with it.
        """
        while True:
            index = self._cursors[cursor]
            page = await self.page_at(index)
            if page is None:
                return None
            if index == self._cursors[cursor]:
                self._cursors[cursor] += 1
                return page

    async def page_at(self, index: int) -> Page | None:
        """Return the page of a 0-based index; None when the job ended without it.

        Raises:
            JobFaulted: The job faulted before this page.
            JobDeleted: The job was deleted, before or during the wait.
        """
        while True:
            if self._is_deleted:
                raise JobDeleted("The job was deleted.")
            if index < len(self.pages):
                return self.pages[index]
            if self.state.status is Status.FAULTED:
                raise JobFaulted(self.state.message, code=self.state.code)
            if self.state.is_ended:
                return None
            await self._changed.wait()

    def page(self, uid: str) -> Page:
        """Return the page with this id. Implements: PAGES-uid-unknown."""
        for page in self.pages:
            if page.uid == uid:
                return page
        raise InvalidParameter("Query parameter page names no page of this job.")

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
