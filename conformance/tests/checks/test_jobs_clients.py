"""The judge of two clients at once."""

from __future__ import annotations

from collections.abc import Callable

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.jobs_clients import TwoClients
from scanwright_conformance.images import Identity
from scanwright_conformance.transcript import Entry, Exchange

Pictured = Callable[..., Exchange]


def clients(pictured: Pictured) -> dict[str, Entry]:
    """Return a conversation of two clients that got three pages each."""
    entries: list[Exchange] = []
    for role, device in (("scanner", "one"), ("second", "two")):
        for number in range(1, 4):
            identity = Identity(device, number, "A", 10 + number)
            entries.append(pictured(f"{role}-{number}", identity=identity))
        entries.append(answered(f"{role}-end", 204))
        identity = Identity(device, 1, "A", 14)
        entries.append(pictured(f"next-{role}", identity=identity))
    return {entry.label: entry for entry in entries}


def test_two_clients_get_what_is_theirs(pictured: Pictured) -> None:
    """Each gets the sheets of its scanner, all of them and once."""
    assert judged(TwoClients, *clients(pictured).values()).is_met


def test_a_page_of_the_other_breaks_the_rule(pictured: Pictured) -> None:
    """A page of another scanner in between is somebody else's paper."""
    foreign = pictured("second-2", identity=Identity("one", 2, "A", 12))
    seen = judged(TwoClients, *(clients(pictured) | {"second-2": foreign}).values())
    assert (seen.is_met, seen.observed) == (False, "['one', 'two']")


def test_a_last_page_that_is_lost_breaks_the_rule(pictured: Pictured) -> None:
    """Nobody sees a missing last sheet, but the next page's number tells."""
    entries = clients(pictured)
    del entries["scanner-3"]
    assert judged(TwoClients, *entries.values()).labels == ("next-scanner",)


def test_a_doubled_page_breaks_the_rule(pictured: Pictured) -> None:
    """The same page twice instead of the next one breaks the rule."""
    twice = pictured("scanner-2", identity=Identity("one", 1, "A", 11))
    entries = clients(pictured) | {"scanner-2": twice}
    assert judged(TwoClients, *entries.values()).labels == ("scanner-end",)


def test_two_clients_of_one_scanner_prove_nothing(pictured: Pictured) -> None:
    """Both clients with pages of the same scanner break the rule."""
    entries = clients(pictured)
    for number in range(1, 4):
        identity = Identity("one", number, "A", 20 + number)
        label = f"second-{number}"
        entries[label] = pictured(label, identity=identity)
    next_ = Identity("one", 1, "A", 24)
    entries["next-second"] = pictured("next-second", identity=next_)
    assert judged(TwoClients, *entries.values()).observed == "['one', 'one']"
