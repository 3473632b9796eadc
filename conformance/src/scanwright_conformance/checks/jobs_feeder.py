"""Checks of `config` that concern the feeder: fallback, count and both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_wishes import (
    ALL_PAGES,
    DPI,
    from_feeder,
    scan,
)
from scanwright_conformance.checks.pages_identity import identities_of
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_image,
    expect_member,
    expect_status,
)

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

SIDES: Final = ("A", "B")
"""Front and back, as identities spell them."""

COUNTS: Final = {"one": 1, "two": 2, "all": ALL_PAGES}


@check("JOBS-config-feeder-fallback", after=("PAGES-next",))
class FeederFallback(Check):
    """A scanner without a feeder takes the page from its glass."""

    async def stimulate(self, session: Session) -> None:
        """Ask it for all pages of its feeder."""
        job = await scan(session, from_feeder(ALL_PAGES), role="flatbed-only")
        await job.pages()

    def judge(self, transcript: Transcript) -> None:
        """Count the pages."""
        end = transcript["page-end"]
        expect_status(end, 204)
        pages = transcript.series("page")
        expect_equal(end, len(pages), 1, what="number of pages")
        expect_image(pages[0])
        _expect_completed(transcript["create-ended"])


@check("JOBS-config-count", after=("PAGES-info-end",), deadline_s=90)
class ConfigCount(Check):
    """A count limits the pages; -1 does not."""

    async def stimulate(self, session: Session) -> None:
        """Take one page from the feeder, then two, then all."""
        for name, count in COUNTS.items():
            body = from_feeder(count)
            job = await scan(session, body, role="feeder", label=f"create-{name}")
            await job.pages(label=name, below="/next-page-info")
            await job.delete(label=f"delete-{name}")

    def judge(self, transcript: Transcript) -> None:
        """Count the pages of each job."""
        for name, count in COUNTS.items():
            end = transcript[f"{name}-end"]
            expect_status(end, 204)
            pages = len(transcript.series(name))
            if count == ALL_PAGES:
                expect(end, pages > 1, "all pages, which are several", pages)
            else:
                expect(end, 1 <= pages <= count, f"at most {count} pages", pages)
                _expect_completed(transcript[f"create-{name}-ended"])


@check("JOBS-config-duplex", after=("PAGES-next",), deadline_s=120)
class ConfigDuplex(Check):
    """Both sides of each sheet come, the front first."""

    async def stimulate(self, session: Session) -> None:
        """Scan all sheets of the feeder from both sides."""
        config: dict[str, Any] = {
            "Resolution": DPI,
            "XferCount": ALL_PAGES,
            "IfFeederEnabled": True,
            "IfDuplexEnabled": True,
        }
        job = await scan(session, {"config": config}, role="duplex")
        await job.pages()

    def judge(self, transcript: Transcript) -> None:
        """Look at the sheets in pairs."""
        end = transcript["page-end"]
        expect_status(end, 204)
        found = identities_of(transcript.series("page"))
        expect(end, len(found) > 0, "pages", "none")
        seen = [(identity.sheet, identity.side) for identity in found]
        sheets = list(dict.fromkeys(sheet for sheet, _ in seen))
        wanted = [(sheet, side) for sheet in sheets for side in SIDES]
        expect_equal(end, seen, wanted, what="sheets and sides")


def _expect_completed(ended: Exchange) -> None:
    status = expect_member(ended, "status", str)
    expect_equal(ended, status, "completed", what="status")
