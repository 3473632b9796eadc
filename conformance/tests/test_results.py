"""What a run adds up to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import scanwright_spec
from scanwright_conformance.results import Result, Run, Subject, is_binding
from scanwright_conformance.verdict import RollUp, Verdict

SPECIFICATION = scanwright_spec.load()
SUBJECT = Subject("t", {}, (), {}, "L1")


def run_of(*verdicts: Verdict, is_selection: bool = False) -> Run:
    """Return a run with these verdicts about a MUST each."""
    clause = SPECIFICATION.clause("SERVER-settings")
    results = tuple(Result(clause, verdict) for verdict in verdicts)
    began = datetime(2026, 11, 23, tzinfo=UTC)
    return Run(SUBJECT, results, began, 1.0, "0", is_selection)


def test_all_verdicts_are_counted() -> None:
    """Those that were never given are there with 0."""
    counts = run_of(Verdict.PASS, Verdict.PASS, Verdict.FAIL).counts
    assert set(counts) == set(Verdict)
    assert (counts[Verdict.PASS], counts[Verdict.FAIL], counts[Verdict.WARN]) == (
        2,
        1,
        0,
    )


@pytest.mark.parametrize("verdict", Verdict)
def test_only_pass_is_met(verdict: Verdict) -> None:
    """No other verdict counts as one that is met."""
    (result,) = run_of(verdict).results
    assert result.is_met == (verdict is Verdict.PASS)


def test_the_roll_up_knows_levels_and_selections() -> None:
    """A MUST that fails is a failure; a part that is met certifies nothing."""
    assert run_of(Verdict.PASS, Verdict.FAIL).roll_up is RollUp.FAILED
    assert run_of(Verdict.PASS, is_selection=True).roll_up is RollUp.SELECTION


@pytest.mark.parametrize(
    ("clause", "binds"),
    [
        ("SERVER-settings", True),
        ("TLS-modern-only", True),
        ("SERVER-module-versions", False),
    ],
)
def test_must_and_must_not_bind(clause: str, binds: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """A SHOULD that is not met is a warning at most."""
    assert is_binding(SPECIFICATION.clause(clause)) == binds
