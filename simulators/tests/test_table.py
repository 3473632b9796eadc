"""Tables: every value has a type, every mistake a line."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators._table import parse
from scanwright_simulators.device import Mode
from scanwright_simulators.errors import ScenarioError

TEXT = """\
title = "x"

[[part]]
name = "one"
inner = [{ size = 1 }]

[[part]]
name = "two"
"odd-key" = true
[[part.inner]]
size = 2
[[part.inner]]
size = 3

[other]
list = [
  1,
  2,
]
"""


def failure(text: str, line: int) -> str:
    """Return the start of a message about that line."""
    return f"file.toml:{line}: {text}"


def test_values_are_taken_by_type() -> None:
    """Values come out as the type asked for, defaults fill gaps."""
    root = parse("a = 1\nb = 2\nc = 'x'", "file.toml")
    assert root.take("a", int) == 1
    assert root.take("b", float) == 2.0
    assert root.take("c", str) == "x"
    assert root.take("d", str, "default") == "default"
    root.done()


@pytest.mark.parametrize(
    ("text", "kind"),
    [("a = 'x'", int), ("a = true", int), ("a = 1.5", int), ("a = 1", str)],
)
def test_wrong_types_are_errors(text: str, kind: type) -> None:
    """A value of another type is refused where it stands, true is no number."""
    with pytest.raises(ScenarioError, match=r"file\.toml:1: a: must be"):
        parse(text, "file.toml").take("a", kind)


def test_lines_of_nested_tables() -> None:
    """Tables in arrays of arrays know their own lines."""
    root = parse(TEXT, "file.toml")
    parts = list(root.tables("part"))
    inner = [table for part in parts for table in part.tables("inner")]
    errors = [str(table.error("no", "size")) for table in inner]
    assert errors == [
        failure("part[0].inner[0].size: no", 5),
        failure("part[1].inner[0].size: no", 11),
        failure("part[1].inner[1].size: no", 13),
    ]
    assert str(parts[1].error("no", "odd-key")) == failure("part[1].odd-key: no", 9)


def test_missing_keys_point_to_their_table() -> None:
    """A key that is not there is reported at the head of its table."""
    part = list(parse(TEXT, "file.toml").tables("part"))[1]
    with pytest.raises(ScenarioError) as caught:
        part.take("size", int)
    assert caught.value.line == 7


def test_unknown_keys_are_errors() -> None:
    """What nobody asks for is a mistake, most often a misspelling."""
    root = parse("seed = 1\nsede = 2", "file.toml")
    root.take("seed", int)
    with pytest.raises(ScenarioError, match=r"file\.toml:2: sede: is unknown"):
        root.done()


def test_lists_have_one_type_and_are_not_empty() -> None:
    """A list is checked item by item."""
    root = parse("a = [1, 'x']\nb = []", "file.toml")
    with pytest.raises(ScenarioError, match=r":1: a: each must be"):
        root.take_list("a", int, [])
    with pytest.raises(ScenarioError, match=r":2: b: must not be empty"):
        root.take_list("b", int, [])


def test_choices_are_named() -> None:
    """A word that is no choice is answered with the choices."""
    root = parse("a = 'pink'", "file.toml")
    with pytest.raises(ScenarioError, match="there are: bw, gray, color"):
        root.choose("a", Mode, root.take("a", str))


def test_limits_are_named() -> None:
    """A number outside its limits is answered with them."""
    root = parse("a = 9", "file.toml")
    with pytest.raises(ScenarioError, match="from 1 to 8"):
        root.within("a", root.take("a", int), 1, 8)


def test_numbers_of_many_digits_are_refused() -> None:
    """A number with more digits than any limit is a mistake like others."""
    root = parse(f"a = {10**400}\nb = {hex(16**5000)}", "file.toml")
    with pytest.raises(ScenarioError, match=r":1: a: is a larger number"):
        root.take("a", float)
    for key in ("a", "b"):
        with pytest.raises(ScenarioError, match=f"{key}: must be from 1 to 8"):
            root.within(key, root.take(key, int), 1, 8)
        with pytest.raises(ScenarioError, match=f"{key}: must be a string"):
            root.take(key, str)


def test_messages_show_the_beginning_of_values() -> None:
    """A value of any length does not hide what was wrong with it."""
    root = parse(f"a = '{'x' * 1000}'", "file.toml")
    with pytest.raises(ScenarioError, match=r"whole number, not 'x{59}\.\.\.$"):
        root.take("a", int)


def test_a_table_must_be_a_table() -> None:
    """A value in place of a table is refused, an absent table is None."""
    root = parse("a = 1\nb = [1]", "file.toml")
    assert root.table("c") is None
    with pytest.raises(ScenarioError, match="must be a table"):
        root.table("a")
    with pytest.raises(ScenarioError, match="must be a list of tables"):
        list(root.tables("b"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = ", 2),
        ("a = 1\n\n]x", 3),
        ("a = 1" + "0" * 5000, 1),
        ("a = " + "[" * 5000, 1),
    ],
)
def test_syntax_errors_have_a_line(text: str, line: int) -> None:
    """What is no TOML is reported with its line."""
    with pytest.raises(ScenarioError) as caught:
        parse(text, "file.toml")
    assert caught.value.line == line


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """Reading never fails in another way than by a ScenarioError."""
    with contextlib.suppress(ScenarioError):
        parse(text, "file.toml")
