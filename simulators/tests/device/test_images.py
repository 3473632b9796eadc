"""Image files: their physical size, any pixel format, and what can be wrong."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from scanwright_simulators.device import (
    Identity,
    Input,
    Levels,
    Mode,
    Region,
    ScanSettings,
    Side,
    Size,
    View,
)
from scanwright_simulators.device.images import (
    ImageSide,
    _flatten,
    _opened,
    file_stamp,
    sides,
)
from scanwright_simulators.device.strips import render
from scanwright_simulators.errors import ContentError

SQUARE = Size(2400, 2400)
NOBODY = Identity("x", 1, Side.FRONT, 1)


def scan(
    side: ImageSide,
    *,
    mode: Mode = Mode.GRAY,
    dpi: int = 100,
    region: Region | None = None,
    levels: Levels = Levels(),  # noqa: B008  frozen
) -> Image.Image:
    """Return `side` as a bed of two inches square sees it."""
    settings = ScanSettings(Input.PLATEN, mode, dpi, region, levels=levels)
    return render(side.strips(View.of(settings, SQUARE), NOBODY), mode)


def black_box(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Return where `image` is dark."""
    return image.convert("L").point([255] * 128 + [0] * 128).getbbox()


def test_an_image_keeps_its_physical_size(tmp_path: Path) -> None:
    """A black inch at 50 dpi is a black inch at 100 dpi, on white."""
    Image.new("RGB", (50, 50)).save(tmp_path / "inch.png", dpi=(50, 50))
    (side,) = sides(tmp_path / "inch.png", SQUARE)
    assert (side.size.width, side.size.height) == pytest.approx((1200, 1200), abs=1)
    page = scan(side)
    assert page.size == (200, 200)
    assert black_box(page) == (0, 0, 100, 100)


def test_an_image_without_resolution_fills_the_bed(tmp_path: Path) -> None:
    """A file that does not say its size is fitted to the bed."""
    Image.new("L", (30, 15)).save(tmp_path / "wide.png")
    (side,) = sides(tmp_path / "wide.png", SQUARE)
    assert side.size == Size(2400, 1200)
    assert black_box(scan(side)) == (0, 0, 200, 100)


@pytest.mark.parametrize(
    "dpi",
    [(1, 1), (2, 2), (300, 0), (300, 9), (1_000_000, 1_000_000)],
)
def test_an_absurd_resolution_is_none(tmp_path: Path, dpi: tuple[int, int]) -> None:
    """What cannot be a resolution is ignored."""
    Image.new("L", (30, 15)).save(tmp_path / "odd.bmp", dpi=dpi)
    (side,) = sides(tmp_path / "odd.bmp", SQUARE)
    assert side.size == Size(2400, 1200)


def test_a_resolution_of_giant_paper_is_none(tmp_path: Path) -> None:
    """A picture fills the bed when its resolution would make it longer than 5 m."""
    for width, expected in ((2020, 2400), (1990, 1990 * 120)):
        Image.new("1", (width, 200)).save(tmp_path / "wide.tif", dpi=(10, 10))
        (side,) = sides(tmp_path / "wide.tif", SQUARE)
        assert side.size.width == expected


def test_threads_are_no_paper(tmp_path: Path) -> None:
    """A picture of one row of pixels is refused with the reason."""
    Image.new("L", (2000, 1)).save(tmp_path / "row.jpg")
    with pytest.raises(ContentError, match=r"row\.jpg .* 200 times their width"):
        sides(tmp_path / "row.jpg", SQUARE)


def test_pixels_arrive_untouched_at_their_own_resolution(tmp_path: Path) -> None:
    """No resampling happens where none is needed."""
    noise = Image.effect_noise((200, 200), 80)
    noise.save(tmp_path / "noise.tif", dpi=(100, 100))
    (side,) = sides(tmp_path / "noise.tif", SQUARE)
    assert scan(side).tobytes() == noise.tobytes()


def test_a_region_sees_its_part(tmp_path: Path) -> None:
    """A region beyond the paper is white, one across its edge is half black."""
    Image.new("L", (100, 100)).save(tmp_path / "inch.png", dpi=(100, 100))
    (side,) = sides(tmp_path / "inch.png", SQUARE)
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
    (side,) = sides(tmp_path / "page.tif", SQUARE)
    page = scan(side, mode=mode)
    assert page.mode == mode.pillow
    assert black_box(page) is None


def test_transparency_lies_on_white_paper(tmp_path: Path) -> None:
    """Transparent pixels show the paper, whatever colour hides in them."""
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    (side,) = sides(tmp_path / "clear.png", SQUARE)
    assert black_box(scan(side)) is None


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_half_transparent_is_half_white(mode: str) -> None:
    """Paper shines through, at the cost of two pictures and not of four."""
    glass = Image.new("RGBA", (3, 3), (55, 55, 55, 128))
    stats = Image.core.get_stats  # type: ignore[attr-defined]  # untyped, documented
    made = stats()["new_count"]
    light = _flatten(glass, mode)
    assert stats()["new_count"] - made <= 2
    assert light.convert("L").getextrema() == (155, 155)
    assert _flatten(light, mode) is light


def test_the_threshold_cuts_without_dithering(tmp_path: Path) -> None:
    """1-bit pages are cut at the threshold."""
    image = Image.new("L", (200, 200), 100)
    ImageDraw.Draw(image).rectangle((100, 0, 199, 199), fill=160)
    image.save(tmp_path / "gray.png", dpi=(100, 100))
    (side,) = sides(tmp_path / "gray.png", SQUARE)
    assert black_box(scan(side, mode=Mode.BW)) == (0, 0, 100, 200)
    low, high = Levels(threshold=90), Levels(threshold=170)
    assert black_box(scan(side, mode=Mode.BW, levels=low)) is None
    assert black_box(scan(side, mode=Mode.BW, levels=high)) == (0, 0, 200, 200)


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_stand_upright(tmp_path: Path, suffix: str, orientation: int) -> None:
    """The orientation that a camera noted is undone, resolutions turn along."""
    upright = Image.new("L", (100, 50), 255)
    ImageDraw.Draw(upright).rectangle((0, 0, 49, 24), fill=0)
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = upright if undo is None else upright.transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"photo.{suffix}"
    stored.save(path, exif=exif, dpi=(100, 100))
    (side,) = sides(path, SQUARE)
    expected = (1200, 600)
    assert (side.size.width, side.size.height) == pytest.approx(expected, abs=1)
    box = black_box(scan(side))
    assert box == pytest.approx((0, 0, 50, 25), abs=1)


def test_frames_of_a_tiff_are_pages(tmp_path: Path) -> None:
    """A TIFF gives its pages in order, each with its number."""
    shades = [Image.new("L", (10, 10), shade) for shade in (10, 20)]
    path = tmp_path / "b.tiff"
    shades[0].save(path, save_all=True, append_images=shades[1:])
    pages = sides(path, SQUARE)
    assert [scan(side).getpixel((5, 5)) for side in pages] == [10, 20]
    assert [side.label for side in pages] == ["b.tiff 1", "b.tiff 2"]


def test_frames_of_other_files_are_none(tmp_path: Path) -> None:
    """An animation, and the depth map of a phone's photo, are no pages."""
    shades = [Image.new("L", (10, 10), shade) for shade in (10, 20)]
    path = tmp_path / "moving.png"
    shades[0].save(path, save_all=True, append_images=shades[1:])
    (side,) = sides(path, SQUARE)
    assert side.label == "moving.png"


def test_a_tiff_of_too_many_pages_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before all of them are made."""
    page, path = Image.new("L", (10, 10)), tmp_path / "many.tif"
    page.save(path, save_all=True, append_images=[page, page])
    monkeypatch.setattr("scanwright_simulators.device.images.MOST_SHEETS", 2)
    with pytest.raises(ContentError, match=r"many\.tif has more pages; a tray holds"):
        sides(path, SQUARE)


def test_large_photos_are_shrunk_while_decoded(tmp_path: Path) -> None:
    """A JPEG of high resolution lies where it should on a page of low resolution."""
    image = Image.new("L", (1200, 1200), 255)
    ImageDraw.Draw(image).rectangle((600, 300, 899, 599), fill=0)
    image.save(tmp_path / "fine.jpg", dpi=(600, 600))
    (side,) = sides(tmp_path / "fine.jpg", SQUARE)
    assert black_box(scan(side, dpi=50)) == (50, 25, 75, 50)


def test_blank_pages_are_found(tmp_path: Path) -> None:
    """An image file is blank when nothing is on it."""
    image = Image.new("L", (400, 400), 240)
    image.save(tmp_path / "a.png", dpi=(200, 200))
    ImageDraw.Draw(image).rectangle((100, 100, 200, 130), fill=0)
    image.save(tmp_path / "b.png", dpi=(200, 200))
    found = [
        sides(tmp_path / name, SQUARE)[0].is_blank() for name in ("a.png", "b.png")
    ]
    assert found == [True, False]


def test_a_changed_file_is_another_strip(tmp_path: Path) -> None:
    """Keys change with the file, so that nobody shows its old pixels."""
    path = tmp_path / "page.png"
    Image.new("L", (10, 10)).save(path)
    (side,) = sides(path, SQUARE)
    view = View(Mode.GRAY, 100, 0, 0, 10, 10)
    before = side.strips(view, NOBODY)[0].key
    assert side.strips(view, NOBODY)[0].key == before
    stamp = file_stamp(path)
    os.utime(path, ns=(stamp[0] + 10**9, stamp[0] + 10**9))
    assert side.strips(view, NOBODY)[0].key != before


def test_filling_a_tray_decodes_nothing(tmp_path: Path) -> None:
    """The head of a file is enough to know its page: its pixels may be missing."""
    path = tmp_path / "cut.png"
    Image.effect_noise((500, 500), 90).save(path, dpi=(100, 100))
    path.write_bytes(path.read_bytes()[:5000])
    (side,) = sides(path, SQUARE)
    with pytest.raises(ContentError, match=r"cut\.png"):
        scan(side)


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with more pixels than Pillow's guard allows is an error that says so."""
    path = tmp_path / "bomb.png"
    Image.new("1", (30, 30)).save(path)
    for limit in (500, 100):  # a warning of Pillow, and an error
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(ContentError, match=r"bomb\.png.*exceeds limit"):
            sides(path, SQUARE)


@pytest.mark.parametrize("name", ["broken.png", "missing.png"])
def test_broken_files_are_named(tmp_path: Path, name: str) -> None:
    """A file that cannot be read is an error that names it."""
    if name.startswith("broken"):
        (tmp_path / name).write_bytes(b"this is no picture")
    with pytest.raises(ContentError, match=name):
        sides(tmp_path / name, SQUARE)


@pytest.mark.parametrize("kind", ["EPS", "DDS", "ICO"])
def test_only_the_formats_of_scanners_are_opened(tmp_path: Path, kind: str) -> None:
    """Whatever its name says, a file of another kind is no picture."""
    path = tmp_path / "other.png"
    Image.new("RGB", (8, 8)).save(path, kind)
    with pytest.raises(ContentError, match=r"other\.png .*none of JPEG"):
        sides(path, SQUARE)


def test_photos_of_phones_are_opened(tmp_path: Path) -> None:
    """They are MPO, which is JPEG with more pictures behind the first."""
    path = tmp_path / "phone.jpg"
    picture = Image.new("RGB", (8, 8))
    picture.save(path, "MPO", save_all=True, append_images=[picture])
    assert len(sides(path, SQUARE)) == 1


def test_a_page_without_its_palette_is_named(tmp_path: Path) -> None:
    """Pillow stumbles over a damaged second page with a KeyError of its own."""
    page, path = Image.new("P", (9, 9)), tmp_path / "pale.tif"
    page.save(path, save_all=True, append_images=[page])
    palette, nothing = struct.pack("<HH", 320, 3), struct.pack("<HH", 321, 3)
    first, second, rest = path.read_bytes().split(palette)
    path.write_bytes(first + palette + second + nothing + rest)
    with pytest.raises(ContentError, match=r"pale\.tif"):
        sides(path, SQUARE)


def test_a_picture_without_memory_for_it_is_named(tmp_path: Path) -> None:
    """An error without words says at least what it is."""
    path = tmp_path / "large.png"
    Image.new("L", (9, 9)).save(path)
    words = r"large\.png .*MemoryError"
    with pytest.raises(ContentError, match=words), _opened(path):
        raise MemoryError


def test_a_file_that_vanished_is_named(tmp_path: Path) -> None:
    """Content is read when it is scanned; a file gone by then is an error."""
    path = tmp_path / "gone.png"
    Image.new("L", (10, 10)).save(path)
    (side,) = sides(path, SQUARE)
    path.unlink()
    with pytest.raises(ContentError, match=r"gone\.png"):
        scan(side)
    with pytest.raises(ContentError, match=r"gone\.png"):
        side.is_blank()
