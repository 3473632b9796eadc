"""Tones of a page: depth, gray, black and white, brightness, contrast, fill colours.

Every change of depth goes to the nearest level of the new depth, so black stays black
and white stays white, and going up loses nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scanwright.errors import InvalidParameter
from scanwright.imaging.raster import Raster, Samples
from scanwright.protocol.edits import red_green_blue

__all__ = [
    "adjust",
    "black_and_white",
    "fill_sample",
    "gray",
    "invert",
    "otsu_threshold",
    "set_depth",
    "with_bits",
]

LUMA: Final = (19595, 38470, 7471)
"""BT.601's 0.299, 0.587 and 0.114, in parts of 65536; Pillow has the same."""
BAND_ROWS: Final = 64
"""Sums need 32 bits a sample: rows are summed this many at a time."""
DEFAULT_THRESHOLD: Final = 128
NEAR_TONES: Final = 20
"""Two groups of tones whose means are nearer than this are one: paper and its grain."""
FORMS: Final = {
    1: (1, False),
    4: (4, False),
    8: (8, False),
    16: (16, False),
    24: (8, True),
    48: (16, True),
}
"""Bits per pixel: bits per sample, and whether it is colour."""


def with_bits(page: Raster, bits: int) -> Raster:
    """Return the page with `bits` per sample: 1, 4, 8 or 16."""
    if page.bits == bits:
        return page
    white = (1 << bits) - 1
    levels = np.arange(page.white + 1, dtype=np.uint32)
    table = (levels * white + page.white // 2) // page.white
    kind = np.uint16 if bits == 16 else np.uint8
    return page.with_samples(_mapped(page, table.astype(kind)), bits=bits)


def set_depth(page: Raster, bits_per_pixel: int) -> Raster:
    """Return the page with 1, 4, 8 or 16 bits of gray, or 24 or 48 bits of colour."""
    if bits_per_pixel not in FORMS:
        numbers = ", ".join(map(str, FORMS))
        raise InvalidParameter(f"bitsPerPixel must be one of {numbers}.")
    bits, is_colour = FORMS[bits_per_pixel]
    if not is_colour:
        return with_bits(gray(page), bits)
    deep = with_bits(page, bits)
    if deep.is_colour:
        return deep
    return deep.with_samples(np.repeat(deep.samples[..., np.newaxis], 3, axis=-1))


def gray(page: Raster) -> Raster:
    """Return the page without colours, at the same bits per sample (BT.601 luma)."""
    if not page.is_colour:
        return page
    if page.bits == 8:
        image = Image.fromarray(np.ascontiguousarray(page.samples))
        return page.with_samples(np.asarray(image.convert("L")))
    out = np.empty(page.samples.shape[:2], page.samples.dtype)
    for top in range(0, page.height_px, BAND_ROWS):
        band = page.samples[top : top + BAND_ROWS].astype(np.uint32)
        # The parts are 65536 together: the sum of white samples still fits 32 bits.
        total = band @ np.array(LUMA, np.uint32) + np.uint32(1 << 15)
        out[top : top + BAND_ROWS] = total >> 16
    return page.with_samples(out)


def black_and_white(page: Raster, threshold: int | None = None) -> Raster:
    """Return the page in 1 bit: white is what is at least `threshold`, 0 to 255.

    None takes the page's own: `otsu_threshold`.
    """
    flat = gray(page)
    if threshold is None:
        threshold = otsu_threshold(page)
    # In levels of the page's own depth, rounded up: no sample lies between.
    lowest = -(-threshold * page.white // 255)
    return page.with_samples((flat.samples >= lowest).view(np.uint8), bits=1)


def otsu_threshold(page: Raster) -> int:
    """Return the lowest tone, 0 to 255, of the lighter of the page's two groups.

    The groups are those whose means lie furthest apart, weighed by their pixels
    (N. Otsu, 1979). A page of one tone, grain included, is divided at 128.
    """
    shades = with_bits(gray(page), 8).samples
    image = Image.fromarray(np.ascontiguousarray(shades))
    counts = np.array(image.histogram(), np.float64)
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    weighed = np.cumsum(counts * np.arange(256))
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = (weighed[-1] - weighed[:-1]) / above - weighed[:-1] / below
    gap[(below == 0) | (above == 0)] = 0
    best = int(np.argmax(below * above * gap**2))
    return best + 1 if gap[best] >= NEAR_TONES else DEFAULT_THRESHOLD


def invert(page: Raster) -> Raster:
    """Return the negative of the page."""
    return page.with_samples(np.bitwise_xor(page.samples, page.white))


def adjust(page: Raster, *, brightness: int = 0, contrast: int = 0) -> Raster:
    """Return the page brighter or darker, richer or poorer in contrast.

    Both are from -1000 to 1000, and 0 changes nothing. With tones from 0 to 1,

        t = clip((tone - 1/2) * (1000 + contrast) / (1000 - contrast) + 1/2)
        result = clip(t + brightness / 1000)

    so -1000 of contrast is an even gray, 1000 is black and white; -1000 of brightness
    is black, 1000 is white. A lighter tone never becomes the darker one.
    """
    slope = (1000 + contrast) / max(1000 - contrast, 1e-6)
    tones = np.arange(page.white + 1) / page.white
    rich = np.clip((tones - 0.5) * slope + 0.5, 0, 1)
    bright = np.clip(rich + brightness / 1000, 0, 1)
    table = np.rint(bright * page.white).astype(page.samples.dtype)
    return page.with_samples(_mapped(page, table))


def fill_sample(page: Raster, fill: str) -> Samples:
    """Return the pixel that `RRGGBB` is on this page: one sample, or three in colour.

    Raises:
        InvalidParameter: `fill` is no colour.
    """
    parts = np.array([[red_green_blue(fill)]], np.uint8)
    # Gray before it has few levels: of a pink at 1 bit, only the red would be left.
    pixel = with_bits(Raster(parts), 16)
    pixel = with_bits(pixel if page.is_colour else gray(pixel), page.bits)
    sample: Samples = pixel.samples[0, 0]
    return sample


def _mapped(page: Raster, table: Samples) -> Samples:
    """Look every sample up in `table`, which has an entry for each level."""
    if page.bits == 16 or table.dtype == np.uint16:
        looked_up: Samples = table[page.samples]
        return looked_up
    # Pillow looks bytes up four times as fast; it does not mind that they are packed.
    rows = np.ascontiguousarray(page.samples).reshape(page.height_px, -1)
    entries: NDArray[np.uint8] = np.resize(table, 256).astype(np.uint8)
    image = Image.fromarray(rows).point(entries.tolist())
    return np.asarray(image).reshape(page.samples.shape)
