"""One attempt at one check, in a session of its own, under its deadline."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import judgement_of
from scanwright_conformance.session import Session, Stopped
from scanwright_conformance.target import Target, Unsupported
from scanwright_conformance.transcript import Transcript

if TYPE_CHECKING:
    from scanwright_conformance.check import RegisteredCheck
    from scanwright_conformance.judgement import Judgement

__all__ = ["Attempt", "converse", "judged"]

CLEANUP_DEADLINE_S: Final = 10.0
RESTORE_DEADLINE_S: Final = 90.0
"""A managed target may have to stop and start for it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it: a judgement, or why there is none."""

    transcript: Transcript
    seconds: float
    judgement: Judgement | None = None
    unsupported: str = ""
    error: str = ""

    @property
    def is_unreachable(self) -> bool:
        """Whether the target answered nothing at all of what it was asked."""
        exchanges = list(self.transcript.exchanges)
        return bool(exchanges) and all(each.answer is None for each in exchanges)


async def converse(check: RegisteredCheck, target: Target) -> Attempt:
    """Stimulate `target`; nothing is judged yet."""
    began = time.monotonic()
    session = Session(target)
    try:
        stopped, unsupported, error = await _stimulate(check, session)
    finally:
        # also when the whole run is cancelled: what was made is taken away
        trouble = await _close(session)
    error = error or trouble
    return Attempt(
        transcript=session.recorder.transcript(stopped),
        seconds=time.monotonic() - began,
        unsupported=unsupported,
        error=error,
    )


def judged(check: RegisteredCheck, held: Attempt) -> Attempt:
    """Return the attempt with the judgement of `check` about its transcript."""
    if held.error or held.unsupported:
        return held
    judgement, error = _judge(check, held.transcript)
    return replace(held, judgement=judgement, error=error)


async def _stimulate(
    check: RegisteredCheck,
    session: Session,
) -> tuple[str, str, str]:
    """Return what ended the stimulus early: stopped, unsupported, or an error."""
    try:
        async with asyncio.timeout(check.deadline_s) as deadline:
            await check.check.stimulate(session)
    except Exception as failure:  # noqa: BLE001 - a check's mistake is a verdict: ERROR
        if deadline.expired():
            return f"the check did not end within {check.deadline_s:g} s", "", ""
        return _sorted_out(failure)
    return "", "", ""


def _judge(
    check: RegisteredCheck,
    transcript: Transcript,
) -> tuple[Judgement | None, str]:
    try:
        return judgement_of(check.check, transcript), ""
    except Exception:  # noqa: BLE001 - a judge's mistake is a verdict: ERROR
        return None, traceback.format_exc()


async def _close(session: Session) -> str:
    trouble = await _in_time(session.close, CLEANUP_DEADLINE_S)
    return trouble or await _in_time(session.restore, RESTORE_DEADLINE_S)


async def _in_time(action: Callable[[], Awaitable[None]], deadline_s: float) -> str:
    try:
        async with asyncio.timeout(deadline_s):
            await action()
    except Exception:  # noqa: BLE001 - it must not hide the other results
        return traceback.format_exc()
    return ""


def _sorted_out(failure: Exception) -> tuple[str, str, str]:
    """Tell apart the reasons that a stimulus gives and the suite's own mistakes."""
    causes = list(_leaves(failure))
    others = [each for each in causes if not isinstance(each, Stopped | Unsupported)]
    if others:
        return "", "", "".join(traceback.format_exception(failure))
    for each in causes:
        if isinstance(each, Unsupported):
            return "", str(each), ""
    return str(causes[0]), "", ""


def _leaves(failure: Exception) -> Iterator[Exception]:
    """Yield the exceptions themselves: a task group wraps what its tasks raised."""
    if isinstance(failure, ExceptionGroup):
        for each in failure.exceptions:
            yield from _leaves(each)
    else:
        yield failure
