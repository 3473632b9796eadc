"""Judges of page sessions: who has one, and when it has ended.

Each conversation is the golden one that meets the clause, told a little differently.
"""

from __future__ import annotations

import pytest

from scanwright_conformance.checks import load_checks
from scanwright_conformance.proof.golden import is_met, read_golden
from scanwright_conformance.retelling import (
    Change,
    answering,
    changing,
    failing,
    saying,
    without,
)

FULL = {"images": [{"id": "a" * 12}]}

MISSED: tuple[tuple[str, Change], ...] = (
    ("CHANNEL-resume", answering("back", "open", outcome="new")),
    ("CHANNEL-resume", answering("back", "open", buffer={"images": []})),
    ("CHANNEL-resume", answering("back", "open", base="/page/other/")),
    ("CHANNEL-resume", answering("kept", "load", images=[])),
    ("CHANNEL-session-wiped", failing("left", "scanner.open")),
    ("CHANNEL-session-wiped", saying("gone", 200)),
    ("CHANNEL-session-wiped", without("gone")),
    ("CHANNEL-session-wiped", answering("late", "open", outcome="resumed")),
    ("CHANNEL-session-wiped", answering("late", "open", buffer=FULL)),
    ("CHANNEL-session-wiped", saying("free", 423)),
    ("CHANNEL-take-over", answering("again", "open", outcome="elsewhere")),
    ("CHANNEL-take-over", answering("again", "open", buffer={"images": []})),
    ("CHANNEL-take-over", changing("page", close_code=4002)),
    ("CHANNEL-resume-elsewhere", answering("copy", "open", outcome="new")),
    ("CHANNEL-resume-elsewhere", answering("copy", "open", buffer=FULL)),
    ("CHANNEL-resume-elsewhere", answering("page", "still", images=[])),
    ("CHANNEL-session-bound", answering("stranger", "open", outcome="new")),
    ("CHANNEL-session-bound", answering("stranger", "open", buffer=FULL)),
    ("CHANNEL-session-bound", answering("page", "still", images=[])),
    ("CHANNEL-close", saying("before", 404)),
    ("CHANNEL-close", failing("page", "close")),
    ("CHANNEL-close", saying("after", 200)),
    ("CHANNEL-close", answering("late", "open", outcome="resumed")),
    ("CHANNEL-close", answering("late", "open", buffer=FULL)),
)
"""Clauses, each with a change after which it is not met."""

MET: tuple[tuple[str, Change], ...] = (
    ("CHANNEL-resume", saying("gone", 200)),
    ("CHANNEL-session-wiped", answering("back", "open", outcome="new")),
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


@pytest.mark.parametrize("name", ["session", "base"])
def test_a_copy_has_a_session_and_a_base_of_its_own(name: str) -> None:
    """Who has the same of either has what the original has."""
    clause = "CHANNEL-resume-elsewhere"
    passing, check = read_golden(clause).passing[0], load_checks()[clause].check
    same = {name: "of both"}
    both = answering("copy", "open", **same)(answering("page", "open", **same)(passing))
    assert is_met(check, both) is False
