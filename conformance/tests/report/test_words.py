"""The words of the terminal."""

from __future__ import annotations

from pathlib import Path

from scanwright_conformance.report import ReportPaths, summary
from scanwright_conformance.report._words import SENTENCES, Tally, failure
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import RollUp, Verdict


def test_the_summary_has_counts_roll_up_and_paths(run: Run) -> None:
    """The last lines say what came of it and where to read more."""
    paths = ReportPaths(Path("r/report.html"), Path("r/report.json"), Path("r/j.xml"))
    lines = summary(run, paths).splitlines()
    assert lines[0].startswith("5 PASS · 5 FAIL · 5 WARN")
    assert lines[1] == "Failed: the target does not meet the specification."
    assert lines[2:] == ["r/report.html", "r/report.json", "r/j.xml"]


def test_a_failure_can_be_seen_again(run: Run) -> None:
    """The clause, both sides, and a command line for each exchange that shows it."""
    failed = next(each for each in run.results if each.verdict is Verdict.FAIL)
    text = failure(failed)
    assert text.startswith(f"FAIL {failed.clause.id} (MUST)\n    ")
    assert "\n    expected: 409 / -1011\n    observed: 200 with " in text
    assert [line[:10] for line in text.splitlines() if "$ " in line] == [
        "    $ curl",
        "    $ prin",
    ]


def test_an_area_is_told_when_it_is_complete(run: Run) -> None:
    """Its last clause brings the line, in whatever order the clauses came."""
    tally = Tally(result.clause for result in run.results)
    lines = [line for result in reversed(run.results) if (line := tally.add(result))]
    areas = list(dict.fromkeys(result.clause.area for result in run.results))
    assert [line.split()[0] for line in lines] == areas[::-1]


def test_every_roll_up_has_a_sentence() -> None:
    """No verdict about a target goes without words."""
    assert set(SENTENCES) == set(RollUp)
