"""Geometry: steps, pixels, regions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators.device import Input, Mode, Region, ScanSettings, Size, View
from scanwright_simulators.device.settings import STEPS_PER_INCH, pixels, steps

A4 = Size.of_mm(210, 297)


def test_a4_at_300_dpi_is_what_everybody_expects() -> None:
    """A4 at 300 dpi has 2480 x 3508 pixels."""
    view = View.of(ScanSettings(Input.PLATEN, Mode.COLOR, 300), A4)
    assert (view.width_px, view.height_px) == (2480, 3508)


def test_an_inch_is_1200_steps() -> None:
    """Millimetres become steps of 1/1200 inch."""
    assert steps(25.4) == STEPS_PER_INCH


@given(st.integers(0, 100_000), st.integers(1, 1200))
def test_pixels_round_to_the_nearest(length: int, dpi: int) -> None:
    """A length in pixels is off by half a pixel at most."""
    assert abs(pixels(length, dpi) - length * dpi / STEPS_PER_INCH) <= 0.5


@given(
    st.builds(
        Region,
        left=st.integers(0, A4.width - 1),
        top=st.integers(0, A4.height - 1),
        width=st.integers(1, A4.width),
        height=st.integers(1, A4.height),
    ),
)
def test_a_region_lies_within_or_leaves(region: Region) -> None:
    """A region is within the bed exactly when both its far edges are."""
    fits = (
        region.left + region.width <= A4.width
        and region.top + region.height <= A4.height
    )
    assert region.lies_within(A4) is fits


@pytest.mark.parametrize(
    "region",
    [Region(0, 0, 0, 9), Region(0, 0, 9, 0), Region(-1, 0, 9, 9), Region(0, -1, 9, 9)],
)
def test_empty_and_negative_regions_are_outside(region: Region) -> None:
    """A region without area, or left of the bed, is not within it."""
    assert not region.lies_within(A4)


def test_a_view_has_a_pixel_at_least() -> None:
    """A region thinner than a pixel still gives one."""
    settings = ScanSettings(Input.PLATEN, Mode.GRAY, 75, Region(0, 0, 1, 1))
    view = View.of(settings, A4)
    assert (view.width_px, view.height_px) == (1, 1)
