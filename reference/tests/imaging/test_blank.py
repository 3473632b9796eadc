"""Blank pages, and pages that only look so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from scanwright.imaging.blank import MOST_RUNS, deviation, is_blank_by_blocks
from scanwright.imaging.raster import Raster
from scanwright.imaging.tones import black_and_white, set_depth
from scanwright.protocol.edits import BlankByBlocks

WIDTH, HEIGHT = 620, 877
Drawing = Callable[[ImageDraw.ImageDraw], None]


def page(draw: Drawing | None = None, *, paper: int = 240) -> Raster:
    """A page of grainy paper, with something drawn on it."""
    image = Image.new("L", (WIDTH, HEIGHT), paper)
    if draw:
        draw(ImageDraw.Draw(image))
    grain = np.random.default_rng(4).normal(0, 3, (HEIGHT, WIDTH))
    return Raster(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


def is_blank(raster: Raster, lowest: int = 20, highest: int = 30) -> bool:
    """The verdict of the test by blocks."""
    return is_blank_by_blocks(raster, BlankByBlocks(lowest, highest))


@pytest.mark.parametrize("paper", [250, 200, 128, 30])
def test_paper_of_any_tone_is_blank(paper: int) -> None:
    """Paper differs from itself by its grain only."""
    assert is_blank(page(paper=paper))


@pytest.mark.parametrize(
    ("paper", "ink", "blank"), [(240, 0, False), (240, 180, False), (20, 230, False)]
)
def test_text_is_content(paper: int, ink: int, blank: bool) -> None:  # noqa: FBT001 - a table
    """Black, pencil gray, and white on black are seen."""
    written = page(lambda d: d.text((90, 90), "Hello", ink, font_size=40), paper=paper)
    assert is_blank(written) is blank


def test_what_shows_through_is_not_content() -> None:
    """The print of the back side is too faint."""
    assert is_blank(page(lambda d: d.text((90, 90), "Hello", 215, font_size=40)))


@pytest.mark.parametrize(
    ("height", "blank"), [(1, True), (19, True), (20, False), (30, False), (200, False)]
)
def test_marks_from_the_lowest_height_are_content(height: int, blank: bool) -> None:  # noqa: FBT001 - a table
    """A mark below it is a speck, however wide."""
    drawn = page(lambda d: d.rectangle((200, 300, 400, 299 + height), 0))
    assert is_blank(drawn) is blank


def test_both_heights_are_the_callers() -> None:
    """A higher lowest height makes a speck of what was content."""
    drawn = page(lambda d: d.rectangle((200, 300, 240, 324), 0))
    assert not is_blank(drawn, 25, 25)
    assert is_blank(drawn, 26, 40)


def test_a_thin_stroke_is_a_letter_a_streak_is_not() -> None:
    """As high as a letter it counts, higher it comes from dirt on the glass."""
    assert not is_blank(page(lambda d: d.line((300, 300, 300, 325), 0)))
    assert is_blank(page(lambda d: d.line((300, 100, 300, 700), 0)))
    assert not is_blank(page(lambda d: d.line((300, 100, 330, 700), 0)))


@pytest.mark.parametrize(
    "box",
    [(0, 0, WIDTH, 25), (0, 0, 30, HEIGHT), (590, 9, WIDTH, 400), (50, 850, 200, 877)],
)
def test_shadows_at_the_edges_are_not_content(
    box: tuple[int, int, int, int],
) -> None:
    """What begins at any edge is the surroundings of the paper."""
    assert is_blank(page(lambda d: d.rectangle(box, 60)))


def test_specks_are_not_content_in_any_number() -> None:
    """Grains of black do not add up to content."""
    raster = page()
    samples = raster.samples.copy()
    samples[np.random.default_rng(6).random(samples.shape) < 0.02] = 0
    assert is_blank(raster.with_samples(samples))


@pytest.mark.parametrize("bits_per_pixel", [1, 4, 16, 24, 48])
def test_every_depth_has_the_same_verdict(bits_per_pixel: int) -> None:
    """Content is content at any depth, and blank is blank."""
    assert is_blank(set_depth(page(), bits_per_pixel))
    written = page(lambda d: d.text((90, 90), "Hello", 0, font_size=40))
    assert not is_blank(set_depth(written, bits_per_pixel))


def test_a_page_full_of_dots_is_not_looked_at_for_long() -> None:
    """More ink than any blank page has is content at once."""
    dots = np.zeros((2900, 1450), np.uint8)
    dots[::2, ::2] = 255
    assert dots.size // 4 > MOST_RUNS
    assert not is_blank(Raster(dots))


@given(st.integers(0, 100), st.integers(1, 255))
def test_deviation_is_that_of_black_and_white(black: int, threshold: int) -> None:
    """It is 0 for one tone, 100 for halves, and never depends on which is which."""
    row = np.array([[0] * black + [255] * (100 - black)], np.uint8)
    measured = deviation(Raster(row), threshold)
    assert measured == pytest.approx(2 * 100 * float(np.std(row)) / 255)
    assert measured == pytest.approx(deviation(Raster(255 - row), threshold))
    assert (measured == pytest.approx(100)) == (black == 50)


def test_the_threshold_decides_what_is_black() -> None:
    """Gray below it deviates from paper, gray above it does not."""
    raster = Raster(np.array([[100, 250]], np.uint8))
    assert deviation(raster, 101) == pytest.approx(100)
    assert deviation(raster, 100) == 0
    assert deviation(black_and_white(raster), 200) == pytest.approx(100)
