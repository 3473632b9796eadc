"""Content: blank paper, files into the tray, small pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from scanwright_simulators.device import (
    Identity,
    Levels,
    Mode,
    Side,
    Size,
    View,
)
from scanwright_simulators.device.content import A4, BlankSide, load, thumbnail
from scanwright_simulators.device.strips import render
from scanwright_simulators.errors import ContentError

SQUARE = Size(2400, 2400)
NOBODY = Identity("x", 1, Side.FRONT, 1)


@pytest.mark.parametrize("mode", Mode)
def test_blank_sides_are_white(mode: Mode) -> None:
    """A blank side has the size of the view and nothing on it."""
    side = BlankSide()
    view = View(mode, 100, 5, 5, 30, 20)
    page = render(side.strips(view, NOBODY), mode)
    assert page.size == (30, 20)
    assert page.convert("L").getextrema() == (255, 255)
    assert side.is_blank()
    assert (side.label, side.size) == ("blank", A4)


def test_white_paper_obeys_levels() -> None:
    """White is what the levels make of it."""
    view = View(Mode.GRAY, 100, 0, 0, 3, 3, levels=Levels(brightness=-20))
    page = render(BlankSide().strips(view, NOBODY), Mode.GRAY)
    assert page.getextrema() == (230, 230)


def test_folders_come_in_order(tmp_path: Path) -> None:
    """A folder gives its files by name, other files give nothing."""
    for name in ("c.png", "a.TIF"):
        Image.new("L", (10, 10)).save(tmp_path / name)
    Image.new("L", (10, 10)).save(tmp_path / "b.pdf")
    (tmp_path / "notes.txt").write_text("not a page", "utf-8")
    labels = [side.label for side in load([tmp_path, tmp_path / "c.png"], SQUARE)]
    assert labels == ["a.TIF 1", "b.pdf 1", "c.png", "c.png"]


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    """A folder without pages is a mistake, not an empty tray."""
    with pytest.raises(ContentError, match="no image and no PDF"):
        load([tmp_path], SQUARE)


def test_a_folder_that_cannot_be_read_is_an_error() -> None:
    """A folder that goes away under our hands is named."""

    class Vanishing(type(Path())):  # type: ignore[misc]  # the class of this system
        """A folder that is there when asked, and gone when listed."""

        def is_dir(self) -> bool:
            """Say yes."""
            return True

    with pytest.raises(ContentError, match=r"folder .*gone.* cannot be read"):
        load([Vanishing("/nowhere/gone")], SQUARE)


@pytest.mark.parametrize("width_px", [20, 160, 700])
def test_thumbnails_have_the_shape_of_the_sheet(tmp_path: Path, width_px: int) -> None:
    """A thumbnail is as wide as asked for, in colour, and shows the whole sheet."""
    page = Image.new("RGB", (100, 200), (200, 0, 0))
    page.save(tmp_path / "red.png", dpi=(50, 50))
    (side,) = load([tmp_path / "red.png"], SQUARE)
    small = thumbnail(side, width_px)
    assert small.size == (width_px, 2 * width_px)
    assert small.getpixel((width_px - 1, 2 * width_px - 1)) == (200, 0, 0)
