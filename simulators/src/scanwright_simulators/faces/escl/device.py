"""A virtual scanner as an eSCL device: one engine behind HTTP.

What is answered in which state is the table of `states.py`, what a fault does to a page
that of `pages.py`, how a device of the field departs from both that of `quirks.py`.
This module translates requests into calls of the engine, and tells the journal of each.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from scanwright_simulators.device import (
    Entry,
    FaultKind,
    Job,
    VirtualScanner,
)
from scanwright_simulators.errors import (
    DeviceFault,
    MessageError,
    Refusal,
    SimulatorError,
)
from scanwright_simulators.faces.escl import documents
from scanwright_simulators.faces.escl.answers import (
    ROOT,
    Answer,
    explained,
    no_path,
)
from scanwright_simulators.faces.escl.bell import Bell
from scanwright_simulators.faces.escl.capabilities import capabilities
from scanwright_simulators.faces.escl.door import (
    is_welcome,
    is_welcome_from,
    the_host,
)
from scanwright_simulators.faces.escl.icon import icon
from scanwright_simulators.faces.escl.mdns import host_name
from scanwright_simulators.faces.escl.pages import Pages
from scanwright_simulators.faces.escl.quirks import Ask, Quirks
from scanwright_simulators.faces.escl.requests import parse_job_request
from scanwright_simulators.faces.escl.sending import hang_up, reset, spoiled
from scanwright_simulators.faces.escl.status import image_info, status
from scanwright_simulators.faces.escl.visits import Visits
from scanwright_simulators.faces.words import printable, shown
from scanwright_simulators.formats import PageEncoder
from scanwright_simulators.scenario import EsclPlan

__all__ = ["LARGEST_BODY", "EsclDevice"]

LARGEST_BODY: Final = 64 * 1024
BODY_TIMEOUT_S: Final = 10.0
FACE: Final = "escl"
XML: Final = "text/xml"
LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Asked:
    """A request, and what the journal will tell of it."""

    request: web.Request
    note: str = ""
    near: tuple[str, ...] = ()


Handler = Callable[[Asked], Awaitable[web.StreamResponse]]


class EsclDevice:
    """Serves one virtual scanner over HTTP; `admin_url` is where its port is."""

    def __init__(
        self,
        scanner: VirtualScanner,
        plan: EsclPlan,
        *,
        encoder: PageEncoder,
        threads: Executor,
        admin_url: str = "",
    ) -> None:
        self.scanner = scanner
        self._plan = plan
        self._admin_url = admin_url
        self._quirks = Quirks(plan.quirks, self._tell_quirk)
        self._wire = self._quirks.wire()
        self._visits = Visits(scanner, timeout_s=plan.job_timeout_s)
        self._bell = Bell()
        self._pages = Pages(
            scanner,
            encoder=encoder,
            threads=threads,
            bell=self._bell,
            wire=self._wire,
            patience_s=plan.job_timeout_s,
            stalled=self._tell_stall,
        )
        self._seems_empty = False
        self._undo: tuple[Callable[[], None], ...] = (
            scanner.subscribe(self._bell.ring),
            scanner.journal.listen(self._hear),
        )

    def application(self) -> web.Application:
        """Return the aiohttp application of this device."""
        app = web.Application(client_max_size=LARGEST_BODY)
        add = app.router.add_route
        add("GET", "/", self._route(self._get_front))
        add("GET", "/icon.png", self._route(self._get_icon))
        add("GET", f"{ROOT}/ScannerCapabilities", self._route(self._get_capabilities))
        add("GET", f"{ROOT}/ScannerStatus", self._route(self._get_status))
        add("POST", f"{ROOT}/ScanJobs", self._route(self._post_job))
        for root in (ROOT, *("",) * self._wire.is_rootless):
            job = f"{root}/ScanJobs/{{id}}"
            add("GET", f"{job}/NextDocument", self._route(self._get_page))
            add("GET", f"{job}/ScanImageInfo", self._route(self._get_image_info))
            add("DELETE", job, self._route(self._delete_job))
            add("DELETE", f"{job}/", self._route(self._delete_job))
        add("*", "/{path:.*}", self._route(self._get_nothing))
        return app

    def close(self) -> None:
        """Let go of the scanner."""
        for undo in self._undo:
            undo()
        self._undo = ()
        self._visits.close()

    # Every request.

    def _route(
        self,
        handler: Handler,
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Return `handler` with its errors explained and everything in the journal.

        This is the edge: no error gets past it, and none ends the face.
        """

        async def answer(request: web.Request) -> web.StreamResponse:
            asked = Asked(request)
            try:
                self._check_door(request)
                response = await handler(asked)
            except (asyncio.CancelledError, ConnectionError):
                self._tell(asked, 0, "the connection ended before the answer")
                raise
            except web.HTTPException as error:
                return self._explain(asked, Answer(error.status, error.reason))
            except (Answer, SimulatorError, TimeoutError) as error:
                return self._explain(asked, explained(error))
            except Exception as error:  # noqa: BLE001  drawing may raise anything
                return self._fail(asked, error)
            self._tell(asked, response.status, asked.note)
            return self._dressed(response)

        return answer

    def _check_door(self, request: web.Request) -> None:
        headers = request.headers.getall("Host", [])
        host = the_host(headers, may_lack=request.version < (1, 1))
        own_name = host_name(self.scanner.model)
        if not is_welcome(host, own_name):
            raise Answer(
                403,
                f"{host[:100]} is no name of this device",
                near=["localhost", own_name],
            )
        for origin in request.headers.getall("Origin", []):
            if not is_welcome_from(origin, own_name):
                raise Answer(403, f"pages of {origin[:100]} may not use this device")

    def _fail(self, asked: Asked, error: Exception) -> web.StreamResponse:
        """Answer that something is wrong here; cut what was half sent."""
        request = asked.request
        path = shown(request.raw_path)
        LOG.error("%s %s failed", request.method, path, exc_info=error)
        if request.writer.output_size:
            reset(request.transport)
        reason = f"{type(error).__name__}: {error}"
        return self._explain(asked, Answer(500, reason))

    def _explain(self, asked: Asked, answer: Answer) -> web.StreamResponse:
        asked.near += answer.near
        self._tell(asked, answer.status, answer.reason)
        return self._dressed(
            web.Response(
                status=answer.status,
                text=None if answer.is_silent else answer.reason,
                headers=answer.headers,
            ),
        )

    def _dressed(self, response: web.StreamResponse) -> web.StreamResponse:
        if not response.prepared:
            if self._wire.server:
                response.headers["Server"] = self._wire.server
            if self._wire.closes:
                response.force_close()
        return response

    def _tell(self, asked: Asked, status_code: int, reason: str) -> None:
        method, path = asked.request.method, shown(asked.request.raw_path)
        end = f": {reason}" if reason else ""
        self.scanner.journal.add(
            FACE,
            "request",
            f"{method} {path} -> {status_code}{end}",
            device=self.scanner.model.slug,
            near=asked.near,
            method=method,
            path=path,
            status=status_code,
            reason=reason,
        )

    def tell_malformed(self, reason: str) -> None:
        """Tell of what was no HTTP, and was answered with 400."""
        slug = self.scanner.model.slug
        text = f"no HTTP -> 400: {printable(reason)}"
        self.scanner.journal.add(FACE, "malformed", text, device=slug, status=400)

    def _tell_quirk(self, name: str, text: str) -> None:
        slug = self.scanner.model.slug
        self.scanner.journal.add(FACE, "quirk", f"{name}: {text}", device=slug)

    def _hear(self, entry: Entry) -> None:
        """Learn from the engine when the feeder claims to be empty, and of resets."""
        if entry.device != self.scanner.model.slug:
            return
        if entry.what == "fault" and entry.data.get("kind") == FaultKind.EMPTY:
            self._seems_empty = True
        elif entry.what in {"job started", "reset"}:
            self._seems_empty = False
        if entry.what == "reset":
            self._quirks = Quirks(self._plan.quirks, self._tell_quirk)

    def _tell_stall(self, job: Job) -> None:
        text = f"the page of job {job.id} stalls"
        slug = self.scanner.model.slug
        self.scanner.journal.add(FACE, "stall", text, device=slug, job=job.id)

    # Each request.

    async def _get_front(self, asked: Asked) -> web.Response:
        del asked
        model = self.scanner.model
        text = f"{model.name}: {model.make_and_model}, a virtual scanner. See {ROOT}.\n"
        return web.Response(text=text)

    async def _get_icon(self, asked: Asked) -> web.Response:
        del asked
        return web.Response(body=icon(), content_type="image/png")

    async def _get_capabilities(self, asked: Asked) -> web.Response:
        del asked
        root = capabilities(
            self.scanner.model,
            self._plan.formats,
            admin_url=self._admin_url,
        )
        self._quirks.capabilities(root)
        return web.Response(body=documents.to_bytes(root), content_type=XML)

    async def _get_status(self, asked: Asked) -> web.Response:
        self._visits.drop_abandoned()
        self.scanner.look_ahead()
        jobs = self._visits.jobs
        root = status(self.scanner, jobs, seems_empty=self._seems_empty)
        self._quirks.status(root)
        asked.note = self.scanner.state.value
        return web.Response(body=documents.to_bytes(root), content_type=XML)

    async def _post_job(self, asked: Asked) -> web.StreamResponse:
        request = asked.request
        body = await self._read(request)
        self._visits.drop_abandoned()
        wish = parse_job_request(body, self.scanner.model, self._plan.formats)
        asked.near = wish.near
        ask = Ask(wish.settings.input, request.host, self.scanner.is_loaded)
        if early := self._quirks.admit(ask):
            raise Answer.of(early)
        try:
            job = self.scanner.start(wish.settings, host=f"eSCL {request.remote}")
        except DeviceFault as error:
            return await self._fail_start(request, error)
        self._visits.begin(job, wish)
        asked.note = f"job {job.id}"
        return await self._created(request, job)

    async def _read(self, request: web.Request) -> bytes:
        if (request.content_length or 0) > LARGEST_BODY:
            raise Answer(413, f"the body is longer than {LARGEST_BODY} bytes")
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                return await request.read()
        except TimeoutError:
            raise Answer(408, "the body did not come in time") from None
        except (ValueError, web.RequestPayloadError) as error:
            raise MessageError(f"the body cannot be read: {error}") from error

    async def _fail_start(
        self,
        request: web.Request,
        error: DeviceFault,
    ) -> web.StreamResponse:
        """Fail a job at its start in the way of its fault."""
        kind = error.fault.kind
        if error.fault.http_status is not None:
            raise error
        if kind in {FaultKind.RESET, FaultKind.TRUNCATED}:
            reset(request.transport)
        elif kind is FaultKind.STALL:
            while True:
                await self._bell.wait()
        elif kind is FaultKind.GARBAGE:
            return web.Response(body=spoiled(bytes(100), 0), content_type=XML)
        else:
            raise error
        return web.Response()

    async def _created(self, request: web.Request, job: Job) -> web.StreamResponse:
        origin = f"{request.scheme}://{_own_name(request)}"
        location = self._quirks.location(f"{origin}{ROOT}/ScanJobs/{job.id}")
        response = web.Response(status=201, headers={"Location": location})
        if not self._wire.cuts_created:
            return response
        broken = web.StreamResponse(status=201, headers={"Location": location})
        broken.content_length = len(location)
        await broken.prepare(request)
        hang_up(request.transport)
        return broken

    async def _get_page(self, asked: Asked) -> web.StreamResponse:
        job, visit = self._visits.find(asked.request.match_info["id"])
        if job is self.scanner.running and (early := self._quirks.page(job)):
            raise Answer.of(early)
        with self._visits.serving(visit):
            try:
                response, asked.note = await self._pages.serve(
                    asked.request,
                    job,
                    visit,
                )
            except (Answer, Refusal):
                raise  # the engine knows of it
            except TimeoutError:
                self.scanner.abort(job, "its host takes nothing")
                reset(asked.request.transport)
                raise
            except SimulatorError as error:
                self.scanner.abort(job, str(error))
                raise
            except BaseException:  # the host is gone, or the page cannot be drawn
                self.scanner.abort(job)
                raise
        return response

    async def _get_image_info(self, asked: Asked) -> web.Response:
        job, visit = self._visits.find(asked.request.match_info["id"])
        root = image_info(job, is_blank=visit.is_blank)
        return web.Response(body=documents.to_bytes(root), content_type=XML)

    async def _delete_job(self, asked: Asked) -> web.Response:
        job, _ = self._visits.find(asked.request.match_info["id"])
        if job is not self.scanner.running:
            self._quirks.deleted(job)
        self.scanner.cancel(job)
        asked.note = f"job {job.id} is {job.state.value}"
        return web.Response()

    async def _get_nothing(self, asked: Asked) -> web.Response:
        raise no_path(asked.request.method, asked.request.path)


def _own_name(request: web.Request) -> str:
    """Return how the host calls the device, or where it is when it did not say."""
    if "Host" in request.headers or request.transport is None:
        return request.host
    address, port = request.transport.get_extra_info("sockname")
    return f"{address}:{port}"
