"""The table of edits and measurements: every wish has something that fulfils it."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from PIL import Image, ImageDraw

from scanwright.errors import InvalidParameter
from scanwright.imaging import geometry, tones
from scanwright.imaging.editing import ANALYSES, EDITS, apply, measure
from scanwright.imaging.raster import Raster
from scanwright.protocol import edits
from scanwright.protocol.edits import Edit, Interpolation, Measured, Rectangle

AREA = Rectangle(2, 3, 30, 20)


def page() -> Raster:
    """A small page in colour."""
    samples = np.random.default_rng(1).integers(0, 256, (40, 60, 3), np.uint8)
    return Raster(samples)


def crooked() -> Raster:
    """White paper on a dark glass, a little crooked, ruled by lines."""
    paper = Image.new("L", (400, 500), 240)
    for y in range(60, 460, 40):
        ImageDraw.Draw(paper).line((40, y, 360, y), 20, 3)
    glass = Image.new("L", (600, 700), 20)
    paper = paper.rotate(-3, Image.Resampling.BICUBIC, expand=True, fillcolor=20)
    glass.paste(paper, (90, 80))
    return Raster(np.asarray(glass))


def test_every_wish_is_in_the_table() -> None:
    """No edit and no measurement is left out."""
    assert EDITS.keys() == set(get_args(edits.Edit))
    assert ANALYSES.keys() == set(get_args(edits.Analysis))


@pytest.mark.parametrize(
    ("edit", "wanted"),
    [
        (edits.Rotate(90), geometry.rotate(page(), edits.Rotate(90))),
        (edits.Flip(), geometry.flip(page())),
        (edits.Mirror(), geometry.mirror(page())),
        (edits.Crop(AREA), geometry.crop(page(), AREA)),
        (edits.Erase(AREA, "102030"), geometry.erase(page(), AREA, "102030")),
        (
            edits.Resize(7, 9, Interpolation.BICUBIC),
            geometry.resize(page(), 7, 9, interpolation=Interpolation.BICUBIC),
        ),
        (edits.SetWidth(80, "405060"), geometry.set_width(page(), 80, "405060")),
        (edits.SetDpi(150, 75), geometry.set_dpi(page(), 150, 75)),
        (
            edits.SetDpi(150, 75, True, Interpolation.BEST),  # noqa: FBT003 - a table
            geometry.set_dpi(page(), 150, 75, interpolation=Interpolation.BEST),
        ),
        (edits.SetDepth(4), tones.set_depth(page(), 4)),
        (edits.ToGray(), tones.gray(page())),
        (edits.ToBlackAndWhite(77), tones.black_and_white(page(), 77)),
        (edits.Invert(), tones.invert(page())),
        (
            edits.AdjustTones(100, -300),
            tones.adjust(page(), brightness=100, contrast=-300),
        ),
    ],
)
def test_an_edit_does_what_it_says(edit: Edit, wanted: Raster) -> None:
    """The result is that of the function, and the given page stays as it was."""
    given = page()
    result = apply(given, edit)
    assert np.array_equal(result.samples, wanted.samples)
    assert (result.bits, result.resolution_dpi) == (wanted.bits, wanted.resolution_dpi)
    assert np.array_equal(given.samples, page().samples)


def test_a_deskewed_page_is_straight() -> None:
    """After it, no skew is left; the fill is the caller's."""
    straight = apply(crooked(), edits.Deskew(keep_size=True, fill="777777"))
    assert straight.samples.shape == crooked().samples.shape
    assert measure(straight, edits.FindSkew()).angle == pytest.approx(0, abs=0.25)
    assert straight.samples[0, 0] == 0x77
    assert apply(straight, edits.Deskew()) is straight


def test_the_border_is_cut_off() -> None:
    """What is left has the size of the border that was measured."""
    area = measure(crooked(), edits.FindBorder()).area
    assert area is not None
    cut = apply(crooked(), edits.Border())
    assert (cut.width_px, cut.height_px) == (
        area.right - area.left,
        area.bottom - area.top,
    )
    assert cut.width_px < 450


def test_skew_is_measured_in_an_area() -> None:
    """The area is looked at, and must be on the page."""
    found = measure(crooked(), edits.FindSkew(Rectangle(150, 150, 450, 550)))
    assert found.angle == pytest.approx(-3, abs=0.25)
    assert found == Measured(angle=found.angle)
    with pytest.raises(InvalidParameter):
        measure(crooked(), edits.FindSkew(Rectangle(900, 0, 950, 10)))


def test_blank_is_measured_both_ways() -> None:
    """By deviation there is a number, too; by blocks there is the verdict only."""
    half = Raster(np.repeat(np.array([[0, 255]], np.uint8), 50, axis=0))
    found = measure(half, edits.BlankByDeviation(max_std_dev=99.9))
    assert found.deviation == pytest.approx(100)
    assert found == Measured(is_blank=False, deviation=found.deviation)
    most = edits.BlankByDeviation(max_std_dev=100)
    assert measure(half, most).is_blank
    assert measure(half, edits.BlankByBlocks()) == Measured(is_blank=True)
    assert measure(crooked(), edits.BlankByBlocks()) == Measured(is_blank=False)
