"""The runner: from a plan and a target to results, one clause after the other.

A failing check is repeated in fresh sessions: when they disagree the clause is FLAKY.
When the target answers nothing in several checks in a row, the rest is NOT-RUN: there
is nobody to measure. A managed target that died is started again, a few times.
A conversation that several checks share is held once, and judged by each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from scanwright_conformance.attempt import Attempt, converse, judged
from scanwright_conformance.codec import compact
from scanwright_conformance.redact import redact
from scanwright_conformance.results import Result, is_binding
from scanwright_conformance.target import StartFailed, Target
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.check import RegisteredCheck
    from scanwright_conformance.plan import Step
    from scanwright_spec import Clause

__all__ = ["Observer", "run_plan"]

Stimulus = Callable[..., Any]

REPEATS: Final = 2
GIVE_UP_AFTER: Final = 3


class Observer(Protocol):
    """Somebody who watches a run."""

    def started(self, clause: Clause) -> None:
        """A clause is about to be tried."""

    def ended(self, result: Result) -> None:
        """A clause has its verdict."""


async def run_plan(
    plan: Sequence[Step],
    target: Target,
    observer: Observer,
) -> tuple[Result, ...]:
    """Run `plan` against `target` and return a result for each of its steps."""
    runner = _Runner(target)
    for step in plan:
        observer.started(step.clause)
        result = await runner.result_of(step)
        runner.results[step.clause.id] = result
        observer.ended(result)
    return tuple(runner.results.values())


@dataclass(slots=True)
class _Runner:
    target: Target
    results: dict[str, Result] = field(default_factory=dict)
    tried: dict[RegisteredCheck, list[Attempt]] = field(default_factory=dict)
    shared: dict[Stimulus, list[Attempt]] = field(default_factory=dict)
    silent_in_a_row: int = 0
    deaths: int = 0
    given_up: str = ""

    async def result_of(self, step: Step) -> Result:
        """Return the verdict about one clause."""
        clause, check = step.clause, step.check
        if missing := sorted(clause.needs - self.target.capabilities):
            reason = f"the target does not declare {', '.join(missing)}"
            return Result(clause, Verdict.NOT_APPLICABLE, reason=reason)
        if check is None:
            return Result(clause, Verdict.NOT_RUN, reason="no check for it is written")
        if blocker := self._blocker(check):
            return Result(clause, Verdict.BLOCKED, reason=blocker)
        if self.given_up:
            return Result(clause, Verdict.NOT_RUN, reason=self.given_up)
        if check not in self.tried:
            self.tried[check] = await self._attempts(check)
        return _verdict(clause, self.tried[check], self.target)

    def _blocker(self, check: RegisteredCheck) -> str:
        """Return why `check` can show nothing now, "" when it can.

        What does not apply, or was not asked for, stands in nobody's way.
        """
        for name in check.after:
            result = self.results.get(name)
            if result is None or result.verdict in {
                Verdict.PASS,
                Verdict.NOT_APPLICABLE,
            }:
                continue
            return f"{name} is {result.verdict.value}"
        return ""

    async def _attempts(self, check: RegisteredCheck) -> list[Attempt]:
        """Try once; try again what failed, unless there is nobody to try it with."""
        attempts = [judged(check, await self._held(check, 0))]
        while (
            len(attempts) <= REPEATS
            and not self.given_up
            and not self.silent_in_a_row
            and _is_failed(attempts[0])
        ):
            held = await self._held(check, len(attempts))
            attempts.append(judged(check, held))
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
        except StartFailed as failure:
            self.given_up = f"the target died and did not start again: {failure}"


def _is_failed(made: Attempt) -> bool:
    return made.judgement is not None and not made.judgement.is_met


def _verdict(clause: Clause, attempts: Sequence[Attempt], target: Target) -> Result:
    """Return what `attempts` add up to; the first of them is the evidence."""
    shown = attempts[0]
    return Result(
        clause=clause,
        verdict=_sum_up(clause, attempts),
        judgement=shown.judgement,
        transcript=redact(compact(shown.transcript), [target.licence_key]),
        reason=_reason(attempts),
        attempts=len(attempts),
        seconds=sum(made.seconds for made in attempts),
    )


def _sum_up(clause: Clause, attempts: Sequence[Attempt]) -> Verdict:
    if any(made.error for made in attempts):
        return Verdict.ERROR
    if attempts[0].unsupported:
        return Verdict.UNSUPPORTED
    failed = [_is_failed(made) for made in attempts]
    if not failed[0]:
        return Verdict.PASS
    if not all(failed):
        return Verdict.FLAKY
    return Verdict.FAIL if is_binding(clause) else Verdict.WARN


def _reason(attempts: Sequence[Attempt]) -> str:
    for made in attempts:
        if made.error or made.unsupported:
            return made.error or made.unsupported
    failed = sum(_is_failed(made) for made in attempts)
    if 0 < failed < len(attempts):
        return f"failed {failed} of {len(attempts)} times"
    return ""
