"""Judges of members and parameters that are wrong."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.http_members import (
    LEVELS,
    MEMBERS,
    MessageNamesMember,
    MistypedMember,
    _with,
)
from scanwright_conformance.transcript import Exchange


def refused(label: str, message: str) -> Exchange:
    """Return a refusal with this message."""
    return answered(label, 400, json={"code": -2113, "message": message})


def all_refused() -> dict[str, Exchange]:
    """Return refusals that name their member, and a service as it was before."""
    levels = range(1, len(LEVELS) + 1)
    entries = [refused(f"level-{number}", "logLevel is wrong") for number in levels]
    for number, (path, _) in enumerate(MEMBERS, start=1):
        entries.append(refused(f"member-{number}", f"{path} is wrong"))
    entries += [
        refused("query", "Query parameter type is wrong"),
        answered("before", json={"logLevel": 1}),
        answered("after", json={"logLevel": 1}),
        answered("next-job", 201, json={"jobuid": "7"}),
    ]
    return {each.label: each for each in entries}


def test_wrong_members_are_refused_without_effect() -> None:
    """400 / -2113 for each, a level as before and a free scanner meet the clause."""
    good = all_refused()
    assert judged(MistypedMember, *good.values()).is_met
    del good["next-job"]
    assert judged(MistypedMember, *good.values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        answered("level-3", json={"logLevel": 1}),
        answered("member-1", 201, json={"jobuid": "7"}),
        answered("member-9", 400, json={"code": -1010}),
        answered("after", json={"logLevel": 30}),
        answered("next-job", 423, json={"code": -1004}),
        unanswered("member-2"),
        answered("level-1", json={"logLevel": 1}),
        answered(f"level-{len(LEVELS)}", json={"logLevel": 1}),
        answered(f"member-{len(MEMBERS)}", 201, json={"jobuid": "7"}),
    ],
    ids=[
        *("taken", "job made", "code", "changed", "job made in secret", "silent"),
        *("first level", "last level", "last member"),
    ],
)
def test_a_wrong_member_with_an_effect_fails(wrong: Exchange) -> None:
    """One that is taken, or refused after its effect, fails."""
    seen = judged(MistypedMember, *(all_refused() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def test_messages_name_what_is_wrong() -> None:
    """The name may stand anywhere in the message."""
    assert judged(MessageNamesMember, *all_refused().values()).is_met
    inner = refused("member-16", "in config, Resolution is no number")
    assert judged(
        MessageNamesMember, *(all_refused() | {"member-16": inner}).values()
    ).is_met


@pytest.mark.parametrize(
    "label",
    ["level-1", f"level-{len(LEVELS)}", "member-16", f"member-{len(MEMBERS)}", "query"],
)
def test_a_message_without_the_name_fails(label: str) -> None:
    """A message that leaves the reader guessing fails."""
    vague = refused(label, "invalid parameter")
    seen = judged(MessageNamesMember, *(all_refused() | {label: vague}).values())
    assert (seen.is_met, seen.labels) == (False, (label,))


def test_a_member_is_set_at_its_path() -> None:
    """A dotted path leads into an object, a plain one does not."""
    body = {"autoRun": False}
    assert _with(body, "autoRun", 1) == {"autoRun": 1}
    assert _with(body, "config.X", 1) == {"autoRun": False, "config": {"X": 1}}
