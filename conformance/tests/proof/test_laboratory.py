"""The laboratory: runs beside each other."""

from __future__ import annotations

import pytest

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.proof.changes import Change
from scanwright_conformance.proof.laboratory import (
    Experiment,
    Finding,
    Laboratory,
    Outcome,
)
from scanwright_conformance.verdict import RollUp, Verdict

ONLY = Assignment(only=("SERVER-settings",), repeats=0)
WRONG = Change("http/api.py", '{"logLevel": int(current_level())}', "{}")


def test_clauses_are_found_by_their_verdict() -> None:
    """An outcome is asked for what it holds."""
    findings = {"A-a": Finding(Verdict.PASS), "A-b": Finding(Verdict.FAIL)}
    outcome = Outcome(Experiment("x", Assignment()), findings, RollUp.FAILED)
    assert outcome.with_verdict(Verdict.FAIL, Verdict.WARN) == {"A-b"}


@pytest.mark.slow
def test_changed_services_are_measured_beside_each_other() -> None:
    """One that is right, and one that is wrong."""
    planned = [
        Experiment("right", ONLY),
        Experiment("wrong", ONLY, (WRONG,), is_recorded=True),
    ]
    with Laboratory(jobs=2) as laboratory:
        outcomes = laboratory.outcomes(planned)
        found = {each.experiment.name: each.findings for each in outcomes}
    assert found["right"]["SERVER-settings"].verdict is Verdict.PASS
    wrong = found["wrong"]["SERVER-settings"]
    assert wrong.verdict is Verdict.FAIL
    assert "logLevel" in wrong.said
    assert wrong.transcript is not None
    assert found["right"]["SERVER-settings"].transcript is None
