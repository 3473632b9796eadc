"""Checks of what becomes of documents when the service does not run.

They are about one conversation, which restarts the service, and kills it. Afterwards
the disk is full.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.documents_wishes import (
    DOCUMENTS,
    NEW_PASSWORD,
    PAGE_TIMEOUT_S,
    create_document,
    insert,
    page_urls,
    uids_of,
)
from scanwright_conformance.checks.files import files_in
from scanwright_conformance.checks.jobs_wishes import one_page
from scanwright_conformance.checks.pages_identity import expect_same_page
from scanwright_conformance.expect import (
    expect,
    expect_answer,
    expect_equal,
    expect_error,
    expect_object,
    expect_status,
)
from scanwright_conformance.target import Manner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

__all__ = ["NAMES", "Kept"]

NAMES: Final = ("open", "locked")

Passwords = dict[str, dict[str, str]]


class Kept(Check):
    """Two documents, one with a password, go through a restart and a kill."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Fill both, look into the home, restart, look, change, kill, and look."""
        mark, password = (f"mark-{secrets.token_hex(8)}" for _ in range(2))
        headers: Passwords = {"open": {}, "locked": {NEW_PASSWORD: password}}
        capabilities = session.target.capabilities
        if "home" in capabilities:
            await session.home.listing(label="home before")
        paths = {
            "open": await create_document(session, label="open"),
            "locked": await create_document(session, label="locked", password=password),
        }
        await _change(session, paths, headers, mark, label="first")
        if "home" in capabilities:
            await _look_into(session, [mark, password])
        if "managed" in capabilities:
            await _see(session, paths, headers, label="before")
            await session.service.stop()
            await session.service.start()
            await _see(session, paths, headers, label="restarted")
            await session.http("GET", paths["locked"], label="locked still")
            await _change(session, paths, headers, f"{mark}, again", label="second")
            await session.service.kill()
            is_full = "full-disk" in capabilities
            manner = Manner.FULL if is_full else Manner.USUAL
            await session.service.start(manner, label="started again")
            await _see(session, paths, headers, label="killed")
            if is_full:
                await _overfill(session, paths["open"])
                await _see(session, paths, headers, label="still")
        for name, path in paths.items():
            label = f"{name} end"
            await session.http("DELETE", path, label=label, headers=headers[name])


async def _change(
    session: Session,
    paths: Mapping[str, str],
    headers: Passwords,
    mark: str,
    *,
    label: str,
) -> None:
    """Give both documents metadata and, if may be, a page."""
    urls = []
    if "scanner" in session.target.capabilities:
        urls = await page_urls(session, one_page(), label=f"{label} job")
    for name, path in paths.items():
        for url in urls:
            await insert(
                session,
                path,
                url,
                label=f"{label} {name} insert",
                headers=headers[name],
            )
        await session.http(
            "PATCH",
            path,
            label=f"{label} {name} change",
            headers=headers[name],
            json={"metadata": {"text": mark}},
        )


async def _overfill(session: Session, document: str) -> None:
    """Try to keep more than there is room for."""
    await session.http("POST", DOCUMENTS, label="full create", json={})
    body = {"metadata": "too much"}
    await session.http("PATCH", document, label="full change", json=body)
    if "scanner" in session.target.capabilities:
        url, *_ = await page_urls(session, one_page(), label="full job")
        await insert(session, document, url, label="full insert")


async def _look_into(session: Session, words: list[str]) -> None:
    """Record what is new in the home, and the files with `words` in clear."""
    entries = await session.home.listing(label="home after", is_reading=True)
    found = []
    for path in files_in(entries, ""):
        data = await session.home.content(path)
        found += [path for word in words if word.encode() in data]
    session.fact("found in", found)


async def _see(
    session: Session, paths: Mapping[str, str], headers: Passwords, *, label: str
) -> None:
    """Ask for what both documents are, and for their last page."""
    for name, path in paths.items():
        own = headers[name]
        info = await session.http("GET", path, label=f"{label} {name}", headers=own)
        match info.json_or_none():
            case {"pages": [*_, {"uid": str(uid)}]}:
                await session.http(
                    "GET",
                    f"{path}/content",
                    label=f"{label} {name} page",
                    query={"type": "image/png", "pages": uid},
                    headers=own,
                    timeout_s=PAGE_TIMEOUT_S,
                )


@check("DOCS-survives-restart", after=("DOCS-insert", "DOCS-metadata"), deadline_s=180)
class SurvivesRestart(Kept):
    """A restart changes nothing."""

    def judge(self, transcript: Transcript) -> None:
        """Compare documents and pages, and look whether the lock still holds."""
        for name in NAMES:
            before = expect_object(transcript[f"before {name}"], 200)
            after = transcript[f"restarted {name}"]
            expect_equal(after, expect_object(after, 200), before, what="document")
            expect_equal(after, len(uids_of(after)), 1, what="number of pages")
            expect_same_page(
                transcript[f"restarted {name} page"], transcript[f"before {name} page"]
            )
        expect_error(transcript["locked still"], 403, -1043)


@check("DOCS-survives-kill", after=("DOCS-survives-restart",), deadline_s=180)
class SurvivesKill(Kept):
    """What was answered is there after a kill."""

    def judge(self, transcript: Transcript) -> None:
        """Compare with the last answers before it."""
        for name in NAMES:
            inserted = uids_of(transcript[f"second {name} insert"])
            changed = expect_object(transcript[f"second {name} change"], 200)
            after = transcript[f"killed {name}"]
            expect_equal(after, expect_object(after, 200), changed, what="document")
            expect_equal(after, uids_of(after), inserted, what="pages")
            expect(after, len(inserted) > 1, "both pages", inserted)
            expect_status(transcript[f"killed {name} page"], 200)


@check("DOCS-full-disk", after=("DOCS-survives-restart",), deadline_s=180)
class FullDisk(Kept):
    """A full disk keeps what it has, and takes no more."""

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals, and for the document as it was.

        Who lost it in the kill, by another clause, can only be refused a new one.
        """
        expect_error(transcript["full create"], 507, -1022)
        before, after = transcript["killed open"], transcript["still open"]
        if expect_answer(before).status == 404:
            return
        expect_error(transcript["full change"], 507, -1022)
        if "full insert" in transcript:
            expect_error(transcript["full insert"], 507, -1022)
        wanted = expect_object(before, 200)
        expect_equal(after, expect_object(after, 200), wanted, what="document still")
        if uids_of(after):
            expect_same_page(
                transcript["still open page"], transcript["killed open page"]
            )
