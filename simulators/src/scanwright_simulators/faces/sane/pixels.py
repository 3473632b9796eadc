"""Raw rows of pages in sealed memory files, kept by the keys of their strips.

libsane's process reads a page straight out of these files, so nothing here copies a
page, and what many pages share is drawn once. The files used last are kept, up to a
number of bytes; one that a client still reads lives on until it has finished.

Files are made in threads, each one once: who wants what another thread is drawing
waits for that.
"""

from __future__ import annotations

import fcntl
import os
import random
import threading
import weakref
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from scanwright_simulators.device.settings import View
from scanwright_simulators.device.strips import Strip, raw_rows
from scanwright_simulators.faces.sane.protocol import MAX_FILES

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Part", "PixelCache", "RawFile", "first", "noise"]

LIMIT_BYTES: Final = 256 * 1024 * 1024
LIMIT_FILES: Final = 200
"""Each is a file descriptor, and most processes may have 1024."""

SEALS: Final = (
    fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
)


class RawFile:
    """Bytes in a sealed memory file, which is closed with the last reference to it."""

    __slots__ = ("__weakref__", "descriptor", "size")

    def __init__(self, parts: Sequence[memoryview | bytes]) -> None:
        flags = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
        self.descriptor = os.memfd_create("scanwright-page", flags)
        weakref.finalize(self, os.close, self.descriptor)
        self.size = 0
        for part in parts:
            self.size += _write(self.descriptor, memoryview(part))
        fcntl.fcntl(self.descriptor, fcntl.F_ADD_SEALS, SEALS)


@dataclass(frozen=True, slots=True)
class Part:
    """The first `size` bytes of a file: a piece of a page."""

    file: RawFile
    size: int


@dataclass(frozen=True, slots=True)
class _Wish:
    """A file that a page needs, and who makes it."""

    key: Hashable
    make: Callable[[], RawFile]


class PixelCache:
    """The files of pages; safe to use from any thread."""

    def __init__(
        self,
        *,
        limit_bytes: int = LIMIT_BYTES,
        limit_files: int = LIMIT_FILES,
    ) -> None:
        self._limits = (limit_bytes, limit_files)
        self._files: OrderedDict[Hashable, RawFile] = OrderedDict()
        self._being_made: dict[Hashable, Future[RawFile]] = {}
        self._size = 0
        self._lock = threading.Lock()

    @property
    def size_bytes(self) -> int:
        """Bytes of all files that are kept."""
        return self._size

    def ready(self, strips: Sequence[Strip], view: View) -> list[RawFile] | None:
        """Return the files of a page if all are there; never draws."""
        with self._lock:
            keys = [wish.key for wish in _wishes(strips, view)]
            if not all(key in self._files for key in keys):
                return None
            return [self._used(key) for key in keys]

    def files(self, strips: Sequence[Strip], view: View) -> list[RawFile]:
        """Return the files of a page, top to bottom; draws what is missing."""
        return [self._file(wish) for wish in _wishes(strips, view)]

    def _file(self, wish: _Wish) -> RawFile:
        with self._lock:
            if wish.key in self._files:
                return self._used(wish.key)
            promise = self._being_made.get(wish.key)
            is_mine = promise is None
            if promise is None:
                promise = self._being_made[wish.key] = Future()
        if is_mine:
            self._make(wish, promise)
        return promise.result()

    def _make(self, wish: _Wish, promise: Future[RawFile]) -> None:
        try:
            file = wish.make()
        except BaseException as error:
            with self._lock:
                del self._being_made[wish.key]
            promise.set_exception(error)
            raise
        with self._lock:
            del self._being_made[wish.key]
            self._keep(wish.key, file)
        promise.set_result(file)

    def _used(self, key: Hashable) -> RawFile:
        self._files.move_to_end(key)
        return self._files[key]

    def _keep(self, key: Hashable, file: RawFile) -> None:
        limit_bytes, limit_files = self._limits
        if file.size > limit_bytes:
            return
        self._files[key] = file
        self._size += file.size
        while self._size > limit_bytes or len(self._files) > limit_files:
            _, oldest = self._files.popitem(last=False)
            self._size -= oldest.size


def first(files: Sequence[RawFile], size: int) -> list[Part]:
    """Return the first `size` bytes of what `files` are together."""
    parts = []
    for file in files:
        if size <= 0:
            break
        parts.append(Part(file, min(file.size, size)))
        size -= file.size
    return parts


def noise(size: int, *, seed: int) -> RawFile:
    """Return a file of bytes that are no picture; equal seeds, equal bytes."""
    return RawFile([random.Random(seed).randbytes(size)])  # noqa: S311  no secret


def _wishes(strips: Sequence[Strip], view: View) -> list[_Wish]:
    """Return one wish a strip, or fewer where strips are more than files may be."""
    share = -(-len(strips) // MAX_FILES)
    groups = [strips[at : at + share] for at in range(0, len(strips), share or 1)]
    return [
        _Wish(
            (tuple(strip.key for strip in group), view.mode, view.depth),
            partial(_draw, group, view),
        )
        for group in groups
    ]


def _draw(strips: Sequence[Strip], view: View) -> RawFile:
    # A strip a time: a page at 600 dpi need not be in memory twice.
    return RawFile([raw_rows(strip, view).reshape(-1).data for strip in strips])


def _write(descriptor: int, data: memoryview) -> int:
    rest = data.cast("B") if data.nbytes else data
    while rest.nbytes:
        rest = rest[os.write(descriptor, rest) :]
    return data.nbytes
