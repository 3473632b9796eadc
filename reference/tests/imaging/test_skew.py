"""Crooked pages: every angle is found that another program has turned them by."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from scanwright.errors import InvalidParameter
from scanwright.imaging.raster import Raster
from scanwright.imaging.skew import find_skew
from scanwright.imaging.tones import set_depth
from scanwright.protocol.edits import Rectangle

ANGLES = (-15, -9.4, -2.5, -0.7, -0.1, 0, 0.3, 1.6, 5.2, 11.3, 15)
WITHIN = 0.25


def lines(count: int, *, paper: int = 245, ink: int = 30) -> Image.Image:
    """A page with lines of text of various lengths."""
    chance = random.Random(7)  # noqa: S311 - no secret
    image = Image.new("L", (827, 1170), paper)
    draw = ImageDraw.Draw(image)
    for number in range(count):
        letters = chance.choices(
            "abcdefgh ijklmnop qrstuvwxyz", k=chance.randint(20, 50)
        )
        draw.text((90, 100 + 26 * number), "".join(letters), ink, font_size=16)
    return image


def turned(image: Image.Image, angle: float, fill: int = 245) -> Raster:
    """The page turned clockwise by Pillow, with the grain of paper."""
    crooked = image.rotate(-angle, Image.Resampling.BICUBIC, True, fillcolor=fill)  # noqa: FBT003 - expand
    grain = np.random.default_rng(8).normal(0, 4, (crooked.height, crooked.width))
    samples = np.clip(np.asarray(crooked) + grain, 0, 255).astype(np.uint8)
    return Raster(samples, 8, (100, 100))


@pytest.mark.slow
@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("count", [1, 4, 38])
def test_the_angle_of_text_is_found(count: int, angle: float) -> None:
    """A page must be turned back by what it was turned, for any number of lines."""
    assert find_skew(turned(lines(count), angle)) == pytest.approx(-angle, abs=WITHIN)


@pytest.mark.slow
@pytest.mark.parametrize("angle", [-8, 1.5, 14])
@pytest.mark.parametrize("fill", [20, 120])
def test_dark_surroundings_do_no_harm(fill: int, angle: float) -> None:
    """The dark around a crooked page is straight, its text is not."""
    page = turned(lines(38), angle, fill)
    assert find_skew(page) == pytest.approx(-angle, abs=WITHIN)


def test_ruled_lines_are_enough() -> None:
    """A form without text has an angle, too."""
    form = Image.new("L", (600, 800), 255)
    for y in range(100, 700, 60):
        ImageDraw.Draw(form).line((50, y, 550, y), 0, 2)
    assert find_skew(turned(form, 4, 255)) == pytest.approx(-4, abs=WITHIN)


@pytest.mark.slow
@pytest.mark.parametrize("bits_per_pixel", [1, 4, 16, 24, 48])
def test_every_depth_has_the_same_angle(bits_per_pixel: int) -> None:
    """The angle does not depend on how samples are kept."""
    page = set_depth(turned(lines(38), 3), bits_per_pixel)
    assert find_skew(page) == pytest.approx(-3, abs=WITHIN)


def test_angles_are_those_of_the_paper() -> None:
    """Half the resolution down the page leaves the angle what it is."""
    page = turned(lines(38), 6)
    flat = Image.fromarray(page.samples)
    flat = flat.resize((flat.width, flat.height // 2), Image.Resampling.BOX)
    squeezed = Raster(np.asarray(flat), 8, (100, 50))
    assert find_skew(squeezed) == pytest.approx(-6, abs=WITHIN)


def test_a_part_of_the_page_has_its_own_angle() -> None:
    """Only what is in the area is measured."""
    straight, crooked = turned(lines(20), 0), turned(lines(20), 5)
    width = min(straight.width_px, crooked.width_px)
    both = np.vstack([straight.samples[:1100, :width], crooked.samples[:, :width]])
    page = Raster(both, 8, (100, 100))
    below = Rectangle(0, 1100, width, page.height_px)
    assert find_skew(page, below) == pytest.approx(-5, abs=WITHIN)
    above = Rectangle(-5, -5, width, 1100)
    assert find_skew(page, above) == pytest.approx(0, abs=WITHIN)
    with pytest.raises(InvalidParameter):
        find_skew(page, Rectangle(5000, 0, 5001, 5))


def test_hopeless_pages_are_straight() -> None:
    """Blank paper, noise, specks, clouds and single pixels have no angle."""
    chance = np.random.default_rng(9)
    noise = chance.integers(0, 256, (900, 600), np.uint8)
    specks = np.where(chance.random((900, 600)) < 0.002, 0, 255).astype(np.uint8)
    clouds = Image.fromarray(noise[:20, :14]).resize(
        (600, 900), Image.Resampling.BICUBIC
    )
    for samples in (np.full_like(noise, 255), noise, specks, np.asarray(clouds)):
        assert find_skew(Raster(samples)) == 0
    assert find_skew(Raster(np.zeros((1, 1), np.uint8))) == 0
    assert find_skew(Raster(np.zeros((1, 5000), np.uint8))) == 0
