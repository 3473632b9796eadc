"""Options of SANE's test backend."""

from __future__ import annotations

import pytest

from scanwright_simulators._table import parse
from scanwright_simulators.errors import ScenarioError
from scanwright_simulators.faces.sane_options import OPTIONS, read_options


def test_every_option_has_a_default() -> None:
    """Without a table every option is written, and the bed is A4."""
    options = dict(read_options(None))
    assert options.keys() == OPTIONS.keys()
    assert (options["br_x"], options["br_y"]) == ("210.0", "297.0")
    assert options["mode"] == '"Color"'


def test_options_are_spelled_as_the_backend_reads_them() -> None:
    """Words are quoted, switches are true or false, whole numbers stay whole."""
    table = parse("three-pass = true\ndepth = 16\nresolution = 75", "x")
    options = dict(read_options(table))
    assert options["three-pass"] == "true"
    assert options["depth"] == "16"
    assert options["resolution"] == "75.0"


@pytest.mark.parametrize(
    "text",
    [
        "colour = 'yes'",
        "three-pass = 'yes'",
        "depth = 8.5",
        "resolution = 99999",
        "read-limit-size = 0",
        "test-picture = 'Mona Lisa'",
    ],
)
def test_wrong_options_are_errors(text: str) -> None:
    """Unknown names, wrong types and values out of range are refused."""
    with pytest.raises(ScenarioError, match=r"file\.toml:1"):
        read_options(parse(text, "file.toml"))
