"""Identities: spelling, reading, slugs."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scanwright_simulators.device import Identity, Side, read_identity
from scanwright_simulators.device.identity import slug

identities = st.builds(
    Identity,
    device=st.text().map(slug),
    sheet=st.integers(0, 999_999),
    side=st.sampled_from(Side),
    serial=st.integers(0, 999_999_999),
)


@pytest.mark.slow
@given(identities)
def test_spelling_round_trip(identity: Identity) -> None:
    """An identity is read back from its own text."""
    assert Identity.parse(str(identity)) == identity


@pytest.mark.slow
@given(st.text())
def test_a_slug_fits_into_an_identity(name: str) -> None:
    """Whatever a device is called, its slug has letters that identities allow."""
    assert re.fullmatch(r"[a-z0-9._-]{1,24}", slug(name))


def test_long_names_keep_their_number() -> None:
    """Devices that differ in their number only keep different slugs."""
    name = "The scanner in the second room on the left"
    assert slug(f"{name} 1") != slug(f"{name} 2")


@pytest.mark.parametrize("text", ["", "SW1:a:1:C:1", "SW2:a:1:A:1", "SW1:a:1:A:1 "])
def test_other_texts_are_no_identities(text: str) -> None:
    """Only the exact spelling counts."""
    assert Identity.parse(text) is None


def test_a_blank_page_has_no_identity() -> None:
    """Reading a page without a code gives None."""
    assert read_identity(Image.new("L", (300, 400), 255)) is None


def test_a_foreign_code_is_no_identity() -> None:
    """A QR code that says something else gives None."""
    import zxingcpp

    code = zxingcpp.create_barcode("hello", zxingcpp.BarcodeFormat.QRCode)
    image = Image.fromarray(code.to_image(scale=4)).convert("RGB")
    assert read_identity(image) is None


def test_half_a_file_is_told_as_such() -> None:
    """A page whose file ends too early is an error about the file."""
    whole = io.BytesIO()
    Image.effect_noise((300, 400), 64).save(whole, "JPEG")
    half = io.BytesIO(whole.getvalue()[: whole.tell() // 2])
    with Image.open(half) as page, pytest.raises(OSError, match="truncated"):
        read_identity(page)
