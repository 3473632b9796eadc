"""Judges of places for images, and of what a restart leaves.

Each conversation is the golden one that meets the clause, told a little differently.
"""

from __future__ import annotations

import pytest

from scanwright_conformance.checks import load_checks
from scanwright_conformance.proof.golden import is_met, read_golden
from scanwright_conformance.retelling import (
    Change,
    all_of,
    answering,
    failing,
    picturing,
)

MISSED: tuple[tuple[str, Change], ...] = (
    ("CHANNEL-storage", answering("later", "back", images=[])),
    ("CHANNEL-storage", answering("later", "page", images=[])),
    ("CHANNEL-storage", answering("later", "back", former=None)),
    ("CHANNEL-storage", answering("later", "back", former=[])),
    ("CHANNEL-storage", picturing("page-1", pixels_sha256="other")),
    ("CHANNEL-storage", picturing("page-3", pixels_sha256="other")),
    ("CHANNEL-storage-password", failing("page", "wrong", -1044)),
    ("CHANNEL-storage-password", failing("page", "none", -1044)),
    ("CHANNEL-storage-password", failing("page", "back")),
    ("CHANNEL-lost", answering("later", "open", outcome="new")),
    ("CHANNEL-lost", answering("later", "open", service={"instance": 7})),
    ("CHANNEL-lost", answering("later", "open", service=None)),
    ("CHANNEL-lost", answering("later", "open", buffer={"images": [{"id": "a"}]})),
    ("CHANNEL-storage-restart", answering("later", "back", images=["a" * 12])),
    ("CHANNEL-storage-restart", answering("later", "page", images=[])),
    ("CHANNEL-storage-restart", picturing("page-2", pixels_sha256="other")),
)
"""Clauses, each with a change after which it is not met."""

MET: tuple[tuple[str, Change], ...] = (
    ("CHANNEL-lost", failing("later", "back")),
    ("CHANNEL-lost", answering("page", "open", service={"instance": "before"})),
    ("CHANNEL-storage-restart", answering("later", "open", outcome="new")),
)
"""Clauses, each with a change after which it is met as before."""


@pytest.mark.parametrize(("clause", "change"), MISSED)
def test_what_misses_the_clause_is_noticed(clause: str, change: Change) -> None:
    """As it was it meets the clause, and then it does not."""
    (passing, *_), check = read_golden(clause).passing, load_checks()[clause].check
    assert is_met(check, passing) is True
    assert is_met(check, change(passing)) is False


@pytest.mark.parametrize(("clause", "change"), MET)
def test_what_is_free_is_no_matter(clause: str, change: Change) -> None:
    """A judge is not stricter than its clause."""
    passing = read_golden(clause).passing[0]
    assert is_met(load_checks()[clause].check, change(passing)) is True


def test_what_comes_back_is_no_more_than_was_put_away() -> None:
    """The same image twice is one too many."""
    ids = [f"{number:012}" for number in range(4)]
    change = all_of(
        answering("later", "back", images=ids), answering("later", "page", images=ids)
    )
    passing = read_golden("CHANNEL-storage").passing[0]
    assert is_met(load_checks()["CHANNEL-storage"].check, change(passing)) is False
