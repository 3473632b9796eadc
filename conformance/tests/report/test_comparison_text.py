"""The comparison for machines, and for who reads Markdown."""

from __future__ import annotations

from dataclasses import replace

from scanwright_conformance.report import comparison_as_json, comparison_as_markdown
from scanwright_conformance.report._comparison_text import MOST_LINES
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import Verdict


def altered(run: Run) -> Run:
    """Return the run with its first clause broken, and without its last one."""
    first, *others, _ = run.results
    return replace(run, results=(replace(first, verdict=Verdict.FAIL), *others))


def test_each_clause_has_a_result_for_each_target(run: Run) -> None:
    """What was not asked for is null."""
    value = comparison_as_json([run, altered(run)])
    by_name = {each["clause"]: each for each in value["clauses"]}
    first, last = run.results[0].clause.id, run.results[-1].clause.id
    assert by_name[first]["is_different"] is True
    assert by_name[first]["results"][1]["verdict"] == "FAIL"
    assert by_name[last]["results"][1] is None
    assert [each["seed"] for each in value["targets"]] == [7, 7]


def test_markdown_has_the_differences_alone(run: Run) -> None:
    """A comment does not list what is the same."""
    text = comparison_as_markdown([run, altered(run)])
    assert "They differ in 1 of 40 clauses:" in text
    assert f"| {run.results[0].clause.id} | PASS | FAIL |" in text
    assert run.results[1].clause.id not in text


def test_equal_runs_are_said_to_agree(run: Run) -> None:
    """There is no table without lines."""
    assert "They agree on all 40 clauses." in comparison_as_markdown([run, run])


def test_a_long_list_is_cut(run: Run) -> None:
    """A comment stays readable, and says how much it leaves out."""
    clauses = [
        replace(run.results[0], clause=replace(run.results[0].clause, id=f"PORTS-{n}"))
        for n in range(MOST_LINES + 5)
    ]
    one = replace(run, results=tuple(clauses))
    broken = [replace(each, verdict=Verdict.FAIL) for each in clauses]
    other = replace(run, results=tuple(broken))
    assert "And 5 more." in comparison_as_markdown([one, other])
