"""How large a file would become, before it is written.

From size, depth and options alone, by what pages of text with a picture take:

    bytes = 1,000 + pixels x samples x bits / 8 x share

`share` is how much of the raw size a codec leaves over. JPEG and JPEG 2000 count 8 bits
a sample, and their share grows with the quality: 1 at 80, double at 95, a third at 10.
A page of noise takes more and an empty one far less: a help for choosing, no promise.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from scanwright.protocol.saving import (
    FileType,
    PdfCompression,
    SaveOptions,
    TiffCompression,
)
from scanwright.protocol.scanning import Depth, PixelType

__all__ = ["estimated_bytes"]

AROUND_BYTES: Final = 1000
BILEVEL_SHARES: Final = {
    TiffCompression.NONE: 1.0,
    TiffCompression.RLE: 0.14,
    TiffCompression.FAX3: 0.14,
    TiffCompression.PACKBITS: 0.19,
}
BILEVEL_SHARE: Final = 0.09
LOSSLESS_SHARE: Final = 0.19
JPEG_SHARES: Final = {PixelType.BW: 0.09, PixelType.GRAY: 0.08, PixelType.RGB: 0.03}
WAVELET_SHARES: Final = {
    PixelType.BW: 0.056,
    PixelType.GRAY: 0.027,
    PixelType.RGB: 0.026,
}
QUALITY_CURVE: Final = ((0, 0.3), (45, 0.62), (80, 1.0), (95, 2.1), (100, 4.0))


def estimated_bytes(
    width_px: int, height_px: int, depth: Depth, options: SaveOptions
) -> int:
    """Return about how many bytes one page will take in a file of these options."""
    samples = width_px * height_px * (3 if depth.pixel_type is PixelType.RGB else 1)
    bits = depth.bits_per_sample
    lossy = _lossy_share(depth, options)
    if lossy is not None:
        return AROUND_BYTES + round(samples * lossy)
    if bits == 16 and options.type in {FileType.BMP, FileType.PDF}:
        bits = 8
    return AROUND_BYTES + round(samples * bits / 8 * _exact_share(depth, options))


def _lossy_share(depth: Depth, options: SaveOptions) -> float | None:
    """Return the share of a byte that a sample takes, or None where nothing is lost."""
    factor = _quality_factor(options.quality)
    is_bw = depth.pixel_type is PixelType.BW
    if options.type is FileType.PDF:
        kind = options.pdf_compression
        if kind is PdfCompression.JPEG2000:
            return WAVELET_SHARES[depth.pixel_type] * factor
        is_jpeg = kind is PdfCompression.JPEG or (
            kind is not PdfCompression.LZW and not is_bw
        )
    elif options.type is FileType.TIFF:
        wished = options.tiff_compression is TiffCompression.JPEG
        is_jpeg = wished and depth.bits_per_sample == 8
    else:
        is_jpeg = options.type is FileType.JPEG
    return JPEG_SHARES[depth.pixel_type] * factor if is_jpeg else None


def _exact_share(depth: Depth, options: SaveOptions) -> float:
    if options.type is FileType.BMP:
        return 1.0
    kind = TiffCompression.AUTO
    if options.type is FileType.TIFF:
        kind = options.tiff_compression
    if kind is TiffCompression.NONE:
        return 1.0
    if depth.pixel_type is PixelType.BW:
        return BILEVEL_SHARES.get(kind, BILEVEL_SHARE)
    return LOSSLESS_SHARE


def _quality_factor(quality: int) -> float:
    for (left, low), (right, high) in pairwise(QUALITY_CURVE):
        if quality <= right:
            return low + (high - low) * (quality - left) / (right - left)
    raise ValueError(f"{quality} is no quality from 0 to 100")
