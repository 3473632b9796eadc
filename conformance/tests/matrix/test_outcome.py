"""What came of a cell is never nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from scanwright_conformance.matrix.cells import Cell
from scanwright_conformance.matrix.outcome import Outcome, result_of, worst
from scanwright_conformance.verdict import RollUp, Verdict

Make = Callable[..., Outcome]

PASS, FAIL = Verdict.PASS, Verdict.FAIL


def test_a_run_is_read_from_its_events(cell: Cell, outcome: Make) -> None:
    """Verdicts are those of the events; the description is that of the cell."""
    result = result_of(cell, outcome(PASS, FAIL))
    assert result.roll_up is RollUp.FAILED
    assert [each.verdict for each in result.run.results] == [PASS, FAIL]
    assert result.run.subject.description == cell.description


def test_what_a_crash_left_out_is_an_error(cell: Cell, outcome: Make) -> None:
    """Clauses that were tried keep their verdict; the others have the words."""
    lines = outcome(PASS, PASS, PASS, tried=1).lines
    result = result_of(cell, Outcome(lines, "it crashed"))
    assert result.roll_up is RollUp.ERROR
    verdicts = [each.verdict for each in result.run.results]
    assert verdicts == [PASS, Verdict.ERROR, Verdict.ERROR]
    assert {each.reason for each in result.run.results[1:]} == {"it crashed"}


def test_a_cell_that_never_began_is_an_error_throughout(cell: Cell) -> None:
    """Its report has every clause that it should have tried."""
    result = result_of(cell, Outcome((), "it crashed"))
    assert result.roll_up is RollUp.ERROR
    (only,) = result.run.results
    assert (only.clause.id, only.verdict) == ("SERVER-settings", Verdict.ERROR)
    assert result.run.subject.name == cell.name


def test_without_words_there_are_words(cell: Cell) -> None:
    """Silence is a problem that can be told."""
    assert result_of(cell, Outcome(())).problem == "its process said nothing"


def test_what_is_no_event_is_a_problem(cell: Cell, outcome: Make) -> None:
    """What was heard before counts."""
    lines = outcome(PASS, PASS).lines
    result = result_of(cell, Outcome((*lines[:2], "nonsense")))
    assert "said what is no event" in result.problem
    assert [each.verdict for each in result.run.results] == [PASS, Verdict.ERROR]


def test_who_failed_after_the_last_clause_is_not_certified(
    cell: Cell, outcome: Make
) -> None:
    """No report reads as if all were well."""
    result = result_of(cell, Outcome(outcome(PASS).lines, "it crashed"))
    assert result.roll_up is RollUp.ERROR
    assert result.run.roll_up is RollUp.INCOMPLETE
    assert result.run.traces == ("it crashed",)


def test_without_profiles_it_is_about_all_that_bind_everybody(cell: Cell) -> None:
    """A cell that never began is planned as it would have been."""
    result = result_of(replace(cell, only=()), Outcome((), "it crashed"))
    assert "scanwright" not in result.run.plan.scope.profiles
    assert len(result.run.results) > 100


def test_the_worst_counts() -> None:
    """A lost cell is worse than one that failed, which is worse than an open one."""
    good, bad, open_ = RollUp.CERTIFIED, RollUp.FAILED, RollUp.INCOMPLETE
    assert worst([good, bad, RollUp.ERROR, open_]) is RollUp.ERROR
    assert worst([good, open_, bad]) is bad
    assert worst([good, open_]) is open_
    assert worst([good]) is good
