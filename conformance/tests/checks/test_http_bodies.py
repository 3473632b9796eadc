"""Judges of JSON bodies in both directions."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.http_bodies import (
    CONTENT_TYPES,
    MALFORMED,
    BodyLimit,
    JsonAnswer,
    JsonBody,
    MalformedJson,
    UnknownMember,
)
from scanwright_conformance.transcript import Exchange, Fact


def created() -> dict[str, Exchange]:
    """Return a pending job for each Content-Type."""
    labels = [f"create-{number}" for number in range(1, len(CONTENT_TYPES) + 1)]
    return {each: answered(each, 201, json={"status": "pending"}) for each in labels}


def test_json_is_read_under_every_name() -> None:
    """A pending job for each Content-Type shows that its body was read."""
    assert judged(JsonBody, *created().values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        answered("create-1", 415, json={"code": -2113}),
        answered("create-2", json={"status": "pending"}),
        answered("create-6", 201, json={"status": "running"}),
        unanswered("create-4"),
    ],
    ids=["refused", "not created", "body not looked at", "silent"],
)
def test_json_that_is_not_read_under_some_name_fails(wrong: Exchange) -> None:
    """A job that runs shows that its body, with autoRun false, was not read."""
    seen = judged(JsonBody, *(created() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def typed(label: str, content_type: str, body: bytes = b"{}") -> Exchange:
    """Return an answer with this Content-Type."""
    return answered(label, body=body, headers={"Content-Type": content_type})


def test_json_answers_name_their_type() -> None:
    """Parameters and case do not matter, nor does an answer that is no JSON."""
    right = typed("json-1", "Application/JSON ; charset=utf-8")
    page = typed("json-2", "text/html", b"<html>")
    assert judged(JsonAnswer, right, page, answered("json-3", 204)).is_met
    assert judged(JsonAnswer, right, unanswered("json-2")).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        typed("json-2", "text/plain"),
        typed("json-2", "text/plain", b"1"),
        typed("json-2", "application/problem+json"),
        answered("json-2", 400, body=b'{"code": -2113}'),
    ],
)
def test_json_under_another_type_fails(wrong: Exchange) -> None:
    """One JSON body under another type, or none, fails."""
    assert not judged(JsonAnswer, typed("json-1", "application/json"), wrong).is_met


def test_without_json_nothing_is_shown() -> None:
    """A service that answers nothing in JSON does not meet the clause."""
    assert not judged(JsonAnswer, unanswered("json-1")).is_met


def refused() -> dict[str, Exchange]:
    """Return refusals of everything malformed."""
    numbers = range(1, len(MALFORMED) + 1)
    labels = [
        f"{method}-{number}" for number in numbers for method in ("patch", "post")
    ]
    return {each: answered(each, 400, json={"code": -2113}) for each in labels}


def test_malformed_bodies_are_refused() -> None:
    """400 / -2113 for each meets the clause."""
    assert judged(MalformedJson, *refused().values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        answered("patch-5", json={"logLevel": 1}),
        answered("patch-7", 500, json={"code": -1001}),
        answered("post-8", 201, json={"jobuid": "7"}),
        answered("post-1", 400, json={"code": -1001}),
        unanswered("patch-7"),
        answered(f"patch-{len(MALFORMED)}", json={"logLevel": 1}),
    ],
    ids=["NaN", "recursion", "array", "code", "silent", "the last"],
)
def test_a_malformed_body_that_is_taken_fails(wrong: Exchange) -> None:
    """Anything else for one of them fails."""
    seen = judged(MalformedJson, *(refused() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def ignored() -> dict[str, Exchange]:
    """Return answers as if there were no unknown members."""
    labels = ("patch", "only-unknown", "after")
    levels = {each: answered(each, json={"logLevel": 30}) for each in labels}
    return levels | {"job": answered("job", 201, json={"status": "pending"})}


def test_unknown_members_are_ignored() -> None:
    """The known ones have their effect, with a scanner to see it by and without."""
    good = ignored()
    assert judged(UnknownMember, *good.values()).is_met
    del good["job"]
    assert judged(UnknownMember, *good.values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        answered("patch", 400, json={"code": -2113}),
        answered("only-unknown", json={"logLevel": 1}),
        answered("after", json={"logLevel": 1}),
        answered("job", 400, json={"code": -2113}),
        answered("job", 200, json={"status": "pending"}),
        answered("job", 201, json={"status": "running"}),
    ],
    ids=["refused", "reset", "reset later", "job refused", "no job", "job runs"],
)
def test_unknown_members_with_an_effect_fail(wrong: Exchange) -> None:
    """Refused, or with any effect, they are not ignored."""
    seen = judged(UnknownMember, *(ignored() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def test_unknown_members_are_named_in_the_log() -> None:
    """Where the log can be read each of them is in some line."""
    good = ignored().values()
    unknown = Fact("unknown", ["change-1", "caps-1"])
    named = Fact("log", ["ignored: ['change-1']", "ignored: ['caps.caps-1']"])
    assert judged(UnknownMember, *good, unknown, named).is_met
    for lines in ([], ["ignored: ['change-1']"]):
        seen = judged(UnknownMember, *good, unknown, Fact("log", lines))
        assert (seen.is_met, seen.labels) == (False, ("log",))


TOO_LARGE = {"code": -2113}
ALIVE = answered("alive", json={"logLevel": 1})


def test_a_body_above_the_limit_is_refused() -> None:
    """413 in both ways, or in one when the other was cut off."""
    asked = answered("asked", 413, json=TOO_LARGE)
    at_once = answered("at-once", 413, json=TOO_LARGE)
    assert judged(BodyLimit, at_once, asked, ALIVE).is_met
    assert judged(BodyLimit, unanswered("at-once"), asked, ALIVE).is_met
    assert judged(BodyLimit, at_once, unanswered("asked"), ALIVE).is_met


@pytest.mark.parametrize(
    ("at_once", "asked", "alive"),
    [
        (answered("at-once"), answered("asked", 413, json=TOO_LARGE), ALIVE),
        (answered("at-once", 413, body=b"no"), unanswered("asked"), ALIVE),
        (unanswered("at-once"), unanswered("asked"), ALIVE),
        (answered("at-once", 413, json=TOO_LARGE), answered("asked"), ALIVE),
        (answered("at-once", 400, json=TOO_LARGE), unanswered("asked"), ALIVE),
        (answered("at-once", 413, json={}), unanswered("asked"), ALIVE),
        (answered("at-once", 413, json={"code": "a"}), unanswered("asked"), ALIVE),
        (
            answered("at-once", 413, json=TOO_LARGE),
            unanswered("asked"),
            unanswered("alive"),
        ),
    ],
    ids=[
        *("taken", "no object", "silent", "taken when asked", "400", "no code"),
        *("a word", "ended"),
    ],
)
def test_a_body_above_the_limit_that_does_harm_fails(
    at_once: Exchange,
    asked: Exchange,
    alive: Exchange,
) -> None:
    """Taken, not explained, not answered, or the end of the service."""
    assert not judged(BodyLimit, at_once, asked, alive).is_met
