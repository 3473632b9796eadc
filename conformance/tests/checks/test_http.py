"""The judge of what no client should send."""

from __future__ import annotations

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.http import (
    AFTER,
    BEFORE,
    MALFORMED,
    UNFINISHED,
    NoCrash,
)
from scanwright_conformance.transcript import Exchange, Fact


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


def test_the_first_piece_of_nonsense_counts_too() -> None:
    """A service that ends at once, and is back later, has ended."""
    entries = alive() | {"alive-1": unanswered("alive-1")}
    assert judged(NoCrash, *entries.values()).labels == ("alive-1",)


def test_nonsense_on_the_tls_port_counts_too() -> None:
    """There it must go on just so."""
    goes_on = answered("alive-tls-1", json={})
    assert judged(NoCrash, *alive().values(), goes_on).is_met
    ends = unanswered("alive-tls-1", "no answer: connection refused")
    seen = judged(NoCrash, *alive().values(), ends)
    assert (seen.is_met, seen.labels) == (False, ("alive-tls-1",))
    later = unanswered("alive-tls-2", "no answer: connection refused")
    assert not judged(NoCrash, *alive().values(), goes_on, later).is_met


def test_another_main_is_not_the_one_that_bore_it() -> None:
    """Where processes are seen a main that was started again is no secret."""
    entries = alive().values()
    before, same, other = (
        Fact(label, [{"pid": 1, "role": "monitor"}, {"pid": pid, "role": "main"}])
        for label, pid in ((BEFORE, 2), (AFTER, 2), (AFTER, 3))
    )
    assert judged(NoCrash, *entries, before, same).is_met
    seen = judged(NoCrash, *entries, before, other)
    assert (seen.is_met, seen.observed) == (False, "main [3]")
