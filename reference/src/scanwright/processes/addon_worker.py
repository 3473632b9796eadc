"""The add-on worker: edits pages, reads and writes files, under limits.

    python -m scanwright.processes.addon_worker -addon <name> <channel> <memory bytes>

The name says what is imported ahead of need and what `ps` shows; the work is the same.
What is parsed here comes from outside and may be hostile. So the limits hold first
(`limits`), and a worker that has read a file, or appended to one, is never used again:
main throws it away after that one call, and pages of another session never meet what
the file may have left behind. How a worker obeys, and how it ends, is said in
`worker_program`.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import mmap
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from scanwright.devices.port import Cancelled
from scanwright.errors import Code, ScanwrightError
from scanwright.processes.addon_errors import AddonFailed
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
from scanwright.processes.channel import Channel, Ended, Grant, Message
from scanwright.processes.limits import confine, grant_time
from scanwright.processes.rooms import Rooms
from scanwright.processes.tools import NAMES, ImagingTools, Tools
from scanwright.processes.worker_program import WorkerProgram

if TYPE_CHECKING:
    from scanwright.imaging.files.pages import PageIn
    from scanwright.imaging.raster import Raster

__all__ = ["AddonWorkerProgram", "main"]

KEPT_SHARE: Final = 4
"""This part of the memory is for mappings of pages that may come again."""
FULL_DISK: Final = (errno.EFBIG, errno.ENOSPC, errno.EDQUOT)

log = logging.getLogger(__name__)


class AddonWorkerProgram(WorkerProgram):
    """The worker: obeys until the channel ends."""

    name = "add-on process"
    replies = (Grant, Sheet)

    def __init__(self, channel: Channel, tools: Tools, *, memory_bytes: int) -> None:
        super().__init__(channel, Rooms(kept_bytes=memory_bytes // KEPT_SHARE))
        self._tools = tools
        self._memory_bytes = memory_bytes

    def prepare(self) -> None:
        """Import, then accept the limits."""
        self._tools.prepare()
        confine(self._memory_bytes)

    def obey(self, message: Message, descriptors: list[int]) -> Message:
        """Do what main says; errors that are nobody's fault get words."""
        grant_time()
        try:
            return self._obey(message, descriptors)
        except Cancelled:
            return Ended()
        except MemoryError:
            raise _out_of_memory(self._memory_bytes) from None
        except OSError as error:
            if error.errno == errno.ENOMEM:
                raise _out_of_memory(self._memory_bytes) from error
            if error.errno in FULL_DISK:
                raise AddonFailed(
                    f"The file cannot be written: {error.strerror}.",
                    code=Code.WRITE_ERROR,
                ) from error
            raise

    def _obey(self, message: Message, descriptors: list[int]) -> Message:
        match message, descriptors:
            case EditPage(page, edit), [pixels]:
                result = self._tools.apply(self._raster(page, pixels), edit)
                self._deliver(result, like=page)
                return Ended()
            case MeasurePage(page, analysis), [pixels]:
                raster = self._raster(page, pixels)
                return Found(self._tools.measure(raster, analysis))
            case ReadFile(), [file]:
                self._read(message, file)
                return Ended()
            case WriteFile(), [file]:
                with _opened(file, "w+b") as out:
                    self._write(message, out)
                return Ended()
            case WriteFile(), [file, other]:
                with _opened(file, "w+b") as out, _opened(other, "rb") as existing:
                    self._write(message, out, existing)
                return Ended()
        raise ScanwrightError(
            f"{type(message).__name__} came out of sequence.", code=Code.OUT_OF_SEQUENCE
        )

    def _read(self, wish: ReadFile, descriptor: int) -> None:
        for page in self._tools.open_file(
            _contents(descriptor, wish.size),
            name=wish.name,
            password=wish.password,
            resolution_dpi=wish.resolution_dpi,
        ):
            self._deliver(page.raster, original=page.original_jpeg)

    def _write(
        self, wish: WriteFile, out: BinaryIO, existing: BinaryIO | None = None
    ) -> None:
        def progress(done: int) -> None:
            if self._cancelled.is_set():
                raise Cancelled
            self._channel.send(Progress(done))

        sheets = self._sheets(wish.count)
        self._tools.write_file(
            sheets, wish.options, out, progress=progress, existing=existing
        )

    def _sheets(self, count: int) -> Iterator[PageIn]:
        """Ask main for one page after the other; one is void when the next is taken."""
        from scanwright.imaging.files.pages import PageIn

        for index in range(count):
            message, descriptors = self._ask(NextSheet(index))
            try:
                if not isinstance(message, Sheet):
                    raise ValueError(f"{message!r} is no sheet")  # noqa: TRY004 - as others
                pixels, *jpeg = descriptors
                original = bytes(_contents(*jpeg)) if jpeg else None
                page = PageIn(self._raster(message.page, pixels), original)
            finally:
                for descriptor in descriptors:
                    os.close(descriptor)
            yield page

    def _raster(self, page: Room, descriptor: int) -> Raster:
        from scanwright.imaging.raster import Raster

        room = self._rooms.enter(page.slot, page.size, descriptor)
        return Raster.read(room[: page.format.size_bytes].toreadonly(), page.format)

    def _deliver(
        self, raster: Raster, *, like: Room | None = None, original: bytes | None = None
    ) -> None:
        form = raster.format()
        if like:
            form = raster.format(source=like.format.source, side=like.format.side)
        raster.write(self.space(form.size_bytes))
        self.page(form, original)

    def _sort(self, message: Message, descriptors: list[int]) -> None:
        # One command at a time: when the next one comes, a cancel before it is old.
        if isinstance(message, EditPage | MeasurePage | ReadFile | WriteFile):
            self._forget_cancel()
        super()._sort(message, descriptors)


def _contents(descriptor: int, size: int | None = None) -> memoryview:
    """Return what is in a file, without reading it before it is looked at."""
    length = os.fstat(descriptor).st_size if size is None else size
    if not length:
        return memoryview(b"")
    return memoryview(mmap.mmap(descriptor, length, prot=mmap.PROT_READ))


def _opened(descriptor: int, mode: str) -> BinaryIO:
    """Open a file; the descriptor stays with whoever has it."""
    return cast("BinaryIO", os.fdopen(os.dup(descriptor), mode))


def _out_of_memory(limit: int) -> AddonFailed:
    return AddonFailed(
        f"This needs more memory than it may have, {limit >> 20:,} MiB. "
        "Choose a lower resolution or fewer colours.",
        code=Code.OUT_OF_MEMORY,
    )


def main(argv: Sequence[str]) -> int:
    """Run an add-on worker on the channel that the arguments name."""
    match argv:
        case ["-addon", name, channel, memory] if (
            name in NAMES and channel.isdigit() and memory.isdigit()
        ):
            return run(ImagingTools(name), int(channel), memory_bytes=int(memory))
    print(__doc__, file=sys.stderr)
    return 2


def run(tools: Tools, channel: int, *, memory_bytes: int) -> int:
    """Run an add-on worker with these tools."""
    # Ctrl-C in the terminal is for main, which then hangs up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.closing(Channel(socket.socket(fileno=channel))) as end:
        AddonWorkerProgram(end, tools, memory_bytes=memory_bytes).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
