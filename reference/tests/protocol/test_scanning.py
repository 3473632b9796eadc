"""Page formats: sizes in bytes follow from sizes in pixels."""

from __future__ import annotations

import pytest

from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source


@pytest.mark.parametrize(
    ("pixel_type", "bits", "width", "stride"),
    [
        (PixelType.BW, 1, 9, 2),
        (PixelType.GRAY, 8, 9, 9),
        (PixelType.GRAY, 16, 9, 18),
        (PixelType.RGB, 8, 9, 27),
        (PixelType.RGB, 16, 9, 54),
    ],
)
def test_rows_are_packed_to_whole_bytes(
    pixel_type: PixelType,
    bits: int,
    width: int,
    stride: int,
) -> None:
    """A row is its bits, rounded up to a byte; a page is its rows."""
    page = PageFormat(width, 4, Depth(pixel_type, bits), (300, 300), Source.FLATBED)
    assert page.stride_bytes == stride
    assert page.size_bytes == 4 * stride
