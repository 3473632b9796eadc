"""Judges of blank pages."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.processing_blank import (
    ONE_SIDED,
    USUAL,
    WRONG,
    Blank,
    BlankDefaults,
    BlankDocument,
    BlankHeights,
    BlankLimits,
    BlankSource,
)
from scanwright_conformance.transcript import Entry, Exchange, Fact


def is_met(check: type[Any], entries: dict[str, Entry], *others: Entry) -> bool:
    """Judge `entries`, with `others` in place of those with the same label."""
    return judged(check, *(entries | {e.label: e for e in others}).values()).is_met


def by_label(*entries: Entry) -> dict[str, Entry]:
    """Return entries by their labels."""
    return {each.label: each for each in entries}


def result(label: str, value: Any, status: int = 200) -> Exchange:
    """Return what was found."""
    return answered(label, status, json={"result": value})


def refused(label: str, status: int = 400, code: int = -2113) -> Exchange:
    """Return a refusal."""
    return answered(label, status, json={"code": code})


PAGES = by_label(
    result("identity blank", value=False), result("empty-glass blank", value=True)
)


@pytest.mark.parametrize("label", PAGES)
def test_a_page_is_blank_or_not(label: str) -> None:
    """Each kind has its own result; another one, and none, fail."""
    assert is_met(Blank, PAGES)
    value = label == "empty-glass blank"
    for wrong in (
        result(label, not value),
        result(label, int(value)),
        result(label, value, 201),
        refused(label),
    ):
        assert not is_met(Blank, PAGES, wrong)


LIMITS = by_label(*(refused(f"wrong-{n}") for n in range(1, len(WRONG) + 1)))


@pytest.mark.parametrize("number", [1, len(WRONG)])
def test_heights_without_sense_are_refused(number: int) -> None:
    """Each of them; a result and another code fail."""
    label = f"wrong-{number}"
    assert is_met(BlankLimits, LIMITS)
    assert not is_met(BlankLimits, LIMITS, result(label, value=True))
    assert not is_met(BlankLimits, LIMITS, refused(label, 400, -1))


DEFAULTS = by_label(
    result("plain", value=False),
    *(result(f"usual-{n}", value=False) for n in range(1, len(USUAL) + 1)),
    *(result(f"one-sided-{n}", value=True) for n in range(1, len(ONE_SIDED) + 1)),
)


@pytest.mark.parametrize(
    "wrong",
    [
        result("plain", value=True),
        refused("plain"),
        result("usual-1", value=True),
        result(f"usual-{len(USUAL)}", value=True),
        refused("one-sided-1"),
        refused(f"one-sided-{len(ONE_SIDED)}"),
        result(f"one-sided-{len(ONE_SIDED)}", "no"),
    ],
)
def test_defaults_are_as_published_and_give_way(wrong: Entry) -> None:
    """The same result with them and without; one height alone is never wrong."""
    assert is_met(BlankDefaults, DEFAULTS)
    assert not is_met(BlankDefaults, DEFAULTS, wrong)


def test_low_marks_do_not_count() -> None:
    """A page of low marks is blank."""
    assert judged(BlankHeights, result("blank", value=True)).is_met
    assert not judged(BlankHeights, result("blank", value=False)).is_met
    assert not judged(BlankHeights, refused("blank")).is_met


SOURCES = by_label(Fact("tried", 2), refused("wrong-1"), refused("wrong-2"))


@pytest.mark.parametrize(
    "wrong",
    [
        result("wrong-1", value=True),
        refused("wrong-2", 404),
        refused("wrong-2", 400, -1034),
    ],
)
def test_what_is_no_page_is_refused(wrong: Entry) -> None:
    """400 / -2113 each time; anything else fails."""
    assert is_met(BlankSource, SOURCES)
    assert not is_met(BlankSource, SOURCES, wrong)


KEPT = by_label(
    result("job", value=True),
    result("kept", value=True),
    refused("locked", 403, -1043),
)


@pytest.mark.parametrize(
    "wrong",
    [
        result("job", value=False),
        result("kept", value=False),
        refused("kept"),
        result("locked", value=True),
        refused("locked", 403, -2113),
    ],
)
def test_a_page_that_was_put_away_is_the_same(wrong: Entry) -> None:
    """The same result, and a lock; anything else fails."""
    assert is_met(BlankDocument, KEPT)
    assert not is_met(BlankDocument, KEPT, wrong)
