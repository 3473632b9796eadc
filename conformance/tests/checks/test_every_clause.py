"""The catalogue: clauses and checks belong together, one to one."""

from __future__ import annotations

import re

import scanwright_spec
from scanwright_conformance.checks import load_checks
from scanwright_conformance.plan import make_plan

CLAUSES = scanwright_spec.load().clauses
IDS = {clause.id for clause in CLAUSES}


def test_every_clause_has_a_check() -> None:
    """A sentence that nothing measures would be no specification."""
    assert IDS - load_checks().keys() == set()


def test_every_check_has_a_clause() -> None:
    """Nothing is demanded that the specification does not say."""
    assert load_checks().keys() - IDS == set()


def test_checks_wait_for_clauses_that_exist() -> None:
    """A typing error in `after` would be a dependency on nothing."""
    named = {name for check in load_checks().values() for name in check.after}
    assert named - IDS == set()


def test_no_check_waits_for_itself() -> None:
    """The dependencies have an order, and the plan has every clause."""
    assert {step.clause.id for step in make_plan(CLAUSES, load_checks())} == IDS


def test_a_must_never_waits_for_a_should() -> None:
    """A warning must not keep a MUST from being measured."""
    binding = {each.id for each in CLAUSES if each.level.value.startswith("MUST")}
    waiting = {
        (clause, name)
        for clause, check in load_checks().items()
        for name in check.after
        if clause in binding and name not in binding
    }
    assert waiting == set()


def test_every_check_says_what_it_is_about() -> None:
    """The class has a sentence; the report of an error shows it."""
    for check in load_checks().values():
        assert re.match(r"[A-Z`].+\.", type(check.check).__doc__ or "")
