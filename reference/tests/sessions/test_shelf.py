"""The shelf: files without names, found by secrets, closed in the end."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanwright.buffer.pages import Usage
from scanwright.errors import InternalError, InvalidParameter, OutOfSequence
from scanwright.sessions.shelf import (
    MEMORY_BYTES,
    MOST_FILES,
    SavedFile,
    Shelf,
    Upload,
)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """An empty shelf on an empty folder."""
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.clear()


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


@pytest.mark.parametrize("expected", [10, MEMORY_BYTES + 1, None])
def test_a_file_has_no_name(shelf: Shelf, tmp_path: Path, expected: int | None) -> None:
    """Small or large, a file can be written, and no folder shows it."""
    with shelf.new_file(expected) as fd:
        os.write(fd, b"content")
    assert os.pread(fd, 10, 0) == b"content"
    assert list(tmp_path.iterdir()) == []
    is_memory = str(Path(f"/proc/self/fd/{fd}").readlink()).startswith("/memfd:")
    assert is_memory == (expected == 10)
    shelf.add_upload(Upload(fd, 7))


def test_an_error_closes_the_file(shelf: Shelf) -> None:
    """A file whose making failed is closed, and takes no place."""
    for _ in range(MOST_FILES + 1):
        with pytest.raises(ValueError, match="broken"), shelf.new_file(1) as fd:
            raise ValueError("broken")
        assert not _is_open(fd)


def test_the_shelf_has_an_end(shelf: Shelf) -> None:
    """Beyond the limit there is no more file, until one is released."""
    names = []
    for _ in range(MOST_FILES):
        with shelf.new_file(1) as fd:
            pass
        names.append(shelf.add_saved(SavedFile(fd, 0, "a.pdf", "application/pdf")))
    with pytest.raises(OutOfSequence), shelf.new_file(1):
        pass
    shelf.release(names[0])
    with shelf.new_file(1) as fd:
        pass
    shelf.add_upload(Upload(fd, 0))


def test_files_that_are_being_made_count(shelf: Shelf) -> None:
    """Files under way take their place from the beginning."""
    with contextlib.ExitStack() as making:
        for _ in range(MOST_FILES):
            fd = making.enter_context(shelf.new_file(1))
            making.callback(os.close, fd)
        with pytest.raises(OutOfSequence), shelf.new_file(1):
            pass


def test_what_is_being_made_when_all_is_cleared(shelf: Shelf) -> None:
    """A file that is under way when the shelf is cleared is closed, and not kept."""
    with pytest.raises(OutOfSequence, match="gone"), shelf.new_file(1) as fd:
        shelf.clear()
    assert not _is_open(fd)
    with shelf.new_file(1) as fd:  # most likely of the same number
        pass
    shelf.add_upload(Upload(fd, 0))
    assert _is_open(fd)


def test_an_upload_is_given_out_once(shelf: Shelf) -> None:
    """Whoever takes an upload owns it, and nobody takes it again."""
    with shelf.new_file(1) as fd:
        pass
    name = shelf.add_upload(Upload(fd, 0))
    assert shelf.take_upload(name).fd == fd
    with pytest.raises(InvalidParameter):
        shelf.take_upload(name)
    os.close(fd)


def test_clearing_closes_everything(shelf: Shelf) -> None:
    """At the end no descriptor is left open."""
    fds = []
    for _ in range(2):
        with shelf.new_file(1) as fd:
            fds.append(fd)
    shelf.add_upload(Upload(fds[0], 0))
    name = shelf.add_saved(SavedFile(fds[1], 0, "a", "image/png"))
    shelf.clear()
    assert not any(map(_is_open, fds))
    assert shelf.saved(name) is None


def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    """A large file in a folder that is gone is a clear error."""
    shelf = Shelf(tmp_path / "gone")
    with pytest.raises(InternalError, match="cache"), shelf.new_file(None):
        pass


def test_files_are_counted_where_they_are(shelf: Shelf) -> None:
    """Small ones in memory, large ones on disk, and none that is gone."""
    with shelf.new_file(1) as small, shelf.new_file(MEMORY_BYTES + 1) as large:
        pass
    shelf.add_upload(Upload(small, 7))
    name = shelf.add_saved(SavedFile(large, 11, "a.pdf", "application/pdf"))
    assert shelf.usage() == Usage(memory_bytes=7, disk_bytes=11)
    shelf.release(name)
    assert shelf.usage() == Usage(memory_bytes=7)
