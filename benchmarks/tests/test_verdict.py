"""The verdict on figures: which goals are missed, and how that is said."""

from __future__ import annotations

import argparse
from dataclasses import replace

import pytest

from benchmarks.page_channel import FETCH_GOAL, Outcome
from benchmarks.thousand_pages import Findings
from benchmarks.verdict import add_option, pronounce

GOOD = Findings(
    pages=1000,
    limit_mib=200,
    peak_first_mib=200.0,
    peak_mib=260.0,
    seconds_a_page=[0.1, 9.0, 0.15],
    cache_files=900,
    cache_mib=700.0,
    legible_files=0,
    left_after_close=0,
    left_after_kill=0,
)


def test_a_thousand_pages_may_reach_their_goals_exactly() -> None:
    """The limit and 60 MiB, and 1.5 times the first stack, are no miss."""
    assert GOOD.misses() == []


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"peak_mib": 260.1}, "more than 260"),
        ({"seconds_a_page": [0.1, 0.1, 0.151]}, "1.51 times the first"),
        ({"cache_files": 0}, "scan more pages"),
        ({"legible_files": 2}, "2 files in the cache can be read"),
        ({"left_after_close": 3}, "3 files were left after the session"),
        ({"left_after_kill": 4}, "4 files were left after kill -9"),
        ({"left_after_close": -1}, "left after the session"),
    ],
)
def test_each_goal_of_a_thousand_pages_has_its_sentence(
    bad: dict[str, object], said: str
) -> None:
    """A miss is said once, and nothing else with it; what was not measured is one."""
    (sentence,) = replace(GOOD, **bad).misses()  # type: ignore[arg-type]  # by name
    assert said in sentence


def test_a_contest_is_lost_above_its_goal() -> None:
    """By the median of the ratios: one bad round is none."""
    reached = Outcome("an image", FETCH_GOAL, 10, [1.2, 1.2, 9.0], [1.0, 1.0, 1.0])
    missed = replace(reached, ours=[1.3, 1.3, 0.1])
    assert reached.misses() == []
    assert missed.misses() == [
        "An image took 1.30 times as long as its peer, more than 1.2."
    ]


def test_a_miss_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    """Each sentence goes to stderr, and the status is 1; without one it is 0."""
    assert pronounce([]) == 0
    assert pronounce(["Too slow.", "Too large."]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "missed: Too slow.\nmissed: Too large.\n")


def test_a_verdict_is_asked_for() -> None:
    """Without `--assert` a benchmark measures, and that is all."""
    parser = argparse.ArgumentParser()
    add_option(parser)
    assert parser.parse_args([]).asserts is False
    assert parser.parse_args(["--assert"]).asserts is True
