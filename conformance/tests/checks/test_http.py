"""The judge of what no client should send."""

from __future__ import annotations

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.http import MALFORMED, UNFINISHED, NoCrash
from scanwright_conformance.transcript import Exchange


def alive() -> dict[str, Exchange]:
    """Return an ordinary answer after each piece of nonsense."""
    numbers = range(1, len(MALFORMED) + len(UNFINISHED) + 1)
    return {f"alive-{n}": answered(f"alive-{n}", json={}) for n in numbers}


def test_a_service_that_goes_on_bears_everything() -> None:
    """Whatever it said to the nonsense, it answers the next request."""
    assert judged(NoCrash, *alive().values()).is_met


def test_a_service_that_ends_fails() -> None:
    """The first request without an answer shows what ended it."""
    last = f"alive-{len(MALFORMED) + len(UNFINISHED)}"
    entries = alive() | {last: unanswered(last, "no answer: connection refused")}
    seen = judged(NoCrash, *entries.values())
    assert (seen.is_met, seen.labels) == (False, (last,))
