"""Companies: who shares a service with whom."""

from __future__ import annotations

import pytest

from scanwright_conformance.proof.changes import Change, Defect
from scanwright_conformance.proof.companies import companies


def defect(clause: str, *collateral: str, old: str = "", number: int = 1) -> Defect:
    """Return a defect that changes `old`, or nothing."""
    changes = (Change("errors.py", old, "x"),) if old else ()
    return Defect(clause, number, "is wrong", changes, dict.fromkeys(collateral, "so"))


def together(*defects: Defect) -> bool:
    """Return whether these are in one group."""
    return len(companies(defects)) == 1


def test_strangers_share_a_service() -> None:
    """They do not stand in each other's way."""
    assert together(defect("SERVER-version"), defect("PAGES-order"))


@pytest.mark.parametrize(
    "other",
    [
        defect("SERVER-version", number=2),
        defect("PAGES-order", "SERVER-version"),
        defect("PAGES-order", old="class ScanwrightError("),
    ],
)
def test_rivals_do_not(other: Defect) -> None:
    """The same clause, a declared victim, the same line of code."""
    first = defect("SERVER-version", old="class ScanwrightError(")
    assert not together(first, other)


def test_a_group_has_a_size() -> None:
    """No service is wrong in everything."""
    names = ["SERVER-version", "PAGES-order", "JOBS-start"]
    assert len(companies([defect(name) for name in names], 2)) == 2


def test_who_blocks_another_one_is_elsewhere_when_that_matters() -> None:
    """What is blocked says nothing of a mutant."""
    # JOBS-delete comes after JOBS-autorun, and JOBS-delete-running after that
    names = ["JOBS-autorun", "JOBS-delete-running", "SERVER-settings"]
    defects = [defect(name) for name in names]
    assert len(companies(defects)) == 1
    one, other = companies(defects, are_independent=True)
    assert {each.clause for each in one} == {"JOBS-autorun", "SERVER-settings"}
    assert {each.clause for each in other} == {"JOBS-delete-running"}
