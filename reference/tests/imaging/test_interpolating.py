"""Interpolation at every depth: as at 8 bits, and without loss where none is due."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scanwright.imaging.interpolating import Change, Fill, interpolated
from scanwright.imaging.raster import Raster
from scanwright.protocol.edits import Interpolation

BITS = (1, 4, 8, 16)
HALF_SIZE: Change = lambda image, _: image.resize((20, 30), Image.Resampling.BICUBIC)  # noqa: E731 - typed


def noise(bits: int, *, is_colour: bool, seed: int = 0) -> Raster:
    """A page of any samples."""
    shape = (41, 33, 3) if is_colour else (41, 33)
    kind = np.uint16 if bits == 16 else np.uint8
    samples = np.random.default_rng(seed).integers(0, 1 << bits, shape, kind)
    return Raster(samples, bits, (300, 200))


@settings(deadline=None)
@given(
    st.sampled_from(BITS),
    st.booleans(),
    st.sampled_from(Interpolation),
    st.integers(0, 99),
)
def test_nothing_is_lost_on_the_way(
    bits: int,
    is_colour: bool,  # noqa: FBT001 - drawn
    how: Interpolation,
    seed: int,
) -> None:
    """A change that changes nothing gives every sample back, at every depth."""
    page = noise(bits, is_colour=is_colour, seed=seed)
    same = interpolated(page, how, lambda image, _: image)
    assert np.array_equal(same.samples, page.samples)
    assert same.samples.dtype == page.samples.dtype
    assert (same.bits, same.resolution_dpi) == (bits, (300, 200))


@pytest.mark.parametrize("bits", [1, 4, 16])
@pytest.mark.parametrize("is_colour", [False, True])
def test_other_depths_are_interpolated_as_8_bits_are(
    bits: int,
    is_colour: bool,  # noqa: FBT001 - a table
) -> None:
    """The result is that at 8 bits but for rounding, also where a filter overshoots."""
    page = noise(bits, is_colour=is_colour)
    eight = Raster((page.samples * (255 / page.white)).round().astype(np.uint8))
    ours = interpolated(page, Interpolation.BICUBIC, HALF_SIZE).samples / page.white
    theirs = interpolated(eight, Interpolation.BICUBIC, HALF_SIZE).samples / 255
    # 8-bit images are rounded and clipped between rows and columns, too.
    assert np.max(np.abs(ours - theirs)) <= 0.5 / min(page.white, 255) + 0.02


@pytest.mark.parametrize(
    ("bits", "is_colour", "how", "levels"),
    [
        (1, False, Interpolation.NEAREST, [0]),
        (4, False, Interpolation.BILINEAR, [76]),
        (4, True, Interpolation.NEAREST, [(15, 0, 0)]),
        (8, True, Interpolation.BILINEAR, [(255, 0, 0)]),
        (16, True, Interpolation.NEAREST, [65535.0, 0.0, 0.0]),
    ],
)
def test_the_fill_has_the_depth_of_the_work(
    bits: int,
    is_colour: bool,  # noqa: FBT001 - a table
    how: Interpolation,
    levels: list[Fill],
) -> None:
    """Pillow gets the colour as the image that it works on has it."""
    seen = []

    def change(image: Image.Image, fill: Fill) -> Image.Image:
        seen.append(fill)
        return image

    interpolated(noise(bits, is_colour=is_colour), how, change, "FF0000")
    assert seen == levels
