"""Judges of the channel itself: who answers, and how calls are refused.

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
)
from scanwright_conformance.transcript import Fact, Transcript

MISSED: tuple[tuple[str, Change], ...] = (
    ("CHANNEL-hello", saying("hello manager_tls", 404)),
    ("CHANNEL-hello", saying("hello api", 404)),
    ("CHANNEL-hello", saying("hello api", service="")),
    ("CHANNEL-hello", saying("hello api", version="")),
    ("CHANNEL-hello", saying("hello api", protocols=[])),
    ("CHANNEL-hello", saying("hello api", protocols=[1, "2"])),
    ("CHANNEL-hello", saying("hello api", protocols=[True])),
    ("CHANNEL-hello-foreign", saying("allowed", 403)),
    ("CHANNEL-hello-foreign", saying("refused", 403)),
    ("CHANNEL-hello-foreign", saying("refused", headers={})),
    (
        "CHANNEL-hello-foreign",
        saying("refused", headers={"Access-Control-Allow-Origin": "https://one"}),
    ),
    ("CHANNEL-origin", changing("allowed", status=403)),
    ("CHANNEL-origin", changing("foreign", status=404)),
    ("CHANNEL-open-first", failing("page", "early", -1012)),
    ("CHANNEL-open-first", failing("page", "again", -1012)),
    ("CHANNEL-open-first", failing("page", "open")),
    ("CHANNEL-open-first", failing("page", "after")),
    ("CHANNEL-protocols", failing("page", "unknown", -2207, data={"protocols": []})),
    ("CHANNEL-protocols", failing("page", "unknown", -2207, data={"protocols": ["1"]})),
    (
        "CHANNEL-protocols",
        failing("page", "unknown", -2207, data={"protocols": [1, 2]}),
    ),
    ("CHANNEL-protocols", failing("page", "unknown", -2207, data={"protocols": 1})),
    ("CHANNEL-protocols", failing("page", "unknown", -2207, data=[])),
    ("CHANNEL-protocols", failing("page", "unknown", -2206)),
    ("CHANNEL-errors", failing("page", None, -32600)),
    ("CHANNEL-errors", failing("page", "old", -32700)),
    ("CHANNEL-errors", failing("page", "nameless", -32700)),
    ("CHANNEL-errors", failing("page", "unknown", -32600)),
    ("CHANNEL-errors", failing("page", "after")),
    ("CHANNEL-parameters", failing("page", "no tag", -2114)),
    ("CHANNEL-parameters", failing("page", "too long", -2113, message="Wrong.")),
    ("CHANNEL-parameters", answering("page", "after", documents=[])),
    ("CHANNEL-schema", failing("page", "tag.add")),
    ("CHANNEL-schema", failing("page", "buffer.state")),
    ("CHANNEL-schema", failing("page", "scanner.open")),
    ("CHANNEL-schema", answering("page", "buffer.undo", done="yes")),
)
"""Clauses, each with a change after which it is not met."""

MET: tuple[tuple[str, Change], ...] = (
    (
        "CHANNEL-protocols",
        failing("page", "unknown", -2207, data={"protocols": [-1, 1]}),
    ),
    ("CHANNEL-hello", saying("hello api", more=7)),
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


def test_a_target_without_scanners_need_not_open_one() -> None:
    """The tour goes where there is a way."""
    passing = read_golden("CHANNEL-schema").passing[0]
    toured = failing("page", "scanner.open")(passing)
    entries = tuple(
        Fact(each.label, value=False) if isinstance(each, Fact) else each
        for each in toured.entries
    )
    check = load_checks()["CHANNEL-schema"].check
    assert is_met(check, Transcript(entries)) is True
