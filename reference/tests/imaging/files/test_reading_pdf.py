"""PDF files of ours and of others, good and hostile."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Literal

import img2pdf
import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from PIL import Image

from scanwright.errors import ModuleMissing
from scanwright.imaging.files.errors import EncryptedFile, UnreadableFile
from scanwright.imaging.files.limits import MOST_PAGES
from scanwright.imaging.files.pages import ReadPage
from scanwright.imaging.files.reading_pdf import read_pdf
from scanwright.imaging.raster import Raster
from scanwright.protocol.saving import (
    FileType,
    PdfCompression,
    PdfPageType,
    SaveOptions,
)


def pages_of(data: bytes, password: str = "", dpi: int = 200) -> list[ReadPage]:
    """All pages of a PDF."""
    return list(read_pdf(data, name="x.pdf", password=password, resolution_dpi=dpi))


def edited(data: bytes, edit: Callable[[pikepdf.Pdf], object]) -> bytes:
    """The file after a change by pikepdf."""
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as pdf:
        edit(pdf)
        pdf.save(out)
    return out.getvalue()


def jpeg_of(raster: Raster, **options: object) -> bytes:
    """The raster as a JPEG."""
    out = BytesIO()
    Image.fromarray(raster.samples).save(out, "JPEG", **options)
    return out.getvalue()


def written(text: str) -> bytes:
    """A page of 72 by 144 points with text on it."""
    pdf = pikepdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, 72, 144]),
        Resources=Dictionary(Font=Dictionary(F=font)),
        Contents=pikepdf.Stream(pdf, f"BT /F 30 Tf 5 50 Td ({text}) Tj ET".encode()),
    )
    pdf.pages.append(pikepdf.Page(page))
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("bits", [1, 4, 8])
@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("password", ["", "geheim"])
def test_pictures_come_back_exactly(
    saved: Callable[..., bytes],
    noise: Callable[..., Raster],
    bits: int,
    password: str,
    *,
    colour: bool,
) -> None:
    """Samples, depth and resolution, from a file that loses nothing."""
    raster = noise(bits, colour=colour and bits == 8)
    options = SaveOptions(
        FileType.PDF, pdf_compression=PdfCompression.LZW, password=password
    )
    (page,) = pages_of(saved(options, raster), password)
    assert page.raster.bits == bits
    assert page.raster.resolution_dpi == (300, 200)
    assert (page.raster.samples == raster.samples).all()


def test_resolution_is_that_on_the_paper(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """A picture on other paper has the pixels it had, on other inches."""
    options = SaveOptions(
        FileType.PDF, page_type=PdfPageType.CUSTOM, page_size_pt=(72, 72)
    )
    raster = noise(1, size=(500, 250), dpi=(100, 100))
    (page,) = pages_of(saved(options, raster))
    assert page.raster.resolution_dpi == (500, 500)
    assert (page.raster.samples == raster.samples).all()


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_rotation_is_clockwise(
    saved: Callable[..., bytes], noise: Callable[..., Raster], turns: int
) -> None:
    """A page's Rotate turns its picture, and the resolution with it."""
    raster = noise(1)
    data = edited(
        saved(SaveOptions(FileType.PDF), raster),
        lambda pdf: pdf.pages[0].rotate(90 * turns, relative=False),
    )
    (page,) = pages_of(data)
    assert (page.raster.samples == np.rot90(raster.samples, -turns)).all()
    expected = (200, 300) if turns % 2 else (300, 200)
    assert page.raster.resolution_dpi == expected


@pytest.mark.parametrize("size", [(50, 30), (331, 203), (640, 480)])
@pytest.mark.parametrize("colour", [False, True])
def test_jpegs_come_out_as_they_went_in(
    smooth: Callable[..., Raster], size: tuple[int, int], *, colour: bool
) -> None:
    """img2pdf puts a JPEG in, and it is the original of the page."""
    jpeg = jpeg_of(smooth(colour=colour, size=size))
    (page,) = pages_of(img2pdf.convert(jpeg))
    assert page.original_jpeg == jpeg
    with Image.open(BytesIO(jpeg)) as image:
        difference = np.asarray(image, int) - page.raster.samples
    assert abs(difference).max() <= 3


def test_jpeg_that_the_pdf_changes_is_not_the_original(
    smooth: Callable[..., Raster],
) -> None:
    """Turned round by Decode, the picture is right and the JPEG is not given."""
    raster = smooth(colour=False)

    def invert(pdf: pikepdf.Pdf) -> None:
        (image,) = pdf.pages[0].get_images().values()
        image.Decode = Array([1, 0])

    (page,) = pages_of(edited(img2pdf.convert(jpeg_of(raster)), invert))
    assert page.original_jpeg is None
    assert abs(page.raster.samples.astype(int) - (255 - raster.samples)).max() < 12


def test_a_palette_over_a_jpeg_changes_it(smooth: Callable[..., Raster]) -> None:
    """Its samples are numbers of colours then; alone it is another picture."""
    palette = bytes(n for index in range(256) for n in (index, 0, 255 - index))

    def paint(pdf: pikepdf.Pdf) -> None:
        (image,) = pdf.pages[0].get_images().values()
        image.ColorSpace = Array(
            [Name.Indexed, Name.DeviceRGB, 255, pikepdf.String(palette)]
        )

    (page,) = pages_of(edited(img2pdf.convert(jpeg_of(smooth(colour=False))), paint))
    assert page.raster.is_colour
    assert page.original_jpeg is None


def test_jpegs_that_need_a_translation_are_not_originals(
    smooth: Callable[..., Raster],
) -> None:
    """CMYK becomes RGB; a turned page has no original."""
    out = BytesIO()
    Image.fromarray(smooth().samples).convert("CMYK").save(out, "JPEG")
    (page,) = pages_of(img2pdf.convert(out.getvalue()))
    assert page.original_jpeg is None
    assert page.raster.is_colour
    turned = edited(
        img2pdf.convert(jpeg_of(smooth())),
        lambda pdf: pdf.pages[0].rotate(90, relative=True),
    )
    assert pages_of(turned)[0].original_jpeg is None


def test_a_jpeg_is_as_large_as_its_own_header_says(
    smooth: Callable[..., Raster],
) -> None:
    """What the PDF tells of it may be wrong; the limits hold for both."""

    def lie(pdf: pikepdf.Pdf) -> None:
        (image,) = pdf.pages[0].get_images().values()
        image.Width = 80

    (page,) = pages_of(edited(img2pdf.convert(jpeg_of(smooth())), lie))
    assert (page.raster.width_px, page.raster.height_px) == (160, 96)
    bomb = bytearray(jpeg_of(smooth()))
    at = bomb.index(b"\xff\xc0") + 5

    def swap(pdf: pikepdf.Pdf) -> None:
        (image,) = pdf.pages[0].get_images().values()
        image.write(bytes(bomb), filter=Name.DCTDecode)

    data = img2pdf.convert(jpeg_of(smooth()))
    bomb[at : at + 4] = b"\xff\xdc\xff\xdc"
    with pytest.raises(UnreadableFile, match="65500 x 65500"):
        pages_of(edited(data, swap))


def test_masks_are_honoured(smooth: Callable[..., Raster]) -> None:
    """A picture with a mask is drawn on white, as large as the page."""

    def mask(pdf: pikepdf.Pdf) -> None:
        (image,) = pdf.pages[0].get_images().values()
        entries = {
            "/Type": Name.XObject,
            "/Subtype": Name.Image,
            "/Width": 1,
            "/Height": 1,
            "/BitsPerComponent": 8,
            "/ColorSpace": Name.DeviceGray,
        }
        image.SMask = pikepdf.Stream(pdf, b"\0", entries)

    jpeg = jpeg_of(smooth(), dpi=(72, 72))
    (page,) = pages_of(edited(img2pdf.convert(jpeg), mask), dpi=72)
    assert page.original_jpeg is None
    assert page.raster.samples.min() == 255


@pytest.mark.parametrize(
    ("palette", "bits", "colour"),
    [
        (b"\xff\xff\xff\0\0\0", 1, False),
        (b"\0\0\0\xff\0\0", 8, True),
        (b"\0\0\0\x10\x10\x10", 8, False),
    ],
)
def test_palettes_become_what_holds_them(
    saved: Callable[..., bytes],
    noise: Callable[..., Raster],
    palette: bytes,
    bits: int,
    *,
    colour: bool,
) -> None:
    """Two colours that are black and white are 1 bit, others are not."""

    def index(pdf: pikepdf.Pdf) -> None:
        (image,) = pdf.pages[0].get_images().values()
        image.ColorSpace = Array(
            [Name.Indexed, Name.DeviceRGB, 1, pikepdf.String(palette)]
        )

    options = SaveOptions(FileType.PDF, pdf_compression=PdfCompression.LZW)
    (page,) = pages_of(edited(saved(options, noise(1)), index))
    assert page.raster.is_colour == colour
    assert page.raster.bits in {bits, 8}
    assert set(np.unique(page.raster.samples)) <= {0, 1, 16, 255}


def deep(
    samples: np.ndarray[tuple[int, ...], np.dtype[np.uint16]], **entries: object
) -> bytes:
    """A page of an inch that is a picture of 16 bits."""
    pdf = pikepdf.new()
    space = Name.DeviceRGB if samples.ndim == 3 else Name.DeviceGray
    picture = pikepdf.Stream(
        pdf,
        samples.astype(">u2").tobytes(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=samples.shape[1],
        Height=samples.shape[0],
        BitsPerComponent=16,
        ColorSpace=space,
        **entries,
    )
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, 72, 72]),
        Resources=Dictionary(XObject=Dictionary(I=picture)),
        Contents=pikepdf.Stream(pdf, b"72 0 0 72 0 0 cm /I Do"),
    )
    pdf.pages.append(pikepdf.Page(page))
    out = BytesIO()
    pdf.save(out, compress_streams=True)
    return out.getvalue()


@settings(max_examples=40)
@given(width=st.integers(10, 30), height=st.integers(10, 30), colour=st.booleans())
def test_deep_pictures_keep_all_their_bits(
    noise: Callable[..., Raster], width: int, height: int, *, colour: bool
) -> None:
    """Gray and RGB of 16 bits come as they are in the file."""
    raster = noise(16, colour=colour, size=(width, height))
    (page,) = pages_of(deep(raster.samples))
    assert page.raster.bits == 16
    assert page.raster.resolution_dpi == (width, height)
    assert (page.raster.samples == raster.samples).all()


def test_deep_pictures_that_the_pdf_changes_have_8_bits(
    noise: Callable[..., Raster],
) -> None:
    """What PDFium makes of Decode counts, and that has 8 bits."""
    raster = noise(16, size=(40, 30))
    (page,) = pages_of(deep(raster.samples, Decode=Array([1, 0])))
    assert page.raster.bits == 8
    shown = page.raster.samples.reshape(30, 40, -1)[:, :, 0]
    assert abs(shown.astype(int) - (255 - (raster.samples >> 8))).max() <= 1


def test_deep_pictures_are_turned(noise: Callable[..., Raster]) -> None:
    """A page's Rotate turns those of 16 bits, too."""
    raster = noise(16, size=(40, 30))
    data = edited(
        deep(raster.samples), lambda pdf: pdf.pages[0].rotate(90, relative=False)
    )
    (page,) = pages_of(data)
    assert (page.raster.samples == np.rot90(raster.samples, -1)).all()


def stretched(data: bytes, unit: float) -> bytes:
    """The file with another unit on its last page."""

    def stretch(pdf: pikepdf.Pdf) -> None:
        pdf.pages[-1].obj.UserUnit = unit

    return edited(data, stretch)


def test_units_of_a_page_count(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """On a page of larger units the same picture has fewer dots an inch."""
    raster = noise(1, size=(400, 300), dpi=(300, 150))
    data = stretched(saved(SaveOptions(FileType.PDF), raster, raster), 2.5)
    first, second = (page.raster for page in pages_of(data))
    assert first.resolution_dpi == (300, 150)
    assert second.resolution_dpi == (120, 60)
    assert (second.samples == raster.samples).all()


def test_pages_of_other_units_are_drawn_larger() -> None:
    """Text on a page of two points a unit has twice the pixels."""
    (page,) = pages_of(stretched(written("Hi"), 2), dpi=72)
    assert (page.raster.width_px, page.raster.height_px) == (144, 288)
    assert page.raster.resolution_dpi == (72, 72)


@pytest.mark.parametrize("dpi", [72, 200, 300])
def test_text_is_drawn_at_the_wished_resolution(dpi: int) -> None:
    """Black on white, in colour, as large as the page."""
    (page,) = pages_of(written("Hi"), dpi=dpi)
    assert page.raster.resolution_dpi == (dpi, dpi)
    assert (page.raster.width_px, page.raster.height_px) == (dpi, dpi * 2)
    assert page.raster.samples.min() < 60
    assert page.raster.samples[0, 0].tolist() == [255, 255, 255]


def test_too_large_a_page_is_not_drawn() -> None:
    """Paper of five metres at 1200 dpi is refused before any memory is taken."""

    def stretch(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].mediabox = Array([0, 0, 14_400, 14_400])

    with pytest.raises(UnreadableFile, match="pixels"):
        pages_of(edited(written("Hi"), stretch), dpi=1200)


def test_too_large_a_picture_is_not_decoded(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """What a picture claims to measure is enough to refuse it."""

    def swell(pdf: pikepdf.Pdf) -> None:
        (image,) = pdf.pages[0].get_images().values()
        image.Width, image.Height = 60_000, 60_000

    data = edited(saved(SaveOptions(FileType.PDF), noise(1)), swell)
    with pytest.raises(UnreadableFile):
        pages_of(data)


@pytest.mark.slow
def test_streams_that_swell_stay_in_bounds(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """A small picture whose stream is 100 MB of zeros is a small picture."""

    def swell(pdf: pikepdf.Pdf) -> None:
        (image,) = pdf.pages[0].get_images().values()
        image.write(bytes(100_000_000), filter=None)

    data = edited(saved(SaveOptions(FileType.PDF), noise(8, size=(40, 40))), swell)
    assert len(data) < 1_000_000
    with contextlib.suppress(UnreadableFile):
        assert pages_of(data)[0].raster.width_px == 40


def test_too_many_pages_are_refused() -> None:
    """Before the first is looked at."""
    pdf = pikepdf.new()
    for _ in range(MOST_PAGES + 1):
        pdf.add_blank_page(page_size=(9, 9))
    out = BytesIO()
    pdf.save(out)
    with pytest.raises(UnreadableFile, match="2,000 pages"):
        pages_of(out.getvalue())


def test_password_is_asked_for(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """The message tells a missing password from a wrong one."""
    data = saved(SaveOptions(FileType.PDF, password="pässwort"), noise(1))  # noqa: S106
    with pytest.raises(EncryptedFile, match="Give its password"):
        pages_of(data)
    with pytest.raises(EncryptedFile, match="another password"):
        pages_of(data, "geheim")
    assert len(pages_of(data, "pa\u0308sswort")) == 1


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_others_encryption_opens(
    saved: Callable[..., bytes],
    noise: Callable[..., Raster],
    revision: Literal[2, 3, 4, 6],
) -> None:
    """From the oldest to the newest, and with an owner's password only."""
    plain, raster = saved(SaveOptions(FileType.PDF), noise(1)), noise(1)
    for user in ("geheim", ""):
        out = BytesIO()
        lock = pikepdf.Encryption(
            owner="chef", user=user, R=revision, aes=revision > 3, metadata=revision > 3
        )
        with pikepdf.open(BytesIO(plain)) as pdf:
            pdf.save(out, encryption=lock)
        (page,) = pages_of(out.getvalue(), user)
        assert (page.raster.samples == raster.samples).all()


def test_module_may_be_missing(
    saved: Callable[..., bytes],
    noise: Callable[..., Raster],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without PDFium the answer tells what to install."""
    data = saved(SaveOptions(FileType.PDF), noise(1))
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(ModuleMissing, match=r"scanwright\[pdf\]"):
        pages_of(data)


@pytest.fixture(scope="session")
def samples(
    saved: Callable[..., bytes],
    smooth: Callable[..., Raster],
    noise: Callable[..., Raster],
) -> list[bytes]:
    """Small files with pictures of all codecs, and one with text."""
    pages = (noise(1, size=(20, 9)), smooth(size=(24, 16)), noise(4, size=(9, 9)))
    files = [
        saved(SaveOptions(FileType.PDF, pdf_compression=kind), *pages)
        for kind in PdfCompression
    ]
    locked = saved(SaveOptions(FileType.PDF, password="x"), *pages)  # noqa: S106
    return [*files, locked, written("Hi")]


@pytest.mark.slow
def test_files_cut_short_are_refused_or_read(samples: list[bytes]) -> None:
    """Cut at every 97th byte: nothing but UnreadableFile."""
    for data in samples:
        for end in range(8, len(data), 97):
            with contextlib.suppress(UnreadableFile):
                pages_of(data[:end], "x", dpi=30)


@settings(max_examples=150)
@given(st.data())
def test_damaged_files_are_refused_or_read(
    samples: list[bytes], data: st.DataObject
) -> None:
    """Changed bytes anywhere: nothing but UnreadableFile."""
    bad = bytearray(data.draw(st.sampled_from(samples)))
    for _ in range(data.draw(st.integers(1, 8))):
        bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnreadableFile):
        for page in pages_of(bytes(bad), "x", dpi=30):
            assert page.raster.width_px > 0
