"""A virtual scanner as an eSCL device: one engine behind HTTP.

The answers, by the state of the device and of the job in question:

    request                    state                           answer
    -------------------------  ------------------------------  ----------------------
    GET ScannerCapabilities    any                             200
    GET ScannerStatus          any                             200
    POST ScanJobs              idle, paper where asked for     201 and Location
                               body is no ScanSettings         400
                               no such input, mode, ...        409
                               feeder empty                    409, ScannerAdfEmpty
                               another job is running          503 and Retry-After
                               body above 64 KiB               413
    GET {job}/NextDocument     running, a page is left         200 and the page
                               running, none is left           404, job Completed
                               running, the device fails       409, e.g. ScannerAdfJam
                               Completed, or unknown           404
                               Canceled or Aborted             410
    GET {job}/ScanImageInfo    known                           200
                               unknown                         404
    DELETE {job}               known, in any state             200, Canceled if it ran
                               unknown                         404

A job whose host left in mid-page, or asked nothing for `job_timeout_s`, is Aborted:
a device that waits for a dead host would be lost for all others.
Errors carry their reason as plain text. Pages are drawn and encoded in threads.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from scanwright_simulators.device import Job, JobState, Page, VirtualScanner
from scanwright_simulators.errors import (
    DeviceBusy,
    MessageError,
    Refusal,
    SimulatorError,
    UnknownJob,
)
from scanwright_simulators.faces import escl_messages as messages
from scanwright_simulators.formats import PageEncoder

__all__ = ["EsclFace", "Pace", "served"]

ROOT: Final = "/eSCL"
LARGEST_BODY: Final = 64 * 1024
SLICE: Final = 256 * 1024
XML: Final = "text/xml"

SHUTDOWN_S: Final = 0.1
"""What a page in transit gets when the scanner is switched off."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a device works, and when it loses patience; page 0 never comes."""

    page_time_s: float = 0.0
    stall_at_page: int = 0
    job_timeout_s: float = 60.0


@dataclass(slots=True)
class _Visit:
    """What a face remembers of a job: its file type, and who waits for it."""

    mime: str
    last_seen_s: float
    being_served: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class EsclFace:
    """Serves one virtual scanner over HTTP."""

    def __init__(
        self,
        scanner: VirtualScanner,
        *,
        formats: Sequence[str],
        encoder: PageEncoder,
        threads: Executor,
        clock: Callable[[], float],
        pace: Pace | None = None,
    ) -> None:
        self._scanner = scanner
        self._formats = tuple(formats)
        self._encoder = encoder
        self._threads = threads
        self._clock = clock
        self._pace = pace or Pace()
        self._visits: dict[str, _Visit] = {}

    def application(self) -> web.Application:
        """Return the aiohttp application of this device."""
        app = web.Application(
            middlewares=[_explain],
            client_max_size=LARGEST_BODY,
        )
        job = f"{ROOT}/ScanJobs/{{id}}"
        app.router.add_get(f"{ROOT}/ScannerCapabilities", self._get_capabilities)
        app.router.add_get(f"{ROOT}/ScannerStatus", self._get_status)
        app.router.add_post(f"{ROOT}/ScanJobs", self._post_job)
        app.router.add_get(f"{job}/NextDocument", self._get_page)
        app.router.add_get(f"{job}/ScanImageInfo", self._get_image_info)
        app.router.add_delete(job, self._delete_job)
        return app

    async def _get_capabilities(self, request: web.Request) -> web.Response:
        del request
        body = messages.capabilities(self._scanner.model, self._formats)
        return web.Response(body=body, content_type=XML)

    async def _get_status(self, request: web.Request) -> web.Response:
        del request
        self._drop_abandoned()
        return web.Response(body=messages.status(self._scanner), content_type=XML)

    async def _post_job(self, request: web.Request) -> web.Response:
        body = await request.read()
        self._drop_abandoned()
        wish = messages.parse_job_request(body, self._scanner.model, self._formats)
        job = self._scanner.start(wish.settings)
        self._visits = {j.id: v for j in self._scanner.jobs if (v := self._visit(j))}
        self._visits[job.id] = _Visit(wish.mime, self._clock())
        location = f"{request.scheme}://{request.host}{ROOT}/ScanJobs/{job.id}"
        return web.Response(status=201, headers={"Location": location})

    async def _get_page(self, request: web.Request) -> web.StreamResponse:
        job = self._job(request)
        visit = self._visits[job.id]
        visit.being_served += 1
        try:
            return await self._serve_page(request, job, visit)
        except (asyncio.CancelledError, ConnectionError):
            self._scanner.abort(job)
            visit.ended.set()
            raise
        finally:
            visit.being_served -= 1
            visit.last_seen_s = self._clock()

    async def _serve_page(
        self,
        request: web.Request,
        job: Job,
        visit: _Visit,
    ) -> web.StreamResponse:
        begun_s = self._clock()
        if job.pages + 1 == self._pace.stall_at_page and self._scanner.has_more(job):
            await visit.ended.wait()
        page = self._scanner.next_page(job)
        if page is None:
            return _no_page(job)
        body = await self._encode(page, visit.mime)
        if await self._is_ended(visit, begun_s + self._pace.page_time_s):
            return _no_page(job)
        return await _send(request, body, visit.mime)

    async def _get_image_info(self, request: web.Request) -> web.Response:
        body = messages.image_info(self._job(request))
        return web.Response(body=body, content_type=XML)

    async def _delete_job(self, request: web.Request) -> web.Response:
        job = self._job(request)
        self._scanner.cancel(job)
        self._visits[job.id].ended.set()
        return web.Response()

    async def _encode(self, page: Page, mime: str) -> bytes:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads,
            self._encoder.encode,
            page,
            mime,
        )

    async def _is_ended(self, visit: _Visit, until_s: float) -> bool:
        """Wait as long as a slow transport would; say whether the job ended."""
        rest_s = until_s - self._clock()
        if rest_s > 0:
            try:
                await asyncio.wait_for(visit.ended.wait(), rest_s)
            except TimeoutError:
                return False
        return visit.ended.is_set()

    def _job(self, request: web.Request) -> Job:
        job = self._scanner.job(request.match_info["id"])
        self._visits[job.id].last_seen_s = self._clock()
        return job

    def _visit(self, job: Job) -> _Visit | None:
        return self._visits.get(job.id)

    def _drop_abandoned(self) -> None:
        job = self._scanner.running
        if job is None:
            return
        visit = self._visits[job.id]
        silence_s = self._clock() - visit.last_seen_s
        if not visit.being_served and silence_s > self._pace.job_timeout_s:
            self._scanner.abort(job)
            visit.ended.set()


@asynccontextmanager
async def served(face: EsclFace, listener: socket.socket) -> AsyncIterator[None]:
    """Answer at `listener` for as long as the block lasts."""
    runner = web.AppRunner(
        face.application(),
        access_log=None,
        handler_cancellation=True,  # a host that hangs up in mid-page is noticed
        shutdown_timeout=SHUTDOWN_S,
    )
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield
    finally:
        await runner.cleanup()


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def _explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what the engine raises into a status and a reason."""
    try:
        return await handler(request)
    except DeviceBusy as error:
        headers = {"Retry-After": "1"}
        return web.Response(status=503, text=str(error), headers=headers)
    except UnknownJob as error:
        return web.Response(status=404, text=str(error))
    except MessageError as error:
        return web.Response(status=400, text=str(error))
    except Refusal as error:
        return web.Response(status=409, text=str(error))
    except SimulatorError as error:
        return web.Response(status=500, text=str(error))


def _no_page(job: Job) -> web.Response:
    gone = job.state in {JobState.CANCELED, JobState.ABORTED}
    text = f"job {job.id} is {job.state.value} after {job.pages} pages"
    return web.Response(status=410 if gone else 404, text=text)


async def _send(request: web.Request, body: bytes, mime: str) -> web.StreamResponse:
    """Send `body` in slices, so that a host that left is noticed in mid-page."""
    response = web.StreamResponse()
    response.content_type = mime
    response.content_length = len(body)
    await response.prepare(request)
    view = memoryview(body)
    for start in range(0, len(view), SLICE):
        await response.write(view[start : start + SLICE])
    await response.write_eof()
    return response
