"""The owner of all jobs: creates, runs, cancels, deletes, and keeps scanners apart.

A scanner belongs to one job from creation to end. The end comes in two steps: the job's
state says it at once, then the driver lets go of the device. Who wants the scanner in
between waits for the second step instead of being told that it is locked.

Implements: JOBS-create-empty, JOBS-lock-pending, JOBS-lock-running, JOBS-lock-released,
JOBS-lock-per-scanner, JOBS-delete, JOBS-delete-running, JOBS-timeout-pending,
JOBS-timeout-finished, JOBS-fault-open, JOBS-device-unknown, ORIGIN-job-bound,
ORIGIN-job-without-origin, JOBS-unknown, JOBS-deleted-gone.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Final, Self

from scanwright.buffer.pages import PageStore, StoredPage
from scanwright.buffer.slots import ScannedPage
from scanwright.buffer.vault import Key
from scanwright.errors import (
    Code,
    DeviceError,
    InvalidParameter,
    JobDeleted,
    OutOfSequence,
    ScannerLocked,
    ScanwrightError,
    UnknownJob,
)
from scanwright.jobs.job import Job, Page
from scanwright.jobs.ports import Scanner, Scanners
from scanwright.protocol.capabilities import apply_capabilities
from scanwright.protocol.jobs import Cancel, Failed, SourceEmpty, Start, Status
from scanwright.protocol.pages import image_info
from scanwright.protocol.requests import JobRequest
from scanwright.protocol.scanning import (
    DEFAULT_TYPES,
    DeviceDescription,
    DeviceId,
    DeviceType,
    ScanSettings,
    Source,
)
from scanwright.protocol.settings import apply_config, apply_profile, default_settings
from scanwright.protocol.wishes import ScanWish, apply_wish

__all__ = ["ENDING", "Jobs"]

logger = logging.getLogger(__name__)

REMEMBERED_DELETIONS: Final = 10_000
LISTING_TIMEOUT_S: Final = 20.0
ABSENT: Final = {Code.SOURCE_NOT_FOUND, Code.DEVICE_OFFLINE}
"""What the opening of a scanner fails with that is not there any more."""
ENDING: Final = Failed(Code.GENERAL_FAILURE, "The service is ending.")
"""What ends with the service, fails so."""


class Jobs:
    """All jobs of one service. Use as an async context manager."""

    def __init__(self, scanners: Scanners, store: PageStore) -> None:
        self._scanners = scanners
        self._store = store
        self._jobs: dict[str, Job] = {}
        self._deleted: OrderedDict[str, str | None] = OrderedDict()
        self._holders: dict[DeviceId, _Hold] = {}
        self._known: dict[DeviceId, None] = {}
        self._last_used: DeviceId | None = None
        self._is_stopping = False
        self._image_ids = itertools.count(1)
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        for job in self._jobs.values():
            job.delete()
        for hold in list(self._holders.values()):
            self._stop(hold)
        await self._tasks.__aexit__(None, None, None)

    def stop(self) -> None:
        """End the jobs that scan, for the service does, and tell who waits for them.

        To be called while clients can still be answered.
        """
        self._is_stopping = True
        for hold in list(self._holders.values()):
            if hold.job.state.status is Status.RUNNING:
                hold.job.apply(ENDING)
                self._stop(hold)

    async def list_devices(self, types: DeviceType) -> list[DeviceId]:
        """Return the scanners of these types, freshly looked up."""
        devices = await self._scanners.list_devices(
            types,
            timeout_s=LISTING_TIMEOUT_S,
        )
        self._known.update(dict.fromkeys(devices))
        return devices

    def get(self, uid: str, origin: str | None) -> Job:
        """Return a job that this origin may use.

        Raises:
            UnknownJob: There is none, or it belongs to another origin.
            JobDeleted: There was one.
        """
        uid = uid.lower()
        job = self._jobs.get(uid)
        if job is not None and _may_use(job.origin, origin):
            return job
        if (
            job is None
            and uid in self._deleted
            and _may_use(self._deleted[uid], origin)
        ):
            raise JobDeleted("The job was deleted.")
        raise UnknownJob("No job has this id.")

    async def create(
        self,
        request: JobRequest,
        origin: str | None,
        *,
        wish: ScanWish | None = None,
        key: Key | None = None,
    ) -> Job:
        """Create a job, open its scanner, and start it when it is to run at once.

        A wish comes on top of everything that the request says. Its pages are sealed
        with the `key`, without one with the store's own.

        Raises:
            ScannerLocked: Another job has the scanner.
            InvalidParameter: The scanner does not have what the request asks for.
        """
        device = await self._find(request)
        job = Job(str(uuid.uuid4()), device, request, origin=origin, key=key)
        hold = await self._lock(job)
        try:
            await hold.open(self._scanners, wish)
        except DeviceError as error:
            job.apply(self._failure(error))
            self._stop(hold)
            if error.code in ABSENT:
                self._known.pop(device, None)
        except BaseException:
            self._stop(hold)
            raise
        else:
            self._last_used = device
        self._jobs[job.uid] = job
        self._arm_timeout(job)
        if request.auto_run and job.state.status is Status.PENDING:
            self.start(job)
        return job

    async def configure(self, job: Job, wish: ScanWish) -> ScanSettings:
        """Set the scanner of a pending job to its defaults and this wish.

        Raises:
            InvalidParameter: The scanner does not have it.
            DeviceError: The scanner did not take it.
        """
        description, _ = self.live_settings(job)
        wanted = apply_wish(description, default_settings(description), wish)
        return await self._holders[job.device].configure(wanted)

    def start(self, job: Job) -> None:
        """Let a pending job scan."""
        job.apply(Start())
        hold = self._holders[job.device]
        hold.is_scanning = True
        self._tasks.create_task(self._run(hold))

    def cancel(self, job: Job) -> None:
        """End a running job; its pages stay."""
        job.apply(Cancel())
        self._arm_timeout(job)
        self._stop(self._holders[job.device])

    def delete(self, job: Job) -> None:
        """Forget a job and its pages, whatever it is doing."""
        self._jobs.pop(job.uid, None)
        self._deleted[job.uid] = job.origin
        while len(self._deleted) > REMEMBERED_DELETIONS:
            self._deleted.popitem(last=False)
        job.delete()
        hold = self._holders.get(job.device)
        if hold is not None and hold.job is job:
            self._stop(hold)
        for page in job.pages:
            if page.uid not in job.given:
                self._store.drop(page.stored)

    def give(self, job: Job, page: Page) -> StoredPage:
        """Hand a page over: the hold on it is the caller's, the job has it no more."""
        job.given.add(page.uid)
        return page.stored

    def live_settings(self, job: Job) -> tuple[DeviceDescription, ScanSettings]:
        """Return what the scanner of a pending job can do, and is set to."""
        if job.state.status is not Status.PENDING:
            raise OutOfSequence(
                f"The job is {job.state.status}; create one with autoRun false.",
            )
        if job.description is None or job.settings is None:
            raise OutOfSequence("The scanner of this job is not open.")
        return job.description, job.settings

    async def _find(self, request: JobRequest) -> DeviceId:
        """Return the scanner that a request means; one that it names may be absent."""
        if request.device is not None:
            if request.device not in self._known:
                await self.list_devices(request.device.type)
            return request.device
        if request.name is not None:
            listed = await self.list_devices(DEFAULT_TYPES | DeviceType.ESCL)
            named = (d for d in listed if d.name == request.name)
            return next(named, DeviceId(DeviceType.SANE, "", request.name))
        index = request.config.source_index
        if index is None and self._last_used in self._known:
            return self._last_used
        listed = await self.list_devices(DEFAULT_TYPES)
        listed = listed or await self.list_devices(DeviceType.ESCL)
        if index is not None and index >= len(listed):
            raise InvalidParameter(
                f"config.SelectSourceByIndex must be below {len(listed)}, "
                "the number of scanners in the default listing.",
            )
        return listed[index or 0] if listed else _NO_DEVICE

    async def _lock(self, job: Job) -> _Hold:
        while (holder := self._holders.get(job.device)) is not None:
            if not holder.is_ending:
                raise ScannerLocked(f"Another job is using {job.device.name}.")
            await holder.released.wait()
        hold = _Hold(job, is_known=job.device in self._known)
        self._holders[job.device] = hold
        return hold

    def _stop(self, hold: _Hold) -> None:
        """Let go of the scanner in the background; a scan in progress ends first."""
        if hold.is_ending:
            return
        hold.is_ending = True
        if hold.is_scanning:
            hold.interrupt()
        else:
            self._tasks.create_task(self._let_go(hold))

    async def _let_go(self, hold: _Hold) -> None:
        hold.is_ending = True
        try:
            await hold.close()
        finally:
            del self._holders[hold.job.device]
            hold.released.set()

    async def _run(self, hold: _Hold) -> None:
        """Take every page of a job; whatever happens, the scanner is freed."""
        job = hold.job
        try:
            # A scope that is made to expire, not Task.cancel(): a task cancelled
            # before its first step would never reach the code that frees the scanner.
            async with asyncio.timeout(None) as hold.scope:
                if not hold.is_ending:
                    async for scanned in hold.scan():
                        self._take(hold, scanned)
            self._finish(job, SourceEmpty())
        except TimeoutError:
            logger.info("job %s was stopped while it scanned", job.uid)
        except DeviceError as error:
            logger.info("job %s faulted: %s", job.uid, error.message)
            self._finish(job, self._failure(error))
        except ScanwrightError as error:
            logger.exception("job %s could not keep a page", job.uid)
            self._finish(job, self._failure(error))
        finally:
            hold.scope = None
            await self._let_go(hold)

    def _take(self, hold: _Hold, scanned: ScannedPage) -> None:
        job = hold.job
        stored = self._store.put(scanned, key=job.key)
        if hold.is_ending:  # it was on its way when the job was stopped
            self._store.drop(stored)
            return
        number = len(job.pages) + 1
        if job.preferred_mime is not None:
            self._store.prefetch(stored, job.preferred_mime)
        region = job.settings.region if job.settings else None
        job.add(
            Page(
                uid=secrets.token_hex(6),
                image_id=next(self._image_ids),
                number=number,
                info=image_info(scanned.format, number=number, region=region),
                stored=stored,
            ),
        )

    def _failure(self, error: ScanwrightError) -> Failed:
        """Return what a job is told; of a service that ends not how its parts end."""
        return ENDING if self._is_stopping else Failed(error.code, error.message)

    def _finish(self, job: Job, event: SourceEmpty | Failed) -> None:
        if job.state.status is not Status.RUNNING:
            return  # cancelled in the last moment: that end stands
        job.apply(event)
        self._arm_timeout(job)

    def _arm_timeout(self, job: Job) -> None:
        expires_at = job.state.expires_at
        if expires_at is None:
            return
        loop = asyncio.get_running_loop()
        loop.call_at(expires_at, self._expire, job, job.state.since)

    def _expire(self, job: Job, since: float) -> None:
        """Delete a job whose time is up, unless it has moved on since."""
        if job.uid in self._jobs and job.state.since == since:
            logger.info("job %s is deleted: its jobTimeout is over", job.uid)
            self.delete(job)


_NO_DEVICE: Final = DeviceId(DeviceType.SANE, "", "no scanner")


class _Hold:
    """A job's hold on its scanner: what has it open, and how to stop it."""

    def __init__(self, job: Job, *, is_known: bool) -> None:
        self.job = job
        self.is_scanning = False
        self.is_ending = False
        self.released = asyncio.Event()
        self._is_known = is_known
        self._scanner: Scanner | None = None
        self.scope: asyncio.Timeout | None = None

    async def open(self, scanners: Scanners, wish: ScanWish | None) -> None:
        """Open the scanner and set everything that the request asks for."""
        job, request = self.job, self.job.request
        if not self._is_known:
            raise DeviceError(
                f"The scanner {job.device.name!r} is not there.",
                code=Code.SOURCE_NOT_FOUND,
            )
        timeout_s = float(request.failure_timeout_s)
        self._scanner = await scanners.acquire()
        description = await self._scanner.open(job.device, timeout_s=timeout_s)
        wanted = _wanted(description, request)
        if wish is not None:
            wanted = apply_wish(description, wanted, wish)
        if (
            request.check_feeder
            and wanted.source is not Source.FLATBED
            and description.feeder_loaded is False
        ):
            raise DeviceError("The feeder is empty.", code=Code.FEEDER_EMPTY)
        job.description = description
        await self.configure(wanted)

    async def configure(self, wanted: ScanSettings) -> ScanSettings:
        """Set the open scanner; return what its driver made of it."""
        if self._scanner is None:
            raise DeviceError("The scanner is not open.")
        timeout_s = float(self.job.request.failure_timeout_s)
        made = await self._scanner.configure(wanted, timeout_s=timeout_s)
        self.job.settings = made
        return made

    def scan(self) -> AsyncIterator[ScannedPage]:
        """Scan with the scanner that `open` left here."""
        if self._scanner is None:
            raise DeviceError("The scanner is not open.")
        return self._scanner.scan(timeout_s=float(self.job.request.failure_timeout_s))

    def interrupt(self) -> None:
        """End a scan, also in mid-page, or before it began."""
        if self.scope is not None:
            self.scope.reschedule(asyncio.get_running_loop().time())

    async def close(self) -> None:
        """Close the scanner."""
        if self._scanner is not None:
            await self._scanner.release()


def _wanted(description: DeviceDescription, request: JobRequest) -> ScanSettings:
    settings = default_settings(description)
    if request.settings is not None:
        settings = apply_profile(description, request.settings)
    settings, skipped = apply_capabilities(description, settings, request.capabilities)
    for reason in skipped:
        logger.info("capability skipped: %s", reason)
    return apply_config(description, settings, request.config)


def _may_use(owner: str | None, origin: str | None) -> bool:
    return owner is None or origin is None or owner == origin
