"""Cells as values."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count

import pytest

from scanwright_conformance.matrix.cells import (
    Cell,
    Matrix,
    cell_as_json,
    cell_of_json,
    folders,
)
from scanwright_spec import Assurance


def test_a_cell_travels_as_json() -> None:
    """What comes out on the other side is the same cell."""
    cell = Cell(
        name="build 7",
        place="/somewhere/target.toml",
        description="[target]",
        only=("JOBS",),
        profiles=("wire",),
        level=Assurance.L2,
        seed=7,
        environment={"BUILD": "7"},
    )
    assert cell_of_json(json.loads(json.dumps(cell_as_json(cell)))) == cell


def test_the_description_is_shown_without_its_secret(cell: Cell) -> None:
    """A licence key is in no report."""
    key = "0123456789"
    text = f'[target]\nname = "tiny"\n[licence]\nkey = "{key}"\n'
    told = replace(cell, description=text, secret=key)
    assert key not in told.shown_description
    assert 'name = "tiny"' in told.shown_description


def test_only_cells_without_a_seed_get_one(cell: Cell) -> None:
    """What the file says stays."""
    other = replace(cell, name="build 8", seed=None)
    matrix = Matrix("nightly", (cell, other))
    draw = count(1000).__next__
    assert [each.seed for each in matrix.seeded(draw).cells] == [7, 1000]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["build 7", "build 8"], ("build-7", "build-8")),
        (["Build/7", "build 7"], ("build-7", "build-7-2")),
        (["../../etc", "é", "\N{SNOWMAN}"], ("etc", "cell", "cell-2")),
    ],
)
def test_folders_are_safe_and_differ(
    cell: Cell, names: list[str], expected: tuple[str, ...]
) -> None:
    """Whatever a cell is called, its reports lie in a folder of their own."""
    assert folders(replace(cell, name=name) for name in names) == expected
