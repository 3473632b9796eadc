"""URLs of pages, as clients send them back: `source` of endpoints 19, 21 and 22.

Nothing is ever fetched from such a URL: it is the name of a page that this service has.

Implements: DOCS-source-invalid, PROC-source-unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from scanwright.errors import InvalidParameter
from scanwright.protocol.members import Members
from scanwright.protocol.origins import HostPolicy

__all__ = ["DocumentPage", "JobPage", "OwnAddresses", "parse_source"]

LONGEST_URL: Final = 2048
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_JOB: Final = re.compile(r"/api/device/scanners/jobs/([0-9A-Fa-f-]{1,64})/next-page")
_DOCUMENT: Final = re.compile(r"/api/storage/documents/([0-9A-Fa-f]{12})/content")
_PAGE: Final = re.compile(r"[0-9A-Za-z]{1,64}")


@dataclass(frozen=True, slots=True)
class JobPage:
    """A page of a job, by the id that its description has."""

    job: str
    page: str


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A page of a document, by its id or number."""

    document: str
    page: str


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """Where this service is: hosts that are this machine, and the ports of the core."""

    hosts: HostPolicy
    ports: frozenset[int]

    def include(self, url: SplitResult, host: str) -> bool:
        """Tell whether a URL leads here; a `host` that was called leads here, too."""
        if url.scheme not in DEFAULT_PORTS or "@" in url.netloc:
            return False
        if url.netloc.lower() == host.lower():
            return True
        port = url.port or DEFAULT_PORTS[url.scheme]
        return port in self.ports and self.hosts.accepts(url.netloc)


def parse_source(
    members: Members, addresses: OwnAddresses, host: str
) -> JobPage | DocumentPage:
    """Take the page that `source` names; `host` is that of the request.

    Raises:
        InvalidParameter: It is no URL of a page of this service.
    """
    text = members.text("source")
    if text is None:
        members.refuse("source", "is missing: it must be the url of a page")
    page = None
    if len(text) <= LONGEST_URL:
        try:
            url = urlsplit(text)
            if addresses.include(url, host):
                page = _page(url)
        except ValueError:
            page = None
    if page is None:
        raise InvalidParameter(f"{members.path('source')} {SOURCE_WRONG}.")
    return page


SOURCE_WRONG: Final = (
    "must be the url of a page of this service, as next-page-info gives it"
)


def _page(url: SplitResult) -> JobPage | DocumentPage | None:
    query = parse_qs(url.query, max_num_fields=20)
    if match := _JOB.fullmatch(url.path):
        name = _only(query.get("page"))
        return JobPage(match[1], name) if name else None
    if match := _DOCUMENT.fullmatch(url.path):
        name = _only(query.get("pages"))
        return DocumentPage(match[1].lower(), name) if name else None
    return None


def _only(values: list[str] | None) -> str | None:
    if values and len(values) == 1 and _PAGE.fullmatch(values[0]):
        return values[0]
    return None
