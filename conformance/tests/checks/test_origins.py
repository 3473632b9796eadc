"""Judges of what an Origin header leads to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.origins import (
    ANY_ORIGINS,
    REQUESTS,
    Allowed,
    DefaultOpen,
    ForeignNoEffect,
    ForeignRefused,
)
from scanwright_conformance.transcript import Entry, Exchange, Fact

ORIGIN = "https://one.example.test"


def permitted(
    label: str,
    origin: str = ORIGIN,
    *,
    vary: str | None = "Origin",
    status: int = 200,
) -> Exchange:
    """Return an answer that `origin` may read."""
    headers = {"Access-Control-Allow-Origin": origin}
    if vary is not None:
        headers["Vary"] = vary
    return answered(label, status, headers=headers)


def all_permitted(origin: str = ORIGIN, vary: str | None = "Origin") -> list[Entry]:
    """Return answers of every kind that `origin` may read."""
    requests = (f"origin-1-{number}" for number in range(1, len(REQUESTS) + 1))
    labels = (*requests, "preflight-1", "large-1")
    answers = (permitted(each, origin, vary=vary, status=404) for each in labels)
    return [Fact("origins", [ORIGIN]), *answers]


def test_an_allowed_origin_is_named_in_every_answer() -> None:
    """Named with Vary, or a star without it: errors included."""
    assert judged(Allowed, *all_permitted()).is_met
    assert judged(Allowed, *all_permitted(vary="Accept, origin")).is_met
    assert judged(Allowed, *all_permitted("*", vary=None)).is_met


def test_who_hangs_up_on_a_large_body_is_not_blamed() -> None:
    """There is no answer that a page could read."""
    hung_up = [*all_permitted()[:-1], unanswered("large-1")]
    assert judged(Allowed, *hung_up).is_met


def test_every_allowed_origin_is_looked_at() -> None:
    """An origin that is on the list and gets no permission fails, whichever it is."""
    two = [
        replace(each, label=each.label.replace("-1", "-2", 1))
        for each in all_permitted()[1:]
    ]
    both = [Fact("origins", [ORIGIN, ORIGIN]), *all_permitted()[1:], *two]
    assert judged(Allowed, *both).is_met
    both[-2] = answered("preflight-2", 204)
    assert not judged(Allowed, *both).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        answered("origin-1-1", 404),
        answered("origin-1-4", 404),
        answered(f"origin-1-{len(REQUESTS)}", 404),
        unanswered("origin-1-4"),
        permitted("origin-1-4", "https://two.example.test"),
        permitted("origin-1-4", f"{ORIGIN}, {ORIGIN}"),
        permitted("origin-1-4", vary=None),
        permitted("origin-1-4", vary="Accept"),
        answered("preflight-1", 204),
        answered("large-1", 413),
    ],
    ids=[
        *("none", "one", "last", "silent", "other", "twice", "no Vary", "other Vary"),
        *("preflight", "large"),
    ],
)
def test_one_answer_without_permission_fails(wrong: Exchange) -> None:
    """A page cannot read an error that does not name its origin."""
    entries = {each.label: each for each in [*all_permitted(), wrong]}
    seen = judged(Allowed, *entries.values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def test_without_a_list_every_origin_is_allowed() -> None:
    """Whoever asks is named."""
    numbered = enumerate(ANY_ORIGINS, start=1)
    answers = {f"origin-{n}": permitted(f"origin-{n}", each) for n, each in numbered}
    assert judged(DefaultOpen, *answers.values()).is_met
    refused = answered("origin-2", 403, json={"code": -2137})
    assert not judged(DefaultOpen, *(answers | {"origin-2": refused}).values()).is_met
    readable = permitted("origin-2", ANY_ORIGINS[1], status=403)
    assert not judged(DefaultOpen, *(answers | {"origin-2": readable}).values()).is_met
    unnamed = answered("origin-2")
    assert not judged(DefaultOpen, *(answers | {"origin-2": unnamed}).values()).is_met


def all_refused() -> dict[str, Exchange]:
    """Return refusals for a foreign origin and a lookalike."""
    labels = (
        f"{who}-{number}"
        for who in ("foreign", "lookalike")
        for number in range(1, len(REQUESTS) + 1)
    )
    return {label: answered(label, 403) for label in labels}


def test_a_foreign_origin_gets_no_permission() -> None:
    """Answers without the header, of whatever status, refuse."""
    assert judged(ForeignRefused, *all_refused().values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        permitted("foreign-4", "https://foreign.example.test"),
        permitted("foreign-1", "*"),
        permitted(f"foreign-{len(REQUESTS)}", "*"),
        permitted("lookalike-1", f"{ORIGIN}.foreign.example.test"),
        unanswered("foreign-1"),
    ],
    ids=["named", "star", "last", "lookalike", "silent"],
)
def test_one_permission_for_a_foreign_origin_fails(wrong: Exchange) -> None:
    """Neither a foreign origin nor one that begins like an allowed one may read."""
    entries = all_refused() | {wrong.label: wrong}
    seen = judged(ForeignRefused, *entries.values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def no_effect() -> dict[str, Exchange]:
    """Return refusals, a level as before and a scanner that was free."""
    refusals = (
        answered(label, 403, json={"code": -2137})
        for label in ("read", "change", "job")
    )
    after = answered("after", json={"logLevel": 0})
    free = answered("next-job", 201, json={"jobuid": "7"})
    return {each.label: each for each in (*refusals, after, free)}


def test_a_foreign_request_has_no_effect() -> None:
    """Refused, nothing changed, no job: with a scanner to see it by, and without."""
    good = no_effect()
    assert judged(ForeignNoEffect, *good.values()).is_met
    del good["next-job"]
    assert judged(ForeignNoEffect, *good.values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        answered("read", json={"version": "20260602"}),
        answered("change", 403, json={"code": -2909}),
        answered("after", json={"logLevel": 30}),
        answered("job", 201, json={"jobuid": "7"}),
        answered("next-job", 423, json={"code": -1004}),
    ],
    ids=["served", "other code", "changed", "job made", "job made in secret"],
)
def test_a_foreign_request_with_an_effect_fails(wrong: Exchange) -> None:
    """A refusal that comes too late is none."""
    entries = no_effect() | {wrong.label: wrong}
    seen = judged(ForeignNoEffect, *entries.values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))
