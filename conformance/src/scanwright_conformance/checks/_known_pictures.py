"""What the checks of the page channel have in common: pictures that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.drawings import drawing, drawn_tiff, pixels_of
from scanwright_conformance.expect import expect, expect_equal, expect_image
from scanwright_conformance.expect_channel import expect_images
from scanwright_conformance.session import Stopped

if TYPE_CHECKING:
    from PIL.Image import Image

    from scanwright_conformance.session import Page
    from scanwright_conformance.transcript import Channel, Exchange

__all__ = [
    "GRAY_SHEETS",
    "SCAN_S",
    "expect_drawing",
    "expect_loaded",
    "expect_pixels",
    "fetch_all",
    "fill",
]

SCAN_S: Final = 60.0
GRAY_SHEETS: Final = {
    "source": "feeder",
    "pixelType": "gray",
    "bits": 8,
    "resolutionDpi": 100,
}


async def fill(page: Page, count: int) -> list[str]:
    """Load the drawings from 1 to `count`, as "load"; return their images, or stop."""
    numbers = range(1, count + 1)
    images = await page.load(drawn_tiff(*numbers))
    if len(images) != count:
        raise Stopped(f"{count} pages became {len(images)} images")
    return images


async def fetch_all(page: Page, label: str) -> None:
    """Ask for the state as `label`, and fetch its images: `label`-1, `label`-2 ..."""
    images = (await page.state(label)).get("images")
    for number, image in enumerate(images if isinstance(images, list) else [], start=1):
        path = image.get("path") if isinstance(image, dict) else ""
        await page.fetch(str(path), label=f"{label}-{number}")


def expect_loaded(talk: Channel, count: int) -> list[str]:
    """Return the images that `fill` brought, which are `count`."""
    images = expect_images(talk, "load")
    expect(talk, len(images) == count, f"{count} images", images)
    return images


def expect_drawing(exchange: Exchange, number: int) -> None:
    """Object when a PNG is not the drawing `number`, pixel by pixel."""
    expect_pixels(exchange, drawing(number))


def expect_pixels(exchange: Exchange, wanted: Image) -> None:
    """Object when a PNG is not exactly this picture."""
    image = expect_image(exchange, "image/png")
    expect_equal(exchange, image.pixels_sha256, pixels_of(wanted), what="pixels")
