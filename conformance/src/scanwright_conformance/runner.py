"""The runner: from a plan and a target to results, one clause after the other.

A failing check is repeated in fresh sessions: when they disagree the clause is FLAKY.
When the target answers nothing in several checks in a row, the rest is NOT-RUN: there
is nobody to measure. A managed target that died is started again, a few times.
A conversation that several checks share is held once, and judged by each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.assignment import REPEATS
from scanwright_conformance.attempt import converse
from scanwright_conformance.codec import compact
from scanwright_conformance.events import Ended, Started
from scanwright_conformance.foundations import blocker, excuse
from scanwright_conformance.judging import (
    Attempt,
    excused,
    judged,
    reason_of,
    sum_up,
)
from scanwright_conformance.redact import redact_attempt
from scanwright_conformance.results import Result
from scanwright_conformance.scope import Scope
from scanwright_conformance.target import (
    ControlFailed,
    StartFailed,
    Target,
    Unsupported,
)
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.check import RegisteredCheck
    from scanwright_conformance.events import Listener
    from scanwright_conformance.plan import Step

__all__ = ["run_plan"]

Stimulus = Callable[..., Any]

EVERYTHING: Final = Scope()

GIVE_UP_AFTER: Final = 3


async def run_plan(
    plan: Sequence[Step],
    target: Target,
    listener: Listener,
    *,
    scope: Scope = EVERYTHING,
    repeats: int = REPEATS,
) -> tuple[Result, ...]:
    """Run `plan` against `target` and return a result for each of its steps."""
    runner = _Runner(target, scope, repeats)
    for step in plan:
        listener.take(Started(step.clause.id))
        result = await runner.result_of(step)
        runner.results[step.clause.id] = result
        listener.take(Ended(result))
    return tuple(runner.results.values())


@dataclass(slots=True)
class _Runner:
    target: Target
    scope: Scope
    repeats: int
    results: dict[str, Result] = field(default_factory=dict)
    tried: dict[RegisteredCheck, list[Attempt]] = field(default_factory=dict)
    shared: dict[Stimulus, list[Attempt]] = field(default_factory=dict)
    silent_in_a_row: int = 0
    deaths: int = 0
    given_up: str = ""

    async def result_of(self, step: Step) -> Result:
        """Return the verdict about one clause."""
        clause, check = step.clause, step.check
        is_binding = self.scope.binds(clause)

        def untried(verdict: Verdict, reason: str) -> Result:
            return Result(clause, verdict, is_binding, reason=reason)

        if missing := sorted(clause.needs - self.target.capabilities):
            reason = f"the target does not declare {', '.join(missing)}"
            return untried(Verdict.NOT_APPLICABLE, reason)
        if check is None:
            return untried(Verdict.NOT_RUN, "no check for it is written")
        if blocked_by := blocker(check, self.results):
            return untried(Verdict.BLOCKED, blocked_by)
        if self.given_up:
            return untried(Verdict.NOT_RUN, self.given_up)
        if check not in self.tried:
            self.tried[check] = await self._attempts(check)
        attempts = tuple(_evidence(each, self.target) for each in self.tried[check])
        verdict, reason = excused(
            sum_up(attempts, is_binding=is_binding),
            reason_of(attempts),
            excuse(check, self.results),
        )
        return Result(clause, verdict, is_binding, attempts, reason)

    async def _attempts(self, check: RegisteredCheck) -> list[Attempt]:
        """Try once; try again what failed, unless there is nobody to try it with."""
        attempts = [judged(check.check, await self._held(check, 0))]
        while (
            len(attempts) <= self.repeats
            and not self.given_up
            and not self.silent_in_a_row
            and attempts[0].is_failed
        ):
            held = await self._held(check, len(attempts))
            attempts.append(judged(check.check, held))
        return attempts

    async def _held(self, check: RegisteredCheck, number: int) -> Attempt:
        """Hold a conversation, unless another check held the one of that number."""
        if not check.check.is_shared:
            return await self._converse(check)
        held = self.shared.setdefault(type(check.check).stimulate, [])
        if number < len(held):
            return replace(held[number], seconds=0.0)
        held.append(await self._converse(check))
        return held[number]

    async def _converse(self, check: RegisteredCheck) -> Attempt:
        made = await converse(check, self.target)
        # One port may be silent for a reason of its own; the target is when all are.
        is_silent = made.is_unreachable and not await self.target.is_reachable()
        self.silent_in_a_row = self.silent_in_a_row + 1 if is_silent else 0
        if self.silent_in_a_row >= GIVE_UP_AFTER:
            self.given_up = f"the target was silent in {GIVE_UP_AFTER} checks in a row"
        await self._revive()
        return made

    async def _revive(self) -> None:
        """Start a managed target again when it died."""
        control = self.target.control
        if control is None or control.is_alive() or self.given_up:
            return
        self.deaths += 1
        if self.deaths >= GIVE_UP_AFTER:
            self.given_up = f"the target died {GIVE_UP_AFTER} times"
            return
        try:
            await control.kill()
            await self.target.start()
        except (ControlFailed, StartFailed, Unsupported) as failure:
            self.given_up = f"the target died and did not start again: {failure}"


def _evidence(attempt: Attempt, target: Target) -> Attempt:
    """Return the attempt as it may be kept and shown: small, and without secrets."""
    kept = replace(attempt, transcript=compact(attempt.transcript))
    return redact_attempt(kept, [target.licence_key])
