"""Checks of licence keys, for services with licences and for those without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.expect import expect_error, expect_status
from scanwright_conformance.session import JOBS
from scanwright_conformance.target import Unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

NEW: Final = "DWT-PRODUCT-KEY"
OLD: Final = "X-DICS-LICENSE-KEY"
ANY: Final[tuple[dict[str, str], ...]] = (
    {},
    {NEW: "any key"},
    {OLD: "any key"},
    {NEW: "one", OLD: "other"},
)
BUILT_ON: Final = ("JOBS-delete", "JOBS-lock-released")


@check("HTTP-licence-any", after=BUILT_ON)
class LicenceAny(Check):
    """Who knows no licences does not ask for one."""

    async def stimulate(self, session: Session) -> None:
        """Create a job with any key in either header, and with none."""
        for number, headers in enumerate(ANY, start=1):
            created = await _create(session, headers, label=f"create-{number}")
            await session.job_of(created).delete(label=f"delete-{number}")

    def judge(self, transcript: Transcript) -> None:
        """Every job must be created."""
        for number in range(1, len(ANY) + 1):
            expect_status(transcript[f"create-{number}"], 201)


@check("HTTP-licence-strict", after=BUILT_ON)
class LicenceStrict(Check):
    """Who knows licences wants a valid one."""

    async def stimulate(self, session: Session) -> None:
        """Create a job without a key, with wrong ones, and with the right one."""
        key = _key(session)
        await _create(session, {}, label="none")
        await _create(session, {NEW: ""}, label="empty")
        await _create(session, {NEW: f"{key}x"}, label="wrong")
        await _create(session, {NEW: key}, label="valid")

    def judge(self, transcript: Transcript) -> None:
        """Only the last may be created."""
        for label in ("none", "empty", "wrong"):
            expect_error(transcript[label], 403, -2800)
        expect_status(transcript["valid"], 201)


@check("HTTP-licence-header-names", after=(*BUILT_ON, "HTTP-licence-strict"))
class LicenceHeaderNames(Check):
    """Clients from before and after the change of names are served."""

    async def stimulate(self, session: Session) -> None:
        """Create a job with the key under each name."""
        for name in (NEW, OLD):
            created = await _create(session, {name: _key(session)}, label=name)
            await session.job_of(created).delete(label=f"{name} delete")

    def judge(self, transcript: Transcript) -> None:
        """Both must be created."""
        for name in (NEW, OLD):
            expect_status(transcript[name], 201)


async def _create(
    session: Session,
    headers: Mapping[str, str],
    *,
    label: str,
) -> Exchange:
    """Ask for a pending job with these headers and no others."""
    body: dict[str, Any] = {"device": session.device(), "autoRun": False}
    return await session.http("POST", JOBS, label=label, headers=headers, json=body)


def _key(session: Session) -> str:
    if not session.target.licence_key:
        raise Unsupported("the target's description names no licence key")
    return session.target.licence_key
