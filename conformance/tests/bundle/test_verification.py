"""Whatever a bundle says that does not follow from what is in it is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanwright_conformance.bundle.archive import pack
from scanwright_conformance.bundle.contents import contents_of, manifest_of
from scanwright_conformance.bundle.file import bundle_in
from scanwright_conformance.bundle.manifest import MANIFEST, encode_manifest
from scanwright_conformance.bundle.seal import COMMENT_SIZE, sealed
from scanwright_conformance.bundle.verification import Verification, verification
from scanwright_conformance.canned import answered
from scanwright_conformance.check import RegisteredCheck
from scanwright_conformance.events import Began, Event, Finished
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.results import Result
from scanwright_conformance.scope import COMPATIBLE, Scope
from scanwright_conformance.verdict import RollUp, Verdict
from scanwright_spec import Clause, Level

Events = tuple[Event, ...]
Lied = Callable[..., Events]
Made = Callable[..., Events]
Tried = Callable[..., Result]
Verify = Callable[..., Verification]

SETTINGS = "SERVER-settings"
SUITE = version("scanwright")


@pytest.fixture
def verify(
    key: Ed25519PrivateKey,
    clauses: tuple[Clause, ...],
    checks: Mapping[str, RegisteredCheck],
) -> Verify:
    """Give a function that signs events, and whatever else, and verifies that."""

    def verified(
        events: Events,
        *,
        suite: str = SUITE,
        manifest: Mapping[str, Any] | None = None,
        members: Mapping[str, bytes] | None = None,
    ) -> Verification:
        import json

        others = {**contents_of(events), **(members or {})}
        del others[MANIFEST]
        said = replace(manifest_of(events), **(manifest or {}))
        text = json.dumps(encode_manifest(said, others)).encode()
        archive = pack({MANIFEST: text, **others}, comment_size=COMMENT_SIZE)
        bundle = bundle_in(sealed(archive, key))
        return verification(bundle, suite_version=suite, clauses=clauses, checks=checks)

    return verified


def said(found: Verification) -> list[str]:
    """Return the differences in words."""
    return [str(difference) for difference in found.differences]


def test_an_honest_bundle_has_no_differences(
    passing: Events,
    failing: Events,
    verify: Verify,
) -> None:
    """Neither where all is well nor where something is broken."""
    for events, roll_up in ((passing, RollUp.SELECTION), (failing, RollUp.FAILED)):
        found = verify(events)
        assert (said(found), found.is_verified) == ([], True)
        assert found.said is found.found is roll_up


def test_a_pass_that_the_transcript_does_not_show_is_found(
    failing: Events,
    lied: Lied,
    verify: Verify,
) -> None:
    """Although the bundle says it everywhere, and is signed."""
    (attempt,) = failing[1].result.attempts  # type: ignore[union-attr]  # it is Ended
    forged = replace(attempt, judgement=Judgement(is_met=True))
    events = lied(failing, verdict=Verdict.PASS, attempts=(forged,))
    found = verify(events, manifest={"roll_up": RollUp.SELECTION})
    assert found.found is RollUp.FAILED
    verdict, roll_up = said(found)
    assert verdict.startswith(
        f"{SETTINGS}: the bundle says PASS, found is FAIL (expected"
    )
    assert roll_up == "the roll-up: the bundle says selection met, found is failed"


def test_a_pass_without_a_conversation_is_found(
    passing: Events,
    lied: Lied,
    verify: Verify,
) -> None:
    """Nothing shows it."""
    found = verify(lied(passing, attempts=()))
    assert said(found)[0] == (
        f"{SETTINGS}: the bundle says PASS, found is NOT-RUN "
        "(no conversation was held for it)"
    )


def test_a_lie_about_one_attempt_is_found(
    failing: Events,
    lied: Lied,
    verify: Verify,
) -> None:
    """Also where the verdict is the same."""
    (attempt,) = failing[1].result.attempts  # type: ignore[union-attr]  # it is Ended
    forged = replace(attempt, judgement=Judgement(is_met=True))
    found = verify(lied(failing, attempts=(attempt, forged)))
    assert f"{SETTINGS}, attempt 2: the bundle says met, found is failed" in said(found)


def test_other_words_are_no_difference(
    failing: Events,
    lied: Lied,
    verify: Verify,
) -> None:
    """They are counted: what is secret may have been taken out of them."""
    (attempt,) = failing[1].result.attempts  # type: ignore[union-attr]  # it is Ended
    judgement = Judgement(is_met=False, expected="0", observed="[redacted]")
    found = verify(lied(failing, attempts=(replace(attempt, judgement=judgement),)))
    assert (found.is_equal, found.reworded) == (True, 1)


def test_a_lie_about_what_binds_is_found(
    passing: Events,
    lied: Lied,
    verify: Verify,
) -> None:
    """A duty that is none any more would only warn."""
    (difference,) = said(verify(lied(passing, is_binding=False)))
    assert (
        difference == f"{SETTINGS}: the bundle says it does not bind, found is it binds"
    )


def test_a_clause_that_was_left_out_is_found(failing: Events, verify: Verify) -> None:
    """From the verdicts it makes the run incomplete, from the plan a difference."""
    began, _, blocked, finished = failing
    found = verify((began, blocked, finished), manifest={"roll_up": RollUp.SELECTION})
    assert found.found is RollUp.INCOMPLETE
    assert isinstance(began, Began)
    plan = replace(began.plan, clauses=began.plan.clauses[1:])
    found = verify((Began(plan), blocked, finished))
    missing = (
        f"{SETTINGS}: the bundle says nothing, found is the scope of the run has it"
    )
    assert missing in said(found)


def test_a_clause_with_two_verdicts_is_found(passing: Events, verify: Verify) -> None:
    """One is enough."""
    began, ended, finished = passing
    found = verify((began, ended, ended, finished))
    assert f"{SETTINGS}: the bundle says 2 verdicts, found is there can be one" in said(
        found
    )


def test_a_verdict_without_a_plan_is_found(failing: Events, verify: Verify) -> None:
    """Nobody meant to try it."""
    began, *rest = failing
    assert isinstance(began, Began)
    plan = replace(began.plan, clauses=began.plan.clauses[:1])
    found = verify((Began(plan), *rest))
    assert any("planned 0 times" in each for each in said(found))


def test_another_catalogue_is_found(
    passing: Events,
    lied: Lied,
    verify: Verify,
) -> None:
    """A MUST of this version is no SHOULD, in the plan or beside the verdict."""
    began, ended, finished = passing
    assert isinstance(began, Began)
    weaker = replace(began.plan.clauses[0], level=Level.SHOULD)
    plan = replace(began.plan, clauses=(weaker,))
    events = lied((Began(plan), ended, finished), clause=weaker, is_binding=False)
    assert "another level" in said(verify(events))[0]
    mixed = said(verify(lied(passing, clause=weaker)))
    assert "another beside the verdict" in mixed[0]


def test_a_clause_that_never_was_is_found(passing: Events, verify: Verify) -> None:
    """Its id is of no clause of this version."""
    began, *rest = passing
    assert isinstance(began, Began)
    invented = replace(began.plan.clauses[0], id="SERVER-perfect")
    plan = replace(began.plan, clauses=(*began.plan.clauses, invented))
    found = said(verify((Began(plan), *rest)))
    assert any("this suite has none" in each for each in found)


def scoped(events: Events, scope: Scope) -> Events:
    """Return the events of a run with another scope."""
    began, *rest = events
    assert isinstance(began, Began)
    return (Began(replace(began.plan, scope=scope)), *rest)


def test_a_failure_that_a_scope_of_nothing_excuses_is_found(
    failing: Events,
    lied: Lied,
    verify: Verify,
) -> None:
    """Where no profile is there nothing binds: a MUST that is broken would warn."""
    events = lied(failing, verdict=Verdict.WARN, is_binding=False)
    found = said(verify(scoped(events, Scope(profiles=()))))
    assert "the scope: the bundle says no profile" in found[0]
    assert (
        f"{SETTINGS}: the bundle says it was tried, found is the scope of the run has "
        "it not" in found
    )


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope(profiles=("wire2",)), "profile wire2, found is there is none"),
        (Scope(profiles=("compatible",)), "profile compatible, found is there is"),
        (Scope(only=frozenset({"NOTHING"})), "only NOTHING, found is there is no"),
        # a run has them in capitals: this one would choose nothing
        (Scope(only=frozenset({"server"})), "only server, found is there is no"),
    ],
)
def test_a_scope_that_no_run_has_is_found(
    passing: Events,
    verify: Verify,
    scope: Scope,
    words: str,
) -> None:
    """Nothing is chosen by it, so whatever is met would be enough."""
    found = said(verify(scoped(passing, scope)))
    assert found[0].startswith(f"the scope: the bundle says {words}")
    assert any("the scope of the run has it not" in each for each in found)


def test_every_profile_is_one_that_a_run_can_have(
    passing: Events,
    verify: Verify,
) -> None:
    """Also several, as they are without a word about it."""
    found = said(verify(scoped(passing, Scope(profiles=COMPATIBLE))))
    assert not any(each.startswith("the scope") for each in found)


@pytest.mark.parametrize(
    ("name", "value"),
    [("seed", 8), ("target_name", "other"), ("suite_version", "9")],
)
def test_a_manifest_that_lies_is_found(
    passing: Events,
    verify: Verify,
    name: str,
    value: object,
) -> None:
    """What one reads at a glance is what the events say."""
    found = said(verify(passing, manifest={name: value}))
    assert any(each.startswith(f"manifest.json: {name}") for each in found)


@pytest.mark.parametrize(
    "name",
    ["transcripts.har", "catalogue.json", "target.toml", "environment.json"],
)
def test_a_view_of_something_else_is_found(
    passing: Events,
    verify: Verify,
    name: str,
) -> None:
    """Who opens the HAR sees what was judged."""
    found = said(verify(passing, members={name: b"{}"}))
    assert found == [
        f"{name}: the bundle says something else, found is what events.ndjson gives"
    ]


def test_a_member_too_many_is_found(passing: Events, verify: Verify) -> None:
    """A bundle has its members and no others."""
    (found,) = said(verify(passing, members={"virus.exe": b"MZ"}))
    assert found.startswith("virus.exe")


def test_an_interrupted_run_is_honest_when_it_says_so(
    failing: Events,
    verify: Verify,
) -> None:
    """What was not tried any more is not missing."""
    events = (*failing[:2], Finished(1.0, is_interrupted=True))
    assert said(verify(events)) == []


def test_another_suite_compares_verdicts_alone(
    failing: Events,
    lied: Lied,
    verify: Verify,
) -> None:
    """It may know other clauses, and says that it is another one."""
    found = verify(failing, suite="99.0", members={"transcripts.har": b"{}"})
    assert (found.is_same_suite, found.is_equal) == (False, True)
    assert not found.is_verified
    assert not verify(lied(failing, verdict=Verdict.PASS), suite="99.0").is_equal


def test_a_mistake_of_a_judge_is_compared_too(
    made: Made,
    tried: Tried,
    lied: Lied,
    verify: Verify,
) -> None:
    """A judge that made one then, and makes none now, gives another verdict."""
    events = made(tried(SETTINGS, answered("settings", json={"logLevel": 0})))
    (attempt,) = events[1].result.attempts  # type: ignore[union-attr]  # it is Ended
    broken = replace(attempt, judgement=None, judge_error="KeyError")
    found = verify(lied(events, verdict=Verdict.ERROR, attempts=(broken,)))
    assert f"{SETTINGS}: the bundle says ERROR, found is PASS" in said(found)
