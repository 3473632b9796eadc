"""Markup: text stays text, and amounts are said as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.http.manager.markup import (
    Html,
    duration,
    element,
    facts,
    join,
    moment,
    size,
    table,
    void,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@given(st.text())
def test_text_is_never_markup(text: str) -> None:
    """Neither as content nor as an attribute."""
    made = element("p", text, title=text)
    assert made.count("<") == 2
    assert made.count('"') == 2


def test_markup_is_taken_as_it_is() -> None:
    """What was built here is not escaped again."""
    assert join(element("b", "x"), "&") == "<b>x</b>&amp;"
    assert element("p", Html("<br>"), class_="a", aria_label="b") == (
        '<p class="a" aria-label="b"><br></p>'
    )
    assert void("input", for_="x") == '<input for="x">'


def test_a_table_names_rows_columns_and_itself() -> None:
    """For those who hear it."""
    made = table("name", ("A", "B"), [("1", "2")])
    assert 'aria-labelledby="name"' in made
    assert '<th scope="col">A</th>' in made
    assert '<th scope="row">1</th><td data-column="B">2</td>' in made


def test_facts_are_names_with_values() -> None:
    """As a list that says which belongs to which."""
    assert facts([("a", "b")]) == "<dl><div><dt>a</dt><dd>b</dd></div></dl>"


def test_a_moment_is_for_people_and_programs() -> None:
    """The page may show it in local time."""
    assert 'datetime="2026-11-23T12:00:00Z"' in moment(NOW)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 min"),
        (3600, "1 h 0 min"),
        (90061, "1 d 1 h"),
    ],
)
def test_a_duration_has_two_units(seconds: int, text: str) -> None:
    """More would be noise."""
    assert duration(NOW - timedelta(seconds=seconds), NOW) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (1536 * 1024, "1.5 MiB"),
        (2**50, "1048576.0 GiB"),
    ],
)
def test_a_size_has_its_unit(amount: int, text: str) -> None:
    """The largest that is not below one."""
    assert size(amount) == text
