"""Pages: from the engine to the wire, and what becomes of them when a fault is due.

    fault                         what the host sees
    ----------------------------  ----------------------------------------------------
    in place of a page            its status (`states.py`), and why in ScannerStatus
    jam, cover, ... at a byte     the body cut after its share, then as above
    reset                         the connection reset in mid-body
    truncated                     Content-Length whole, the body short, an orderly end
    garbage                       200, and no image from that byte on
    stall                         nothing more, until the job is deleted
    slow                          the page in small pieces
    offline                       every connection reset, then refused (`outlet.py`)
    any with http_status          that status, where nothing was sent before

A page goes out as the scanner sees it, slice by slice. While its host is busy with it,
the next is drawn and encoded: the one that was scanned, or else the one that will be if
nothing goes wrong. A wrong guess costs a thread some milliseconds. Not before the last
byte is out: a thread that draws holds the GIL, and would slow the sending down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import suppress
from itertools import islice
from typing import Final

from aiohttp import web

from scanwright_simulators.device import (
    Capture,
    FaultKind,
    Identity,
    Input,
    Job,
    JobState,
    Page,
    Side,
    VirtualScanner,
)
from scanwright_simulators.device.content import Content
from scanwright_simulators.errors import ContentError
from scanwright_simulators.faces.escl.answers import no_page
from scanwright_simulators.faces.escl.bell import Bell
from scanwright_simulators.faces.escl.quirks import Wire
from scanwright_simulators.faces.escl.sending import (
    Outgoing,
    share,
    spoiled,
    until_next_slice_s,
)
from scanwright_simulators.faces.escl.visits import Visit
from scanwright_simulators.faces.harm import harm_of
from scanwright_simulators.faces.looks import forgiven, look_before_feeding
from scanwright_simulators.formats import PageEncoder

__all__ = ["Pages"]

SHEETS_AHEAD: Final = 2
"""As many as there are threads to draw them."""


class Pages:
    """Serves the pages of one device; `stalled` hears of jobs that do so."""

    def __init__(
        self,
        scanner: VirtualScanner,
        *,
        encoder: PageEncoder,
        threads: Executor,
        bell: Bell,
        wire: Wire,
        patience_s: float,
        stalled: Callable[[Job], object],
    ) -> None:
        self._scanner = scanner
        self._encoder = encoder
        self._threads = threads
        self._bell = bell
        self._wire = wire
        self._patience_s = patience_s
        self._stalled = stalled

    async def serve(
        self,
        request: web.Request,
        job: Job,
        visit: Visit,
    ) -> tuple[web.StreamResponse, str]:
        """Answer with the next page of `job`; return a note for the journal, too.

        Raises a Refusal or an Answer where there is something else to say.
        """
        await self._turn_of(job)
        capture = self._scanner.next_page(job)
        if capture is None:
            raise no_page(job)
        if visit.wish.wants_blankness:
            visit.is_blank = await self._is_blank(capture)
        outgoing = Outgoing(
            request,
            await self._body(visit, capture),
            mime=visit.wish.mime,
            wire=self._wire,
            patience_s=self._patience_s,
        )
        await self._send(outgoing, job, capture)
        response = await self._end(outgoing, job, visit, capture)
        note = f"{capture.page.identity}, {outgoing.sent} of {outgoing.size} bytes"
        return response, note

    async def _turn_of(self, job: Job) -> None:
        """Wait until the next page may be fed: one at a time, whoever asks for it."""
        while True:
            await look_before_feeding(self._scanner, job.settings, self._threads)
            if not job.in_transit:
                return
            await self._bell.wait()

    async def _is_blank(self, capture: Capture) -> bool:
        loop = asyncio.get_running_loop()
        content = self._content(capture)
        return await loop.run_in_executor(self._threads, content.is_blank)

    async def _send(self, outgoing: Outgoing, job: Job, capture: Capture) -> None:
        """Send what there is of a page, until all is sent or the job has ended."""
        while job.state is JobState.PROCESSING:
            now_s = self._scanner.clock()
            available = capture.available(now_s)
            is_all = available >= capture.limit_bytes
            ready = share(available, capture, outgoing.size)
            if ready - outgoing.sent >= (1 if is_all else outgoing.step):
                await outgoing.send(ready)
            elif is_all:
                return
            else:
                await self._bell.wait(until_next_slice_s(capture, now_s))

    async def _end(
        self,
        outgoing: Outgoing,
        job: Job,
        visit: Visit,
        capture: Capture,
    ) -> web.StreamResponse:
        if job.state is not JobState.PROCESSING:
            return _ended_meanwhile(outgoing, job)
        if harm_of(capture) is not None:
            return await self._fail(outgoing, job, capture)
        response = await outgoing.finish()
        if self._scanner.delivered(capture):
            self._look_ahead(visit, job)
        return response

    async def _fail(
        self,
        outgoing: Outgoing,
        job: Job,
        capture: Capture,
    ) -> web.StreamResponse:
        """Do to the host what the fault of this page does."""
        fault = capture.due.fault if capture.due else None
        kind = fault.kind if fault else FaultKind.RESET
        has_status = fault is not None and fault.http_status is not None
        if kind is FaultKind.STALL and not has_status:
            return await self._stall(outgoing, job)
        error = self._scanner.broken(capture)
        if not outgoing.has_begun and has_status:
            raise error
        if kind is FaultKind.GARBAGE:
            await outgoing.send_all()
            return await outgoing.finish()
        if kind is FaultKind.TRUNCATED:
            return await outgoing.hang_up()
        if kind is FaultKind.RESET or outgoing.has_begun:
            return outgoing.reset()
        raise error

    async def _stall(self, outgoing: Outgoing, job: Job) -> web.StreamResponse:
        """Say nothing until the job is deleted; a host that hangs up ends this, too."""
        self._stalled(job)
        while job.state is JobState.PROCESSING:
            await self._bell.wait()
        return _ended_meanwhile(outgoing, job)

    async def _body(self, visit: Visit, capture: Capture) -> bytes:
        """Return the file of a page."""
        making = self._encoding(visit, capture)
        del visit.bodies[capture]
        body = await making
        due = capture.due
        if due is None or due.fault.kind is not FaultKind.GARBAGE:
            return body
        return spoiled(body, share(due.byte or 0, capture, len(body)))

    def _look_ahead(self, visit: Visit, job: Job) -> None:
        """Have the next page made while the host is busy with this one."""
        scanned = next((each for each in job.queue if isinstance(each, Capture)), None)
        if scanned is not None:
            self._encoding(visit, scanned)
        elif job.settings.input.is_fed:
            for page in self._guesses(job):
                self._prepare(page, visit.wish.mime)

    def _guesses(self, job: Job) -> Iterator[Page]:
        """Yield the pages that come next if nothing goes wrong."""
        serial, slug = self._scanner.serial, self._scanner.model.slug
        for placed in islice(self._scanner.feeder.tray, SHEETS_AHEAD):
            sides = [(Side.FRONT, placed.sheet.front)]
            if job.settings.input is Input.DUPLEX:
                sides.append((Side.BACK, placed.sheet.back))
            for side, content in sides:
                serial += 1
                identity = Identity(slug, placed.number, side, serial)
                with suppress(ContentError):  # if the page comes, it will come again
                    strips = content.strips(job.view, identity)
                    yield Page(identity, job.view, strips)

    def _prepare(self, page: Page, mime: str) -> None:
        """Have a page encoded: the encoder keeps what the real one is made of."""
        if not self._encoder.has(page, mime):
            loop = asyncio.get_running_loop()
            guess = loop.run_in_executor(
                self._threads,
                self._encoder.encode,
                page,
                mime,
            )
            guess.add_done_callback(forgiven)

    def _encoding(self, visit: Visit, capture: Capture) -> asyncio.Future[bytes]:
        if capture not in visit.bodies:
            visit.bodies[capture] = self._encoded(capture.page, visit.wish.mime)
        return visit.bodies[capture]

    def _encoded(self, page: Page, mime: str) -> asyncio.Future[bytes]:
        loop = asyncio.get_running_loop()
        if not self._encoder.has(page, mime):
            encode = self._encoder.encode
            body = loop.run_in_executor(self._threads, encode, page, mime)
            body.add_done_callback(forgiven)  # its host may never ask for it
            return body
        done: asyncio.Future[bytes] = loop.create_future()
        done.set_result(self._encoder.encode(page, mime))
        return done

    def _content(self, capture: Capture) -> Content:
        if capture.placed is None:
            return self._scanner.glass
        sheet = capture.placed.sheet
        is_front = capture.page.identity.side is Side.FRONT
        return sheet.front if is_front else sheet.back


def _ended_meanwhile(outgoing: Outgoing, job: Job) -> web.StreamResponse:
    """Answer, if that can still be done, that the job has ended."""
    if not outgoing.has_begun:
        raise no_page(job)
    return outgoing.reset()
