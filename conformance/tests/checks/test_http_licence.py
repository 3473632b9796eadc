"""Judges of licence keys."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.http_licence import (
    ANY,
    NEW,
    OLD,
    LicenceAny,
    LicenceHeaderNames,
    LicenceStrict,
)
from scanwright_conformance.transcript import Exchange


def made(label: str) -> Exchange:
    """Return the creation of a job."""
    return answered(label, 201, json={"jobuid": "7"})


def refused(label: str, status: int = 403, code: int = -2800) -> Exchange:
    """Return the refusal of a key."""
    return answered(label, status, json={"code": code})


def test_without_licences_every_key_will_do() -> None:
    """A job for each key, and for none, meets the clause; one refusal does not."""
    jobs = {f"create-{n}": made(f"create-{n}") for n in range(1, len(ANY) + 1)}
    assert judged(LicenceAny, *jobs.values()).is_met
    for label in jobs:
        wrong = {label: refused(label)}
        assert judged(LicenceAny, *(jobs | wrong).values()).labels == (label,)


def strict() -> dict[str, Exchange]:
    """Return refusals of all keys but the valid one."""
    refusals = {each: refused(each) for each in ("none", "empty", "wrong")}
    return refusals | {"valid": made("valid")}


def test_with_licences_only_a_valid_key_will_do() -> None:
    """403 / -2800 without one, and a job with it."""
    assert judged(LicenceStrict, *strict().values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        made("none"),
        made("wrong"),
        refused("empty", 401),
        refused("none", code=-2113),
        refused("valid"),
    ],
    ids=["without", "any key", "status", "code", "the valid one"],
)
def test_with_licences_another_answer_fails(wrong: Exchange) -> None:
    """A key that is not looked at fails, and so does another refusal."""
    seen = judged(LicenceStrict, *(strict() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def test_a_key_is_valid_under_both_names() -> None:
    """Both names make a job; one alone is not enough."""
    assert judged(LicenceHeaderNames, made(NEW), made(OLD)).is_met
    assert not judged(LicenceHeaderNames, made(NEW), refused(OLD)).is_met
    assert not judged(LicenceHeaderNames, refused(NEW), made(OLD)).is_met
