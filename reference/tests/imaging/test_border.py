"""Paper in its surroundings, drawn by Pillow."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from scanwright.imaging.border import find_border
from scanwright.imaging.raster import Raster
from scanwright.imaging.tones import set_depth
from scanwright.protocol.edits import Rectangle

WIDTH, HEIGHT = 1240, 1754
WITHIN_PX = 4
"""A step of the shrunken picture, and what the grain takes from a pointed corner."""
WHOLE = Rectangle(0, 0, WIDTH, HEIGHT)


def paper(width: int, height: int, tone: int, ink: int = 10) -> Image.Image:
    """A sheet with a headline and lines of text."""
    image = Image.new("L", (width, height), tone)
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 8, height // 10, width // 2, height // 7), ink)
    for y in range(height // 5, height - height // 5, 30):
        draw.text((width // 8, y), "Lorem ipsum dolor sit amet", ink, font_size=20)
    return image


def scene(
    sheet: Image.Image, place: tuple[int, int], around: int, angle: float = 0
) -> tuple[Raster, Rectangle]:
    """A picture of the sheet, turned clockwise, and the box of the sheet in it."""
    seen = Image.new("L", sheet.size, 255)
    if angle:
        seen = seen.rotate(-angle, expand=True)
        sheet = sheet.rotate(-angle, Image.Resampling.BICUBIC, expand=True)
    picture = Image.new("L", (WIDTH, HEIGHT), around)
    picture.paste(sheet, place, seen)
    grain = np.random.default_rng(2).normal(0, 3, (HEIGHT, WIDTH))
    samples = np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8)
    left, top = place
    box = Rectangle(left, top, left + sheet.width, top + sheet.height)
    return Raster(samples), box


def is_near(found: Rectangle, wanted: Rectangle) -> bool:
    """Whether no side is further off than it may be."""
    pairs = (
        (found.left, wanted.left),
        (found.top, wanted.top),
        (found.right, wanted.right),
        (found.bottom, wanted.bottom),
    )
    return all(abs(one - other) <= WITHIN_PX for one, other in pairs)


@pytest.mark.parametrize(("around", "tone"), [(25, 245), (5, 130), (255, 215)])
@pytest.mark.parametrize("angle", [0, -1, 3, 8])
def test_paper_is_found_in_dark_and_light(around: int, tone: int, angle: float) -> None:
    """The box is that of the paper, also of a crooked one."""
    picture, box = scene(paper(800, 1200, tone), (90, 120), around, angle)
    assert is_near(find_border(picture), box)


@pytest.mark.parametrize(
    ("size", "place"),
    [
        ((744, 1200), (0, 0)),
        ((900, 700), (0, 0)),
        ((1150, 700), (0, 0)),
        ((400, 250), (WIDTH - 400, 0)),
        ((200, 1650), (500, 30)),
        ((WIDTH, 1650), (0, 0)),
        ((1210, HEIGHT), (30, 0)),
    ],
)
def test_paper_may_lie_at_an_edge(
    size: tuple[int, int], place: tuple[int, int]
) -> None:
    """In a corner or along a side, the surroundings are on the other sides."""
    picture, box = scene(paper(*size, 245), place, 20)
    assert is_near(find_border(picture), box)


def test_print_like_the_surroundings_belongs_to_the_paper() -> None:
    """Black bars from edge to edge do not cut the paper in pieces."""
    sheet = paper(800, 1200, 245, 5)
    ImageDraw.Draw(sheet).rectangle((0, 500, 800, 560), 5)
    picture, box = scene(sheet, (200, 200), 5)
    assert is_near(find_border(picture), box)


def test_a_page_without_surroundings_is_whole() -> None:
    """Text on white paper, blank paper and noise are not cut."""
    written = Raster(np.asarray(paper(WIDTH, HEIGHT, 245)))
    assert find_border(written) == WHOLE
    assert find_border(Raster(np.full((HEIGHT, WIDTH), 250, np.uint8))) == WHOLE
    noise = np.random.default_rng(3).integers(0, 256, (HEIGHT, WIDTH), np.uint8)
    assert find_border(Raster(noise)) == WHOLE


def test_dust_around_the_paper_is_not_paper() -> None:
    """Small things in the surroundings do not widen the box."""
    picture, box = scene(paper(800, 1200, 245), (90, 120), 25)
    samples = picture.samples.copy()
    samples[1500:1512, 1100:1112] = 255
    assert is_near(find_border(picture.with_samples(samples)), box)


@pytest.mark.parametrize("bits_per_pixel", [1, 4, 16, 24, 48])
def test_every_depth_has_the_same_border(bits_per_pixel: int) -> None:
    """The border does not depend on how samples are kept."""
    picture, box = scene(paper(800, 1200, 245), (90, 120), 25, 2)
    assert is_near(find_border(set_depth(picture, bits_per_pixel)), box)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1)])
def test_the_smallest_pages_have_a_border(shape: tuple[int, int]) -> None:
    """A row, a column and a pixel are whole."""
    height, width = shape
    page = Raster(np.zeros(shape, np.uint8))
    assert find_border(page) == Rectangle(0, 0, width, height)
