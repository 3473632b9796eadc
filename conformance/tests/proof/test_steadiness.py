"""The same verdicts each time."""

from __future__ import annotations

import asyncio
import sys
from multiprocessing import active_children

import pytest

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.proof.laboratory import Experiment, Finding, Outcome
from scanwright_conformance.proof.steadiness import busy_cores, problems_of
from scanwright_conformance.verdict import RollUp, Verdict

BURNING = """
import sys
from scanwright_conformance.proof.steadiness import busy_cores

with busy_cores():
    print("busy", flush=True)
    sys.stdin.read()
"""


def outcome(seed: int, verdict: Verdict, said: str = "") -> Outcome:
    """Return what one run found about two clauses."""
    findings = {"A-a": Finding(Verdict.PASS), "A-b": Finding(verdict, said)}
    return Outcome(Experiment(f"seed {seed}", Assignment()), findings, RollUp.CERTIFIED)


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.NOT_APPLICABLE])
def test_agreement_is_no_problem(verdict: Verdict) -> None:
    """What applies is met each time, and what does not never does."""
    assert list(problems_of([outcome(n, verdict) for n in range(3)])) == []


@pytest.mark.parametrize("verdict", [Verdict.FLAKY, Verdict.NOT_RUN, Verdict.FAIL])
def test_what_is_never_met_is_a_problem(verdict: Verdict) -> None:
    """The reference meets all: a flake each time is no steadiness."""
    (problem,) = problems_of([outcome(n, verdict) for n in range(3)])
    assert problem.startswith(f"A-b was 3 times {verdict.value}")


def test_disagreement_names_the_seed() -> None:
    """So that the run can be repeated."""
    runs = [outcome(1, Verdict.PASS), outcome(2, Verdict.FLAKY, "failed 1 of 3 times")]
    (problem,) = problems_of([*runs, outcome(3, Verdict.PASS)])
    assert problem.startswith("A-b was 2 times PASS, 1 times FLAKY")
    assert "seed 2: failed 1 of 3 times" in problem


def test_what_was_not_tried_each_time_is_a_problem() -> None:
    """A clause that is lost has no verdict to compare."""
    met = {"A-a": Finding(Verdict.PASS)}
    less = Outcome(Experiment("seed 2", Assignment()), met, RollUp.CERTIFIED)
    (problem,) = problems_of([outcome(1, Verdict.PASS), less])
    assert problem == "A-b was 1 times PASS, 1 times absent"


def test_one_run_compares_with_nothing() -> None:
    """Nor does one that met nothing."""
    assert list(problems_of([outcome(1, Verdict.PASS)])) == [
        "one run alone compares with nothing"
    ]
    void = Outcome(Experiment("seed 1", Assignment()), {}, RollUp.NOTHING)
    assert list(problems_of([void, void])) == ["seed 1 met nothing"] * 2


def test_what_a_run_leaves_behind_is_told() -> None:
    """With the seed, too."""
    met = {"A-a": Finding(Verdict.PASS)}
    left = Outcome(
        Experiment("seed 1", Assignment()), met, RollUp.INCOMPLETE, ("dirt",)
    )
    assert list(problems_of([left, left])) == ["seed 1: dirt"] * 2


def test_cores_are_busy_for_a_while_only() -> None:
    """Nothing burns on afterwards."""
    before = set(active_children())
    with busy_cores():
        assert set(active_children()) - before
    assert set(active_children()) == before


@pytest.mark.slow
async def test_nothing_burns_on_after_a_kill() -> None:
    """Not even then: there is nobody who would notice."""
    burning = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", BURNING),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert burning.stdout is not None
    async with asyncio.timeout(30):
        assert await burning.stdout.readline() == b"busy\n"
    burning.kill()
    # Who still burns holds the other end of this.
    async with asyncio.timeout(30):
        assert await burning.stdout.read() == b""
        await burning.wait()
