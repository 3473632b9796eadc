"""An add-on worker whose work is as bad as a test wants it: run as a process."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, NoReturn

import numpy as np

from scanwright.errors import InvalidParameter
from scanwright.imaging.files.errors import UnreadableFile
from scanwright.imaging.files.pages import PageIn, ReadPage
from scanwright.imaging.raster import Raster
from scanwright.processes.addon_worker import run
from scanwright.protocol.edits import (
    Analysis,
    Border,
    Edit,
    Flip,
    Measured,
    Mirror,
    SetDepth,
    SetWidth,
    ToGray,
)
from scanwright.protocol.saving import SaveOptions

MIB = 1 << 20


class BadTools:
    """Invert works; every other edit is a way to fail."""

    def prepare(self) -> None:
        """Take no time."""

    def apply(self, raster: Raster, edit: Edit) -> Raster:
        """Do what a test has chosen by the kind of the edit."""
        match edit:
            case Flip():
                hang()
            case Mirror():
                take_all_memory()
            case ToGray():
                os.kill(os.getpid(), signal.SIGSEGV)
            case SetDepth():
                raise InvalidParameter("bitsPerPixel is bad.")
            case Border():
                raise RuntimeError("a defect")
            case SetWidth(width_px):  # larger than any page may be
                return Raster(np.zeros((1 << 16, 1), np.uint8).repeat(width_px, axis=1))
        return raster.with_samples(raster.white - raster.samples)

    def measure(self, raster: Raster, analysis: Analysis) -> Measured:
        """Tell the limits that hold here: memory and descriptors."""
        del raster, analysis
        memory, _ = resource.getrlimit(resource.RLIMIT_AS)
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return Measured(angle=float(memory), deviation=float(files))

    def open_file(
        self, data: memoryview, *, name: str, password: str, resolution_dpi: int
    ) -> Iterator[ReadPage]:
        """Make as many pages as the file says, and then what it says."""
        count, _, then = bytes(data).decode().partition(" ")
        for number in range(int(count)):
            samples = np.full((4, 4), number % 256, np.uint8)
            jpeg = f"{name} {password} {number}".encode() if number % 2 else None
            yield ReadPage(Raster(samples, 8, (resolution_dpi,) * 2), jpeg)
        if then == "damage":
            raise UnreadableFile(f"{name} is damaged.")
        if then == "hang":
            hang()

    def write_file(
        self,
        pages: Iterable[PageIn],
        options: SaveOptions,
        out: BinaryIO,
        *,
        progress: Callable[[int], None],
        existing: BinaryIO | None = None,
    ) -> None:
        """Write a line about every page; the quality says how it goes wrong."""
        if existing is not None:
            existing.seek(0)
            out.write(existing.read())
        for number, page in enumerate(pages, 1):
            shade = int(page.raster.samples[0, 0])
            out.write(f"{shade} {(page.original_jpeg or b'').decode()}\n".encode())
            progress(number)
            if options.quality == 1:
                raise OSError(int(options.pdf_version), "No space left on device")
            if options.quality == 2:
                hang()


def hang() -> NoReturn:
    """Never come back."""
    while True:
        signal.pause()


def take_all_memory() -> NoReturn:
    """Take more and more, until the kernel refuses."""
    taken = []
    while True:
        taken.append(np.ones(64 * MIB, np.uint8))


if __name__ == "__main__":
    channel, _, _, _, _, memory_bytes = sys.argv[1:]
    sys.exit(run(BadTools(), int(channel), memory_bytes=int(memory_bytes)))
