"""Checks of documents: the order of insertions, the quality, and what locks them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.documents_wishes import (
    NEW_PASSWORD,
    OLD_PASSWORD,
    PAGE_TIMEOUT_S,
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
    expect_image,
    expect_member,
    expect_object,
    expect_status,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

PASSWORD: Final = "Sesame-2026"  # noqa: S105 - locks a document for a few seconds
NO_PASSWORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "without": {},
    "wrong": {NEW_PASSWORD: PASSWORD.lower()},
}
QUALITIES: Final = (10, 50, 95)


@check("DOCS-insert-position", after=("PAGES-info",), deadline_s=60)
class InsertPosition(Check):
    """The position of an insertion counts from 1."""

    async def stimulate(self, session: Session) -> None:
        """Put pages at the end, at the end, before the first and before the second."""
        source, *_ = await page_urls(session, one_page())
        document = await create_document(session)
        for number, position in enumerate((None, None, 1, 2), start=1):
            label = f"insert-{number}"
            await insert(session, document, source, label=label, position=position)

    def judge(self, transcript: Transcript) -> None:
        """Look where the new page is among those that were there before."""
        two = uids_of(transcript["insert-2"])
        expect_equal(transcript["insert-2"], len(two), 2, what="number of pages")
        three = uids_of(transcript["insert-3"])
        holds = three[1:] == two
        expect(transcript["insert-3"], holds, f"a page before {two}", three)
        four = uids_of(transcript["insert-4"])
        holds = four[:1] == three[:1] and four[2:] == three[1:]
        wanted = f"a page between the first and the second of {three}"
        expect(transcript["insert-4"], holds, wanted, four)


@check("DOCS-quality-direction", after=("PAGES-info",), deadline_s=60)
class QualityDirection(Check):
    """More quality gives a better and larger JPEG."""

    async def stimulate(self, session: Session) -> None:
        """Fetch the same page with a low, a middling and a high quality."""
        source, *_ = await page_urls(session, one_page())
        document = await create_document(session)
        await insert(session, document, source, label="insert")
        for quality in QUALITIES:
            await session.http(
                "GET",
                f"{document}/content",
                label=f"quality-{quality}",
                query={"type": "image/jpeg", "quality": str(quality)},
                timeout_s=PAGE_TIMEOUT_S,
            )

    def judge(self, transcript: Transcript) -> None:
        """Compare the sizes, of the bytes and of the picture."""
        answers = [transcript[f"quality-{quality}"] for quality in QUALITIES]
        images = [expect_image(answer, "image/jpeg") for answer in answers]
        shapes = {(image.width_px, image.height_px) for image in images}
        expect(answers[-1], len(shapes) == 1, "one size of picture", sorted(shapes))
        sizes = [expect_status(answer, 200).body.size_bytes for answer in answers]
        holds = sizes == sorted(set(sizes))
        wanted = f"more bytes with each of the qualities {QUALITIES}"
        expect(answers[-1], holds, wanted, sizes)


@check("DOCS-password-always", after=("PAGES-info",), deadline_s=60)
class PasswordAlways(Check):
    """A locked document opens for nobody without its password."""

    async def stimulate(self, session: Session) -> None:
        """Try every access without the password and with a wrong one, then with it."""
        source, *_ = await page_urls(session, one_page())
        right = {NEW_PASSWORD: PASSWORD}
        document = await create_document(session, password=PASSWORD)
        await insert(session, document, source, label="insert", headers=right)
        for name, headers in NO_PASSWORDS.items():
            await _access(session, document, source, headers=headers, label=name)
        await session.http("GET", document, label="info", headers=right)
        await session.http("DELETE", document, label="delete", headers=right)

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals, and for the page that nobody could take away."""
        for name in NO_PASSWORDS:
            refused = transcript.series(name)
            expect(transcript[f"{name}-6"], len(refused) == 6, "six", len(refused))
            for exchange in refused:
                expect_error(exchange, 403, -1043)
        pages = uids_of(transcript["info"])
        expect_equal(transcript["info"], len(pages), 1, what="number of pages")
        expect_status(transcript["delete"], 204)


@check("DOCS-password-header-names")
class PasswordHeaderNames(Check):
    """Clients from before and after the change of names are served."""

    async def stimulate(self, session: Session) -> None:
        """Read a locked document with the password under each name."""
        document = await create_document(session, password=PASSWORD)
        for name in (NEW_PASSWORD, OLD_PASSWORD):
            headers = {name: PASSWORD}
            await session.http("GET", document, label=name, headers=headers)
        await session.http(
            "DELETE", document, label="delete", headers={NEW_PASSWORD: PASSWORD}
        )

    def judge(self, transcript: Transcript) -> None:
        """Both must show the document."""
        for name in (NEW_PASSWORD, OLD_PASSWORD):
            expect_object(transcript[name], 200)
            expect_member(transcript[name], "uid", str)


async def _access(
    session: Session,
    document: str,
    source: str,
    *,
    headers: Mapping[str, str],
    label: str,
) -> None:
    """Use each of the six ways into a document, the deadly ones last."""
    ways = (
        ("GET", "", b""),
        ("GET", "/content?type=image/png", b""),
        ("PATCH", "", b'{"metadata": "changed"}'),
        ("POST", "/pages", json.dumps({"source": source}).encode()),
        ("DELETE", "/pages/0", b""),
        ("DELETE", "", b""),
    )
    for number, (method, below, body) in enumerate(ways, start=1):
        await session.http(
            method,
            document + below,
            label=f"{label}-{number}",
            headers={**headers, "Content-Type": "application/json"}
            if body
            else headers,
            body=body,
        )
