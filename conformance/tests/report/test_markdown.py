"""Markdown for a comment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scanwright_spec
from scanwright_conformance.report._markdown import code, fence, row, run_as_markdown
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import Verdict

COMMENT_LIMIT = 65_536


def test_it_says_what_matters_first(run: Run) -> None:
    """Roll-up, target, standings, failures with both sides and a command."""
    text = run_as_markdown(run)
    order = ["## Failed:", "| Profile |", "### To mend: 19", "- expected", "curl -i"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "<details><summary>What was left open</summary>" in text


def test_the_words_of_a_target_are_code(run: Run) -> None:
    """No markup of a target works, and nobody is mentioned by it."""
    text = run_as_markdown(run)
    for line in text.splitlines():
        if "@all" in line:
            before = line.partition("@all")[0]
            assert "`" in before or line.startswith(("curl", "printf"))
    assert "\x1b" not in text


@given(st.text("a`|\n \\", max_size=12))
def test_code_cannot_be_ended_from_inside(text: str) -> None:
    """However many backticks there are, more enclose them."""
    made = code(text)
    assert "\n" not in made
    ticks = len(made) - len(made.lstrip("`"))
    assert not made or "`" * ticks not in made[ticks:-ticks]
    assert bool(made) == bool(text.split())


def test_a_cell_cannot_be_ended_from_inside() -> None:
    """A bar in a name opens no further column, with a backslash or without."""
    assert row([code("a|b\\|c")]).count("|") == 2


def test_a_block_cannot_be_ended_from_inside() -> None:
    """Three backticks in a command are enclosed by four."""
    assert fence(["a ``` b"], "sh") == "````sh\na ``` b\n````"


@pytest.mark.parametrize("length", [10, 100_000])
def test_it_stays_short_enough_for_a_comment(run: Run, length: int) -> None:
    """A target that fails everything at length fits, too."""
    failed = next(each for each in run.results if each.verdict is Verdict.FAIL)
    (attempt, *_) = failed.attempts
    assert attempt.judgement is not None
    wordy = replace(
        attempt, judgement=replace(attempt.judgement, observed="x" * length)
    )
    results = tuple(
        replace(failed, clause=clause, attempts=(wordy,))
        for clause in scanwright_spec.load().clauses
    )
    assert len(run_as_markdown(replace(run, results=results))) < COMMENT_LIMIT


def test_a_clean_run_is_brief(run: Run) -> None:
    """Nothing is said about failures that there are not."""
    good = tuple(replace(each, verdict=Verdict.PASS) for each in run.results)
    text = run_as_markdown(replace(run, results=good, traces=()))
    assert "To mend" not in text
    assert text.startswith("## Certified:")
    assert "| Profile |" not in run_as_markdown(replace(run, results=()))
    nameless = replace(run.plan, subject=replace(run.subject, name="a", version=""))
    assert "\n`a` at L2, profiles" in run_as_markdown(replace(run, plan=nameless))
