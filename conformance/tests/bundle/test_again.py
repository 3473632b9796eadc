"""Verdicts are computed again, whatever is said about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import scanwright_spec
from scanwright_conformance.bundle.again import NOBODY_TRIED, judge_again
from scanwright_conformance.canned import answered
from scanwright_conformance.check import RegisteredCheck
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.judging import Attempt
from scanwright_conformance.plan import Step
from scanwright_conformance.results import Result
from scanwright_conformance.scope import Scope
from scanwright_conformance.verdict import Verdict

Checks = Mapping[str, RegisteredCheck]
Tried = Callable[..., Result]

SETTINGS = "SERVER-settings"
SCALE = "SERVER-log-level-scale"
GOOD = answered("settings", json={"logLevel": 0})
BAD = answered("settings", json={"logLevel": 7})


def again(
    checks: Checks,
    *said: Result,
    has: frozenset[str] = frozenset(),
    scope: Scope = Scope(),  # noqa: B008 - it is frozen
) -> dict[str, Result]:
    """Return the results of today, by clause."""
    steps = [Step(result.clause, checks.get(result.clause.id)) for result in said]
    known = {result.clause.id: result for result in said}
    found = judge_again(steps, known, capabilities=has, scope=scope)
    return {result.clause.id: result for result in found}


def untried(name: str, verdict: Verdict, reason: str = "") -> Result:
    """Return a result without a conversation."""
    return Result(scanwright_spec.load().clause(name), verdict, reason=reason)


def test_the_judge_has_the_last_word(checks: Checks, tried: Tried) -> None:
    """A verdict and a judgement that were put there count for nothing."""
    honest = tried(SETTINGS, BAD)
    (attempt,) = honest.attempts
    forged = replace(attempt, judgement=Judgement(is_met=True))
    liar = replace(honest, verdict=Verdict.PASS, attempts=(forged,))
    assert again(checks, liar)[SETTINGS] == honest


def test_what_was_met_is_met(checks: Checks, tried: Tried) -> None:
    """All is as it was."""
    honest = tried(SETTINGS, GOOD)
    assert again(checks, honest)[SETTINGS] == honest


def test_blocked_follows_from_what_came_before(checks: Checks, tried: Tried) -> None:
    """A clause that builds upon a failure shows nothing, also where it was tried."""
    said = tried(SETTINGS, BAD), tried(SCALE)
    found = again(checks, *said)[SCALE]
    assert (found.verdict, found.attempts) == (Verdict.BLOCKED, ())
    assert found.reason == f"{SETTINGS} is FAIL"


def test_nothing_is_blocked_by_what_is_met(checks: Checks, tried: Tried) -> None:
    """Who says so has no conversation to show."""
    said = tried(SETTINGS, GOOD), untried(SCALE, Verdict.BLOCKED)
    found = again(checks, *said)[SCALE]
    assert (found.verdict, found.reason) == (Verdict.NOT_RUN, NOBODY_TRIED)


def test_what_applies_follows_from_the_capabilities(
    checks: Checks,
    tried: Tried,
) -> None:
    """A capability that is there makes a clause apply, whatever was said."""
    said = tried(SETTINGS, GOOD), untried("PORTS-core-tls", Verdict.NOT_APPLICABLE)
    found = again(checks, *said)["PORTS-core-tls"]
    assert found.verdict is Verdict.NOT_APPLICABLE
    found = again(checks, *said, has=frozenset({"tls", "ca"}))["PORTS-core-tls"]
    assert found.verdict is not Verdict.NOT_APPLICABLE


def test_that_nobody_tried_is_taken_as_it_stands(checks: Checks, tried: Tried) -> None:
    """With its reason, but not as a pass."""
    gone = untried("SERVER-version", Verdict.NOT_RUN, "the target died")
    found = again(checks, tried(SETTINGS, GOOD), gone)["SERVER-version"]
    assert (found.verdict, found.reason) == (Verdict.NOT_RUN, "the target died")
    claimed = untried("SERVER-version", Verdict.PASS)
    found = again(checks, tried(SETTINGS, GOOD), claimed)["SERVER-version"]
    assert (found.verdict, found.reason) == (Verdict.NOT_RUN, NOBODY_TRIED)


def test_a_target_that_did_not_start_was_asked_nothing(checks: Checks) -> None:
    """Not even what applies to it."""
    reason = "the target did not start"
    said = [
        untried(name, Verdict.NOT_RUN, reason) for name in (SETTINGS, "PORTS-core-tls")
    ]
    found = again(checks, *said)
    assert {each.verdict for each in found.values()} == {Verdict.NOT_RUN}
    assert {each.reason for each in found.values()} == {reason}


def test_without_a_check_nobody_can_judge(tried: Tried) -> None:
    """A clause whose check is gone is NOT-RUN."""
    found = again({}, tried(SETTINGS, GOOD))[SETTINGS]
    assert found.verdict is Verdict.NOT_RUN


def test_what_binds_follows_from_the_scope(checks: Checks, tried: Tried) -> None:
    """A clause outside of the profiles of a run can warn alone."""
    said = tried(SETTINGS, BAD)
    found = again(checks, said, scope=Scope(profiles=("certificates",)))[SETTINGS]
    assert (found.is_binding, found.verdict) == (False, Verdict.WARN)


def test_mistakes_and_missing_means_are_not_judged(
    checks: Checks, tried: Tried
) -> None:
    """They say nothing about the target, then as now."""
    (attempt,) = tried(SETTINGS, GOOD).attempts
    held = Attempt(attempt.transcript, 0.1)
    for made, verdict in (
        (replace(held, error="KeyError"), Verdict.ERROR),
        (replace(held, unsupported="no scanner"), Verdict.UNSUPPORTED),
    ):
        said = replace(tried(SETTINGS, GOOD), attempts=(made,))
        found = again(checks, said)[SETTINGS]
        assert (found.verdict, found.reason) == (verdict, made.trouble)


def test_doubt_makes_it_not_run(checks: Checks, tried: Tried) -> None:
    """What a conversation cannot show is not held against the target."""
    said = tried(SETTINGS, BAD)
    (found,) = judge_again(
        [Step(said.clause, checks[SETTINGS])],
        {SETTINGS: said},
        capabilities=(),
        scope=Scope(),
        doubt=lambda _said, _found: "another conversation",
    )
    assert (found.verdict, found.reason) == (Verdict.NOT_RUN, "another conversation")
