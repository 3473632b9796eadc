"""From conversations to a verdict: pure, so that it can be done again years later.

A conversation that was held is an attempt. Its transcript is judged, and what several
attempts say together is the verdict. Nothing here talks to anybody.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import judgement_of
from scanwright_conformance.transcript import Channel, Exchange, Fact, Transcript
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from scanwright_conformance.check import Check
    from scanwright_conformance.judgement import Judgement

__all__ = [
    "MISHAPS_TOLD",
    "WEATHER",
    "Attempt",
    "excused",
    "judged",
    "reason_of",
    "sum_up",
]

WEATHER: Final = "weather"
"""The label of the fact that says what happened to connections on their way."""
MISHAPS_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Attempt:
    """One conversation, and what came of it: a judgement, or why there is none.

    `error` is a mistake of the stimulus, `judge_error` one of the judge.
    """

    transcript: Transcript
    seconds: float
    judgement: Judgement | None = None
    unsupported: str = ""
    error: str = ""
    judge_error: str = ""

    @property
    def trouble(self) -> str:
        """Why nothing can be said, "" when something can."""
        return self.error or self.judge_error or self.unsupported

    @property
    def is_untold(self) -> bool:
        """Whether it was not judged, though nothing stood in the way."""
        return self.judgement is None and not self.trouble

    @property
    def is_failed(self) -> bool:
        """Whether a judge objected."""
        return self.judgement is not None and not self.judgement.is_met

    @property
    def is_unreachable(self) -> bool:
        """Whether the target answered nothing at all of what it was asked."""
        answers = [
            each.answer if isinstance(each, Exchange) else each.status
            for each in self.transcript.entries
            if isinstance(each, Exchange | Channel)
        ]
        return bool(answers) and all(each is None for each in answers)


def judged(check: Check, held: Attempt) -> Attempt:
    """Return the attempt with the judgement of `check` about its transcript.

    A stimulus that made a mistake, or lacked means, is not judged.
    """
    if held.error or held.unsupported:
        return held
    try:
        judgement = judgement_of(check, held.transcript)
    except Exception:  # noqa: BLE001 - a judge's mistake is a verdict: ERROR
        return replace(held, judgement=None, judge_error=traceback.format_exc())
    return replace(held, judgement=judgement, judge_error="")


def sum_up(attempts: Sequence[Attempt], *, is_binding: bool) -> Verdict:
    """Return what `attempts` add up to; a failure that binds is FAIL, else WARN.

    Nothing said adds up to nothing: ValueError for no attempt, and for one of which it
    is neither known what was judged nor why nothing was.
    """
    if not attempts or any(made.is_untold for made in attempts):
        raise ValueError("there is no verdict without attempts that were judged")
    if any(made.error or made.judge_error for made in attempts):
        return Verdict.ERROR
    outcomes = {_outcome(made, is_binding=is_binding) for made in attempts}
    return outcomes.pop() if len(outcomes) == 1 else Verdict.FLAKY


def excused(verdict: Verdict, reason: str, excuse: str) -> tuple[Verdict, str]:
    """Return a verdict that blames nobody where something else may be the cause."""
    if verdict is Verdict.FAIL and excuse:
        return Verdict.BLOCKED, f"{excuse}, which is no duty here, and may be why"
    return verdict, reason


def reason_of(attempts: Sequence[Attempt]) -> str:
    """Return why there is no plain verdict, "" where the judgement says all."""
    for made in attempts:
        if made.error or made.judge_error:
            return made.trouble
    failed = [made for made in attempts if made.is_failed]
    reasons = [made.unsupported for made in attempts if made.unsupported][:1]
    reasons += _weather(failed[0].transcript)[:MISHAPS_TOLD] if failed else []
    if 0 < len(failed) < len(attempts):
        reasons.insert(0, f"failed {len(failed)} of {len(attempts)} times")
    return "; ".join(reasons)


def _outcome(made: Attempt, *, is_binding: bool) -> Verdict:
    """Return what one attempt says that no mistake was made in."""
    if made.unsupported:
        return Verdict.UNSUPPORTED
    if not made.is_failed:
        return Verdict.PASS
    return Verdict.FAIL if is_binding else Verdict.WARN


def _weather(transcript: Transcript) -> list[str]:
    for entry in transcript.entries:
        if isinstance(entry, Fact) and entry.label == WEATHER:
            return list(map(str, entry.value))
    return []
