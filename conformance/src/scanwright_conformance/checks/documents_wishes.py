"""What the checks of documents share: pages to put in, and how to look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.checks.jobs_wishes import ENDS, SLOW_S
from scanwright_conformance.expect import (
    describe,
    expect,
    expect_equal,
    expect_image,
    expect_member,
    expect_object,
    expect_status,
)
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.session import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scanwright_conformance.document_files import FileFacts
    from scanwright_conformance.images import Identity
    from scanwright_conformance.session import Job, Session
    from scanwright_conformance.transcript import Exchange

__all__ = [
    "DOCUMENTS",
    "INVALID",
    "NEW_PASSWORD",
    "OLD_PASSWORD",
    "PAGE_TIMEOUT_S",
    "UNKNOWN",
    "create_document",
    "expect_file",
    "expect_order",
    "fetch_content",
    "insert",
    "page_urls",
    "uids_of",
    "urls_of",
]

DOCUMENTS: Final = "/api/storage/documents"
UNKNOWN: Final = -1040
INVALID: Final = -2113
NEW_PASSWORD: Final = "DWT-DOC-PASSWORD"  # noqa: S105 - the name of a header
OLD_PASSWORD: Final = "X-DICS-DOC-PASSWORD"  # noqa: S105 - the same, before 19.1
PAGE_TIMEOUT_S: Final = 20.0


async def page_urls(
    session: Session,
    body: Mapping[str, object],
    *,
    label: str = "create",
    role: str = "scanner",
    headers: Mapping[str, str] | None = None,
    limit: int = 1,
) -> list[str]:
    """Scan as `body` says and return what `urls_of` does."""
    job = await session.create_job(body, label=label, role=role, headers=headers)
    await job.until(*ENDS, label=f"{label}-ended", within_s=SLOW_S)
    return await urls_of(job, label=f"{label}-info", limit=limit)


async def urls_of(job: Job, *, label: str = "info", limit: int = 1) -> list[str]:
    """Return the URLs of up to `limit` pages of a job; Stopped when it has none.

    The answers are recorded as `<label>-1` and so on.
    """
    urls = []
    for number in range(1, limit + 1):
        info = await job.get(
            "/next-page-info", label=f"{label}-{number}", timeout_s=PAGE_TIMEOUT_S
        )
        match info.json_or_none():
            case [{"url": str(url)}, *_]:
                urls.append(url)
    if not urls:
        raise Stopped("the job gave no page to put into a document")
    return urls


async def create_document(
    session: Session,
    *,
    label: str = "document",
    password: str = "",
    headers: Mapping[str, str] | None = None,
) -> str:
    """Make a document and return its path, or raise Stopped."""
    body = {"password": password} if password else {}
    made = await session.http(
        "POST", DOCUMENTS, label=label, headers=headers, json=body
    )
    match made.json_or_none():
        case {"uid": str(uid)} if made.answer and made.answer.status == 201 and uid:
            return f"{DOCUMENTS}/{uid}"
    raise Stopped("the creation of a document made none")


async def insert(
    session: Session,
    document: str,
    source: str,
    *,
    label: str,
    position: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Exchange:
    """Put a page into a document."""
    body: dict[str, Any] = {"source": source}
    if position is not None:
        body["insertPos"] = position
    return await session.http(
        "POST", f"{document}/pages", label=label, headers=headers, json=body
    )


async def fetch_content(
    session: Session,
    document: str,
    *,
    label: str,
    query: Mapping[str, str] | None = None,
) -> None:
    """Ask for a document's content."""
    path = f"{document}/content"
    await session.http("GET", path, label=label, query=query, timeout_s=PAGE_TIMEOUT_S)


def uids_of(exchange: Exchange) -> list[str]:
    """Return the ids of the pages in a 200 answer; each has one of its own."""
    expect_object(exchange, 200)
    count = len(expect_member(exchange, "pages", list))
    uids = [expect_member(exchange, f"pages.{n}.uid", str) for n in range(count)]
    expect(exchange, len(set(uids)) == count, "an id for each page", uids)
    return uids


def expect_file(exchange: Exchange, media_type: str) -> FileFacts:
    """Return the facts of the PDF or TIFF in a 200 answer that everybody may read."""
    answer = expect_status(exchange, 200)
    file = answer.body.file
    if file is None or file.format != media_type:
        wanted = f"the body to be {media_type}"
        raise Mismatch(wanted, describe(answer), exchange.label)
    expect(exchange, not file.is_locked, "a file without a password", "a locked one")
    return file


def expect_order(
    exchange: Exchange, media_type: str, models: Sequence[Exchange]
) -> None:
    """Object unless the file has the pages that `models` are pictures of, in order.

    Pages are known by what they say about themselves, and counted if they say nothing.
    """
    seen = [page.identity for page in expect_file(exchange, media_type).pages]
    wanted = [expect_image(model).identity for model in models]
    expect_equal(exchange, _named(seen), _named(wanted), what="pages")


def _named(pages: Sequence[Identity | None]) -> list[str]:
    return [str(page) for page in pages]
