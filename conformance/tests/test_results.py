"""What a run adds up to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

import scanwright_spec
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.judging import Attempt
from scanwright_conformance.results import Plan, Result, Run, Subject
from scanwright_conformance.scope import Scope
from scanwright_conformance.transcript import Transcript
from scanwright_conformance.verdict import RollUp, Verdict
from scanwright_spec import is_in_profile

SPECIFICATION = scanwright_spec.load()
SETTINGS = SPECIFICATION.clause("SERVER-settings")
SUBJECT = Subject("t", {}, (), {}, "L1")
GOOD = Attempt(Transcript(()), 1.0, Judgement(is_met=True))
BAD = Attempt(Transcript((), "it hung"), 2.0, Judgement(is_met=False, observed="404"))


def run_of(*results: Result, scope: Scope | None = None) -> Run:
    """Return a run with these results."""
    began = datetime(2026, 11, 23, tzinfo=UTC)
    clauses = tuple(each.clause for each in results)
    plan = Plan(SUBJECT, scope or Scope(), clauses, 1, began, "0")
    return Run(plan, results, 1.0)


def musts(*verdicts: Verdict) -> list[Result]:
    """Return a result with each verdict, about a MUST that binds."""
    return [Result(SETTINGS, verdict) for verdict in verdicts]


def test_all_verdicts_are_counted() -> None:
    """Those that were never given are there with 0."""
    counts = run_of(*musts(Verdict.PASS, Verdict.PASS, Verdict.FAIL)).counts
    assert set(counts) == set(Verdict)
    found = counts[Verdict.PASS], counts[Verdict.FAIL], counts[Verdict.WARN]
    assert found == (2, 1, 0)


@pytest.mark.parametrize("verdict", Verdict)
def test_only_pass_is_met(verdict: Verdict) -> None:
    """No other verdict counts as one that is met."""
    assert Result(SETTINGS, verdict).is_met == (verdict is Verdict.PASS)


def test_the_attempt_that_failed_is_shown() -> None:
    """Of several attempts the evidence is the first that a judge objected to."""
    result = Result(SETTINGS, Verdict.FLAKY, attempts=(GOOD, BAD))
    assert (result.shown, result.judgement) == (BAD, BAD.judgement)
    assert (result.transcript, result.seconds) == (BAD.transcript, 3.0)


def test_an_untried_clause_shows_nothing() -> None:
    """Without an attempt there is no judgement and no conversation."""
    result = Result(SETTINGS, Verdict.NOT_RUN, reason="gone")
    assert (result.shown, result.judgement, result.transcript) == (None, None, None)


def test_the_roll_up_knows_bonds_and_selections() -> None:
    """A MUST that fails is a failure; a part that is met certifies nothing."""
    free = Result(SETTINGS, Verdict.WARN, is_binding=False)
    assert run_of(*musts(Verdict.PASS, Verdict.FAIL)).roll_up is RollUp.FAILED
    assert run_of(*musts(Verdict.PASS), free).roll_up is RollUp.CERTIFIED
    part = Scope(only=frozenset({"SERVER"}))
    assert run_of(*musts(Verdict.PASS), scope=part).roll_up is RollUp.SELECTION


def test_nothing_applies_is_said_of_the_run() -> None:
    """A target that has to do with nothing is not incomplete."""
    assert run_of(*musts(Verdict.NOT_APPLICABLE)).roll_up is RollUp.NOTHING


def test_who_leaves_traces_is_not_certified() -> None:
    """A certificate is only for who leaves the place as it was."""
    run = run_of(*musts(Verdict.PASS))
    assert replace(run, traces=("a job",)).roll_up is RollUp.INCOMPLETE
    failed = run_of(*musts(Verdict.FAIL))
    assert replace(failed, traces=("a job",)).roll_up is RollUp.FAILED


def test_each_profile_stands_on_its_own() -> None:
    """A failure in one profile takes nothing from another; all of it counts in all."""
    job = SPECIFICATION.clause("JOBS-create")
    run = run_of(Result(SETTINGS, Verdict.PASS), Result(job, Verdict.FAIL))
    found = {each.profile: each.roll_up for each in run.standings}
    assert found == {
        "wire": RollUp.CERTIFIED,
        "jobs": RollUp.FAILED,
        "scanwright": RollUp.FAILED,
    }


def test_a_profile_without_what_applies_is_not_incomplete() -> None:
    """Where every clause of a profile is not applicable, that is its standing."""
    job = SPECIFICATION.clause("JOBS-create")
    run = run_of(Result(SETTINGS, Verdict.PASS), Result(job, Verdict.NOT_APPLICABLE))
    found = {each.profile: each.roll_up for each in run.standings}
    assert found["jobs"] is RollUp.NOTHING


def test_who_was_interrupted_is_not_certified() -> None:
    """Even after the last clause: nobody has looked what is left."""
    run = replace(run_of(*musts(Verdict.PASS)), is_interrupted=True)
    assert run.roll_up is RollUp.INCOMPLETE
    failed = replace(run_of(*musts(Verdict.FAIL)), is_interrupted=True)
    assert failed.roll_up is RollUp.FAILED


def test_foundations_certify_nobody() -> None:
    """Of the profile that was asked for, nothing applies."""
    browser = next(
        each for each in SPECIFICATION.clauses if is_in_profile(each, "browser")
    )
    results = [
        Result(browser, Verdict.NOT_APPLICABLE),
        Result(SETTINGS, Verdict.PASS, is_binding=False),
    ]
    assert run_of(*results, scope=Scope(("browser",))).roll_up is RollUp.NOTHING
    assert run_of(*results, scope=Scope(("wire",))).roll_up is RollUp.CERTIFIED
