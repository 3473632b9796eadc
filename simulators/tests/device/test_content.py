"""Content of the user's choice keeps its physical size."""

from __future__ import annotations

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
from scanwright_simulators.device.content import BlankSide, Content, PdfSide, load
from scanwright_simulators.device.strips import render
from scanwright_simulators.errors import ContentError

A4 = Size.of_mm(210, 297)
SQUARE = Size(2400, 2400)
NOBODY = Identity("x", 1, Side.FRONT, 1)


def scan(
    side: Content,
    *,
    mode: Mode = Mode.GRAY,
    dpi: int = 100,
    bed: Size = SQUARE,
    region: Region | None = None,
) -> Image.Image:
    """Return `side` as a bed of two inches square sees it."""
    view = View.of(ScanSettings(Input.PLATEN, mode, dpi, region), bed)
    return render(side.strips(view, NOBODY), mode)


def black_box(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Return where `image` is dark."""
    return image.convert("L").point(lambda value: 255 * (value < 128)).getbbox()


def test_an_image_keeps_its_physical_size(tmp_path: Path) -> None:
    """A black inch at 50 dpi is a black inch at 100 dpi, on white."""
    Image.new("RGB", (50, 50)).save(tmp_path / "inch.png", dpi=(50, 50))
    (side,) = load([tmp_path / "inch.png"], SQUARE)
    page = scan(side)
    assert page.size == (200, 200)
    assert black_box(page) == (0, 0, 100, 100)


def test_an_image_without_resolution_fills_the_bed(tmp_path: Path) -> None:
    """A file that does not say its size is fitted to the bed."""
    Image.new("L", (30, 15)).save(tmp_path / "wide.png")
    (side,) = load([tmp_path / "wide.png"], SQUARE)
    assert black_box(scan(side)) == (0, 0, 200, 100)


def test_pixels_arrive_untouched_at_their_own_resolution(tmp_path: Path) -> None:
    """No resampling happens where none is needed."""
    noise = Image.effect_noise((200, 200), 80)
    noise.save(tmp_path / "noise.tif", dpi=(100, 100))
    (side,) = load([tmp_path / "noise.tif"], SQUARE)
    assert scan(side).tobytes() == noise.tobytes()


def test_a_region_sees_its_part(tmp_path: Path) -> None:
    """A region beyond the paper is white, one across its edge is half black."""
    Image.new("L", (100, 100)).save(tmp_path / "inch.png", dpi=(100, 100))
    (side,) = load([tmp_path / "inch.png"], SQUARE)
    beyond = scan(side, region=Region(1200, 1200, 600, 600))
    across = scan(side, region=Region(600, 0, 1200, 600))
    assert black_box(beyond) is None
    assert black_box(across) == (0, 0, 50, 50)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("source", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16", "LA"])
def test_every_kind_of_image_gives_every_mode(
    tmp_path: Path,
    mode: Mode,
    source: str,
) -> None:
    """White stays white, from any pixel format to any mode."""
    image = Image.new("L", (20, 20), 255).convert("I;16" if source == "I;16" else "L")
    if source == "I;16":
        image = image.point(lambda value: value * 257)
    else:
        image = image.convert(source)
    image.save(tmp_path / "page.tif", dpi=(10, 10))
    (side,) = load([tmp_path / "page.tif"], SQUARE)
    page = scan(side, mode=mode)
    assert page.mode == mode.pillow
    assert black_box(page) is None


def test_transparency_lies_on_white_paper(tmp_path: Path) -> None:
    """Transparent pixels show the paper, whatever colour hides in them."""
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    (side,) = load([tmp_path / "clear.png"], SQUARE)
    assert black_box(scan(side)) is None


def test_pdf_pages_have_their_stated_size(tmp_path: Path) -> None:
    """A PDF gives its pages in order, each in the size that it says."""
    first, second = Image.new("L", (100, 100)), Image.new("L", (50, 100))
    path = tmp_path / "two.pdf"
    first.save(path, resolution=100, save_all=True, append_images=[second])
    sides = load([path], SQUARE)
    assert [black_box(scan(side)) for side in sides] == [
        (0, 0, 100, 100),
        (0, 0, 50, 100),
    ]


def test_folders_and_frames_come_in_order(tmp_path: Path) -> None:
    """A folder gives its files by name, a TIFF its frames, other files nothing."""
    shades = [Image.new("L", (10, 10), shade) for shade in (10, 20, 30)]
    shades[0].save(tmp_path / "a.png")
    shades[1].save(tmp_path / "b.tiff", save_all=True, append_images=[shades[2]])
    (tmp_path / "notes.txt").write_text("not a page", "utf-8")
    seen = [scan(side).getpixel((5, 5)) for side in load([tmp_path], SQUARE)]
    assert seen == [10, 20, 30]


@pytest.mark.parametrize("name", ["broken.png", "broken.pdf", "missing.png"])
def test_broken_files_are_named(tmp_path: Path, name: str) -> None:
    """A file that cannot be read is an error that names it."""
    if name.startswith("broken"):
        (tmp_path / name).write_bytes(b"this is no picture")
    with pytest.raises(ContentError, match=name):
        load([tmp_path / name], SQUARE)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    """A folder without pages is a mistake, not an empty tray."""
    with pytest.raises(ContentError, match="no image and no PDF"):
        load([tmp_path], SQUARE)


def test_a_file_that_vanished_is_named(tmp_path: Path) -> None:
    """Content is read when it is scanned; a file gone by then is an error."""
    path = tmp_path / "gone.png"
    Image.new("L", (10, 10)).save(path)
    (side,) = load([path], SQUARE)
    path.unlink()
    with pytest.raises(ContentError, match=r"gone\.png"):
        scan(side)


def test_a_pdf_that_vanished_is_named(tmp_path: Path) -> None:
    """The same holds for a PDF."""
    with pytest.raises(ContentError, match=r"gone\.pdf"):
        scan(PdfSide(tmp_path / "gone.pdf", 0))


def test_blank_sides_are_white() -> None:
    """A blank side has the size of the view and nothing on it."""
    page = scan(BlankSide(), mode=Mode.COLOR)
    assert page.size == (200, 200)
    assert black_box(page) is None


def test_black_and_white_is_a_threshold(tmp_path: Path) -> None:
    """1-bit pages are cut at half brightness, without dithering."""
    image = Image.new("L", (200, 200), 100)
    ImageDraw.Draw(image).rectangle((100, 0, 199, 199), fill=160)
    image.save(tmp_path / "gray.png", dpi=(100, 100))
    (side,) = load([tmp_path / "gray.png"], SQUARE)
    assert black_box(scan(side, mode=Mode.BW)) == (0, 0, 100, 200)
