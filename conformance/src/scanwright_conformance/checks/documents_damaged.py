"""The check of documents whose files were damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.documents_wishes import (
    create_document,
    fetch_content,
    insert,
    page_urls,
)
from scanwright_conformance.checks.files import files_in
from scanwright_conformance.checks.jobs_wishes import one_page
from scanwright_conformance.expect import (
    describe,
    expect,
    expect_answer,
    expect_equal,
    expect_object,
)
from scanwright_conformance.judgement import Mismatch

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

METADATA: Final = {"metadata": {"text": "what was stored"}}
MOST_FILES: Final = 4
PICTURE: Final = {"type": "image/png"}
NOT_THEIRS: Final = ("cache/", "dump/", "log/")


@check("DOCS-damaged", after=("DOCS-insert", "DOCS-metadata"), deadline_s=120)
class Damaged(Check):
    """A broken file is one document's fault."""

    async def stimulate(self, session: Session) -> None:
        """Change and cut each file of one document, and ask for it and for another."""
        healthy = await _filled(session, label="healthy")
        before = set(files_in(await session.home.listing(label="before"), ""))
        patient = await _filled(session, label="patient")
        after = files_in(await session.home.listing(label="after"), "")
        files = [
            path
            for path in after
            if path not in before and not path.startswith(NOT_THEIRS)
        ]
        session.fact("files", files)
        await _ask(session, patient, label="whole")
        await _ask(session, healthy, label="other")
        tried = []
        for path in files[:MOST_FILES]:
            content = await session.home.content(path)
            for harm, data in _harmed(content).items():
                tried.append(f"{path} {harm}")
                await session.home.write(path, data)
                await _ask(session, patient, label=tried[-1])
                await _ask(session, healthy, label=f"{tried[-1]}: other")
            await session.home.write(path, content)
        session.fact("tried", tried)

    def judge(self, transcript: Transcript) -> None:
        """Look for what was stored or for a refusal, and for the other document."""
        if not transcript.fact("files"):
            raise Mismatch("a file of the document", "none", "files")
        for label in transcript.fact("tried"):
            for part in ("", " page"):
                answer = transcript[f"{label}{part}"]
                if not _is_refused(answer):
                    _expect_same(answer, transcript[f"whole{part}"])
                other = transcript[f"{label}: other{part}"]
                _expect_same(other, transcript[f"other{part}"])


async def _filled(session: Session, *, label: str) -> str:
    """Return a document with metadata and, if may be, a page."""
    document = await create_document(session, label=label)
    if "scanner" in session.target.capabilities:
        url, *_ = await page_urls(session, one_page(), label=f"{label} job")
        await insert(session, document, url, label=f"{label} insert")
    label = f"{label} change"
    await session.http("PATCH", document, label=label, json=METADATA)
    return document


async def _ask(session: Session, document: str, *, label: str) -> None:
    """Ask what a document is, and for its first page."""
    await session.http("GET", document, label=label)
    await fetch_content(session, document, label=f"{label} page", query=PICTURE)


def _harmed(content: bytes) -> dict[str, bytes]:
    """Return what can become of a file: another byte at either end, less, nothing."""
    if not content:
        return {"grown": b"?"}
    first, last = content[:1], content[-1:]
    return {
        "changed": bytes([first[0] ^ 1]) + content[1:],
        "changed at its end": content[:-1] + bytes([last[0] ^ 1]),
        "cut": content[: len(content) // 2],
        "emptied": b"",
    }


def _is_refused(answer: Exchange) -> bool:
    seen: Any = answer.json_or_none()
    status = expect_answer(answer).status
    code = seen.get("code") if isinstance(seen, dict) else None
    return status == 404 or (status, code) == (500, -1036)


def _expect_same(seen: Exchange, before: Exchange) -> None:
    """Object unless an answer is as it was: the same document, or the same pixels."""
    answer, wanted = expect_answer(seen), expect_answer(before)
    if wanted.body.image is not None:
        image = answer.body.image
        holds = image is not None and (
            image.pixels_sha256 == wanted.body.image.pixels_sha256
        )
        expect(seen, holds, "the page that was stored", describe(answer))
    else:
        expect_equal(seen, answer.status, wanted.status, what="status")
        expect_equal(
            seen,
            expect_object(seen, answer.status),
            expect_object(before, wanted.status),
            what="document",
        )
