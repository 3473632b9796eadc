"""The report of the proof of the judges: scores, survivors, and whether it holds."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scanwright_conformance.proof.judges_changes import Alteration
from scanwright_conformance.proof.judges_report import (
    SHARED,
    JudgeScore,
    JudgesReport,
    Survivor,
    Waiver,
)

CHANGE = Alteration("server._is_date", "comparison", 9, "x == 8", "x != 8", 3, 5, "!=")
SURVIVOR = Survivor(CHANGE, "checks/server.py")
WAIVED = replace(SURVIVOR, reason="nothing comes of it")
SCORE = JudgeScore("server._is_date", "SERVER", 10, 6, 3, (WAIVED,))
GOOD = JudgesReport((SCORE,), golden=4, seconds=7.0)


def test_a_proof_without_survivors_holds() -> None:
    """Everything is noticed, or waived for a reason."""
    assert GOOD.is_met
    assert GOOD.as_proof().holds
    assert GOOD.as_proof().tried == 10


@pytest.mark.parametrize(
    "report",
    [
        JudgesReport((replace(SCORE, survivors=(SURVIVOR,)),)),
        replace(GOOD, misjudged=("SERVER-version: passing is judged failing",)),
        replace(GOOD, idle=(Waiver("server._is_date", "a", "b", "why"),)),
        replace(GOOD, problems=("test_server.py: its tests fail",)),
        JudgesReport(()),
    ],
    ids=["survivor", "misjudged", "idle waiver", "problem", "nothing tried"],
)
def test_a_proof_with_anything_to_tell_does_not_hold(report: JudgesReport) -> None:
    """One survivor is enough, and so is a proof of nothing."""
    assert not report.is_met
    assert not report.as_proof().holds


def test_survivors_are_shown_with_their_place_and_a_diff() -> None:
    """People see which line to write a test for."""
    assert SURVIVOR.as_lines() == (
        "checks/server.py:9: server._is_date: comparison: nobody notices it",
        "  - x == 8",
        "  + x != 8",
    )
    assert "could not be tried" in replace(SURVIVOR, is_broken=True).as_lines()[0]


def test_areas_have_scores_and_what_is_shared_is_last() -> None:
    """The table has a row for each area, and one for all of them."""
    shared = replace(SCORE, judge="expect.expect", area=SHARED, survivors=())
    head, *rows, last = JudgesReport((shared, SCORE)).as_lines()
    assert head.split("  ")[0] == "area"
    assert [row.split() for row in rows] == [
        ["SERVER", "1", "10", "6", "3", "1", "0"],
        ["shared", "1", "10", "6", "3", "0", "0"],
        ["all", "2", "20", "12", "6", "1", "0"],
    ]
    assert last.startswith("0 clauses with golden transcripts")


def test_machines_get_the_same() -> None:
    """The report is JSON, with every survivor and the reason of its waiver."""
    told = json.loads(json.dumps(GOOD.as_json()))
    assert told["areas"]["SERVER"]["changes"] == 10
    (judge,) = told["judges"]
    assert judge["survivors"][0]["waiver"] == "nothing comes of it"


def test_idle_waivers_say_what_to_do() -> None:
    """A waiver of nothing is to be taken out."""
    idle = replace(GOOD, idle=(Waiver("server._is_date", "a", "b", "why"),))
    assert "take it out of judges.toml" in idle.complaints[0]
