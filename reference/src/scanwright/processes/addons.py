"""Work on pages beyond scanning them: edits, measurements, files in, files out.

Each call has a worker of its own for as long as it lasts. What its worker does wrong,
by a crash, a hang or its hunger, costs that call. A worker that has read a file from
outside, or appended to one, is not used for anything after that.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from scanwright.buffer.pages import PageView
from scanwright.buffer.slots import ScannedPage, SlotPool
from scanwright.processes.addon_errors import AddonFailed
from scanwright.processes.addon_loan import AddonLoan
from scanwright.processes.addon_messages import (
    EditPage,
    Found,
    MeasurePage,
    NextSheet,
    Progress,
    ReadFile,
    Room,
    Sheet,
    WriteFile,
)
from scanwright.processes.channel import Ended
from scanwright.processes.child import Program
from scanwright.processes.limits import MEMORY_BYTES
from scanwright.processes.pool import WorkerPool
from scanwright.processes.tools import IMAGING, PDF
from scanwright.protocol.edits import Analysis, Edit, Measured
from scanwright.protocol.saving import FileType, SaveOptions
from scanwright.supervision.dumps import Dumps
from scanwright.supervision.program import ADDON_WORKER, daemon_command

__all__ = ["AddonFailed", "Addons", "ReadRequest"]

MOST_AT_WORK: Final = 2
"""Of edits and measurements, and so many more of files; others wait for their turn."""
PDF_HEAD_BYTES: Final = 1024
"""Where `%PDF-` stands in any file that readers take for a PDF."""

View = Callable[[int], AbstractAsyncContextManager[PageView]]


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A file from outside.

    `fd` is a regular file or memory. It belongs to the caller until the iteration is
    over, and nobody changes it meanwhile. `resolution_dpi` is for pages without pixels.
    """

    fd: int
    name: str = ""
    password: str = field(default="", repr=False)
    resolution_dpi: int = 200


class Addons(WorkerPool):
    """Owner of all add-on workers; leaving its context kills and reaps every one.

    Every call may raise `AddonFailed`, and a `ClientError` of the worker's functions.
    Cancelled, it stops its worker before it ends: no slot and no descriptor is in use
    after that.
    """

    most_idle = MOST_AT_WORK

    def __init__(
        self,
        *,
        slots: SlotPool,
        timeout_s: float = 60.0,
        memory_bytes: int = MEMORY_BYTES,
        clock: Callable[[], float] = time.monotonic,
        idle_s: float = 30.0,
        log_path: Path | None = None,
        dumps: Dumps | None = None,
        program: Callable[[str], Program] | None = None,
    ) -> None:
        super().__init__(
            slots=slots, clock=clock, idle_s=idle_s, log_path=log_path, dumps=dumps
        )
        self._timeout_s = timeout_s
        self._memory_bytes = memory_bytes
        self._program = program or self._own_program
        self._pages = asyncio.Semaphore(MOST_AT_WORK)
        self._files = asyncio.Semaphore(MOST_AT_WORK)

    async def edit(self, page: PageView, edit: Edit) -> ScannedPage:
        """Return a new page, whose slot is the caller's; the old one stays as it is."""
        async with self._pages, self._loan(IMAGING) as loan:
            loan.begin(EditPage(_room(page), edit), page.slot.fd)
            made: ScannedPage | None = None
            try:
                while not isinstance(item := await loan.hear(), Ended):
                    if isinstance(item, ScannedPage):
                        self._void(made)
                        made = item
            except BaseException:
                self._void(made)
                raise
        if made is None:
            raise AddonFailed("The add-on process made no page.")
        return made

    async def measure(self, page: PageView, analysis: Analysis) -> Measured:
        """Answer a question about a page."""
        async with self._pages, self._loan(IMAGING) as loan:
            loan.begin(MeasurePage(_room(page), analysis), page.slot.fd)
            while not isinstance(item := await loan.hear(), Ended):
                if isinstance(item, Found):
                    return item.measured
        raise AddonFailed("The add-on process found nothing.")

    async def read(self, file: ReadRequest) -> AsyncGenerator[ScannedPage, None]:
        """Yield the pages of a file as they come, each owned by whoever takes it.

        Pages from before a fault all come before its error. Whoever stops early closes
        the iteration (`contextlib.aclosing`).
        """
        async with self._files, self._loan(_reader(file.fd)) as loan:
            loan.use_up()
            size = os.fstat(file.fd).st_size
            wish = ReadFile(file.name, file.password, file.resolution_dpi, size)
            loan.begin(wish, file.fd)
            while not isinstance(item := await loan.hear(), Ended):
                if isinstance(item, ScannedPage):
                    yield item

    async def write(
        self,
        count: int,
        view: View,
        options: SaveOptions,
        out_fd: int,
        *,
        existing_fd: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Make one file of the pages 0 to `count` - 1.

        `view(index)` is entered when the page's turn comes, and left after it. `out_fd`
        is an empty file or memory that can be written and read; it stays the caller's,
        its offset is anywhere afterwards. `existing_fd` is a TIFF from outside, to a
        copy of which the pages are appended; it, too, stays the caller's. `progress` is
        told how many pages are done.
        """
        name = PDF if options.type is FileType.PDF else IMAGING
        # The sheet is left last: until then the worker may be looking at it.
        async with self._files, AsyncExitStack() as sheet, self._loan(name) as loan:
            files = [out_fd]
            if existing_fd is not None:
                loan.use_up()
                files.append(existing_fd)
            loan.begin(WriteFile(options, count), *files)
            while not isinstance(item := await loan.hear(), Ended):
                match item:
                    case NextSheet(index) if 0 <= index < count:
                        await sheet.aclose()
                        page = await sheet.enter_async_context(view(index))
                        _show(loan, page)
                    case Progress(done) if progress:
                        progress(done)

    def warm(self, name: str = IMAGING) -> None:
        """See that a worker is ready."""
        self._start(self._program(name))

    @contextlib.asynccontextmanager
    async def _loan(self, name: str) -> AsyncIterator[AddonLoan]:
        loan = AddonLoan(
            self._lend(self._program(name)),
            slots=self._slots,
            give_back=self._take_back,
            timeout_s=self._timeout_s,
        )
        try:
            yield loan
        finally:
            await loan.release()

    def _own_program(self, name: str) -> Program:
        command = tuple(daemon_command("-addon", name))
        return Program(ADDON_WORKER, command, (str(self._memory_bytes),))

    def _void(self, page: ScannedPage | None) -> None:
        if page:
            self._slots.release(page.slot)


def _room(page: PageView) -> Room:
    return Room(page.slot.id, page.slot.size, page.format)


def _show(loan: AddonLoan, page: PageView) -> None:
    """Send a page, and its JPEG if there is one."""
    sheet = Sheet(_room(page))
    if page.original is None:
        loan.reply(sheet, page.slot.fd)
        return
    descriptor = os.memfd_create("scanwright-original", os.MFD_CLOEXEC)
    with os.fdopen(descriptor, "wb") as file:
        file.write(page.original)
        file.flush()
        loan.reply(sheet, page.slot.fd, descriptor)


def _reader(descriptor: int) -> str:
    """Return the name of the worker for a file, by its content."""
    return PDF if b"%PDF-" in os.pread(descriptor, PDF_HEAD_BYTES, 0) else IMAGING
