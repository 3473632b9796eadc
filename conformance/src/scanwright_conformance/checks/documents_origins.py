"""Checks of whom a document belongs to: the origin that made it, and native clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.documents_life import ways
from scanwright_conformance.checks.documents_wishes import UNKNOWN, create_document
from scanwright_conformance.checks.origins import allowed_origin
from scanwright_conformance.expect import (
    expect_equal,
    expect_error,
    expect_object,
    expect_status,
)
from scanwright_conformance.target import Unsupported

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

METADATA: Final = {"metadata": "mine"}


@check("DOCS-origin-bound", after=("ORIGIN-allowed", "DOCS-metadata"))
class OriginBound(Check):
    """For another origin a document is unknown, and nothing happens to it."""

    async def stimulate(self, session: Session) -> None:
        """Try everything with one origin's document from another origin."""
        owner = {"Origin": allowed_origin(session)}
        if len(session.target.origins.allowed) < 2:
            raise Unsupported("the target's description names no second allowed origin")
        stranger = {"Origin": session.target.origins.allowed[1]}
        document = await create_document(session, headers=owner)
        await session.http(
            "PATCH", document, label="mark", headers=owner, json=METADATA
        )
        for label, (method, below, body) in ways(session).items():
            path = document + below
            await session.http(method, path, label=label, headers=stranger, **body)
        session.fact("ways", list(ways(session)))
        await session.http("GET", document, label="after", headers=owner)

    def judge(self, transcript: Transcript) -> None:
        """Every request must be refused, and the document as it was."""
        for label in transcript.fact("ways"):
            expect_error(transcript[label], 404, UNKNOWN)
        seen = expect_object(transcript["after"], 200).get("metadata")
        expect_equal(transcript["after"], seen, "mine", what="metadata still")


@check("DOCS-origin-none", after=("DOCS-metadata",))
class OriginNone(Check):
    """Who sends no Origin may use any document; one without an Origin serves all."""

    async def stimulate(self, session: Session) -> None:
        """Use a page's document as a native client, and the other way round."""
        page = {"Origin": allowed_origin(session)}
        for label, maker, user in (("page's", page, {}), ("native", {}, page)):
            document = await create_document(session, label=label, headers=maker)
            await session.http("GET", document, label=f"{label} info", headers=user)
            await session.http(
                "PATCH", document, label=f"{label} change", headers=user, json=METADATA
            )
            await session.http("DELETE", document, label=f"{label} end", headers=user)

    def judge(self, transcript: Transcript) -> None:
        """Every request must have gone well."""
        for label in ("page's", "native"):
            expect_status(transcript[f"{label} info"], 200)
            expect_status(transcript[f"{label} change"], 200)
            expect_status(transcript[f"{label} end"], 204)
