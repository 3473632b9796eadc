"""Pictures in a PDF, decoded by PDFium and pikepdf."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scanwright.imaging.files.packing import with_eight_bits
from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.files.pdf_pictures import fitting, picture
from scanwright.imaging.raster import Raster
from scanwright.protocol.saving import FileType, PdfCompression, SaveOptions

C = PdfCompression
NAMES = {
    C.FAX4: "CCITTFaxDecode",
    C.LZW: "LZWDecode",
    C.JPEG: "DCTDecode",
    C.JPEG2000: "JPXDecode",
    C.JBIG2: "JBIG2Decode",
}


def pdf(compression: C, quality: int = 80) -> SaveOptions:
    """A PDF with such pictures."""
    return SaveOptions(FileType.PDF, quality=quality, pdf_compression=compression)


def seen_by_pdfium(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The pixels of the first page's picture, red first."""
    with pypdfium2.PdfDocument(data) as document:
        (thing,) = document[0].get_objects()
        return np.asarray(thing.get_bitmap().to_pil().convert("RGB"))


def in_colour(raster: Raster) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The raster as 24 bits."""
    samples = with_eight_bits(raster).samples
    if not raster.is_colour:
        samples = np.stack((samples,) * 3, axis=-1)
    return samples.astype(np.uint8)


@pytest.mark.parametrize(
    ("wished", "bits", "colour", "expected"),
    [
        (C.AUTO, 1, False, C.JBIG2),
        (C.AUTO, 8, True, C.JPEG),
        (C.AUTO, 16, False, C.JPEG),
        (C.FAX4, 1, False, C.FAX4),
        (C.FAX4, 4, False, C.JPEG),
        (C.JBIG2, 1, False, C.JBIG2),
        (C.JBIG2, 8, True, C.JPEG),
        (C.LZW, 1, False, C.LZW),
        (C.LZW, 8, True, C.LZW),
        (C.JPEG, 1, False, C.JPEG),
        (C.JPEG2000, 1, False, C.JPEG2000),
    ],
)
def test_each_page_is_compressed_as_it_fits(
    noise: Callable[..., Raster], wished: C, bits: int, expected: C, *, colour: bool
) -> None:
    """FAX4 and JBIG2 are for 1-bit pages; auto is JBIG2 for them, else JPEG."""
    raster = noise(bits, colour=colour)
    assert fitting(wished, raster) is expected
    entries = picture(PageIn(raster), pdf(wished), (1, 5)).entries
    assert entries["Filter"] == NAMES[expected]


def test_old_versions_have_no_jbig2(noise: Callable[..., Raster]) -> None:
    """Below 1.4 the automatic choice for 1-bit pages is FAX4."""
    made = picture(PageIn(noise(1)), pdf(C.AUTO), (1, 3))
    assert made.entries["Filter"] == "CCITTFaxDecode"


@settings(max_examples=40)
@given(st.sampled_from([C.FAX4, C.LZW, C.JBIG2]), st.integers(1, 40), st.integers(1, 9))
def test_bits_arrive_exactly(
    saved: Callable[..., bytes],
    noise: Callable[..., Raster],
    kind: C,
    width: int,
    height: int,
) -> None:
    """PDFium sees the same 1-bit page, of any size."""
    raster = noise(1, size=(width, height))
    assert (seen_by_pdfium(saved(pdf(kind), raster)) == in_colour(raster)).all()


@pytest.mark.parametrize(
    ("bits", "colour"), [(4, False), (8, False), (16, False), (8, True), (16, True)]
)
def test_lzw_loses_nothing_up_to_eight_bits(
    saved: Callable[..., bytes],
    noise: Callable[..., Raster],
    bits: int,
    *,
    colour: bool,
) -> None:
    """PDFium sees the samples; of 16 bits the higher half."""
    raster = noise(bits, colour=colour)
    assert (seen_by_pdfium(saved(pdf(C.LZW), raster)) == in_colour(raster)).all()


def test_pikepdf_decodes_fax(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """A second opinion about which side of FAX4 is black."""
    raster = noise(1)
    with pikepdf.open(BytesIO(saved(pdf(C.FAX4), raster))) as document:
        (thing,) = document.pages[0].get_images().values()
        assert isinstance(thing, pikepdf.Stream)
        image = pikepdf.PdfImage(thing).as_pil_image()
    assert (np.asarray(image.convert("L")) == in_colour(raster)[:, :, 0]).all()


@pytest.mark.parametrize("kind", [C.JPEG, C.JPEG2000])
@pytest.mark.parametrize("colour", [False, True])
def test_lossy_codecs_are_close(
    saved: Callable[..., bytes],
    smooth: Callable[..., Raster],
    kind: C,
    *,
    colour: bool,
) -> None:
    """A smooth picture stays as it was but for a few steps."""
    raster = smooth(colour=colour)
    seen = seen_by_pdfium(saved(pdf(kind), raster)).astype(int)
    assert abs(seen - in_colour(raster)).mean() < 3


def test_jpeg2000_without_loss(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """Quality 100 keeps every sample."""
    raster = noise(8, colour=True)
    seen = seen_by_pdfium(saved(pdf(C.JPEG2000, 100), raster))
    assert (seen == in_colour(raster)).all()


def test_quality_orders_jpeg2000(noise: Callable[..., Raster]) -> None:
    """Higher is larger."""
    page = PageIn(noise(8, size=(200, 200)))
    sizes = [
        len(picture(page, pdf(C.JPEG2000, quality), (1, 5)).data)
        for quality in (0, 50, 90, 100)
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2]


def test_own_jpeg_is_passed_on(smooth: Callable[..., Raster]) -> None:
    """The stream is the very JPEG; a progressive one needs version 1.3."""
    raster = smooth(colour=False)
    for progressive in (False, True):
        out = BytesIO()
        image = Image.fromarray(raster.samples)
        image.save(out, "JPEG", progressive=progressive)
        page = PageIn(raster, out.getvalue())
        assert picture(page, pdf(C.AUTO), (1, 3)).data == out.getvalue()
        old = picture(page, pdf(C.AUTO), (1, 2)).data
        assert (old == out.getvalue()) is not progressive


def test_colours_of_a_passed_jpeg_are_its_own(smooth: Callable[..., Raster]) -> None:
    """A gray page whose JPEG has three components is told as such."""
    gray = smooth(colour=False)
    out = BytesIO()
    Image.fromarray(gray.samples).convert("RGB").save(out, "JPEG")
    made = picture(PageIn(gray, out.getvalue()), pdf(C.JPEG), (1, 5))
    assert made.entries["ColorSpace"] == "DeviceRGB"
