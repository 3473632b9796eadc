"""The check of what is put into documents: pages of jobs, and nothing else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.documents_wishes import (
    INVALID,
    create_document,
    page_urls,
    uids_of,
)
from scanwright_conformance.checks.jobs_wishes import one_page
from scanwright_conformance.expect import expect_equal, expect_error
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.session import JOBS
from scanwright_conformance.target import Port

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

__all__ = ["no_pages"]

PAGE: Final = "/next-page?page="

Wrong = tuple[dict[str, Any], dict[str, str]]
"""A body, and the headers that it is sent with."""


@check("DOCS-source-invalid", after=("DOCS-create", "DOCS-info"), deadline_s=60)
class SourceInvalid(Check):
    """What is no page of a job stays outside, and is not asked for."""

    async def stimulate(self, session: Session) -> None:
        """Name things that are no pages, one of them on a port of our own."""
        visitors: list[str] = []

        async def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            visitors.append(str(writer.get_extra_info("peername")[0]))
            writer.close()

        document = await create_document(session)
        server = await asyncio.start_server(note, "127.0.0.1", 0)
        async with server:
            own = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            wrong = [
                *await no_pages(session),
                ({"source": f"{own}/page.png"}, {}),
                ({"source": f"{own}{JOBS}/1{PAGE}1"}, {}),
            ]
            for number, (body, headers) in enumerate(wrong, start=1):
                await session.http(
                    "POST",
                    f"{document}/pages",
                    label=f"wrong-{number}",
                    headers=headers,
                    json=body,
                )
        session.fact("tried", len(wrong))
        await session.http("GET", document, label="after")
        session.fact("visitors", visitors)

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals, for no page, and for no visit."""
        for number in range(1, transcript.fact("tried") + 1):
            expect_error(transcript[f"wrong-{number}"], 400, INVALID)
        pages = uids_of(transcript["after"])
        expect_equal(transcript["after"], pages, [], what="pages")
        if visitors := transcript.fact("visitors"):
            raise Mismatch("nobody to come for a page", ", ".join(visitors), "visitors")


async def no_pages(session: Session) -> list[Wrong]:
    """Return bodies, each with headers, whose `source` is no page that may be used.

    It is missing, no text, no URL of a page, or the page of another origin.
    """
    url = session.target.addresses.url(Port.API)
    capabilities = session.target.capabilities
    sources: list[Any] = [
        *(None, 7, ["a"], "", "page", "file:///etc/hosts"),
        "https://foreign.example.test/page.png",
        f"{url}/api/server/version",
        f"{url}{JOBS}/none{PAGE}none",
    ]
    others: list[Wrong] = []
    if "scanner" in capabilities:
        page, *_ = await page_urls(session, one_page(), label="usable")
        elsewhere = "https://foreign.example.test" + page[page.find("/api/") :]
        sources += [page.rpartition("?")[0], f"{page}0", f"x{page}", elsewhere]
    if {"scanner", "two-origins"} <= capabilities:
        owner, stranger, *_ = session.target.origins.allowed
        page, *_ = await page_urls(
            session, one_page(), label="owned", headers={"Origin": owner}
        )
        others.append(({"source": page}, {"Origin": stranger}))
    return [({}, {}), *(({"source": each}, {}) for each in sources), *others]
