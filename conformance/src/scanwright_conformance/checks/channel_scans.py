"""Checks of scans by the page channel: every page, in order, and told as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._known_pictures import GRAY_SHEETS, SCAN_S, fetch_all
from scanwright_conformance.checks.jobs_wishes import ask_for_job, one_page
from scanwright_conformance.checks.pages_identity import (
    TELLING,
    expect_complete,
    telling_role,
)
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_error,
    expect_status,
)
from scanwright_conformance.expect_channel import (
    asked_at,
    expect_failure,
    expect_images,
    expect_refusal,
    expect_result,
    told_events,
    told_images,
)

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

CHANGED: Final = "buffer.changed"
LOCKED: Final = -1004
CANCEL_S: Final = 2.0
PENDING: Final = one_page(autoRun=False)
PAGE: Final = "https://page.example.test"
REACHING: Final = ("scanner.list", "scanner.open", "scan.start")
"""Calls that reach for a scanner."""


class _FeederScan(Check):
    """All sheets of a feeder are scanned by a page, and then one more by a program."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Scan, and fetch what the buffer has then."""
        role = telling_role(session)
        page = await session.page()
        await page.call(
            "scan.start",
            label="scan",
            within_s=SCAN_S,
            device=session.device(role),
            settings=GRAY_SHEETS,
        )
        await fetch_all(page, "page")
        if session.recorder.transcript().fact(TELLING):
            job = await session.create_job(one_page(), role=role)
            await job.get("/next-page", label="next", timeout_s=SCAN_S)


@check(
    "CHANNEL-scan",
    after=("CHANNEL-image", "PAGES-next"),
    deadline_s=90,
)
class Scan(_FeederScan):
    """No sheet is lost, doubled or out of its place."""

    def judge(self, transcript: Transcript) -> None:
        """Pages say who they are, and are told before the answer."""
        talk = transcript.channel("page")
        images = expect_images(talk, "scan")
        expect_equal(talk, expect_images(talk, "page"), images, what="images")
        next_ = transcript["next"]
        expect_complete(transcript.series("page"), end=next_, next_=next_)
        expect(talk, len(images) > 1, "the sheets of a feeder", images)
        events = told_events(talk, CHANGED, before="scan")
        told = [each for event in events for each in told_images(event)]
        seen = list(dict.fromkeys(told))
        expect_equal(talk, seen, images, what="images told before")


@check("CHANNEL-progress", after=("CHANNEL-schema",), deadline_s=90)
class Progress(_FeederScan):
    """Each page is counted."""

    def judge(self, transcript: Transcript) -> None:
        """Look at what was told before the answer."""
        talk = transcript.channel("page")
        images = expect_images(talk, "scan")
        events = told_events(talk, "progress", before="scan")
        seen = [(each.get("call"), each.get("done")) for each in events]
        wanted = [("scan", number) for number, _ in enumerate(images, start=1)]
        expect_equal(talk, seen, wanted, what="calls and pages")


@check("CHANNEL-scan-fault", after=("CHANNEL-schema",), deadline_s=90)
class ScanFault(Check):
    """A jam costs the sheet that jams."""

    async def stimulate(self, session: Session) -> None:
        """Scan on the scanner that jams, and look at the buffer."""
        page = await session.page()
        await page.call(
            "scan.start",
            label="scan",
            within_s=SCAN_S,
            device=session.device("jamming"),
            settings=GRAY_SHEETS,
        )
        await page.state("after")

    def judge(self, transcript: Transcript) -> None:
        """The error names the pages that are in the buffer."""
        talk = transcript.channel("page")
        data = expect_failure(talk, "scan").get("data")
        named = data.get("images") if isinstance(data, dict) else None
        kept = expect_images(talk, "after")
        expect(talk, kept != [], "the pages before the jam", "none")
        expect_equal(talk, named, kept, what="data.images")


@check("CHANNEL-scan-lock", after=("CHANNEL-schema", "JOBS-lock-pending"))
class ScanLock(Check):
    """What a page has opened is its own until it closes it."""

    async def stimulate(self, session: Session) -> None:
        """Ask for a job while a page has the scanner, and afterwards."""
        page = await session.page()
        await page.call("scanner.open", device=session.device())
        await ask_for_job(session, PENDING, label="locked")
        await page.call("scanner.close")
        await ask_for_job(session, PENDING, label="free")

    def judge(self, transcript: Transcript) -> None:
        """It is locked, and then it is not."""
        expect_result(transcript.channel("page"), "scanner.open")
        expect_error(transcript["locked"], 423, LOCKED)
        expect_status(transcript["free"], 201)


@check("CHANNEL-beside", after=("CHANNEL-schema",), deadline_s=90)
class Beside(Check):
    """A page can do other things while it scans."""

    async def stimulate(self, session: Session) -> None:
        """Scan a slow page, and call meanwhile."""
        page = await session.page()
        await page.ask(
            "scan.start",
            label="scan",
            device=session.device("slow"),
            settings={**GRAY_SHEETS, "pageLimit": 1},
        )
        await page.call("document.create", label="create", name="Beside")
        await page.state("during")
        await page.answered("scan", within_s=SCAN_S)

    def judge(self, transcript: Transcript) -> None:
        """The others are answered before the scan is."""
        talk = transcript.channel("page")
        expect_images(talk, "scan")
        _, scanned = asked_at(talk, "scan")
        for label in ("create", "during"):
            expect_result(talk, label)
            _, answered = asked_at(talk, label)
            late = f"{answered - scanned:.2f} s after it"
            expect(talk, answered < scanned, "an answer while it scans", late)


@check("CHANNEL-cancel", after=("CHANNEL-schema",), deadline_s=90)
class Cancel(Check):
    """A scan that is cancelled ends, and what came of it stays."""

    async def stimulate(self, session: Session) -> None:
        """Cancel a slow scan after its first page."""
        page = await session.page()
        device = session.device("slow")
        await page.ask("scan.start", label="scan", device=device, settings=GRAY_SHEETS)
        await page.until_told(CHANGED, action="add", within_s=SCAN_S)
        await page.call("call.cancel", label="cancel", call="scan")
        await page.answered("scan")
        await page.call("call.cancel", label="late", call="scan")
        await page.state("after")

    def judge(self, transcript: Transcript) -> None:
        """Look for the end, and for the pages."""
        talk = transcript.channel("page")
        expect_refusal(talk, "scan", -1032)
        for label, is_found in (("cancel", True), ("late", False)):
            found = expect_result(talk, label).get("found")
            expect_equal(talk, found, is_found, what=f"found by {label!r}")
        asked, _ = asked_at(talk, "cancel")
        _, ended = asked_at(talk, "scan")
        limit_s = CANCEL_S * talk.pace
        late = f"{ended - asked:.1f} s"
        expect(talk, ended - asked <= limit_s, f"the end within {limit_s:g} s", late)
        kept = expect_images(talk, "after")
        expect(talk, kept != [], "the page that had come", "none")


@check(
    "CHANNEL-consent",
    after=("CHANNEL-schema", "MANAGER-prompt"),
    deadline_s=90,
)
class Consent(Check):
    """A page that the user has not let in reaches no scanner."""

    async def stimulate(self, session: Session) -> None:
        """Start a service that asks, and reach for scanners as a new page."""
        settings = {
            "EnableScannerAccessAuth": "TRUE",
            "Access-Control-Allow-Origin": PAGE,
        }
        await session.service.configure(settings)
        page = await session.page(origin=PAGE)
        for method in REACHING:
            await page.call(method)
        await page.state("after")

    def judge(self, transcript: Transcript) -> None:
        """All are refused; the buffer is the page's own."""
        talk = transcript.channel("page")
        for method in REACHING:
            expect_refusal(talk, method, -2911)
        expect_result(talk, "after")
