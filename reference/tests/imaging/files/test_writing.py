"""Every type through one function, a page at a time."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from PIL import Image

from scanwright.errors import InvalidParameter
from scanwright.imaging.files.errors import UnreadableFile
from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.files.writing import write_file
from scanwright.imaging.raster import Raster
from scanwright.protocol.saving import FileType, PdfCompression, SaveOptions

MARKS = {
    FileType.BMP: b"BM",
    FileType.JPEG: b"\xff\xd8\xff",
    FileType.PNG: b"\x89PNG",
    FileType.TIFF: b"MM\0*",
    FileType.PDF: b"%PDF-1.5",
}


@pytest.mark.parametrize("kind", list(FileType))
def test_every_type_is_written(
    saved: Callable[..., bytes], noise: Callable[..., Raster], kind: FileType
) -> None:
    """A page becomes a file of the wished type."""
    assert saved(SaveOptions(kind), noise(1)).startswith(MARKS[kind])


@pytest.mark.parametrize("kind", [FileType.TIFF, FileType.PDF])
def test_one_page_at_a_time(noise: Callable[..., Raster], kind: FileType) -> None:
    """When a page is asked for, the one before is forgotten."""
    alive: list[weakref.ref[Raster]] = []
    left: list[int] = []

    def pages() -> Iterator[PageIn]:
        for seed in range(4):
            gc.collect()
            left.append(sum(ref() is not None for ref in alive))
            raster = noise(8, seed=seed)
            # A slotted raster cannot be watched, its samples can.
            alive.append(weakref.ref(raster.samples))  # type: ignore[arg-type]
            page = PageIn(raster)
            del raster
            yield page
            del page

    write_file(pages(), SaveOptions(kind), BytesIO(), progress=lambda _: None)
    assert left == [0, 0, 0, 0]


def test_progress_counts_written_pages(noise: Callable[..., Raster]) -> None:
    """Each page is reported when it is in the file, not before."""
    out, reports = BytesIO(), list[tuple[int, bool]]()

    def report(count: int) -> None:
        reports.append((count, out.tell() > 1000 * count))

    pages = [PageIn(noise(8)) for _ in range(3)]
    write_file(pages, SaveOptions(FileType.PDF), out, progress=report)
    assert reports == [(1, True), (2, True), (3, True)]


@pytest.mark.parametrize(
    ("kind", "code"),
    [(FileType.BMP, -2351), (FileType.JPEG, -2361), (FileType.PNG, -2372)],
)
def test_second_page_is_refused_where_one_fits(
    saved: Callable[..., bytes],
    noise: Callable[..., Raster],
    kind: FileType,
    code: int,
) -> None:
    """The published code tells which type it was."""
    with pytest.raises(InvalidParameter) as caught:
        saved(SaveOptions(kind), noise(1), noise(1))
    assert caught.value.code == code


def test_no_page_is_no_file(saved: Callable[..., bytes]) -> None:
    """An empty document is refused for every type."""
    for kind in FileType:
        with pytest.raises(InvalidParameter, match="no page"):
            saved(SaveOptions(kind))


def test_options_are_checked_first(noise: Callable[..., Raster]) -> None:
    """Nothing is written when the options contradict each other."""
    options = SaveOptions(
        FileType.PDF, pdf_version="1.4", pdf_compression=PdfCompression.JPEG2000
    )
    out = BytesIO()
    with pytest.raises(InvalidParameter, match=r"1\.5"):
        write_file([PageIn(noise(1))], options, out, progress=lambda _: None)
    assert out.getvalue() == b""


def test_resolution_of_the_page_is_written(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """In every type of picture, what the page says and not what its raster says."""
    for kind in (FileType.BMP, FileType.JPEG, FileType.PNG, FileType.TIFF):
        page = PageIn(noise(8, dpi=(300, 300)), resolution_dpi=(100, 150))
        with Image.open(BytesIO(saved(SaveOptions(kind), page))) as image:
            assert image.info["dpi"] == pytest.approx((100, 150), abs=0.02)


@pytest.mark.parametrize("kind", [FileType.PDF, FileType.PNG])
def test_only_a_tiff_is_appended_to(
    noise: Callable[..., Raster], kind: FileType
) -> None:
    """Another type is refused, and nothing is written."""
    out, old = BytesIO(), BytesIO(b"II*\0")
    with pytest.raises(InvalidParameter, match="append"):
        write_file(
            [PageIn(noise(1))],
            SaveOptions(kind),
            out,
            progress=lambda _: None,
            existing=old,
        )
    assert out.getvalue() == b""


def test_what_cannot_be_appended_to_leaves_nothing(
    noise: Callable[..., Raster],
) -> None:
    """A file that is no TIFF is refused before anything is copied or asked for."""
    out, reports = BytesIO(), list[int]()
    with pytest.raises(UnreadableFile, match="no TIFF"):
        write_file(
            [PageIn(noise(1))],
            SaveOptions(FileType.TIFF),
            out,
            progress=reports.append,
            existing=BytesIO(b"no picture"),
        )
    assert (out.getvalue(), reports) == (b"", [])


def test_the_copy_of_what_is_there_is_no_page(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """While it is copied, none is told as done."""
    options, reports = SaveOptions(FileType.TIFF), list[int]()
    old = BytesIO(saved(options, noise(1), noise(1)))
    write_file(
        [PageIn(noise(1))], options, BytesIO(), progress=reports.append, existing=old
    )
    assert reports == [0, 1]
