"""The words about a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scanwright_conformance.report import ReportPaths, summary
from scanwright_conformance.report._words import (
    SENTENCES,
    counted,
    duration,
    estimate,
    failure,
    headline,
    next_steps,
    obstacle,
    standings_table,
)
from scanwright_conformance.results import Result, Run
from scanwright_conformance.scope import COMPATIBLE, Scope
from scanwright_conformance.verdict import RollUp, Verdict


def test_the_headline_names_all_that_decides_the_run(run: Run) -> None:
    """Target, version, address, level, profiles and seed."""
    plan = replace(run.plan, subject=replace(run.subject, name="mine"))
    assert headline(plan) == (
        "mine 1.2 at http://127.0.0.1:18622 (L2), profiles scanwright: "
        "40 clauses, seed 7"
    )
    compatible = replace(plan, scope=Scope(COMPATIBLE))
    assert "profiles compatible:" in headline(compatible)


def test_the_summary_has_standings_roll_up_and_paths(run: Run) -> None:
    """The last lines say what came of it, what to do, and where to read more."""
    lines = summary(run, ReportPaths(Path("r")), place="t.toml").split("\n")
    assert lines[0].startswith("profile")
    assert [line.split()[0] for line in lines[1:4]] == [
        "wire",
        "certificates",
        "scanwright",
    ]
    assert lines[4].startswith("5 PASS · 5 FAIL · 5 WARN")
    assert lines[5] == "Failed: the target does not meet the specification."
    assert lines[6].startswith("left behind: a job")
    assert lines[7] == "next:"
    assert lines[-1] == (
        "report: r/report.html (beside it report.json, junit.xml, report.md, "
        "badge.svg, badge.json)"
    )


def test_a_run_that_wrote_no_report_names_none(run: Run) -> None:
    """The last line is then what to do next."""
    assert summary(run, None).splitlines()[-1].startswith("  scanwright certify ...")


def test_the_table_has_a_column_for_each_verdict_that_was_given(run: Run) -> None:
    """Columns of zeros are left out."""
    good = tuple(replace(each, verdict=Verdict.PASS) for each in run.results)
    head, *rows = standings_table(replace(run, results=good)).splitlines()
    assert head.split() == ["profile", "standing", "PASS"]
    assert rows[-1].split() == ["scanwright", "certified", "40"]
    assert standings_table(replace(run, results=())) == ""


def test_who_failed_is_told_what_to_do_next(run: Run) -> None:
    """The first clause to read, and a command that tries the broken ones again."""
    steps = next_steps(run, "t.toml")
    assert steps[1] == "  scanwright spec PORTS-core-tls"
    again = "  scanwright certify t.toml --profile scanwright --only PORTS-core-tls "
    assert steps[2].startswith(again)
    assert " --seed 7" in steps[2]
    usual = replace(run, plan=replace(run.plan, scope=Scope(COMPATIBLE)))
    assert "--profile" not in next_steps(usual, "t.toml")[2]
    assert next_steps(replace(run, results=()), "t.toml") == []


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


def test_what_binds_nobody_says_so(run: Run) -> None:
    """A warning is not read as a failure."""
    warned = next(each for each in run.results if each.verdict is Verdict.WARN)
    assert ", binds nobody here)" in failure(warned).splitlines()[0]


def test_every_roll_up_has_a_sentence() -> None:
    """No verdict about a target goes without words."""
    assert set(SENTENCES) == set(RollUp)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (8.31, "8.3 s"), (60, "1 min"), (140.4, "2 min 20 s")],
)
def test_times_read_as_people_say_them(seconds: float, words: str) -> None:
    """Nobody counts in hundreds of seconds."""
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.4, ""),
        (12.6, "about 13 s left"),
        (95.0, "about 1 min 35 s left"),
    ],
)
def test_what_is_left_is_told_roughly(seconds: float | None, words: str) -> None:
    """Nobody is told of tenths of a second that are guessed."""
    assert estimate(seconds) == words


def test_counts_take_verdicts_or_their_names() -> None:
    """Zeros are left out, the order is that of the verdicts."""
    assert counted({Verdict.FAIL: 1, Verdict.PASS: 2, Verdict.WARN: 0}) == (
        "2 PASS · 1 FAIL"
    )


def test_why_nothing_was_tried_is_told_once(run: Run) -> None:
    """At the top, instead of at each of a hundred clauses."""
    first, second, *_ = run.results
    reason = "the target did not start: no such file"
    untried = Result(first.clause, Verdict.NOT_RUN, reason=reason)
    off = Result(second.clause, Verdict.NOT_APPLICABLE, reason="no scanner")
    none = replace(run, results=(untried, off))
    assert obstacle(none) == reason
    assert reason in summary(none, None)
    assert obstacle(replace(run, results=(untried, first))) == ""
    other = Result(second.clause, Verdict.NOT_RUN, reason="another")
    assert obstacle(replace(run, results=(untried, other))) == ""
    assert obstacle(replace(run, results=())) == ""
