"""Clauses, checks, mutants and ids belong together."""

from __future__ import annotations

from scanwright_conformance.proof.catalogue import (
    issued_problems,
    prove_catalogue,
    unfit,
)
from scanwright_conformance.proof.changes import Change, Defect


def test_the_catalogue_is_in_order() -> None:
    """No clause without a check and a mutant, or a waiver; no id out of nowhere."""
    proof = prove_catalogue()
    assert proof.problems == ()
    assert proof.holds


def test_ids_are_for_ever() -> None:
    """Each way in which an id can go wrong is told."""
    issued = {"A-gone": "", "A-back": "it was too strict", "A-old": "no longer true"}
    told = list(issued_problems({"A-new", "A-back"}, issued))
    assert [line.split()[0] for line in told] == ["A-new", "A-gone", "A-back"]


def test_a_change_that_does_not_fit_is_told() -> None:
    """Of a mutant or a variant, as soon as the reference has another text there."""
    change = Change("errors.py", "no such text", "")
    (told,) = unfit([Defect("A-new", 2, "broken", (change,))])
    assert told == "A-new/2 cannot be applied: errors.py: 'no such text' is not there"
