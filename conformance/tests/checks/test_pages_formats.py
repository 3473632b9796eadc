"""The judges of what pixels become."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.pages_formats import (
    BlackAndWhite,
    Colour,
    Gray,
    SixteenBit,
)
from scanwright_conformance.transcript import Exchange

Pictured = Callable[..., Exchange]


def test_gray_is_one_channel_of_eight_bits(pictured: Pictured) -> None:
    """A colour form of a gray page breaks the rule, in PNG and in JPEG."""
    png = pictured("png", channels=1)
    jpeg = pictured("jpeg", "image/jpeg", channels=1)
    assert judged(Gray, png, jpeg).is_met
    assert judged(Gray, pictured("png"), jpeg).labels == ("png",)
    blown = pictured("jpeg", "image/jpeg")
    assert judged(Gray, png, blown).observed == "samples of a pixel 3 x 8 bits"


def test_colour_is_three_channels_of_eight_bits(pictured: Pictured) -> None:
    """A gray form of a colour page, and one of 16 bits, break the rule."""
    png, jpeg = pictured("png"), pictured("jpeg", "image/jpeg")
    assert judged(Colour, png, jpeg).is_met
    assert judged(Colour, pictured("png", bits=16), jpeg).labels == ("png",)
    faded = pictured("jpeg", "image/jpeg", channels=1)
    assert judged(Colour, png, faded).labels == ("jpeg",)


def bw(pictured: Pictured, *, png: float = 0.9, jpeg: float = 0.9) -> list[Exchange]:
    """Return a white page with some black, with these brightnesses."""
    return [
        pictured("png", channels=1, bits=1, mean=png),
        pictured("jpeg", "image/jpeg", channels=1, mean=jpeg),
        pictured("gray", channels=1, mean=0.85),
    ]


def test_black_and_white_is_one_bit_in_png_and_gray_in_jpeg(pictured: Pictured) -> None:
    """The page is as bright as its gray twin in both forms."""
    assert judged(BlackAndWhite, *bw(pictured)).is_met
    assert judged(BlackAndWhite, *bw(pictured)[:2]).is_met


def test_a_negative_breaks_the_rule(pictured: Pictured) -> None:
    """A white page that came out black is a negative, in either form."""
    both = judged(BlackAndWhite, *bw(pictured, png=0.1, jpeg=0.1))
    assert (both.is_met, both.labels) == (False, ("png",))
    assert judged(BlackAndWhite, *bw(pictured, jpeg=0.1)).labels == ("jpeg",)


def test_a_page_that_is_half_black_says_nothing(pictured: Pictured) -> None:
    """It takes more than a tenth of white to tell a page from its negative."""
    assert judged(BlackAndWhite, *bw(pictured, png=0.55, jpeg=0.04)[:2]).is_met
    unlike = judged(BlackAndWhite, *bw(pictured, png=0.56, jpeg=0.04)[:2])
    assert unlike.labels == ("jpeg",)


def test_a_bit_that_became_a_byte_breaks_the_rule(pictured: Pictured) -> None:
    """A PNG of eight bits, and a JPEG in colour, break the rule."""
    wide = pictured("png", channels=1, bits=8)
    assert judged(BlackAndWhite, wide, *bw(pictured)[1:]).labels == ("png",)
    coloured = pictured("jpeg", "image/jpeg", channels=3)
    entries = (bw(pictured)[0], coloured)
    assert judged(BlackAndWhite, *entries).labels == ("jpeg",)


@pytest.mark.parametrize(("bits", "is_met"), [(16, True), (8, False)])
def test_sixteen_bits_stay_in_png(
    pictured: Pictured,
    bits: int,
    is_met: bool,  # noqa: FBT001 - pytest hands parameters over by name
) -> None:
    """A PNG of eight bits of a 16-bit page breaks the rule."""
    png = pictured("png", channels=1, bits=bits)
    jpeg = pictured("jpeg", "image/jpeg", channels=1)
    assert judged(SixteenBit, png, jpeg).is_met is is_met


def test_sixteen_bits_have_a_jpeg_too(pictured: Pictured) -> None:
    """An error instead of a JPEG of eight bits breaks the rule."""
    png = pictured("png", channels=1, bits=16)
    error = answered("jpeg", 500, json={"code": -1001})
    assert judged(SixteenBit, png, error).labels == ("jpeg",)
    assert judged(SixteenBit, png, pictured("jpeg")).labels == ("jpeg",)
    lossy = pictured("png", "image/jpeg", bits=16)
    assert judged(SixteenBit, lossy, pictured("jpeg", "image/jpeg")).labels == ("png",)
