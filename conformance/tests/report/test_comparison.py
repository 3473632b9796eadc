"""Runs side by side."""

from __future__ import annotations

from dataclasses import replace

from scanwright_conformance.report._comparison import compare
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import Verdict


def altered(run: Run) -> Run:
    """Return the run with its first clause broken, and without its last one."""
    first, *others, _ = run.results
    return replace(run, results=(replace(first, verdict=Verdict.FAIL), *others))


def test_differences_come_first_in_their_profile(run: Run) -> None:
    """Who compares looks for what is not the same."""
    comparison = compare([run, altered(run)])
    wire, *_ = comparison.groups
    assert wire.profile == "wire"
    assert [line.is_different for line in wire.lines[:2]] == [True, False]
    assert wire.lines[0].verdicts == (run.results[0].verdict, Verdict.FAIL)
    assert comparison.differences == 1


def test_what_was_not_asked_for_is_no_difference(run: Run) -> None:
    """A selection beside a whole run agrees, as far as it goes."""
    last = run.results[-1].clause.id
    comparison = compare([run, altered(run)])
    line = next(line for line in comparison.lines if line.clause.id == last)
    assert line.results[1] is None
    assert line.is_different is False


def test_every_column_has_a_name_of_its_own(run: Run) -> None:
    """Two runs of the same version are told apart by their place."""
    plan = replace(run.plan, subject=replace(run.subject, name="a", version="2"))
    names = [each.name for each in compare([replace(run, plan=plan)] * 2).columns]
    assert names == ["a 2 (1)", "a 2 (2)"]
    other = replace(plan, subject=replace(plan.subject, version=""))
    names = [
        each.name
        for each in compare([replace(run, plan=plan), replace(run, plan=other)]).columns
    ]
    assert names == ["a 2", "a"]
