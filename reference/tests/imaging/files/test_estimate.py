"""Estimates beside what the files really take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scanwright.imaging.files.estimate import estimated_bytes
from scanwright.imaging.files.reading import open_file
from scanwright.imaging.raster import Raster
from scanwright.protocol.saving import (
    FileType,
    PdfCompression,
    SaveOptions,
    TiffCompression,
)
from scanwright.protocol.scanning import Depth, PixelType

PAGES = Path(__file__).parents[4] / "fixtures" / "pages"
WISHES = [
    SaveOptions(FileType.BMP),
    SaveOptions(FileType.PNG),
    *(SaveOptions(FileType.JPEG, quality=quality) for quality in (10, 45, 80, 95)),
    *(SaveOptions(FileType.TIFF, tiff_compression=kind) for kind in TiffCompression),
    *(SaveOptions(FileType.PDF, pdf_compression=kind) for kind in PdfCompression),
]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a4-150-gray", "a4-150-bw", "letter-150-gray"])
def test_estimates_are_within_a_factor_of_two(
    saved: Callable[..., bytes], name: str
) -> None:
    """For every type and compression, on pages of text with a picture."""
    file = PAGES / f"{name}.png"
    (page,) = open_file(file.read_bytes(), name=name)
    raster: Raster = page.raster
    size = (raster.width_px, raster.height_px)
    for options in WISHES:
        real = len(saved(options, raster))
        guess = estimated_bytes(*size, raster.depth, options)
        assert real / 2 < guess < real * 2, options


def test_more_quality_is_estimated_larger() -> None:
    """The curve rises all the way."""
    depth = Depth(PixelType.RGB, 8)
    sizes = [
        estimated_bytes(1000, 1000, depth, SaveOptions(FileType.JPEG, quality=quality))
        for quality in range(101)
    ]
    assert sizes == sorted(set(sizes))


def test_sixteen_bits_count_where_they_are_kept() -> None:
    """PNG and TIFF keep them, BMP and PDF do not."""
    deep, flat = (Depth(PixelType.GRAY, bits) for bits in (16, 8))
    for kind in (FileType.PNG, FileType.TIFF, FileType.BMP):
        options = SaveOptions(kind)
        ratio = estimated_bytes(1000, 1000, deep, options) / estimated_bytes(
            1000, 1000, flat, options
        )
        assert ratio == pytest.approx(1 if kind is FileType.BMP else 2, abs=0.05)


def test_no_quality_no_estimate() -> None:
    """A quality out of range is a mistake of the caller's."""
    options = SaveOptions(FileType.JPEG, quality=101)
    with pytest.raises(ValueError, match="101"):
        estimated_bytes(10, 10, Depth(PixelType.GRAY, 8), options)
