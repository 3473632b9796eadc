"""Checks of the passwords of documents: which there can be, and which are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.documents_wishes import (
    DOCUMENTS,
    INVALID,
    NEW_PASSWORD,
    OLD_PASSWORD,
    create_document,
)
from scanwright_conformance.expect import expect_error, expect_status

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

LONGEST: Final = "0123456789abcdef" * 2
WRONG: Final[tuple[Any, ...]] = (f"{LONGEST}!", 7, True, ["a"], {})
UNSENDABLE: Final = (" a", "a ", "\ta", "a\nb", "a\x00b", "a\x7fb", "   ")


@check("DOCS-password-length", after=("DOCS-create",))
class PasswordLength(Check):
    """A password of 32 characters is one, and a longer one is none."""

    async def stimulate(self, session: Session) -> None:
        """Create a document with the longest, look at it, and try others."""
        document = await create_document(session, password=LONGEST)
        right = {NEW_PASSWORD: LONGEST}
        await session.http("GET", document, label="info", headers=right)
        short = {NEW_PASSWORD: LONGEST[:-1]}
        await session.http("GET", document, label="shortened", headers=short)
        await session.http("DELETE", document, label="delete", headers=right)
        for number, password in enumerate(WRONG, start=1):
            body = {"password": password}
            label = f"wrong-{number}"
            await session.http("POST", DOCUMENTS, label=label, json=body)

    def judge(self, transcript: Transcript) -> None:
        """Look for the document that opens with all of it, and for the refusals."""
        expect_status(transcript["document"], 201)
        expect_status(transcript["info"], 200)
        expect_error(transcript["shortened"], 403, -1043)
        for number in range(1, len(WRONG) + 1):
            expect_error(transcript[f"wrong-{number}"], 400, INVALID)


@check("DOCS-password-empty", after=("DOCS-create",))
class PasswordEmpty(Check):
    """An empty password is none."""

    async def stimulate(self, session: Session) -> None:
        """Create a document with it, and look without any."""
        body = {"password": ""}
        made = await session.http("POST", DOCUMENTS, label="create", json=body)
        found = made.json_or_none()
        uid = found.get("uid") if isinstance(found, dict) else None
        await session.http("GET", f"{DOCUMENTS}/{uid}", label="info")

    def judge(self, transcript: Transcript) -> None:
        """Look for the document."""
        expect_status(transcript["create"], 201)
        expect_status(transcript["info"], 200)


@check("DOCS-password-sendable", after=("DOCS-create",))
class PasswordSendable(Check):
    """A document that could never be opened is not made."""

    async def stimulate(self, session: Session) -> None:
        """Try passwords that no header carries."""
        for number, password in enumerate(UNSENDABLE, start=1):
            body = {"password": password}
            label = f"create-{number}"
            await session.http("POST", DOCUMENTS, label=label, json=body)

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals."""
        for number in range(1, len(UNSENDABLE) + 1):
            expect_error(transcript[f"create-{number}"], 400, INVALID)


@check("DOCS-password-not-needed", after=("DOCS-metadata", "DOCS-delete"))
class PasswordNotNeeded(Check):
    """A password too many does no harm."""

    async def stimulate(self, session: Session) -> None:
        """Use a document without a password, with one in either header."""
        for name in (NEW_PASSWORD, OLD_PASSWORD):
            headers = {name: "Sesame"}
            document = await create_document(session, label=f"document {name}")
            await session.http("GET", document, label=f"info {name}", headers=headers)
            await session.http(
                "PATCH",
                document,
                label=f"change {name}",
                headers=headers,
                json={"metadata": "other"},
            )
            await session.http(
                "DELETE", document, label=f"delete {name}", headers=headers
            )

    def judge(self, transcript: Transcript) -> None:
        """Everything must have gone well."""
        for name in (NEW_PASSWORD, OLD_PASSWORD):
            expect_status(transcript[f"info {name}"], 200)
            expect_status(transcript[f"change {name}"], 200)
            expect_status(transcript[f"delete {name}"], 204)
