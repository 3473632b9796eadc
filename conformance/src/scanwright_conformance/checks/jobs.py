"""Checks of how jobs come to be, start, and end by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_wishes import (
    ALL_PAGES,
    ENDS,
    SLOW_S,
    from_feeder,
    one_page,
    scan,
)
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_member,
    expect_object,
    expect_status,
)
from scanwright_conformance.session import JOBS

if TYPE_CHECKING:
    from scanwright_conformance.session import Job, Session
    from scanwright_conformance.transcript import Exchange, Transcript

SCANNERS: Final = "/api/device/scanners"
ALL_TYPES: Final = str(0xFF0)
STATES: Final = ("pending", "running", *ENDS)


@check("JOBS-create")
class Create(Check):
    """A creation tells the job's id, its status, and the scanner that it uses."""

    async def stimulate(self, session: Session) -> None:
        """Create a job on a scanner of the listing."""
        device = session.target.device()
        listed = {"name": device.name, "type": device.type, "device": device.device}
        session.fact("listed", listed)
        await session.create_job(one_page(autoRun=False))

    def judge(self, transcript: Transcript) -> None:
        """Compare the answer with the listing."""
        created = transcript["create"]
        expect_object(created, 201)
        uid = expect_member(created, "jobuid", str)
        expect(created, uid != "", "a jobuid that is not empty", repr(uid))
        expect_state(created)
        listed = transcript.fact("listed")
        seen = {
            "name": expect_member(created, "scanner.name", str),
            "type": expect_member(created, "scanner.type", int),
            "device": expect_member(created, "scanner.device", str),
        }
        for member, value in seen.items():
            expect_equal(created, value, listed[member], what=f"scanner.{member}")


@check("JOBS-create-empty", after=("JOBS-autorun", "DEV-default-types"), deadline_s=90)
class CreateEmpty(Check):
    """A creation that asks for nothing gets the scanner of the last job, or the first.

    Only a service that was just started has used none: that half needs a managed one.
    """

    async def stimulate(self, session: Session) -> None:
        """Use a scanner, ask for any; start the service anew, ask again."""
        role = "second" if "second" in session.target.devices else "scanner"
        used = await session.create_job(one_page(autoRun=False), role=role)
        await used.delete()
        braces = await _ask_for_any(session, "empty-object", body=b"{}")
        await braces.delete(label="empty-object-deleted")
        nothing = await _ask_for_any(session, "empty-body")
        await nothing.delete(label="empty-body-deleted")
        if session.target.control is None:
            return
        await session.service.stop()
        await session.service.start()
        await session.http("GET", SCANNERS, label="default-listing")
        query = {"type": ALL_TYPES}
        await session.http("GET", SCANNERS, label="whole-listing", query=query)
        await _ask_for_any(session, "fresh", body=b"{}")

    def judge(self, transcript: Transcript) -> None:
        """Look for the scanner used before, then for the first of the listing."""
        used = expect_member(transcript["create"], "scanner.device", str)
        for label in ("empty-object", "empty-body"):
            created = transcript[label]
            expect_object(created, 201)
            device = expect_member(created, "scanner.device", str)
            expect_equal(created, device, used, what="the scanner used last,")
        if "fresh" in transcript:
            created = transcript["fresh"]
            expect_object(created, 201)
            device = expect_member(created, "scanner.device", str)
            first = _first(transcript["default-listing"])
            first = first or _first(transcript["whole-listing"])
            # a service may remember over its end which scanner was used last
            expect(
                created, device in {first, used}, f"the first scanner, {first}", device
            )


@check("JOBS-autorun", after=("JOBS-create",), deadline_s=60)
class Autorun(Check):
    """A job runs by itself, unless it is created with autoRun false."""

    async def stimulate(self, session: Session) -> None:
        """Create jobs without, with true, and with false; wait for a page of each."""
        default = await session.create_job(one_page())
        await default.until(*ENDS)
        await default.delete()
        true = await session.create_job(one_page(autoRun=True), label="create-true")
        await true.until(*ENDS, label="ended-true")
        await true.delete(label="delete-true")
        false = await session.create_job(one_page(autoRun=False), label="create-false")
        # if it ran after all, its page would come now
        await false.get("/next-page-info", label="nothing-yet", timeout_s=0.8)
        await false.status(label="still-pending")

    def judge(self, transcript: Transcript) -> None:
        """Look at what became of the three."""
        for label in ("ended", "ended-true"):
            expect_equal(
                transcript[label],
                expect_member(transcript[label], "status", str),
                "completed",
                what="status",
            )
        for label in ("create-false", "still-pending"):
            expect_equal(
                transcript[label],
                expect_member(transcript[label], "status", str),
                "pending",
                what="status",
            )


@check("JOBS-status", after=("JOBS-create",))
class Status(Check):
    """A job's status is a state, a code that is a number, and a message."""

    async def stimulate(self, session: Session) -> None:
        """Ask a job before its start, after it, and at its end."""
        job = await session.create_job(one_page(autoRun=False))
        await job.status(label="status-1")
        await job.start()
        await job.status(label="status-2")
        await job.until(*ENDS)

    def judge(self, transcript: Transcript) -> None:
        """Look at the three members each time."""
        for label in ("status-1", "status-2", "ended"):
            asked = transcript[label]
            expect_object(asked, 200)
            state = expect_state(asked)
            code = expect_member(asked, "code", int)
            expect(asked, code == 0 or state == "faulted", f"code 0 when {state}", code)
            expect_member(asked, "message", str)


@check("JOBS-start", after=("JOBS-autorun",))
class Start(Check):
    """A pending job starts."""

    async def stimulate(self, session: Session) -> None:
        """Start a pending job and wait for its end."""
        job = await session.create_job(one_page(autoRun=False))
        await job.start()
        await job.until(*ENDS)

    def judge(self, transcript: Transcript) -> None:
        """Look at the answer of the start and at what became of the job."""
        start = transcript["start"]
        expect_object(start, 200)
        status = expect_member(start, "status", str)
        expect(
            start, status in {"running", "completed"}, "running or completed", status
        )
        expect_status(transcript["ended"], 200)


@check("JOBS-completes", after=("JOBS-autorun",), deadline_s=90)
class Completes(Check):
    """The last page, or a feeder that runs empty, completes a job."""

    async def stimulate(self, session: Session) -> None:
        """Take one page, then all that lie in the feeder."""
        one = await scan(session, one_page())
        await one.delete()
        many = await scan(session, from_feeder(ALL_PAGES), label="create-feeder")
        await many.get("/next-page-info", label="info")

    def judge(self, transcript: Transcript) -> None:
        """Look at both ends."""
        for label in ("create-ended", "create-feeder-ended"):
            status = expect_member(transcript[label], "status", str)
            expect_equal(transcript[label], status, "completed", what="status")
        expect_status(transcript["info"], 200)


def expect_state(exchange: Exchange) -> str:
    """Return the `status` of an answer when it is a state that jobs have."""
    state = expect_member(exchange, "status", str)
    expect(exchange, state in STATES, f"status one of {', '.join(STATES)}", state)
    return state


async def _ask_for_any(session: Session, label: str, body: bytes = b"") -> Job:
    """Create a job that says nothing about the scanner, and wait for its end."""
    headers = {**session.licence, "Content-Type": "application/json"}
    created = await session.http(
        "POST",
        JOBS,
        label=label,
        headers=headers,
        body=body,
    )
    job = session.job_of(created)
    await job.until(*ENDS, label=f"{label}-ended", within_s=SLOW_S)
    return job


def _first(listing: Exchange) -> str:
    match listing.json_or_none():
        case [{"device": str(device)}, *_]:
            return device
    return ""
