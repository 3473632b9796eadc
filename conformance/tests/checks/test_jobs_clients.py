"""The judge of two clients at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.jobs_clients import ROUNDS, TwoClients
from scanwright_conformance.images import Identity
from scanwright_conformance.transcript import Entry, Exchange

Pictured = Callable[..., Exchange]


def clients(pictured: Pictured, sheets: int = 2) -> dict[str, Entry]:
    """Return a conversation of two clients that got so many pages in every round."""
    entries: list[Exchange] = []
    for role, device in (("scanner", "one"), ("second", "two")):
        for number in range(1, ROUNDS + 1):
            for sheet in range(1, sheets + 1):
                identity = Identity(device, sheet, "A", sheets * number + sheet)
                label = f"{role}-{number}-{sheet}"
                entries.append(pictured(label, identity=identity))
            entries.append(answered(f"{role}-{number}-end", 204))
        identity = Identity(device, 1, "A", sheets * (ROUNDS + 1) + 1)
        entries.append(pictured(f"{role}-{ROUNDS + 1}-1", identity=identity))
    return {entry.label: entry for entry in entries}


def test_two_clients_get_what_is_theirs(pictured: Pictured) -> None:
    """Each gets the sheets of its scanner, all of them and once, in every round."""
    assert judged(TwoClients, *clients(pictured).values()).is_met
    assert judged(TwoClients, *clients(pictured, 1).values()).is_met


def test_both_clients_come_to_the_end(pictured: Pictured) -> None:
    """An end of another status is a loss that nobody can see."""
    gone = {"second-1-end": answered("second-1-end", 409)}
    seen = judged(TwoClients, *(clients(pictured) | gone).values())
    assert seen.labels == ("second-1-end",)


def test_a_page_of_the_other_breaks_the_rule(pictured: Pictured) -> None:
    """A page of another scanner in between is somebody else's paper."""
    foreign = pictured("second-2-2", identity=Identity("one", 2, "A", 6))
    seen = judged(TwoClients, *(clients(pictured) | {"second-2-2": foreign}).values())
    assert (seen.is_met, seen.observed) == (False, "['one', 'two']")


@pytest.mark.parametrize(("lost", "shown"), [(1, "scanner-2-1"), (3, "scanner-4-1")])
def test_a_last_page_that_is_lost_breaks_the_rule(
    pictured: Pictured,
    lost: int,
    shown: str,
) -> None:
    """Nobody sees a missing last sheet, but the next page's number tells."""
    entries = clients(pictured)
    del entries[f"scanner-{lost}-2"]
    assert judged(TwoClients, *entries.values()).labels == (shown,)


def test_no_page_at_all_breaks_the_rule(pictured: Pictured) -> None:
    """A client that gets nothing is told from one whose next page is missing."""
    entries = clients(pictured)
    for label in ("scanner-1-1", "scanner-1-2"):
        del entries[label]
    assert judged(TwoClients, *entries.values()).labels == ("scanner-1-end",)


def test_a_doubled_page_breaks_the_rule(pictured: Pictured) -> None:
    """The same page twice instead of the next one breaks the rule."""
    twice = pictured("scanner-1-2", identity=Identity("one", 1, "A", 3))
    entries = clients(pictured) | {"scanner-1-2": twice}
    assert judged(TwoClients, *entries.values()).labels == ("scanner-1-end",)


def test_two_clients_of_one_scanner_prove_nothing(pictured: Pictured) -> None:
    """Both clients with pages of the same scanner break the rule."""
    entries = clients(pictured)
    for label in list(entries):
        if label.startswith("scanner") and not label.endswith("end"):
            twin = label.replace("scanner", "second")
            sheet = int(label[-1])
            serial = 2 * int(label.split("-")[1]) + sheet
            identity = Identity("one", sheet, "A", serial)
            entries[twin] = pictured(twin, identity=identity)
    assert judged(TwoClients, *entries.values()).observed == "['one', 'one']"
