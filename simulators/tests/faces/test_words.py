"""What strangers say is shortened, and made printable."""

from __future__ import annotations

from scanwright_simulators.faces.words import LONGEST, printable, shown


def test_long_words_are_shown_short() -> None:
    """The journal is no place for thousands of letters."""
    assert shown("/x") == "/x"
    assert shown("x" * LONGEST) == "x" * LONGEST
    assert shown("x" * 9000) == "x" * LONGEST + "..."


def test_odd_bytes_are_made_printable() -> None:
    """What could not be decoded can be written down all the same."""
    assert printable("l\udc93calhost") == "l\\udc93calhost"
    assert printable("gr\u00fcn") == "gr\u00fcn"
