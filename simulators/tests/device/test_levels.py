"""Levels: neutral is the identity, the table and the comparator do what is written."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scanwright_simulators.device import Levels, Mode, View
from scanwright_simulators.device.levels import develop, plain, table

RAMP = Image.frombytes("L", (256, 1), bytes(range(256)))
GRAY = View(Mode.GRAY, 100, 0, 0, 256, 1)
percent = st.integers(-100, 100)


def test_zeros_are_the_identity() -> None:
    """Neutral levels change no value, and no image."""
    assert table(0, 0) == tuple(range(256))
    assert develop(RAMP, GRAY) is RAMP


@pytest.mark.slow
@given(percent, percent)
def test_the_table_is_the_formula(brightness: int, contrast: int) -> None:
    """Each entry is what the docstring of the module says, cut at black and white."""
    slope = math.tan((contrast + 100) * math.pi / 400)
    entries = table(brightness, contrast)
    for value, entry in enumerate(entries):
        exact = (value - 127.5) * slope + 127.5 + brightness * 1.275
        assert entry == pytest.approx(min(max(exact, 0), 255), abs=0.51)
    assert list(entries) == sorted(entries)


def test_the_ends_of_the_range() -> None:
    """No contrast is flat gray, full contrast a step, brightness half of the range."""
    assert set(table(0, -100)) == {128}
    assert table(0, 100) == (0,) * 128 + (255,) * 128
    assert table(100, 0)[0] == 128
    assert table(-100, 0)[255] == 128


@pytest.mark.parametrize("threshold", [1, 77, 128, 255])
def test_a_pixel_at_the_threshold_is_white(threshold: int) -> None:
    """1-bit pages are white from the threshold on, without dithering."""
    view = replace(GRAY, mode=Mode.BW, depth=1, levels=Levels(threshold=threshold))
    page = develop(RAMP, view)
    assert page.mode == "1"
    white = [page.getpixel((x, 0)) == 255 for x in range(256)]
    assert white == [x >= threshold for x in range(256)]


def test_the_table_comes_before_the_threshold() -> None:
    """Brightness moves what the comparator sees."""
    view = replace(GRAY, mode=Mode.BW, depth=1, levels=Levels(brightness=40))
    assert develop(RAMP, view).getpixel((127 - 50, 0)) == 255
    assert develop(RAMP, view).getpixel((127 - 52, 0)) == 0


def test_colour_goes_through_the_same_table() -> None:
    """All three samples of a pixel are changed alike."""
    levels = Levels(brightness=10, contrast=20)
    view = replace(GRAY, mode=Mode.COLOR, levels=levels)
    page = develop(Image.new("RGB", (1, 1), (10, 100, 200)), view)
    entries = table(10, 20)
    assert page.getpixel((0, 0)) == (entries[10], entries[100], entries[200])


def test_a_plain_view_is_before_all_levels() -> None:
    """The plain view has the same pixels, gray for 1 bit, 8 bits, neutral."""
    view = View(Mode.BW, 300, 1, 2, 3, 4, depth=1, levels=Levels(threshold=9))
    assert plain(view) == View(Mode.GRAY, 300, 1, 2, 3, 4)
    assert plain(replace(view, mode=Mode.COLOR, depth=16)).mode is Mode.COLOR
