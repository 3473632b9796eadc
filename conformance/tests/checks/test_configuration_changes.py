"""Judges of changes to the configuration."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.check import Check
from scanwright_conformance.checks.configuration import LISTED
from scanwright_conformance.checks.configuration_changes import (
    ADDED,
    DropIn,
    Live,
    LiveWrong,
    SurvivesRestart,
)
from scanwright_conformance.transcript import Entry, Exchange, Fact

FILE = "[DS]\nLogLevel=14\n"


def level(label: str, value: object) -> Exchange:
    """Return settings with a log level."""
    return answered(label, json={"logLevel": value})


def allowed(label: str, origin: str) -> Exchange:
    """Return an answer that lets an origin read it."""
    headers = {"Access-Control-Allow-Origin": origin}
    return answered(label, json={}, headers=headers)


def refused(label: str) -> Exchange:
    """Return the answer to an origin that may not call."""
    return answered(label, 403, json={"code": -2137})


CHANGED: dict[str, Entry] = {
    entry.label: entry
    for entry in (
        level("before", 1),
        level("live", 30),
        allowed("live origin", ADDED),
        level("live wrong", 30),
        level("drop-in level", 30),
        allowed("drop-in listed", ADDED),
        refused("drop-in unlisted"),
        Fact("file before", FILE),
        Fact("file after", FILE),
        Fact("drop-in before", "[DS]"),
        Fact("drop-in after", "[DS]"),
    )
}


def changed(check: type[Check], *others: Entry) -> bool:
    """Judge what was seen of a change, `others` in place of the good."""
    entries = CHANGED | {entry.label: entry for entry in others}
    return judged(check, *entries.values()).is_met


@pytest.mark.parametrize("check", [Live, LiveWrong, DropIn, SurvivesRestart])
def test_changes_that_count_pass(check: type[Check]) -> None:
    """Live ones, wrong ones, and those of a drop-in."""
    assert changed(check)


@pytest.mark.parametrize(
    ("check", "others"),
    [
        (Live, [level("live", 1)]),
        (Live, [refused("live origin")]),
        (Live, [level("before", 30)]),
        (LiveWrong, [level("live wrong", 1)]),
        (DropIn, [level("drop-in level", 1)]),
        (DropIn, [refused("drop-in listed")]),
        (DropIn, [allowed("drop-in unlisted", LISTED)]),
        (SurvivesRestart, [Fact("file after", "[DS]\n")]),
        (SurvivesRestart, [Fact("drop-in after", None)]),
        (SurvivesRestart, [Fact("drop-in before", None), Fact("drop-in after", None)]),
    ],
)
def test_changes_that_do_not_count_fail(
    check: type[Check],
    others: list[Any],
) -> None:
    """Each in its own way."""
    assert not changed(check, *others)


def test_a_service_without_live_changes_loses_nothing() -> None:
    """Who takes nothing up live keeps what was in effect, too."""
    assert changed(LiveWrong, level("live", 1), level("live wrong", 1))
