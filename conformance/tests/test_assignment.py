"""What a run is asked to do."""

from __future__ import annotations

from scanwright_conformance.assignment import Assignment
from scanwright_spec import Assurance


def test_without_a_word_everything_is_asked_for() -> None:
    """The reference, all clauses, at every level, in an order by chance."""
    asked = Assignment()
    assert (asked.place, asked.only, asked.seed) == (None, (), None)
    assert asked.level is Assurance.L3
    assert asked.weather is None
