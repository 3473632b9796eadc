"""Text for a terminal: broken at 80 columns, coloured where somebody sees it."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_spec import Level
from scanwright_spec._terminal import WIDTH, Ink, wrap

WORDS = st.lists(st.text("abc-`", min_size=1, max_size=20), min_size=1)


@given(WORDS, st.integers(0, 20))
def test_wrapping_loses_nothing(words: list[str], indent: int) -> None:
    """Every word is kept whole and in order, and no line is wider than a terminal."""
    wrapped = wrap(" ".join(words), first="." * indent)
    assert wrapped[indent:].split() == words
    assert all(len(line) <= WIDTH for line in wrapped.splitlines())


def test_rest_of_a_paragraph_is_indented_as_its_beginning() -> None:
    """The text stands in one column, right of what begins it."""
    first, *rest = wrap("word " * 40, first="needs  ").splitlines()
    assert first.startswith("needs  word")
    assert rest
    assert all(line.startswith("       word") for line in rest)


def test_paragraphs_stay_apart() -> None:
    """An empty line stays between two paragraphs."""
    assert wrap("one\n\ntwo") == "one\n\ntwo"


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "coloured"),
    [
        (Terminal(), {}, True),
        (io.StringIO(), {}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"TERM": "dumb"}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    stream: io.StringIO,
    environment: dict[str, str],
    coloured: bool,  # noqa: FBT001 - a parameter of the table above
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Escapes go to a terminal only, and to none that sets NO_COLOR."""
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    ink = Ink.for_stream(stream)
    assert ("\x1b[" in ink.strong("x")) is coloured
    assert ("\x1b[" in ink.level(Level.MUST)) is coloured
