"""One attempt at one check, in a session of its own, under its deadline.

Whatever a target does not do in time is a reason to fail it: an answer, the deletion of
what was made, an end, a new start. Only what the suite itself does wrong is an error.
"""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Final

from scanwright_conformance.deadline import pace
from scanwright_conformance.judging import MISHAPS_TOLD, WEATHER, Attempt
from scanwright_conformance.session import Session, Stopped
from scanwright_conformance.target import StartFailed, Target, Unsupported

if TYPE_CHECKING:
    from scanwright_conformance.check import RegisteredCheck

__all__ = ["converse"]

CLEANUP_DEADLINE_S: Final = 10.0
RESTORE_DEADLINE_S: Final = 90.0
"""A managed target may have to stop and start for it."""


async def converse(check: RegisteredCheck, target: Target) -> Attempt:
    """Stimulate `target`; nothing is judged yet."""
    began = time.monotonic()
    session = Session(target)
    before = len(target.mishaps)
    try:
        stopped, unsupported, error = await _stimulate(check, session)
        mishaps = target.mishaps[before:]
    finally:
        # also when the whole run is cancelled: what was made is taken away
        hung, trouble = await _close(session)
    if mishaps:
        session.fact(WEATHER, list(mishaps))
        # what the target may have done was not seen: nothing can be met, or be missing
        stopped, unsupported = stopped or unsupported, ""
    reasons = filter(None, (stopped, *mishaps[:MISHAPS_TOLD], hung))
    return Attempt(
        transcript=session.recorder.transcript("; ".join(reasons)),
        seconds=time.monotonic() - began,
        unsupported=unsupported,
        error=error or trouble,
    )


async def _stimulate(
    check: RegisteredCheck,
    session: Session,
) -> tuple[str, str, str]:
    """Return what ended the stimulus early: stopped, unsupported, or an error."""
    deadline_s = pace.scaled(check.deadline_s)
    try:
        async with asyncio.timeout(deadline_s) as deadline:
            await check.check.stimulate(session)
    except Exception as failure:  # noqa: BLE001 - a check's mistake is a verdict: ERROR
        if deadline.expired():
            return f"the check did not end within {deadline_s:g} s", "", ""
        return _sorted_out(failure)
    return "", "", ""


async def _close(session: Session) -> tuple[str, str]:
    """Tidy up; return what the target did not do in time, and the suite's errors."""
    left, error = await _in_time(session.close, CLEANUP_DEADLINE_S, "the cleanup")
    hung, trouble = await _in_time(session.restore, RESTORE_DEADLINE_S, "putting back")
    if hung and session.target.control is not None:
        # who is half stopped or half started is of no use to the next check; the
        # runner starts it anew
        await _in_time(session.target.control.kill, CLEANUP_DEADLINE_S, "the kill")
    return "; ".join(filter(None, (left, hung))), error or trouble


async def _in_time(
    action: Callable[[], Awaitable[None]],
    deadline_s: float,
    name: str,
) -> tuple[str, str]:
    deadline_s = pace.scaled(deadline_s)
    try:
        async with asyncio.timeout(deadline_s) as deadline:
            await action()
    except StartFailed as failure:
        return f"the target did not start again: {failure}", ""
    except Exception:  # noqa: BLE001 - it must not hide the other results
        if deadline.expired():
            return f"{name} did not end within {deadline_s:g} s", ""
        return "", traceback.format_exc()
    return "", ""


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
