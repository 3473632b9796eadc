"""Capabilities off."""

from __future__ import annotations

import scanwright_spec
from scanwright_conformance.assignment import Assignment
from scanwright_conformance.proof.laboratory import Experiment, Finding, Outcome
from scanwright_conformance.proof.withheld import GROUPS, names_of, problems_of
from scanwright_conformance.verdict import Verdict

OFF = Finding(Verdict.NOT_APPLICABLE)
MET = Finding(Verdict.PASS)


def test_every_capability_is_off_once() -> None:
    """A group names capabilities, or kinds of them."""
    off = {name for group in GROUPS for name in names_of(group)}
    assert off == set(scanwright_spec.CAPABILITIES)


def outcome(**findings: Finding) -> Outcome:
    """Return what was found without TLS."""
    assignment = Assignment(withheld=frozenset({"tls"}))
    by_clause = {name.replace("_", "-"): each for name, each in findings.items()}
    return Outcome(Experiment("tls", assignment), by_clause)


def test_exactly_those_that_need_it_do_not_apply() -> None:
    """The others are met as before."""
    good = outcome(PORTS_core_tls=OFF, SERVER_version=MET, DOCS_insert_position=OFF)
    assert list(problems_of(good)) == []


def test_who_applies_all_the_same_is_a_problem() -> None:
    """A clause must not be tried without what it needs."""
    (problem,) = problems_of(outcome(PORTS_core_tls=MET))
    assert problem == "PORTS-core-tls applies without tls"


def test_who_used_it_in_secret_is_a_problem() -> None:
    """A check whose clause does not need it was refused it."""
    found = Finding(Verdict.UNSUPPORTED, "this run must do without 'tls'")
    (problem,) = problems_of(outcome(SERVER_version=found))
    assert "SERVER-version is UNSUPPORTED this run must do without" in problem
