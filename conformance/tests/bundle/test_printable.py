"""A terminal shows what a stranger wrote, and does nothing else."""

from __future__ import annotations

from scanwright_conformance.bundle.printable import printable


def test_commands_to_the_terminal_are_shown_as_unknown() -> None:
    """Lines stay lines."""
    assert printable("a\x1b[31mb\r\nc\ud800") == "a\ufffd[31mb\ufffd\nc\ufffd"


def test_words_stay_as_they_are() -> None:
    """In any language."""
    assert printable("Größe 値 ≠") == "Größe 値 ≠"
