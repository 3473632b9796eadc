"""Piles: a table becomes a plan, or an error with its key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanwright_simulators._table import Table
from scanwright_simulators.device.generated import Kind
from scanwright_simulators.device.settings import Size
from scanwright_simulators.errors import ScenarioError
from scanwright_simulators.piles import read_colour, read_pile, read_size


def table(**values: Any) -> Table:
    """Return a table with these values."""
    return Table("test", "", values, {})


def test_a_pile_has_defaults() -> None:
    """One generated sheet with two printed sides, as new."""
    pile = read_pile(table(), Path())
    assert (pile.kind, pile.sheets, pile.two_sided) == (Kind.IDENTITY, 1, True)
    assert (pile.size, pile.wear) == (None, None)


def test_files_lie_beside_the_folder(tmp_path: Path) -> None:
    """And have one side where nothing else is said."""
    (tmp_path / "a.pdf").touch()
    pile = read_pile(table(files=["a.pdf"]), tmp_path)
    assert (pile.files, pile.two_sided) == ((tmp_path / "a.pdf",), False)


def test_wear_is_read() -> None:
    """Colours as names or as digits."""
    pile = read_pile(table(skew_deg=1.5, streaks=2, cast="#ff8000"), Path())
    assert pile.wear is not None
    assert (pile.wear.skew_deg, pile.wear.streaks) == (1.5, 2)
    assert pile.wear.cast == (1.0, 128 / 255, 0.0)


def test_a_size_is_named_or_given() -> None:
    """By its name, or in millimetres."""
    assert read_size(table(paper="A5"), "A4") == Size.of_mm(148, 210)
    assert read_size(table(bed_mm=[100, 200.5]), "A4") == Size.of_mm(100, 200.5)
    assert read_size(table(), "A4") == Size.of_mm(210, 297)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"kind": "letter"}, "kind"),
        ({"sheets": -1}, "sheets"),
        ({"files": ["missing.pdf"]}, "files"),
        ({"files": ["x" * 300]}, "files"),
        ({"files": ["/"], "sheets": 2}, "sheets"),
        ({"files": ["/"], "kind": "text"}, "kind"),
        ({"paper": "A9"}, "paper"),
        ({"bed_mm": [100]}, "bed_mm"),
        ({"bed_mm": [100, True]}, "bed_mm"),
        ({"bed_mm": [100, 5]}, "bed_mm"),
        ({"bed_mm": [100, 10**400]}, "bed_mm"),
        ({"skew_deg": 90}, "skew_deg"),
        ({"noise": 200}, "noise"),
        ({"streaks": 1.5}, "streaks"),
        ({"cast": "#12"}, "cast"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_mistakes_name_their_key(values: dict[str, Any], key: str) -> None:
    """Whatever is wrong with it."""
    with pytest.raises(ScenarioError) as caught:
        read_pile(table(**values), Path())
    assert caught.value.key == key


def test_colours_have_names() -> None:
    """The usual three, in any case of letters."""
    assert read_colour(table(background="Black"), "background", "white") == (0, 0, 0)
