"""Verdicts once more: from what is recorded, without the target, in the same order.

Everything that decides a verdict is decided anew: what applies by the capabilities,
what blocks by the verdicts before it, what a conversation shows by its judge, what
binds by the scope. That a conversation was not held, and why, is taken as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from scanwright_conformance.foundations import blocker, excuse
from scanwright_conformance.judging import (
    Attempt,
    excused,
    judged,
    reason_of,
    sum_up,
)
from scanwright_conformance.results import Result
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from scanwright_conformance.check import RegisteredCheck
    from scanwright_conformance.plan import Step
    from scanwright_conformance.scope import Scope

__all__ = ["NOBODY_TRIED", "judge_again"]

NOBODY_TRIED: Final = "no conversation was held for it"

Doubt = Callable[[Result, Result], str]
"""Given what was said and what is found: why the conversation shows nothing."""


def judge_again(
    steps: Sequence[Step],
    said: Mapping[str, Result],
    *,
    capabilities: Collection[str],
    scope: Scope,
    doubt: Doubt = lambda _said, _found: "",
) -> tuple[Result, ...]:
    """Return a result for each of `steps`, from the conversations in `said`.

    A result that `doubt` has a reason against is NOT-RUN for that reason.
    """
    is_begun = any(each.verdict is not Verdict.NOT_RUN for each in said.values())
    found: dict[str, Result] = {}
    for step in steps:
        before = said.get(step.clause.id)
        is_binding = scope.binds(step.clause)
        verdict, reason = _without_trying(step, found, set(capabilities))
        if not is_begun:
            # a target that did not start: nothing was asked of anything
            verdict, reason = Verdict.NOT_RUN, before.reason if before else NOBODY_TRIED
        if verdict is not None or step.check is None:
            verdict = verdict or Verdict.NOT_RUN
            result = Result(step.clause, verdict, is_binding, reason=reason)
        else:
            result = _tried(step, step.check, before, found, is_binding=is_binding)
        if before is not None and (why := doubt(before, result)):
            result = Result(step.clause, Verdict.NOT_RUN, is_binding, reason=why)
        found[step.clause.id] = result
    return tuple(found.values())


def _without_trying(
    step: Step,
    found: Mapping[str, Result],
    capabilities: set[str],
) -> tuple[Verdict | None, str]:
    """Return the verdict that needs no conversation, None where one is needed."""
    if missing := sorted(step.clause.needs - capabilities):
        reason = f"the target does not declare {', '.join(missing)}"
        return Verdict.NOT_APPLICABLE, reason
    if step.check is None:
        return Verdict.NOT_RUN, "no check for it is written"
    if blocked_by := blocker(step.check, found):
        return Verdict.BLOCKED, blocked_by
    return None, ""


def _tried(
    step: Step,
    check: RegisteredCheck,
    before: Result | None,
    found: Mapping[str, Result],
    *,
    is_binding: bool,
) -> Result:
    if before is None or not before.attempts:
        is_known = before is not None and before.verdict is Verdict.NOT_RUN
        reason = before.reason if before and is_known else NOBODY_TRIED
        return Result(step.clause, Verdict.NOT_RUN, is_binding, reason=reason)
    attempts = tuple(judged(check.check, _held(each)) for each in before.attempts)
    verdict, reason = excused(
        sum_up(attempts, is_binding=is_binding),
        reason_of(attempts),
        excuse(check, found),
    )
    return Result(step.clause, verdict, is_binding, attempts, reason)


def _held(attempt: Attempt) -> Attempt:
    """Return the conversation without what was said about it."""
    return Attempt(
        transcript=attempt.transcript,
        seconds=attempt.seconds,
        unsupported=attempt.unsupported,
        error=attempt.error,
    )
