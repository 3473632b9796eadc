"""What is declared, held against what was observed."""

from __future__ import annotations

from scanwright_conformance.target import (
    DiscrepancyKind,
    Observation,
    discrepancies,
)

OBSERVATION = Observation(
    seen={"tls": "It answers.", "gray": "It shows."},
    absent={"manager": "Nobody answers."},
)


def test_who_says_what_is_has_no_discrepancy() -> None:
    """What nobody can see from outside is left to the description."""
    assert discrepancies(frozenset({"tls", "gray", "load"}), OBSERVATION) == ()


def test_the_differences_are_told_by_capability() -> None:
    """Each with its direction, what was seen, and what to do."""
    first, second = discrepancies(frozenset({"tls", "manager"}), OBSERVATION)
    assert (first.capability, first.kind) == ("gray", DiscrepancyKind.NOT_DECLARED)
    assert first.sentence.startswith("It shows. Its clauses are not measured: add")
    assert (second.capability, second.kind) == ("manager", DiscrepancyKind.NOT_SEEN)
    assert "take 'manager' out of [capabilities]" in second.sentence
