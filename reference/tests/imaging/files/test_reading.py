"""Files are told apart by content, and read whatever they are called."""

from __future__ import annotations

import contextlib
import mmap
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.imaging.files.errors import UnreadableFile
from scanwright.imaging.files.reading import MARKS, open_file
from scanwright.imaging.raster import Raster
from scanwright.protocol.saving import FileType, SaveOptions


@pytest.mark.parametrize("kind", list(FileType))
def test_content_decides(
    saved: Callable[..., bytes], noise: Callable[..., Raster], kind: FileType
) -> None:
    """Every type is read under a name of another."""
    data = saved(SaveOptions(kind), noise(8))
    (page,) = open_file(data, name="x.txt")
    assert (page.raster.width_px, page.raster.height_px) == (61, 37)
    assert page.raster.resolution_dpi == (300, 200)


def test_a_mapped_file_is_read(
    saved: Callable[..., bytes], noise: Callable[..., Raster], tmp_path: Path
) -> None:
    """Memory views and mapped files are as good as bytes."""
    file = tmp_path / "x"
    file.write_bytes(saved(SaveOptions(FileType.PNG), noise(8)))
    with file.open("rb") as opened:
        mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    with mapped:
        assert len(list(open_file(mapped, name="x"))) == 1
        with memoryview(mapped) as view:
            assert len(list(open_file(view, name="x"))) == 1


def test_junk_before_a_pdf_is_allowed(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """As far as other readers allow it, too."""
    data = saved(SaveOptions(FileType.PDF), noise(1))
    assert len(list(open_file(b"\n" * 500 + data, name="x"))) == 1


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"%!PS", b"%PD", b"\n" * 2000])
def test_unknown_types_are_refused(data: bytes) -> None:
    """The message names what is read, and the file."""
    with pytest.raises(UnreadableFile, match=r"x\.gif is none of BMP"):
        list(open_file(data, name="x.gif"))


def test_resolution_of_drawing_is_kept_in_bounds(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """A wish of 0 or of a million dots does no harm: it counts as 10 or 1200."""
    data = saved(SaveOptions(FileType.PDF), noise(1))
    drawn = data.replace(b"/Im0 Do Q", b"/Im0 n Q ")
    for wish, dpi in ((0, 10), (10**6, 1200)):
        (page,) = open_file(drawn, name="x", resolution_dpi=wish)
        assert page.raster.resolution_dpi == (dpi, dpi)


@given(st.sampled_from([*MARKS, b"%PDF-1.4\n"]), st.binary(max_size=300))
def test_anything_after_a_mark_is_refused_or_read(mark: bytes, tail: bytes) -> None:
    """No bytes lead to anything but pages or UnreadableFile."""
    with contextlib.suppress(UnreadableFile):
        list(open_file(mark + tail, name="x"))
