"""How a page is described to a client.

Implements: PAGES-info, PAGES-info-members.
"""

from __future__ import annotations

from typing import Final

from scanwright.protocol.scanning import PageFormat, Region

__all__ = ["image_info", "page_info"]

MM_PER_INCH: Final = 25.4
PUBLISHED_SAMPLE_SLOTS: Final = 8
"""BitsPerSample is an array of eight, as in TWAIN's TW_IMAGEINFO."""


def image_info(page: PageFormat, *, number: int, region: Region | None) -> object:
    """Return `imageInfo` of the page with the 1-based `number`."""
    bits = page.depth.bits_per_sample
    samples = page.samples
    x_dpi, y_dpi = page.resolution_dpi
    left = region.left_mm / MM_PER_INCH if region else 0.0
    top = region.top_mm / MM_PER_INCH if region else 0.0
    return {
        "BitsPerPixel": bits * samples,
        "BitsPerSample": [bits] * samples + [0] * (PUBLISHED_SAMPLE_SLOTS - samples),
        "Compression": 0,
        "ImageLayout": {
            "DocumentNumber": 1,
            "FrameNumber": 1,
            "PageNumber": number,
            "Frame": {
                "Left": round(left, 4),
                "Top": round(top, 4),
                "Right": round(left + page.width_px / x_dpi, 4),
                "Bottom": round(top + page.height_px / y_dpi, 4),
            },
        },
        "ImageLength": page.height_px,
        "ImageWidth": page.width_px,
        "PixelType": int(page.depth.pixel_type),
        "Planar": False,
        "SamplesPerPixel": samples,
        "XResolution": x_dpi,
        "YResolution": y_dpi,
    }


def page_info(
    info: object,
    *,
    image_id: int,
    image_uid: str,
    url: str,
) -> list[dict[str, object]]:
    """Return the answer of next-page-info: an array of one object."""
    return [
        {
            "extendedImageInfo": {},
            "imageId": image_id,
            "imageInfo": info,
            "imageuid": image_uid,
            "url": url,
        },
    ]
