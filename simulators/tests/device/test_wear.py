"""Wear: in millimetres, and the same for equal seeds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from scanwright_simulators.device import Mode, View
from scanwright_simulators.device.wear import NEW, Wear, filtered, sensed, tinted

INCHES = 4


def view_at(dpi: int, *, left: int = 0, mode: Mode = Mode.GRAY) -> View:
    """Return a view of four inches square."""
    return View(mode, dpi, left, 0, INCHES * dpi, INCHES * dpi)


def sense(wear: Wear, view: View, *, shade: int = 200, top: int = 0) -> Image.Image:
    """Return what `view` makes of an even sheet."""
    image = Image.new("L", (view.width_px, view.height_px), shade)
    return sensed(
        image.convert(view.mode.pillow), wear, width=4800, view=view, top_px=top
    )


def streaks_mm(image: Image.Image, dpi: int) -> list[float]:
    """Return where dark columns begin."""
    is_dark = np.asarray(image)[0] < 200
    starts = np.flatnonzero(is_dark & ~np.roll(is_dark, 1))
    return [float(x) * 25.4 / dpi for x in starts]


def test_no_wear_changes_nothing() -> None:
    """A new page is the very image that came in."""
    image = Image.new("L", (10, 10), 7)
    view = View(Mode.GRAY, 100, 0, 0, 10, 10)
    assert sensed(image, NEW, width=1200, view=view, top_px=0) is image


def test_a_cast_takes_its_share() -> None:
    """Each colour is multiplied, gray by what the eye makes of it; white is the end."""
    page = filtered(Image.new("RGB", (1, 1), (100, 100, 200)), (0.5, 1.0, 2.0))
    assert page.getpixel((0, 0)) == (50, 100, 255)
    gray = filtered(Image.new("L", (1, 1), 100), (0.5, 0.5, 0.5))
    assert gray.getpixel((0, 0)) == 50


def test_paper_has_a_colour() -> None:
    """White becomes the colour of the paper, black stays black."""
    page = tinted(Image.new("RGB", (1, 1), "white"), (250, 240, 210))
    assert page.getpixel((0, 0)) == (250, 240, 210)
    assert tinted(Image.new("L", (1, 1), 0), (250, 240, 210)).getpixel((0, 0)) == 0


def test_streaks_stay_at_their_place() -> None:
    """Dust is at the same millimetres at 150 and 300 dpi, and in a part of the page."""
    wear = Wear(streaks=3, seed=4)
    coarse = streaks_mm(sense(wear, view_at(150)), 150)
    fine = streaks_mm(sense(wear, view_at(300)), 300)
    part = streaks_mm(sense(wear, view_at(300, left=100)), 300)
    assert len(fine) == 3
    assert fine == pytest.approx(coarse, abs=0.2)
    assert [x + 100 * 25.4 / 300 for x in part] == pytest.approx(fine[-len(part) :])


def test_seeds_place_streaks() -> None:
    """Another seed has its dust elsewhere."""
    one, other = (sense(Wear(streaks=3, seed=n), view_at(100)) for n in (1, 2))
    assert one.tobytes() != other.tobytes()


@pytest.mark.parametrize("mode", [Mode.GRAY, Mode.COLOR])
def test_noise_has_its_deviation(mode: Mode) -> None:
    """Noise keeps the mean, has the deviation asked for, and is the seed's."""
    wear = Wear(noise=10, seed=-5)
    page = sense(wear, view_at(100, mode=mode), shade=128)
    light = np.asarray(page).astype(float)
    assert light.mean() == pytest.approx(128, abs=0.5)
    assert light.std() == pytest.approx(10, abs=0.5)
    again = sense(wear, view_at(100, mode=mode), shade=128)
    other = sense(replace(wear, seed=6), view_at(100, mode=mode), shade=128)
    assert page.tobytes() == again.tobytes()
    assert page.tobytes() != other.tobytes()


def test_noise_ends_at_black_and_white() -> None:
    """Values beyond the range are cut, never wrapped."""
    assert np.asarray(sense(Wear(noise=30), view_at(50), shade=255)).min() > 60
    assert np.asarray(sense(Wear(noise=30), view_at(50), shade=0)).max() < 200


def test_strips_of_a_page_have_noise_of_their_own() -> None:
    """Two strips of the same light do not repeat each other's grain."""
    pages = [sense(Wear(noise=10), view_at(50), top=top) for top in (0, 200)]
    assert pages[0].tobytes() != pages[1].tobytes()
