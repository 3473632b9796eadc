"""Pictures that are known: what a judge compares with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scanwright_conformance.canned import resulted, talk
from scanwright_conformance.checks._known_pictures import (
    expect_drawing,
    expect_loaded,
    expect_pixels,
)
from scanwright_conformance.drawings import drawing, pixels_of
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.transcript import Exchange

Pictured = Callable[..., Exchange]


def test_a_drawing_is_known_by_its_pixels(pictured: Pictured) -> None:
    """Another one, or a JPEG of the same, is not it."""
    pixels = pixels_of(drawing(2))
    expect_drawing(pictured("page", pixels=pixels), 2)
    expect_pixels(pictured("page", pixels=pixels), drawing(2))
    for other, number in (
        (pictured("page", pixels=pixels), 3),
        (pictured("page", "image/jpeg", pixels=pixels), 2),
    ):
        with pytest.raises(Mismatch):
            expect_drawing(other, number)


@pytest.mark.parametrize("images", [[], ["a" * 12], ["a" * 12] * 3, None])
def test_a_file_of_two_pages_is_two_images(images: Any) -> None:
    """Neither fewer nor more."""
    with pytest.raises(Mismatch):
        expect_loaded(talk("page", resulted("load", images=images)), 2)
    assert expect_loaded(talk("page", resulted("load", images=["a", "b"])), 2)
