"""How a page is described."""

from __future__ import annotations

from typing import Any, cast

from scanwright.protocol.pages import image_info, page_info
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Region, Source

PAGE = PageFormat(
    width_px=600,
    height_px=300,
    depth=Depth(PixelType.RGB, 8),
    resolution_dpi=(300, 150),
    source=Source.FLATBED,
)


def described(page: PageFormat, region: Region | None = None) -> dict[str, Any]:
    """Describe a page that is the second of its job."""
    return cast("dict[str, Any]", image_info(page, number=2, region=region))


def test_the_frame_is_pixels_by_resolution() -> None:
    """Inches, from the left upper corner of the region."""
    frame = described(PAGE, Region(25.4, 50.8, 100, 100))["ImageLayout"]["Frame"]
    assert frame == {"Left": 1.0, "Top": 2.0, "Right": 3.0, "Bottom": 4.0}


def test_samples_fill_eight_places() -> None:
    """BitsPerSample is an array of eight, as in TWAIN."""
    info = described(PAGE)
    assert info["BitsPerSample"] == [8, 8, 8, 0, 0, 0, 0, 0]
    assert info["BitsPerPixel"] == 24


def test_a_one_bit_page_has_one_bit() -> None:
    """Black and white is one sample of one bit."""
    page = PageFormat(8, 8, Depth(PixelType.BW, 1), (100, 100), Source.FEEDER)
    info = described(page)
    assert (info["BitsPerPixel"], info["PixelType"]) == (1, 0)


def test_an_info_is_an_array_of_one() -> None:
    """The published answer is an array with one object."""
    [info] = page_info({}, image_id=7, image_uid="abc", url="http://x")
    assert info["imageuid"] == "abc"
