"""Checks of what is read from pages: barcodes, and whether there is anything at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.expect import expect_error
from scanwright_conformance.session import JOBS
from scanwright_conformance.target import Port

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

OPERATIONS: Final = ("read-barcode", "check-blank")


@check("PROC-source-unknown")
class SourceUnknown(Check):
    """What is no page of a job cannot be read."""

    async def stimulate(self, session: Session) -> None:
        """Name pages that are not there, and things that are no pages."""
        sources = await _no_pages(session)
        labels = []
        for operation in OPERATIONS:
            for number, source in enumerate(sources, start=1):
                labels.append(f"{operation}-{number}")
                await session.http(
                    "POST",
                    f"/api/process/{operation}",
                    label=labels[-1],
                    headers=session.licence,
                    json={"source": source},
                )
        session.fact("requests", labels)

    def judge(self, transcript: Transcript) -> None:
        """Every one must be refused."""
        for label in transcript.fact("requests"):
            expect_error(transcript[label], 400, -2113)


async def _no_pages(session: Session) -> list[str]:
    """Return values for `source` that are no page of a job."""
    base = session.target.addresses.url(Port.API)
    sources = [
        "",
        "page",
        "file:///etc/hosts",
        "https://foreign.example.test/page.png",
        f"{base}/api/server/version",
        f"{base}{JOBS}/none/next-page?page=none",
    ]
    if "scanner" in session.target.capabilities:
        job = await session.create_job({"autoRun": False})
        sources += [f"{base}{job.path}", f"{base}{job.path}/next-page?page=none"]
    return sources
