"""PDF files: pages in the size that they say, drawn only when scanned."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from scanwright_simulators.device import (
    Identity,
    Input,
    Mode,
    Region,
    ScanSettings,
    Side,
    Size,
    View,
)
from scanwright_simulators.device.pdfs import PdfSide, _opened, sides
from scanwright_simulators.device.strips import render
from scanwright_simulators.errors import ContentError

SQUARE = Size(2400, 2400)
NOBODY = Identity("x", 1, Side.FRONT, 1)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Return a PDF of two pages: a black inch, and half of that."""
    first, second = Image.new("L", (100, 100)), Image.new("L", (50, 100))
    path = tmp_path / "two.pdf"
    first.save(path, resolution=100, save_all=True, append_images=[second])
    return path


def scan(
    side: PdfSide,
    *,
    mode: Mode = Mode.GRAY,
    region: Region | None = None,
) -> Image.Image:
    """Return `side` as a bed of two inches square sees it at 100 dpi."""
    view = View.of(ScanSettings(Input.PLATEN, mode, 100, region), SQUARE)
    return render(side.strips(view, NOBODY), mode)


def black_box(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Return where `image` is dark."""
    return image.convert("L").point([255] * 128 + [0] * 128).getbbox()


@pytest.mark.parametrize("mode", Mode)
def test_pages_have_their_stated_size(two: Path, mode: Mode) -> None:
    """A PDF gives its pages in order, each in the size that it says."""
    first, second = sides(two)
    assert (first.size, second.size) == (Size(1200, 1200), Size(600, 1200))
    assert black_box(scan(first, mode=mode)) == (0, 0, 100, 100)
    assert black_box(scan(second, mode=mode)) == (0, 0, 50, 100)
    assert (first.label, second.label) == ("two.pdf 1", "two.pdf 2")


def test_a_region_is_drawn_alone(tmp_path: Path) -> None:
    """A part of a page has the pixels of the whole page; beyond it there is white."""
    image = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(image).ellipse((20, 30, 180, 150), fill=(200, 30, 60))
    image.save(tmp_path / "disc.pdf", resolution=100)
    (side,) = sides(tmp_path / "disc.pdf")
    whole = scan(side, mode=Mode.COLOR)
    part = scan(side, mode=Mode.COLOR, region=Region(480, 360, 1200, 600))
    assert part.tobytes() == whole.crop((40, 30, 140, 80)).tobytes()


def test_beyond_the_page_there_is_white(two: Path) -> None:
    """A region that sees nothing of the page is white."""
    first, _ = sides(two)
    assert black_box(scan(first, region=Region(1300, 0, 600, 600))) is None
    assert black_box(scan(first, region=Region(0, 1300, 600, 600))) is None


def test_blank_pages_are_found(tmp_path: Path) -> None:
    """A page without a mark is blank."""
    Image.new("L", (100, 100), 255).save(tmp_path / "white.pdf", resolution=100)
    (white,) = sides(tmp_path / "white.pdf")
    assert white.is_blank()
    image = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(image).rectangle((50, 50, 100, 60), fill=0)
    image.save(tmp_path / "line.pdf", resolution=100)
    assert not sides(tmp_path / "line.pdf")[0].is_blank()


def pdf(*objects: str) -> bytes:
    """Return a PDF file of these objects; its root is the first."""
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n<<{text}>>\nendobj\n".encode()
    entries = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    return (
        body
        + (
            f"xref\n0 {count}\n0000000000 65535 f \n{entries}"
            f"trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
        ).encode()
    )


def test_a_million_pages_are_refused(tmp_path: Path) -> None:
    """They are counted before they are made: pages that are shared cost no bytes."""
    shared = [
        f"/Type/Pages/Count {10 ** (6 - level)}/Kids[{f'{level + 3} 0 R ' * 10}]"
        for level in range(6)
    ]
    page = "/Type/Page/MediaBox[0 0 100 100]"
    path = tmp_path / "many.pdf"
    path.write_bytes(pdf("/Type/Catalog/Pages 2 0 R", *shared, page))
    words = r"many\.pdf has 1,000,000 pages; a tray holds 100,000"
    with pytest.raises(ContentError, match=words):
        sides(path)


@pytest.mark.parametrize("box", ["200000 200000", "3 14000"])
def test_pages_that_no_paper_has_are_refused(tmp_path: Path, box: str) -> None:
    """Those as large as a field, and those as thin as a thread."""
    path = tmp_path / "odd.pdf"
    pages = "/Type/Pages/Count 1/Kids[3 0 R]"
    page = f"/Type/Page/Parent 2 0 R/MediaBox[0 0 {box}]"
    path.write_bytes(pdf("/Type/Catalog/Pages 2 0 R", pages, page))
    with pytest.raises(ContentError, match=r"odd\.pdf has a sheet of"):
        sides(path)


@pytest.mark.parametrize("error", [MemoryError, ValueError])
def test_whatever_goes_wrong_names_the_file(two: Path, error: type[Exception]) -> None:
    """An error without words says at least what it is."""
    with (
        pytest.raises(ContentError, match=rf"two\.pdf .*{error.__name__}"),
        _opened(two),
    ):
        raise error


def test_broken_files_are_named(tmp_path: Path) -> None:
    """A file that is no PDF, or is not there, is an error that names it."""
    (tmp_path / "broken.pdf").write_bytes(b"this is no document")
    for name in ("broken.pdf", "missing.pdf"):
        with pytest.raises(ContentError, match=name):
            sides(tmp_path / name)


def test_a_file_that_vanished_is_named(two: Path) -> None:
    """A PDF that is gone when it is scanned is an error that names it."""
    first, _ = sides(two)
    two.unlink()
    with pytest.raises(ContentError, match=r"two\.pdf"):
        scan(first)


def test_a_file_that_became_another_is_named(two: Path) -> None:
    """So is one that lost pages."""
    _, second = sides(two)
    Image.new("L", (100, 100)).save(two, resolution=100)
    with pytest.raises(ContentError, match=r"two\.pdf"):
        scan(second)


def test_without_the_library_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who installed the service alone is told what reads PDF."""
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    file = tmp_path / "page.pdf"
    file.write_bytes(b"%PDF-1.4")
    with pytest.raises(ContentError, match=r"pip install 'scanwright\[simulators\]'"):
        sides(file)
