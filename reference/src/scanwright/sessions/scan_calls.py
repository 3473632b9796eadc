"""Calls that reach scanners: look for them, hold one, and scan into the buffer.

A page holds one scanner at the most, by a job like any client's; the lock between
clients is the jobs'. Pages come into the buffer one by one, straightened, cut or left
out on the way where that is wished.

Implements: CHANNEL-scan, CHANNEL-scan-fault, CHANNEL-scan-lock, CHANNEL-progress.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from scanwright.buffer.pages import StoredPage
from scanwright.errors import InvalidParameter, OutOfSequence, ScanwrightError
from scanwright.jobs.job import Job
from scanwright.protocol.access import Access
from scanwright.protocol.edits import BlankByBlocks, Border, Deskew, Edit
from scanwright.protocol.jobs import Status
from scanwright.protocol.requests import (
    JobRequest,
    device_from_string,
    device_to_string,
)
from scanwright.protocol.scanning import (
    DEFAULT_TYPES,
    DeviceId,
    DeviceType,
)
from scanwright.protocol.wishes import (
    ScanWish,
    description_object,
    parse_wish,
    settings_object,
)
from scanwright.sessions.landing import Landing
from scanwright.sessions.run import CallFailed, Method, Methods, Run, nothing

__all__ = ["METHODS", "Treatment"]

ALL_TYPES: Final = DEFAULT_TYPES | DeviceType.ESCL
WAITING: Final = JobRequest(auto_run=False)


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done to each page on its way into the buffer."""

    discards_blank: bool = False
    edits: tuple[Edit, ...] = ()


async def _list(run: Run) -> object:
    mask = run.params.integer("types", minimum=0, maximum=0xFFFF)
    types = ALL_TYPES if mask is None else DeviceType(mask & sum(DeviceType))
    devices = await run.session.services.jobs.list_devices(types)
    return {"scanners": [_scanner_object(device) for device in devices]}


async def _open(run: Run) -> object:
    session = run.session
    device = _device(run)
    async with session.holding:
        if session.job is not None and session.job.state.status is Status.RUNNING:
            raise OutOfSequence("The scanner of this session is scanning.")
        session.close_scanner()
        job = await _create(run, device)
        session.job = job
    description, settings = session.services.jobs.live_settings(job)
    return {
        "scanner": _scanner_object(job.device),
        "description": description_object(description),
        "settings": settings_object(settings),
    }


async def _close(run: Run) -> object:
    async with run.session.holding:
        run.session.close_scanner()
    return nothing()


async def _scan(run: Run) -> object:
    session, jobs = run.session, run.session.services.jobs
    device = _device(run)
    wish = parse_wish(run.params.nested("settings"))
    treatment = _treatment(run)
    landing = _TreatedLanding(run, run.optional_text("tag"), treatment)
    async with session.holding:
        job = await _ready(run, device, wish)
        jobs.start(job)
    try:
        index = 0
        while (page := await job.page_at(index)) is not None:
            await landing.take(jobs.give(job, page))
            index += 1
            run.progress(index, None)
    except ScanwrightError as error:
        raise CallFailed(error, {"images": landing.images}) from error
    finally:
        # Cancelled, faulted or empty: the pages that came are the session's by now.
        if session.job is job:
            session.job = None
        jobs.delete(job)
    return {"images": landing.images, "discarded": landing.discarded}


class _TreatedLanding:
    """The landing of a scan, whose pages are treated on their way."""

    def __init__(self, run: Run, tag: str | None, treatment: Treatment) -> None:
        self.discarded = 0
        self._run = run
        self._landing = Landing(run, tag=tag)
        self._treatment = treatment

    @property
    def images(self) -> list[str]:
        """The images that have come; see `Landing.images`."""
        return self._landing.images

    async def take(self, stored: StoredPage) -> None:
        """Put a page into the buffer; its hold is given away, whatever happens."""
        session = self._run.session
        try:
            treated = await self._treated(stored)
        except BaseException:
            session.store.drop(stored)
            raise
        if treated is None:
            self.discarded += 1
            return
        self._landing.take(treated)

    async def _treated(self, stored: StoredPage) -> StoredPage | None:
        """Return the page as it is wished for; None is a blank one, which is gone."""
        session = self._run.session
        store, addons = session.store, session.services.addons
        if self._treatment.discards_blank:
            async with store.view(stored) as view:
                measured = await addons.measure(view, BlankByBlocks())
            if measured.is_blank:
                store.drop(stored)
                return None
        for edit in self._treatment.edits:
            async with store.view(stored) as view:
                page = await addons.edit(view, edit)
            store.drop(stored)
            stored = store.put(page, key=session.key)
        return stored


async def _ready(run: Run, device: DeviceId | None, wish: ScanWish) -> Job:
    """Return a pending job with this wish: the one that is held, or a new one."""
    session, jobs = run.session, run.session.services.jobs
    held = session.job
    if held is not None and held.state.status is Status.RUNNING:
        raise OutOfSequence("This session is scanning already.")
    if (
        held is not None
        and held.state.status is Status.PENDING
        and device in {None, held.device}
    ):
        await jobs.configure(held, wish)
        return held
    session.close_scanner()
    session.job = await _create(run, device, wish)
    return session.job


async def _create(
    run: Run, device: DeviceId | None, wish: ScanWish | None = None
) -> Job:
    session, jobs = run.session, run.session.services.jobs
    request = replace(WAITING, device=device)
    session.has_held_job = True
    job = await jobs.create(request, session.origin, wish=wish, key=session.key)
    state = job.state
    if state.status is Status.FAULTED or session.is_ended:
        jobs.delete(job)
        raise ScanwrightError(state.message, code=state.code)
    return job


def _treatment(run: Run) -> Treatment:
    params = run.params
    edits: list[Edit] = []
    if params.boolean("deskew", default=False):
        edits.append(Deskew())
    if params.boolean("autoBorder", default=False):
        edits.append(Border())
    return Treatment(params.boolean("discardBlank", default=False), tuple(edits))


def _device(run: Run) -> DeviceId | None:
    text = run.params.text("device")
    if text is None:
        return None
    try:
        return device_from_string(text)
    except ValueError as error:
        raise InvalidParameter(
            "device must be a device string of scanner.list."
        ) from error


def _scanner_object(device: DeviceId) -> dict[str, object]:
    return {
        "name": device.name,
        "type": int(device.type),
        "device": device_to_string(device),
    }


METHODS: Final[Methods] = {
    "scanner.list": Method(_list, Access.SCANNER),
    "scanner.open": Method(_open, Access.SCANNER),
    "scanner.close": Method(_close, Access.SCANNER),
    "scan.start": Method(_scan, Access.SCANNER),
}
