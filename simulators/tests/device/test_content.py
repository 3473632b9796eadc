"""Content: blank paper, files into the tray, small pictures."""

from __future__ import annotations

import contextlib
import io
import os
import random
from collections.abc import Iterator
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
    content,
)
from scanwright_simulators.device.bounds import LONGEST, SLENDEREST
from scanwright_simulators.device.content import A4, BlankSide, load, thumbnail
from scanwright_simulators.device.strips import Strip, render
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


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """A folder that goes away under our hands is named."""

    class Vanishing(type(Path())):  # type: ignore[misc]  # the class of this system
        """A folder that is there when asked, and gone when listed."""

        def iterdir(self) -> Iterator[Path]:
            """Say that it is gone."""
            raise FileNotFoundError

    with pytest.raises(ContentError, match=r"folder .* cannot be read"):
        load([Vanishing(tmp_path)], SQUARE)


@pytest.mark.parametrize("name", ["missing.png", "x" * 300, "nul\0"])
def test_a_path_without_a_file_is_an_error(tmp_path: Path, name: str) -> None:
    """Whatever the system says of it."""
    with pytest.raises(ContentError, match="cannot be read"):
        load([tmp_path / name], SQUARE)


def test_pipes_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    """Reading them would never end; links lead to what they lead to."""
    os.mkfifo(tmp_path / "a.png")
    (tmp_path / "inner.png").mkdir()
    Image.new("L", (10, 10)).save(tmp_path / "inner.png" / "b.png")
    (tmp_path / "c.png").symlink_to(tmp_path / "inner.png" / "b.png")
    labels = [side.label for side in load([tmp_path], SQUARE)]
    assert labels == ["c.png", "b.png"]


def test_a_pipe_is_an_error(tmp_path: Path) -> None:
    """One that is named itself is a mistake."""
    os.mkfifo(tmp_path / "a.pdf")
    with pytest.raises(ContentError, match="neither a file nor a folder"):
        load([tmp_path / "a.pdf"], SQUARE)


def test_more_than_a_tray_holds_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A folder is counted before its files are opened, and so are all pages."""
    monkeypatch.setattr(content, "MOST_SHEETS", 2)
    for name in ("a.png", "b.png"):
        Image.new("L", (10, 10)).save(tmp_path / name)
    assert len(load([tmp_path], SQUARE)) == 2
    with pytest.raises(ContentError, match="these files have more pages"):
        load([tmp_path, tmp_path / "a.png"], SQUARE)
    (tmp_path / "c.png").touch()
    with pytest.raises(ContentError, match="has 3 files; a tray holds"):
        load([tmp_path], SQUARE)


@pytest.mark.parametrize("width_px", [20, 160, 700])
def test_thumbnails_have_the_shape_of_the_sheet(tmp_path: Path, width_px: int) -> None:
    """A thumbnail is as wide as asked for, in colour, and shows the whole sheet."""
    page = Image.new("RGB", (100, 200), (200, 0, 0))
    page.save(tmp_path / "red.png", dpi=(50, 50))
    (side,) = load([tmp_path / "red.png"], SQUARE)
    small = thumbnail(side, width_px)
    assert small.size == (width_px, 2 * width_px)
    assert small.getpixel((width_px - 1, 2 * width_px - 1)) == (200, 0, 0)


def test_thumbnails_of_long_paper_are_narrow() -> None:
    """A strip of paper keeps its shape, and its picture ends somewhere."""
    strip = BlankSide(Size(LONGEST // SLENDEREST, LONGEST))
    assert thumbnail(strip, 160).size == (8, 1600)
    assert thumbnail(strip, 1).size == (1, 200)


def test_thumbnails_of_large_paper_are_cheap() -> None:
    """What is drawn for one fits into memory, however large the sheet is."""
    drawn: list[View] = []

    class Watched(BlankSide):
        """White paper that remembers what was seen of it."""

        def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
            """Remember it."""
            drawn.append(view)
            return BlankSide.strips(self, view, identity)

    assert thumbnail(Watched(Size(LONGEST, LONGEST)), 160).size == (160, 160)
    assert [view.resolution_dpi for view in drawn] == [10]


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of damage that it mends
@pytest.mark.parametrize("kind", ["png", "jpeg", "bmp", "tiff", "pdf"])
def test_damage_is_nothing_but_a_content_error(tmp_path: Path, kind: str) -> None:
    """A damaged file gives a page or a ContentError, when loaded and when drawn."""
    dice, file = random.Random(kind), io.BytesIO()  # noqa: S311  no secret
    Image.effect_noise((40, 30), 50).convert("RGB").save(file, kind)
    path, view = tmp_path / f"damaged.{kind}", View(Mode.GRAY, 50, 0, 0, 60, 60)
    for _ in range(60):
        data = bytearray(file.getvalue())
        for _ in range(dice.choice((1, 2, 8))):
            data[dice.randrange(dice.choice((40, 200, len(data))))] = dice.randrange(
                256
            )
        path.write_bytes(data[: dice.choice((len(data), dice.randrange(len(data))))])
        with contextlib.suppress(ContentError):
            for side in load([path], SQUARE):
                render(side.strips(view, NOBODY), Mode.GRAY)
