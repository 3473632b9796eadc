"""Facts about pictures, derived from their bytes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from scanwright_conformance.images import (
    Identity,
    ImageFacts,
    image_facts,
)


def facts_of(image: Image.Image, format_: str, **options: Any) -> ImageFacts:
    """Return the facts of `image` saved as `format_`."""
    file = BytesIO()
    image.save(file, format_, **options)
    facts = image_facts(file.getvalue())
    assert facts is not None
    return facts


@pytest.mark.parametrize(
    ("mode", "channels", "bits"),
    [("1", 1, 1), ("L", 1, 8), ("RGB", 3, 8), ("I;16", 1, 16)],
)
def test_a_png_tells_its_samples(mode: str, channels: int, bits: int) -> None:
    """Channels and bits are those of the file, not those of the decoder."""
    facts = facts_of(Image.new(mode, (30, 20)), "PNG")
    assert (facts.format, facts.channels, facts.bits) == ("image/png", channels, bits)
    assert (facts.width_px, facts.height_px) == (30, 20)


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_alpha_is_seen(mode: str) -> None:
    """A PNG with an alpha channel says so."""
    assert facts_of(Image.new(mode, (3, 3)), "PNG").has_alpha


def test_transparency_of_a_palette_is_alpha_too() -> None:
    """A tRNS chunk makes a PNG transparent without a channel."""
    assert facts_of(Image.new("P", (3, 3)), "PNG", transparency=0).has_alpha


def test_a_colour_jpeg_has_three_channels() -> None:
    """JPEG always has eight bits and no alpha."""
    facts = facts_of(Image.new("RGB", (3, 3)), "JPEG")
    assert (facts.format, facts.channels, facts.bits) == ("image/jpeg", 3, 8)
    assert not facts.has_alpha


@pytest.mark.parametrize("format_", ["PNG", "JPEG"])
@pytest.mark.parametrize("dpi", [75, 100, 300, 600])
def test_the_resolution_is_read_back(format_: str, dpi: int) -> None:
    """Both formats carry dots per inch; PNG rounds them to the metre."""
    facts = facts_of(Image.new("L", (3, 3)), format_, dpi=(dpi, dpi))
    assert facts.dpi == pytest.approx((dpi, dpi), abs=0.02)


@pytest.mark.parametrize("format_", ["PNG", "JPEG"])
def test_no_resolution_is_none(format_: str) -> None:
    """A picture that does not tell its resolution has none."""
    assert facts_of(Image.new("L", (3, 3)), format_).dpi is None


def test_the_digest_is_of_the_pixels() -> None:
    """Another compression of the same pixels has the same digest."""
    image = Image.effect_noise((20, 20), 50)
    fast = facts_of(image, "PNG", compress_level=1)
    small = facts_of(image, "PNG", compress_level=9)
    assert fast.pixels_sha256 == small.pixels_sha256


@pytest.mark.parametrize(("mode", "white"), [("L", 255), ("I;16", 65535), ("1", 1)])
def test_white_is_one(mode: str, white: int) -> None:
    """The mean is a fraction of white, whatever the depth."""
    facts = facts_of(Image.new(mode, (4, 4), white), "PNG")
    assert facts.mean == pytest.approx(1.0, abs=0.01)


def test_identity_is_read() -> None:
    """The QR code of a virtual page tells which page it is."""
    code = zxingcpp.create_barcode("SW1:one:2:B:17", zxingcpp.BarcodeFormat.QRCode)
    pixels = np.array(zxingcpp.write_barcode_to_image(code, scale=4))
    page = Image.new("L", (400, 400), 255)
    page.paste(Image.fromarray(pixels), (50, 50))
    assert facts_of(page, "PNG").identity == Identity("one", 2, "B", 17)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        b"\xff\xd8\xff",
    ],
)
def test_what_is_no_picture_has_no_facts(data: bytes) -> None:
    """Broken bytes give None and no exception."""
    assert image_facts(data) is None
