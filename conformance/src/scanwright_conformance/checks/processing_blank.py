"""Checks of blank pages: which are, and what a mark has to be to count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.documents_sources import no_pages
from scanwright_conformance.checks.documents_wishes import (
    INVALID,
    NEW_PASSWORD,
    create_document,
    insert,
    page_urls,
)
from scanwright_conformance.checks.jobs_wishes import one_page
from scanwright_conformance.expect import (
    expect_equal,
    expect_error,
    expect_member,
    expect_status,
)
from scanwright_conformance.target import Port

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

CHECK_BLANK: Final = "/api/process/check-blank"
PASSWORD: Final = "Sesame-2026"  # noqa: S105 - locks a document for a few seconds
WRONG: Final[tuple[dict[str, Any], ...]] = (
    {"minBlockHeight": 0},
    {"minBlockHeight": -20},
    {"maxBlockHeight": 0},
    {"minBlockHeight": "20"},
    {"maxBlockHeight": "30"},
    {"maxBlockHeight": True},
    {"minBlockHeight": [20]},
    {"minBlockHeight": 31, "maxBlockHeight": 30},
)
USUAL: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"minBlockHeight": 20},
    {"maxBlockHeight": 30},
    {"minBlockHeight": 20, "maxBlockHeight": 30},
)
ONE_SIDED: Final[tuple[dict[str, Any], ...]] = (
    {"minBlockHeight": 31},
    {"minBlockHeight": 5000},
    {"maxBlockHeight": 19},
    {"maxBlockHeight": 1},
)
HIGHER_THAN_ALL: Final = {"minBlockHeight": 20_000, "maxBlockHeight": 30_000}


@check("PROC-blank", after=("JOBS-completes", "PAGES-info"), deadline_s=60)
class Blank(Check):
    """An empty sheet is blank, a page with its identity is not."""

    async def stimulate(self, session: Session) -> None:
        """Ask about a page of either kind."""
        for role in ("identity", "empty-glass"):
            url, *_ = await page_urls(session, one_page(), label=role, role=role)
            await _ask(session, url, label=f"{role} blank")

    def judge(self, transcript: Transcript) -> None:
        """Look at both results."""
        expect_result(transcript["identity blank"], is_blank=False)
        expect_result(transcript["empty-glass blank"], is_blank=True)


class _Asked(Check):
    """A page is asked about with all kinds of heights."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Ask with wrong heights, with usual ones, and with one of them alone."""
        url, *_ = await page_urls(session, one_page())
        await _ask(session, url, label="plain")
        for name, heights in (
            ("wrong", WRONG),
            ("usual", USUAL),
            ("one-sided", ONE_SIDED),
        ):
            for number, settings in enumerate(heights, start=1):
                label = f"{name}-{number}"
                await _ask(session, url, label=label, settings=settings)


@check("PROC-blank-limits", after=("PAGES-info",), deadline_s=60)
class BlankLimits(_Asked):
    """Heights that make no sense are refused."""

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals."""
        for number in range(1, len(WRONG) + 1):
            expect_error(transcript[f"wrong-{number}"], 400, INVALID)


@check("PROC-blank-defaults", after=("PAGES-info",), deadline_s=60)
class BlankDefaults(_Asked):
    """A height that is not given contradicts no other."""

    def judge(self, transcript: Transcript) -> None:
        """Look for the same result with the defaults, and for one with any height."""
        plain = _result(transcript["plain"])
        for number in range(1, len(USUAL) + 1):
            expect_result(transcript[f"usual-{number}"], is_blank=plain)
        for number in range(1, len(ONE_SIDED) + 1):
            _result(transcript[f"one-sided-{number}"])


@check("PROC-blank-heights", after=("PROC-blank",), deadline_s=60)
class BlankHeights(Check):
    """Marks that are too low do not count."""

    async def stimulate(self, session: Session) -> None:
        """Ask with heights that no mark on the page reaches."""
        url, *_ = await page_urls(session, one_page(), role="identity")
        await _ask(session, url, label="blank", settings=HIGHER_THAN_ALL)

    def judge(self, transcript: Transcript) -> None:
        """The page must be blank."""
        expect_result(transcript["blank"], is_blank=True)


@check("PROC-blank-source", deadline_s=60)
class BlankSource(Check):
    """What is no page cannot be looked at."""

    async def stimulate(self, session: Session) -> None:
        """Ask about things that are no pages."""
        wrong = await no_pages(session)
        for number, (body, headers) in enumerate(wrong, start=1):
            await session.http(
                "POST",
                CHECK_BLANK,
                label=f"wrong-{number}",
                headers={**session.licence, **headers},
                json=body,
            )
        session.fact("tried", len(wrong))

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals."""
        for number in range(1, transcript.fact("tried") + 1):
            expect_error(transcript[f"wrong-{number}"], 400, INVALID)


@check("PROC-blank-document", after=("DOCS-insert", "PAGES-info"), deadline_s=60)
class BlankDocument(Check):
    """Pages that were put away can be looked at by who may open their document."""

    async def stimulate(self, session: Session) -> None:
        """Ask about a page, and about the same in a document that is locked."""
        right = {NEW_PASSWORD: PASSWORD}
        url, *_ = await page_urls(session, one_page())
        await _ask(session, url, label="job")
        document = await create_document(session, password=PASSWORD)
        await insert(session, document, url, label="insert", headers=right)
        page = f"{session.target.addresses.url(Port.API)}{document}/content?pages=0"
        await _ask(session, page, label="kept", headers=right)
        await _ask(session, page, label="locked")
        await session.http("DELETE", document, label="delete", headers=right)

    def judge(self, transcript: Transcript) -> None:
        """Look for the same result, and for the refusal."""
        is_blank = _result(transcript["job"])
        expect_result(transcript["kept"], is_blank=is_blank)
        expect_error(transcript["locked"], 403, -1043)


async def _ask(
    session: Session,
    source: str,
    *,
    label: str,
    settings: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> None:
    body: dict[str, Any] = {"source": source}
    if settings is not None:
        body["settings"] = settings
    await session.http(
        "POST",
        CHECK_BLANK,
        label=label,
        headers={**session.licence, **(headers or {})},
        json=body,
        timeout_s=20.0,
    )


def expect_result(exchange: Exchange, *, is_blank: bool) -> None:
    """Object unless the answer says whether the page is blank, and says this."""
    expect_equal(exchange, _result(exchange), is_blank, what="result")


def _result(exchange: Exchange) -> bool:
    expect_status(exchange, 200)
    return expect_member(exchange, "result", bool)
