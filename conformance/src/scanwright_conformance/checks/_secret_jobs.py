"""Jobs that a target made although it said no: only their scanner tells of them.

Nobody knows their ids, so nobody can delete them. They are asked for with a time-out,
and waited for, so that they fail the clause that they belong to and no other.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.deadline import Expired, until
from scanwright_conformance.session import JOBS

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange

__all__ = ["forbidden_job", "try_scanner"]

LIFETIME_S: Final = 5


def forbidden_job(session: Session) -> dict[str, Any]:
    """Return the body of a creation that is to be refused."""
    body: dict[str, Any] = {"autoRun": False, "jobTimeout": LIFETIME_S}
    if "scanner" in session.target.capabilities:
        body["device"] = session.device()
    return body


async def try_scanner(session: Session, *, label: str) -> None:
    """Create a job, recorded as `label`; while the scanner is locked wait for it."""
    numbers = count(1)

    async def again() -> Exchange | None:
        name = f"{label}.{next(numbers)}"
        created = await _create(session, label=name)
        session.recorder.drop(name)
        return None if _is_locked(created) else created

    if _is_locked(await _create(session, label=label)):
        with suppress(Expired):
            await until(again, within_s=LIFETIME_S + 3)


async def _create(session: Session, *, label: str) -> Exchange:
    body = {"autoRun": False, "device": session.device()}
    headers = session.licence
    return await session.http("POST", JOBS, label=label, headers=headers, json=body)


def _is_locked(exchange: Exchange) -> bool:
    return exchange.answer is not None and exchange.answer.status == 423
