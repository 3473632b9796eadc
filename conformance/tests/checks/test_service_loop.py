"""Judge of a crash loop."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.service_loop import CrashLoop
from scanwright_conformance.transcript import Fact


@pytest.mark.parametrize(
    ("starts", "back_s", "is_met"),
    [(5, 9.0, True), (8, 45.0, True), (9, 9.0, False), (5, 46.0, False)],
)
def test_a_crash_loop_has_pauses_and_an_end(
    starts: int,
    back_s: float,
    *,
    is_met: bool,
) -> None:
    """At most eight mains in five seconds, and an answer forty seconds after them."""
    end = Fact("end", {"starts": starts, "at_s": 5.0})
    back = answered("back", json={}, started_s=back_s, seconds=0.0)
    assert judged(CrashLoop, end, back).is_met is is_met


def test_a_service_that_gives_up_fails() -> None:
    """Few starts alone are no merit."""
    end = Fact("end", {"starts": 1, "at_s": 5.0})
    seen = judged(CrashLoop, end, stopped="no good answer within 45 s")
    assert (seen.is_met, seen.observed) == (False, "no good answer within 45 s")
