"""BMP, JPEG, PNG and TIFF of others' making, good and hostile."""

from __future__ import annotations

import contextlib
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Literal

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from scanwright.imaging.files.errors import UnreadableFile
from scanwright.imaging.files.limits import MOST_PAGES
from scanwright.imaging.files.pages import ReadPage
from scanwright.imaging.files.reading_pictures import read_pictures
from scanwright.imaging.raster import Raster
from scanwright.protocol.saving import FileType, SaveOptions, TiffCompression

KINDS = {"BMP": "x.bmp", "JPEG": "x.jpg", "PNG": "x.png", "TIFF": "x.tif"}
ORIENTATION = 0x0112


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def only(content: bytes, kind: str) -> ReadPage:
    """The one page of a file."""
    (page,) = read_pictures(content, name=KINDS[kind], kind=kind)
    return page


def example() -> Image.Image:
    """A picture without symmetry."""
    values = np.arange(40 * 24 * 3).reshape(24, 40, 3) * 7 % 256
    return Image.fromarray(values.astype(np.uint8)).resize((40, 24))


@pytest.mark.parametrize(
    ("kind", "mode", "bits", "colour"),
    [
        ("BMP", "1", 1, False),
        ("BMP", "L", 8, False),
        ("BMP", "RGB", 8, True),
        ("JPEG", "L", 8, False),
        ("JPEG", "RGB", 8, True),
        ("JPEG", "CMYK", 8, True),
        ("PNG", "1", 1, False),
        ("PNG", "L", 8, False),
        ("PNG", "LA", 8, False),
        ("PNG", "RGB", 8, True),
        ("PNG", "RGBA", 8, True),
        ("PNG", "P", 8, True),
        ("PNG", "I;16", 16, False),
        ("TIFF", "1", 1, False),
        ("TIFF", "L", 8, False),
        ("TIFF", "RGB", 8, True),
        ("TIFF", "CMYK", 8, True),
        ("TIFF", "I;16", 16, False),
        ("TIFF", "F", 16, False),
    ],
)
def test_depths_stay(kind: str, mode: str, bits: int, *, colour: bool) -> None:
    """What cannot be kept becomes the nearest: CMYK RGB, alpha nothing."""
    image = example().convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    raster = only(encoded(image, kind), kind).raster
    assert (raster.bits, raster.is_colour) == (bits, colour)
    assert (raster.width_px, raster.height_px) == (40, 24)


def test_pixels_arrive_exactly() -> None:
    """A colour picture arrives pixel by pixel from every exact format."""
    for kind in ("BMP", "PNG", "TIFF"):
        raster = only(encoded(example(), kind), kind).raster
        assert (raster.samples == np.asarray(example())).all()


def test_alpha_is_laid_on_white() -> None:
    """What is clear becomes white, half black half gray."""
    rgba = Image.new("RGBA", (3, 1), (0, 0, 0, 0))
    rgba.putpixel((1, 0), (0, 0, 0, 255))
    rgba.putpixel((2, 0), (0, 0, 0, 127))
    samples = only(encoded(rgba, "PNG"), "PNG").raster.samples
    assert samples[0, :, 0].tolist() == [255, 0, 128]
    gray = only(encoded(rgba.convert("LA"), "PNG"), "PNG").raster
    assert gray.samples[0].tolist() == [255, 0, 128]


def test_transparent_colour_is_white() -> None:
    """A PNG may name one gray or one palette entry that shines through."""
    gray = Image.new("L", (2, 1), 7)
    gray.putpixel((1, 0), 9)
    raster = only(encoded(gray, "PNG", transparency=7), "PNG").raster
    assert raster.samples[0].tolist() == [255, 9]


@pytest.mark.parametrize(
    ("palette", "bits", "colour"),
    [
        ([0, 0, 0, 255, 255, 255], 1, False),
        ([255, 255, 255, 0, 0, 0], 1, False),
        ([0, 0, 0, 17, 17, 17], 4, False),
        ([0, 0, 0, 100, 100, 100], 8, False),
        ([0, 0, 0, 255, 0, 0], 8, True),
    ],
)
def test_palette_becomes_the_least_that_holds_it(
    palette: list[int], bits: int, *, colour: bool
) -> None:
    """Black and white is 1 bit, sixteen even grays 4, other grays 8, else RGB."""
    image = Image.new("P", (2, 1))
    image.putpalette(palette)
    image.putpixel((1, 0), 1)
    raster = only(encoded(image, "PNG"), "PNG").raster
    assert (raster.bits, raster.is_colour) == (bits, colour)
    seen = raster.samples.astype(int) * (255 // raster.white)
    assert seen.reshape(2, -1)[:, 0].tolist() == palette[::3]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_upright(kind: str, orientation: int) -> None:
    """All eight orientations, and the resolution turns with the picture."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options = {"exif": exif} if kind != "TIFF" else {"tiffinfo": exif}
    content = encoded(example(), kind, dpi=(300, 100), **options)
    page = only(content, kind)
    with Image.open(BytesIO(content)) as image:
        upright = ImageOps.exif_transpose(image)
    assert (page.raster.samples == np.asarray(upright)).all()
    sideways = orientation > 4
    assert page.raster.resolution_dpi == ((100, 300) if sideways else (300, 100))
    passed = kind == "JPEG" and orientation == 1
    assert page.original_jpeg == (content if passed else None)


def test_damaged_exif_does_not_matter() -> None:
    """A picture whose description is broken is a picture still."""
    content = encoded(example(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    assert only(content, "JPEG").raster.width_px == 40
    odd = Image.Exif()
    odd[ORIENTATION] = 77
    assert only(encoded(example(), "JPEG", exif=odd), "JPEG").raster.width_px == 40


@pytest.mark.parametrize("mode", ["CMYK", "RGB"])
def test_only_plain_jpegs_are_passed_on(mode: str) -> None:
    """A JPEG that needs a translation is not given out as the page."""
    content = encoded(example().convert(mode), "JPEG")
    page = only(content, "JPEG")
    assert page.original_jpeg == (content if mode == "RGB" else None)


@pytest.mark.parametrize("kind", list(KINDS))
def test_resolution_is_kept_or_that_of_a_screen(kind: str) -> None:
    """What a file does not tell is 96 dots an inch."""
    told = only(encoded(example(), kind, dpi=(300, 200)), kind).raster
    assert told.resolution_dpi == (300, 200)
    silent = only(encoded(example(), kind), kind).raster
    assert silent.resolution_dpi == (96, 96)


@pytest.mark.parametrize("bits", [1, 4, 16])
@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("kind", [FileType.PNG, FileType.TIFF])
def test_own_files_come_back(
    saved: Callable[..., bytes],
    noise: Callable[..., Raster],
    kind: FileType,
    bits: int,
    *,
    colour: bool,
) -> None:
    """Every depth that Pillow alone would change arrives whole."""
    raster = noise(bits, colour=colour and bits == 16)
    back = only(saved(SaveOptions(kind), raster), kind.name).raster
    assert back.bits == bits
    assert (back.samples == raster.samples).all()


@pytest.mark.parametrize(
    ("byteorder", "photometric"),
    [
        ("<", "minisblack"),
        (">", "minisblack"),
        ("<", "miniswhite"),
        (">", "miniswhite"),
        ("<", "rgb"),
        (">", "rgb"),
    ],
)
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_deep_tiffs_of_others(
    byteorder: Literal["<", ">"], photometric: str, compression: str | None
) -> None:
    """16 bits in either byte order, packed or not, and with 0 for white."""
    shape = (6, 5, 3) if photometric == "rgb" else (6, 5)
    values = np.random.default_rng(1).integers(0, 65536, shape, np.uint16)
    out = BytesIO()
    tifffile.imwrite(
        out,
        values,
        photometric=photometric,
        byteorder=byteorder,
        compression=compression,
    )
    raster = only(out.getvalue(), "TIFF").raster
    expected = 65535 - values if photometric == "miniswhite" else values
    assert raster.bits == 16
    assert (raster.samples == expected).all()


def test_deep_colour_on_a_later_page(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """What is decoded twice is the page itself, not the first one."""
    pages = [noise(16, colour=True, seed=seed) for seed in (1, 2)]
    content = saved(SaveOptions(FileType.TIFF), *pages)
    back = list(read_pictures(content, name="x", kind="TIFF"))
    for page, read in zip(pages, back, strict=True):
        assert (read.raster.samples == page.samples).all()


def test_real_samples_from_0_to_1() -> None:
    """Such are what programs for photographs write: 1 is white."""
    out = BytesIO()
    tifffile.imwrite(out, np.array([[0, 0.5, 1, np.nan]], np.float32))
    raster = only(out.getvalue(), "TIFF").raster
    assert raster.samples[0].tolist() == [0, 32768, 65535, 0]


@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_real_samples_may_have_0_for_white(byteorder: Literal["<", ">"]) -> None:
    """The file says so, and the page has 0 for black as every page."""
    out = BytesIO()
    values = np.array([[0, 0.25, 1]], np.float32)
    tifffile.imwrite(out, values, photometric="miniswhite", byteorder=byteorder)
    raster = only(out.getvalue(), "TIFF").raster
    assert raster.samples[0].tolist() == [65535, 49151, 0]


def test_pages_of_a_tiff_come_in_order(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """Each with its own size, depth and resolution."""
    pages = [noise(b, size=(9 + b, 8), dpi=(100 + b, 100)) for b in (1, 16, 8)]
    options = SaveOptions(FileType.TIFF, tiff_compression=TiffCompression.JPEG)
    content = saved(options, *pages)
    back = [page.raster for page in read_pictures(content, name="x", kind="TIFF")]
    assert [r.bits for r in back] == [1, 16, 8]
    assert [r.width_px for r in back] == [10, 25, 17]
    assert [r.resolution_dpi[0] for r in back] == [101, 116, 108]


def tiff_chain(count: int, *, loop: bool = False, width: int = 1) -> bytes:
    """A TIFF of `count` pages that share their only pixel."""
    entries = [(256, width), (257, 1), (258, 8), (259, 1), (262, 1), (273, 0)]
    entries += [(277, 1), (278, 1), (279, 1)]
    body = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    size = 2 + len(body) + 4
    directories = []
    for index in range(count):
        following = 8 + size * (index + 1) if index < count - 1 else (8 if loop else 0)
        head = struct.pack("<H", len(entries))
        directories.append(head + body + struct.pack("<I", following))
    return b"II*\0" + struct.pack("<I", 8) + b"".join(directories)


@pytest.mark.slow
def test_too_many_pages_are_refused() -> None:
    """Before the first is decoded."""
    with pytest.raises(UnreadableFile, match="2,000 pages"):
        next(read_pictures(tiff_chain(MOST_PAGES + 1), name="x.tif", kind="TIFF"))


def test_directories_in_a_circle_end() -> None:
    """A chain that comes back to its first directory is not followed for ever."""
    content = tiff_chain(3, loop=True)
    assert len(list(read_pictures(content, name="x.tif", kind="TIFF"))) == 3


def png_of(width: int, height: int) -> bytes:
    """A PNG that announces a size and has no data."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10)))
    return b"\x89PNG\r\n\x1a\n" + data


def test_bombs_are_refused_by_their_header() -> None:
    """A size beyond the limits is enough: nothing is decoded."""
    jpeg = bytearray(encoded(example(), "JPEG"))
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = b"\xff\xdc\xff\xdc"
    bmp = bytearray(encoded(example(), "BMP"))
    bmp[18:26] = struct.pack("<ii", 50_000, 50_000)
    bombs = {
        "PNG": png_of(50_000, 50_000),
        "JPEG": bytes(jpeg),
        "BMP": bytes(bmp),
        "TIFF": tiff_chain(1, width=200_000),
    }
    for kind, bomb in bombs.items():
        with pytest.raises(UnreadableFile):
            only(bomb, kind)
    with pytest.raises(UnreadableFile, match="50000 x 50000"):
        only(bombs["PNG"], "PNG")


def samples() -> dict[str, list[bytes]]:
    """Small files of every kind."""
    gray, bits = example().convert("L"), example().convert("1")
    deep = Image.fromarray(np.asarray(gray).astype(np.uint16) * 257)
    return {
        "BMP": [encoded(example(), "BMP"), encoded(bits, "BMP")],
        "JPEG": [encoded(example(), "JPEG"), encoded(gray, "JPEG", progressive=True)],
        "PNG": [encoded(example(), "PNG"), encoded(deep, "PNG"), encoded(bits, "PNG")],
        "TIFF": [
            encoded(example(), "TIFF", compression="tiff_lzw"),
            encoded(example(), "TIFF", compression="jpeg"),
            encoded(bits, "TIFF", compression="group4"),
            encoded(deep, "TIFF"),
        ],
    }


SAMPLES = samples()


@pytest.mark.parametrize("kind", list(KINDS))
def test_files_cut_short_are_refused_or_read(kind: str) -> None:
    """Cut at every 97th byte: nothing but UnreadableFile, and no wrong size."""
    for content in SAMPLES[kind]:
        for end in range(4, len(content), 97):
            with contextlib.suppress(UnreadableFile):
                page = only(content[:end], kind)
                assert page.raster.width_px == 40


@settings(max_examples=150)
@given(st.sampled_from(list(KINDS)), st.data())
def test_damaged_files_are_refused_or_read(kind: str, data: st.DataObject) -> None:
    """Changed bytes anywhere: nothing but UnreadableFile."""
    bad = bytearray(data.draw(st.sampled_from(SAMPLES[kind])))
    for _ in range(data.draw(st.integers(1, 6))):
        bad[data.draw(st.integers(2, len(bad) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnreadableFile):
        for page in read_pictures(bytes(bad), name="x", kind=kind):
            assert page.raster.width_px > 0
