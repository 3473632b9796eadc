"""Checks of documents without pages: how they begin, what they say, how they end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.documents_wishes import (
    DOCUMENTS,
    INVALID,
    UNKNOWN,
    create_document,
    insert,
    page_urls,
    uids_of,
)
from scanwright_conformance.checks.jobs_wishes import one_page
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_error,
    expect_member,
    expect_object,
    expect_status,
)
from scanwright_conformance.session import JOBS
from scanwright_conformance.target import Port

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

TOGETHER: Final = 8
METADATA: Final[tuple[Any, ...]] = (
    {"client": "Müller & Söhne", "tags": ["a", {"b": None}], "n": 1.5},
    {"other": ""},
    "a text, quoted \"so\" and 'so'",
    {},
)
NO_METADATA: Final[tuple[Any, ...]] = (
    {},
    {"metadata": None},
    {"metadata": 7},
    {"metadata": True},
    {"metadata": ["a"]},
)
NO_IDS: Final = (
    "none",
    "000000000000",
    "FFFFFFFFFFFF",
    "..%2F..%2Fetc%2Fhosts",
    "%00",
    "a" * 300,
)
Ways = dict[str, tuple[str, str, Any]]


@check("DOCS-create")
class Create(Check):
    """A document is there once it was asked for."""

    async def stimulate(self, session: Session) -> None:
        """Create one with an empty object, and one without a body."""
        await session.http("POST", DOCUMENTS, label="object", json={})
        await session.http("POST", DOCUMENTS, label="nothing")

    def judge(self, transcript: Transcript) -> None:
        """Look for the id, and for no pages."""
        for label in ("object", "nothing"):
            answer = transcript[label]
            expect_object(answer, 201)
            uid = expect_member(answer, "uid", str)
            expect(answer, bool(uid), "an id", uid)
            pages = expect_member(answer, "pages", list)
            expect_equal(answer, pages, [], what="pages")


@check("DOCS-uid-unique", after=("DOCS-create",))
class UidUnique(Check):
    """Nobody is given another's document."""

    async def stimulate(self, session: Session) -> None:
        """Create several at the same moment."""
        async with asyncio.TaskGroup() as group:
            for number in range(1, TOGETHER + 1):
                label = f"create-{number}"
                group.create_task(session.http("POST", DOCUMENTS, label=label, json={}))

    def judge(self, transcript: Transcript) -> None:
        """Compare the ids."""
        uids: list[str] = []
        for number in range(1, TOGETHER + 1):
            answer = transcript[f"create-{number}"]
            expect_status(answer, 201)
            uid = expect_member(answer, "uid", str)
            expect(answer, uid not in uids, f"another id than {uids}", uid)
            uids.append(uid)


@check("DOCS-info", after=("DOCS-create", "DOCS-metadata"), deadline_s=60)
class Info(Check):
    """What a document is can be asked for."""

    async def stimulate(self, session: Session) -> None:
        """Ask for a new one, and for one with metadata and, if may be, two pages."""
        document = await create_document(session)
        await session.http("GET", document, label="new")
        body = {"metadata": METADATA[0]}
        await session.http("PATCH", document, label="change", json=body)
        if "scanner" in session.target.capabilities:
            source, *_ = await page_urls(session, one_page())
            for label in ("insert-1", "insert-2"):
                await insert(session, document, source, label=label)
        await session.http("GET", document, label="info")

    def judge(self, transcript: Transcript) -> None:
        """Compare with what was answered to each change."""
        created = expect_member(transcript["document"], "uid", str)
        new, info = transcript["new"], transcript["info"]
        for answer in (new, info):
            expect_equal(answer, answer_uid(answer), created, what="uid")
        expect_equal(new, uids_of(new), [], what="pages")
        seen = expect_object(info).get("metadata")
        expect_equal(info, seen, METADATA[0], what="metadata")
        inserted = transcript.series("insert")
        wanted = uids_of(inserted[-1]) if inserted else []
        expect_equal(info, len(wanted), len(inserted), what="number of pages")
        expect_equal(info, uids_of(info), wanted, what="pages")


@check("DOCS-metadata", after=("DOCS-create",))
class Metadata(Check):
    """Metadata are what was sent last, and all of that."""

    async def stimulate(self, session: Session) -> None:
        """Set one after another, and look each time."""
        document = await create_document(session)
        for number, metadata in enumerate(METADATA, start=1):
            body = {"metadata": metadata}
            label = f"change-{number}"
            await session.http("PATCH", document, label=label, json=body)
            await session.http("GET", document, label=f"info-{number}")

    def judge(self, transcript: Transcript) -> None:
        """Both answers must have them as they were sent."""
        for number, metadata in enumerate(METADATA, start=1):
            for label in (f"change-{number}", f"info-{number}"):
                seen = expect_object(transcript[label], 200).get("metadata")
                expect_equal(transcript[label], seen, metadata, what="metadata")


@check("DOCS-metadata-required", after=("DOCS-metadata",))
class MetadataRequired(Check):
    """A change of nothing, or into nonsense, changes nothing."""

    async def stimulate(self, session: Session) -> None:
        """Set metadata, send what are none, and look."""
        document = await create_document(session)
        body = {"metadata": METADATA[0]}
        await session.http("PATCH", document, label="change", json=body)
        for number, wrong in enumerate(NO_METADATA, start=1):
            label = f"wrong-{number}"
            await session.http("PATCH", document, label=label, json=wrong)
        await session.http("GET", document, label="info")

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals, and for the former metadata."""
        for number in range(1, len(NO_METADATA) + 1):
            expect_error(transcript[f"wrong-{number}"], 400, INVALID)
        seen = expect_object(transcript["info"], 200).get("metadata")
        expect_equal(transcript["info"], seen, METADATA[0], what="metadata still")


@check("DOCS-delete", after=("DOCS-create",))
class Delete(Check):
    """A document that was deleted is gone."""

    async def stimulate(self, session: Session) -> None:
        """Delete one, and try everything with it."""
        document = await create_document(session)
        await session.http("DELETE", document, label="delete")
        for label, (method, below, body) in ways(session).items():
            path = document + below
            await session.http(method, path, label=label, **body)
        session.fact("ways", list(ways(session)))

    def judge(self, transcript: Transcript) -> None:
        """Look for the end, and for nothing after it."""
        expect_status(transcript["delete"], 204)
        for label in transcript.fact("ways"):
            expect_error(transcript[label], 404, UNKNOWN)


@check("DOCS-unknown", after=("DOCS-create",))
class Unknown(Check):
    """There is nothing where no document is."""

    async def stimulate(self, session: Session) -> None:
        """Try everything with ids that were never given out."""
        tried = []
        for uid in NO_IDS:
            for way, (method, below, body) in ways(session).items():
                path = f"{DOCUMENTS}/{uid}{below}"
                tried.append(f"{way} of {uid}")
                await session.http(method, path, label=tried[-1], **body)
        session.fact("tried", tried)

    def judge(self, transcript: Transcript) -> None:
        """Look for the same refusal each time."""
        for label in transcript.fact("tried"):
            expect_error(transcript[label], 404, UNKNOWN)


def ways(session: Session) -> Ways:
    """Return what can be done with a document, each as method, path and body."""
    url = session.target.addresses.url(Port.API)
    source = f"{url}{JOBS}/00000000-0000-0000-0000-000000000000/next-page?page=none"
    return {
        "info": ("GET", "", {}),
        "change": ("PATCH", "", {"json": {"metadata": "other"}}),
        "content": ("GET", "/content", {}),
        "picture": ("GET", "/content?type=image/png&pages=0", {}),
        "insert": ("POST", "/pages", {"json": {"source": source}}),
        "remove": ("DELETE", "/pages/0", {}),
        "delete again": ("DELETE", "", {}),
    }


def answer_uid(exchange: Exchange) -> str:
    """Return the id that an answer has."""
    return expect_member(exchange, "uid", str)
