"""From attempts to a verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanwright_conformance.canned import talk
from scanwright_conformance.check import Check
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.judging import Attempt, judged, reason_of, sum_up
from scanwright_conformance.session import Session
from scanwright_conformance.transcript import Fact, Transcript
from scanwright_conformance.verdict import Verdict

NOTHING = Transcript(())
MET = Attempt(NOTHING, 1.0, Judgement(is_met=True))
FAILED = Attempt(NOTHING, 1.0, Judgement(is_met=False, expected="a", observed="b"))
WEATHERED = replace(FAILED, transcript=Transcript((Fact("weather", ["reset"]),)))
WITHOUT = Attempt(NOTHING, 1.0, unsupported="no paper")
WRONG = Attempt(NOTHING, 1.0, error="Traceback")
UNTOLD = Attempt(NOTHING, 1.0)
MISJUDGED = Attempt(NOTHING, 1.0, judge_error="Traceback too")


class Content(Check):
    """Is content with everything."""

    async def stimulate(self, session: Session) -> None:
        """Do nothing."""

    def judge(self, transcript: Transcript) -> None:
        """Be content."""


class Upset(Content):
    """Makes a mistake."""

    def judge(self, transcript: Transcript) -> None:
        """Look for what is not there."""
        raise KeyError("own", transcript)


@pytest.mark.parametrize(
    ("attempts", "verdict", "reason"),
    [
        ([MET], Verdict.PASS, ""),
        ([FAILED], Verdict.FAIL, ""),
        ([FAILED, FAILED, FAILED], Verdict.FAIL, ""),
        ([FAILED, MET, FAILED], Verdict.FLAKY, "failed 2 of 3 times"),
        ([MET, FAILED], Verdict.FLAKY, "failed 1 of 2 times"),
        ([WITHOUT], Verdict.UNSUPPORTED, "no paper"),
        ([WEATHERED, MET], Verdict.FLAKY, "failed 1 of 2 times; reset"),
        ([WEATHERED, FAILED], Verdict.FAIL, "reset"),
        ([FAILED, WITHOUT], Verdict.FLAKY, "failed 1 of 2 times; no paper"),
        ([MET, WITHOUT], Verdict.FLAKY, "no paper"),
        ([WITHOUT, WITHOUT], Verdict.UNSUPPORTED, "no paper"),
        ([WITHOUT, WRONG], Verdict.ERROR, "Traceback"),
        ([FAILED, WRONG], Verdict.ERROR, "Traceback"),
        ([MISJUDGED], Verdict.ERROR, "Traceback too"),
    ],
)
def test_attempts_add_up(
    attempts: list[Attempt],
    verdict: Verdict,
    reason: str,
) -> None:
    """Who disagrees is flaky; a mistake of the suite outweighs everything."""
    assert sum_up(attempts, is_binding=True) is verdict
    assert reason_of(attempts) == reason


def test_what_does_not_bind_warns() -> None:
    """The same failure, where it is no duty."""
    assert sum_up([FAILED], is_binding=False) is Verdict.WARN


@pytest.mark.parametrize("attempts", [[], [UNTOLD], [MET, UNTOLD]])
def test_nothing_is_no_pass(attempts: list[Attempt]) -> None:
    """No attempt, and one that nobody judged, are a mistake of who asks."""
    with pytest.raises(ValueError, match="no verdict without attempts"):
        sum_up(attempts, is_binding=True)


def test_a_mistake_of_a_judge_is_judged_again() -> None:
    """A newer judge may do better on the same conversation."""
    upset = judged(Upset(), Attempt(NOTHING, 1.0))
    assert "own" in upset.judge_error
    assert judged(Content(), upset) == MET


@pytest.mark.parametrize("attempt", [WITHOUT, WRONG])
def test_what_was_not_carried_through_is_not_judged(attempt: Attempt) -> None:
    """There is nothing to look at."""
    assert judged(Content(), attempt) == attempt
    assert attempt.trouble


@pytest.mark.parametrize(("status", "is_unreachable"), [(None, True), (403, False)])
def test_who_answers_a_handshake_can_be_reached(
    status: int | None,
    is_unreachable: bool,  # noqa: FBT001 - a column
) -> None:
    """A channel counts like a request."""
    attempt = Attempt(Transcript((talk("page", status=status),)), 0.1)
    assert attempt.is_unreachable is is_unreachable
