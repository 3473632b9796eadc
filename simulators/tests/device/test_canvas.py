"""Canvas: millimetres become the same pixels in every part of a page."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from scanwright_simulators.device import Mode, Size, View
from scanwright_simulators.device.canvas import Canvas, luma, px

INCH = 25.4


def canvas_of(
    mode: Mode = Mode.GRAY,
    *,
    left: int = 0,
    top: int = 0,
    first_row: int = 0,
) -> Canvas:
    """Return a canvas of one inch square at 100 dpi."""
    view = View(mode, 100, left, top, 100, 100 + first_row)
    return Canvas(view, first_row=first_row, rows=100)


def dark(canvas: Canvas) -> tuple[int, int, int, int] | None:
    """Return where `canvas` is not white."""
    image = canvas.image.convert("L")
    return image.point([255] * 250 + [0] * 6).getbbox()


def test_lengths_and_light() -> None:
    """An inch has as many pixels as its resolution, white is the lightest colour."""
    assert px(INCH, 300) == 300
    assert luma((255, 255, 255)) == pytest.approx(255)
    assert luma((0, 255, 0)) > luma((255, 0, 0)) > luma((0, 0, 255))


def test_boxes_and_rules() -> None:
    """Rectangles are filled or outlined, lines have a width."""
    canvas = canvas_of()
    canvas.box(INCH / 10, INCH / 10, INCH / 5, INCH / 5)
    assert dark(canvas) == (10, 10, 31, 31)
    assert canvas.image.getpixel((20, 20)) == 255
    canvas.box(INCH / 10, INCH / 10, INCH / 5, INCH / 5, fill=(0, 0, 0))
    assert canvas.image.getpixel((20, 20)) == 0
    canvas.rule(0, INCH / 2, INCH, line_mm=INCH / 50)
    assert dark(canvas) == (0, 10, 100, 52)


@pytest.mark.parametrize("mode", [Mode.COLOR, Mode.GRAY])
def test_a_part_has_the_pixels_of_the_whole(mode: Mode) -> None:
    """What is drawn on a canvas further in is what the whole canvas has there."""
    canvases = canvas_of(mode), canvas_of(mode, left=30, top=15, first_row=16)
    coarse = Image.fromarray(np.arange(48, dtype=np.uint8).reshape(4, 4, 3) * 5)
    for canvas in canvases:
        canvas.picture(2, 2, 20, 18, coarse)
        canvas.text(3, 12, "Text", ink=(200, 0, 0))
        canvas.pitched(1, 19, "12 34", pitch_mm=4)
    whole, part = (canvas.image for canvas in canvases)
    box = (0, 0, 70, 69)
    assert part.crop(box).tobytes() == whole.crop((30, 31, 100, 100)).tobytes()


def test_what_lies_elsewhere_is_not_drawn() -> None:
    """Text and pictures beyond the canvas leave it white, also those without a size."""
    canvas = canvas_of()
    coarse = Image.new("RGB", (2, 2))
    canvas.text(0, 1000, "far below")
    canvas.picture(0, 1000, 10, 10, coarse)
    canvas.picture(0, 0, 10, -1, coarse)
    canvas.box(0, 0, 10, -1)
    canvas.rule(0, 0, -1)
    assert dark(canvas) is None


def test_modules_are_squares() -> None:
    """Each module of a barcode becomes whole pixels."""
    canvas = canvas_of()
    canvas.modules(INCH / 10, 0, Image.new("L", (3, 2), 0), module_px=4)
    assert dark(canvas) == (10, 0, 22, 8)


def test_paper_ends() -> None:
    """What was drawn beyond the sheet is white."""
    canvas = canvas_of(left=10)
    canvas.box(0, 0, 2 * INCH, 2 * INCH, fill=(0, 0, 0))
    canvas.trim(Size(600, 240))
    assert dark(canvas) == (0, 0, 40, 20)
    canvas.trim(Size(60, 60))
    assert dark(canvas) is None


def test_a_sheet_that_fills_the_canvas_is_not_trimmed() -> None:
    """Up to its last pixel a sheet is drawn on."""
    canvas = canvas_of()
    canvas.box(0, 0, INCH, INCH, fill=(0, 0, 0))
    canvas.trim(Size(1200, 1200))
    assert dark(canvas) == (0, 0, 100, 100)


def test_long_texts_shrink() -> None:
    """Text that fits keeps its size, other text gets one that fits."""
    canvas = canvas_of()
    assert canvas.fitting("short", width_mm=100, size_mm=4.0) == 4.0
    small_mm = canvas.fitting("far too long for this", width_mm=20, size_mm=4.0)
    canvas.text(0, 5, "far too long for this", size_mm=small_mm)
    assert 0 < small_mm < 4
    box = dark(canvas)
    assert box
    assert box[2] <= 80
