"""PDF into pages, by PDFium.

A page that is one upright picture becomes that picture, at its own pixels; its
resolution follows from how large it lies on the page. Whatever else there is - text,
lines, a mask, a second picture - makes a page that is drawn. PDFium gives 8 bits a
sample; pictures of 1, 4 and 16 bits are brought back to their depth.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from scanwright.errors import ModuleMissing
from scanwright.imaging.files.errors import (
    EncryptedFile,
    UnreadableFile,
    refusing_damage,
)
from scanwright.imaging.files.jpeg import read_header
from scanwright.imaging.files.limits import check_page_count, check_size, sound_dpi
from scanwright.imaging.files.pages import ReadPage
from scanwright.imaging.files.pdf_contents import only_picture
from scanwright.imaging.files.pdf_units import may_have_units, unit_points
from scanwright.imaging.raster import Raster

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.uint8]

__all__ = ["read_pdf"]

POINTS_PER_INCH: Final = 72
WRONG_PASSWORD: Final = 4
"""FPDF_ERR_PASSWORD."""
ALIKE: Final = 12.0
"""The mean difference of samples up to which two decodings are of one picture."""
SIGNS_OF_MASKS: Final = (b"Mask", b"ObjStm")
"""Without one of these words no object of a file can have a mask, or hide one."""
SIGN_OF_DEPTH: Final = re.compile(rb"/BitsPerComponent\s+16\b")
"""Dictionaries of pictures are never packed: without this none has 16 bits."""
UNPACKED: Final = frozenset(
    {"ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "FlateDecode", "RunLengthDecode"}
)
"""Filters that PDFium takes off, so that the samples themselves are left."""
EIGHTH: Final = 8
SMALL_PX: Final = 64
FPDF_BITMAP_GRAY: Final = 1


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be read, and what kinds of pages the file may have."""

    name: str
    resolution_dpi: int
    may_be_masked: bool
    may_be_deep: bool
    may_have_units: bool


def read_pdf(
    content: bytes, *, name: str, password: str, resolution_dpi: int
) -> Iterator[ReadPage]:
    """Yield the pages; `resolution_dpi` is for those that have to be drawn."""
    pdf = _opened(content, name, password)
    try:
        with refusing_damage(name):
            count = len(pdf)
        check_page_count(name, count)
        wish = _Wish(
            name,
            resolution_dpi,
            may_be_masked=any(sign in content for sign in SIGNS_OF_MASKS),
            may_be_deep=SIGN_OF_DEPTH.search(content) is not None,
            may_have_units=may_have_units(content),
        )
        for index in range(count):
            with refusing_damage(name):
                read = _read(pdf, index, wish)
            yield read
            del read
    finally:
        pdf.close()


def _opened(content: bytes, name: str, password: str) -> Any:
    try:
        import pypdfium2
    except ImportError as error:
        raise ModuleMissing(
            "Reading PDF files needs the module pdf: install scanwright[pdf]."
        ) from error
    # Most programs compose a password's letters before they use it, some do not.
    for secret in dict.fromkeys((password, unicodedata.normalize("NFKC", password))):
        try:
            return pypdfium2.PdfDocument(content, password=secret or None)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) != WRONG_PASSWORD:
                raise UnreadableFile(f"{name} cannot be read: {error}") from error
    if password:
        raise EncryptedFile(f"{name} is encrypted with another password.")
    raise EncryptedFile(f"{name} is encrypted. Give its password.")


def _read(pdf: Any, index: int, wish: _Wish) -> ReadPage:
    unit_pt = unit_points(pdf, index) if wish.may_have_units else 1.0
    page = pdf[index]
    try:
        picture = only_picture(page, may_be_masked=wish.may_be_masked)
        if picture is None:
            return ReadPage(_drawn(page, wish, unit_pt))
        return _picture(page, picture, wish, unit_pt)
    finally:
        page.close()


def _picture(page: Any, picture: Any, wish: _Wish, unit_pt: float) -> ReadPage:
    jpeg = _jpeg(picture)
    header = read_header(jpeg)
    if header is not None:
        # The decoder goes by the stream's own size, whatever the PDF says.
        check_size(wish.name, header.width_px, header.height_px)
    check_size(wish.name, *picture.get_px_size())
    raster = _decoded(picture, unit_pt, may_be_deep=wish.may_be_deep)
    turns = int(page.get_rotation()) // 90
    if turns:
        # A page's rotation is clockwise, numpy's is not.
        samples = np.ascontiguousarray(np.rot90(raster.samples, -turns))
        x_dpi, y_dpi = raster.resolution_dpi
        dpi = (y_dpi, x_dpi) if turns % 2 else (x_dpi, y_dpi)
        return ReadPage(Raster(samples, raster.bits, dpi))
    shows_page = header is not None and header.is_plain and _is_alike(jpeg, raster)
    return ReadPage(raster, jpeg if shows_page else None)


def _jpeg(picture: Any) -> bytes:
    """Return the JPEG that a picture is in the file, or nothing."""
    if list(picture.get_filters()) != ["DCTDecode"]:
        return b""
    return bytes(picture.get_data())


def _decoded(picture: Any, unit_pt: float, *, may_be_deep: bool) -> Raster:
    bits = picture.get_metadata().bits_per_pixel
    samples = _samples(picture.get_bitmap())
    matrix = picture.get_matrix()
    dpi = sound_dpi(
        samples.shape[1] * POINTS_PER_INCH / (matrix.a * unit_pt),
        samples.shape[0] * POINTS_PER_INCH / (matrix.d * unit_pt),
    )
    words = _words(picture, samples) if may_be_deep else None
    if words is not None:
        return Raster(words, 16, dpi)
    if samples.ndim == 3 and bits <= 8 and (samples == samples[:, :, :1]).all():
        # PDFium gives three equal samples for grays of 4 bits, and for palettes.
        samples = np.ascontiguousarray(samples[:, :, 0])
        return _narrowed(samples, 1 if bits == 1 else 4, dpi)
    return _narrowed(samples, 1 if bits == 1 else 8, dpi)


def _words(picture: Any, samples: Samples) -> NDArray[np.uint16] | None:
    """Return the samples of 16 bits that a picture has in the file, if it has such.

    A PDF may turn samples round, or give them a colour space of its own. Instead of
    guessing, they are compared with what PDFium has made of them at 8 bits.
    """
    if not UNPACKED.issuperset(picture.get_filters()):
        return None
    shown = samples if samples.ndim == 3 else samples[:, :, None]
    data = bytes(picture.get_data(decode_simple=True))
    colours, left = divmod(len(data), 2 * shown.shape[0] * shown.shape[1])
    if left or colours not in {1, 3}:
        return None
    words = np.frombuffer(data, ">u2").reshape(*shown.shape[:2], colours)
    difference = (words >> 8).astype(np.int16) - shown
    if abs(difference).max() > 1:
        return None
    return (words[:, :, 0] if colours == 1 else words).astype(np.uint16)


def _narrowed(samples: Samples, bits: int, dpi: tuple[int, int]) -> Raster:
    """Return samples of 8 bits with fewer, if these can hold them."""
    step = 255 // ((1 << bits) - 1)
    if samples.ndim == 3 or step == 1 or (samples % step).any():
        return Raster(samples, 8, dpi)
    return Raster(samples // step, bits, dpi)


def _samples(bitmap: Any) -> Samples:
    """Return a copy of a bitmap of PDFium's: gray, or red first."""
    samples: Samples = bitmap.to_numpy()
    if bitmap.format == FPDF_BITMAP_GRAY:
        return samples.reshape(samples.shape[:2]).copy()
    return np.ascontiguousarray(samples[:, :, 2::-1])


def _is_alike(jpeg: bytes, raster: Raster) -> bool:
    """Tell whether a JPEG shows the raster without the PDF's help.

    A PDF may turn the samples round (Decode), or give them a colour space of its own:
    instead of guessing, a small decoding is compared with PDFium's.
    """
    small = Image.open(BytesIO(jpeg), formats=("JPEG",))
    mode = "RGB" if raster.is_colour else "L"
    if (small.size, small.mode) != ((raster.width_px, raster.height_px), mode):
        return False
    shown = Image.fromarray(raster.samples)
    if min(small.size) >= SMALL_PX:
        small.draft(small.mode, (small.width // EIGHTH, small.height // EIGHTH))
        shown = shown.reduce(EIGHTH)
    difference = np.asarray(small, np.int16) - np.asarray(shown, np.int16)
    return float(np.abs(difference).mean()) < ALIKE


def _drawn(page: Any, wish: _Wish, unit_pt: float) -> Raster:
    """Return the page in colour, without annotations, at the wished resolution."""
    width, height = page.get_size()
    scale = wish.resolution_dpi * unit_pt / POINTS_PER_INCH
    check_size(wish.name, round(width * scale) + 1, round(height * scale) + 1)
    bitmap = page.render(scale=scale, may_draw_forms=False, draw_annots=False)
    return Raster(_samples(bitmap), 8, (wish.resolution_dpi, wish.resolution_dpi))
