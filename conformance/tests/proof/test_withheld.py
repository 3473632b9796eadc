"""Capabilities off."""

from __future__ import annotations

import scanwright_spec
from scanwright_conformance.assignment import Assignment
from scanwright_conformance.proof.laboratory import Experiment, Finding, Outcome
from scanwright_conformance.proof.withheld import (
    GROUPS,
    names_of,
    never_applicable,
    problems_of,
)
from scanwright_conformance.verdict import RollUp, Verdict

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
    return Outcome(Experiment("tls", assignment), by_clause, RollUp.SELECTION)


def test_every_clause_has_a_group_that_leaves_it_its_needs() -> None:
    """So whatever applies to the reference does so in one of the runs."""
    groups = [names_of(group) for group in GROUPS]
    for clause in scanwright_spec.load().clauses:
        assert any(not clause.needs & group for group in groups), clause.id


def test_what_never_applies_is_the_reference_s_own_lack() -> None:
    """What is off in one run only is told from it."""
    one = outcome(PORTS_core_tls=OFF, SERVER_version=MET, DOCS_insert_position=OFF)
    other = outcome(PORTS_core_tls=MET, SERVER_version=MET, DOCS_insert_position=OFF)
    assert never_applicable([one, other]) == {"DOCS-insert-position"}


def test_exactly_those_that_need_it_do_not_apply() -> None:
    """The others are met as before."""
    good = outcome(PORTS_core_tls=OFF, SERVER_version=MET, DOCS_insert_position=OFF)
    assert list(problems_of(good, {"DOCS-insert-position"})) == []


def test_who_applies_all_the_same_is_a_problem() -> None:
    """A clause must not be tried without what it needs."""
    (problem,) = problems_of(outcome(PORTS_core_tls=MET), ())
    assert problem == "PORTS-core-tls applies without tls"


def test_who_used_it_in_secret_is_a_problem() -> None:
    """A check whose clause does not need it was refused it."""
    found = Finding(Verdict.UNSUPPORTED, "this run must do without 'tls'")
    met = outcome(SERVER_version=found, SERVER_settings=MET)
    (problem,) = problems_of(met, ())
    assert "SERVER-version is UNSUPPORTED this run must do without" in problem


def test_who_does_not_apply_without_a_cause_is_a_problem() -> None:
    """Nothing that it needs is off."""
    found = outcome(PORTS_core_tls=OFF, SERVER_version=OFF, SERVER_settings=MET)
    (problem,) = problems_of(found, ())
    assert problem.startswith("without tls SERVER-version is NOT-APPLICABLE")


def test_a_run_that_shows_nothing_is_a_problem() -> None:
    """Whatever it says of what does not apply."""
    assert list(problems_of(outcome(), ())) == ["without tls nothing is met"]
