"""Raw pages in sealed files: drawn once, kept while there is room."""

from __future__ import annotations

import fcntl
import gc
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from scanwright_simulators.device.settings import Mode, View
from scanwright_simulators.device.strips import Strip
from scanwright_simulators.errors import ContentError
from scanwright_simulators.faces.sane.pixels import (
    PixelCache,
    RawFile,
    first,
    noise,
)

VIEW = View(Mode.GRAY, 75, 0, 0, 10, 16)


class Artist:
    """Draws gray strips, and counts how often."""

    def __init__(self) -> None:
        self.drawn: list[str] = []

    def piece(self, key: str, shade: int = 7) -> Strip:
        """Return a strip of that shade."""

        def draw() -> Image.Image:
            self.drawn.append(key)
            return Image.new("L", (10, 16), shade)

        return Strip(key, 10, 16, draw)


def content(file: RawFile) -> bytes:
    """Return the bytes of a file."""
    return os.pread(file.descriptor, file.size, 0)


def test_equal_keys_are_drawn_once() -> None:
    """The second page that shares a strip costs nothing for it."""
    cache, artist = PixelCache(), Artist()
    (one, shared), (other, again) = (
        cache.files([artist.piece(key), artist.piece("body", 9)], VIEW)
        for key in ("band 1", "band 2")
    )
    assert artist.drawn == ["band 1", "body", "band 2"]
    assert again is shared
    assert one is not other
    assert content(shared) == bytes([9]) * 160


def test_other_depths_are_other_files() -> None:
    """A strip is kept for each depth that it was asked for in."""
    cache, artist = PixelCache(), Artist()
    deep = View(Mode.GRAY, 75, 0, 0, 10, 16, depth=16)
    (eight,) = cache.files([artist.piece("a")], VIEW)
    (sixteen,) = cache.files([artist.piece("a")], deep)
    assert (eight.size, sixteen.size) == (160, 320)


def test_files_are_sealed() -> None:
    """No client can change what other clients will read."""
    (file,) = PixelCache().files([Artist().piece("a")], VIEW)
    assert fcntl.fcntl(file.descriptor, fcntl.F_GET_SEALS) & fcntl.F_SEAL_WRITE
    with pytest.raises(PermissionError):
        os.write(file.descriptor, b"x")


def test_the_oldest_go_when_there_is_no_room() -> None:
    """What was used last stays, within the bytes and the number of files allowed."""
    artist = Artist()
    for cache in (PixelCache(limit_bytes=320), PixelCache(limit_files=2)):
        for key in ("a", "b", "a", "c"):
            cache.files([artist.piece(key)], VIEW)
        assert cache.ready([artist.piece("a"), artist.piece("c")], VIEW)
        assert cache.ready([artist.piece("b")], VIEW) is None
        assert cache.size_bytes == 320


def test_what_has_no_room_at_all_is_not_kept() -> None:
    """A file above the limit is made, and leaves the others where they are."""
    cache, artist = PixelCache(limit_bytes=200), Artist()
    cache.files([artist.piece("small")], VIEW)
    cache.files([artist.piece("x")], View(Mode.GRAY, 75, 0, 0, 10, 16, depth=16))
    assert cache.size_bytes == 160


def test_a_file_closes_with_its_last_reference() -> None:
    """One that was let go lives until nobody reads it, and then its number is free."""
    cache, artist = PixelCache(limit_files=1), Artist()
    (file,) = cache.files([artist.piece("a")], VIEW)
    cache.files([artist.piece("b")], VIEW)
    descriptor = file.descriptor
    assert content(file) == bytes([7]) * 160
    del file
    gc.collect()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_two_who_want_the_same_wait_for_one() -> None:
    """A strip that is being drawn is not drawn a second time beside that."""
    cache, begun, finish = PixelCache(), threading.Event(), threading.Event()
    count = []

    def draw() -> Image.Image:
        count.append(1)
        begun.set()
        finish.wait(10)
        return Image.new("L", (10, 16))

    with ThreadPoolExecutor(2) as threads:
        work: Callable[[], list[RawFile]] = lambda: cache.files(  # noqa: E731
            [Strip("a", 10, 16, draw)], VIEW
        )
        one = threads.submit(work)
        begun.wait(10)
        two = threads.submit(work)
        finish.set()
        assert one.result(10)[0] is two.result(10)[0]
    assert count == [1]


def test_what_cannot_be_drawn_is_tried_again() -> None:
    """A failure reaches whoever asked, and is not kept."""
    cache, artist = PixelCache(), Artist()

    def fail() -> Image.Image:
        raise ContentError("gone")

    with pytest.raises(ContentError):
        cache.files([Strip("a", 10, 16, fail)], VIEW)
    assert len(cache.files([artist.piece("a")], VIEW)) == 1


def test_many_strips_share_files() -> None:
    """A page of more strips than files may go with it is whole and in order."""
    artist = Artist()
    strips = [artist.piece(str(n), n) for n in range(100)]
    files = PixelCache().files(strips, VIEW)
    assert len(files) <= 32
    whole = b"".join(content(file) for file in files)
    assert whole == b"".join(bytes([n]) * 160 for n in range(100))


def test_the_first_bytes() -> None:
    """A page can be cut anywhere."""
    files = [RawFile([b"abc"]), RawFile([b"defg"])]
    assert [part.size for part in first(files, 5)] == [3, 2]
    assert [part.size for part in first(files, 3)] == [3]
    assert first(files, 0) == []


def test_noise() -> None:
    """Noise is the same for the same seed."""
    one, two, three = (content(noise(50, seed=seed)) for seed in (1, 1, 2))
    assert one == two != three
