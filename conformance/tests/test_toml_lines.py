"""Where something stands in a file of TOML."""

from __future__ import annotations

import pytest

from scanwright_conformance.toml_lines import line_of

TEXT = """\
[one]
key = 1
[[many]]
key = 2
[[many]]
other = 3
"key" = 4
"""


@pytest.mark.parametrize(
    ("table", "key", "number", "line"),
    [
        ("one", "key", 1, 2),
        ("one", "", 1, 1),
        ("many", "key", 1, 4),
        ("many", "key", 2, 7),
        ("many", "none", 2, 5),
        ("many", "", 1, 3),
        ("none", "key", 1, 1),
    ],
)
def test_a_key_is_found_in_its_own_table(
    table: str, key: str, number: int, line: int
) -> None:
    """What is not there is where it should be: at its table."""
    assert line_of(TEXT, table, key, number=number) == line
