"""What a client asks of documents: bodies, parameters, headers of endpoints 14 to 20.

Implements: DOCS-password-length, DOCS-password-empty, DOCS-password-sendable,
DOCS-password-header-names, DOCS-metadata-required, DOCS-insert-out-of-range,
DOCS-content-pages, DOCS-content-default-pages,
DOCS-content-one-picture, DOCS-content-parameters, DOCS-content-no-effect.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scanwright.errors import InvalidParameter
from scanwright.protocol.members import Members, query_integer
from scanwright.protocol.save_requests import parse_save_options
from scanwright.protocol.saving import FileType, PdfPageType, SaveOptions

__all__ = [
    "LONGEST_PASSWORD",
    "ContentRequest",
    "parse_content",
    "parse_metadata",
    "parse_password",
    "parse_position",
    "password_from",
]

LONGEST_PASSWORD: Final = 32
PASSWORD_HEADERS: Final = ("DWT-DOC-PASSWORD", "X-DICS-DOC-PASSWORD")
TYPES: Final = (FileType.PDF, FileType.TIFF, FileType.PNG, FileType.JPEG)
MANY_PAGES: Final = frozenset({FileType.PDF, FileType.TIFF})
ANY_NUMBER: Final = 10**400
"""Above the largest number that JSON is read as: every position has a meaning."""
_PAGE: Final = re.compile(r"[0-9]{1,9}|[0-9A-Fa-f]{12}")
_TEXTS: Final = (
    *("author", "creator", "producer", "subject", "title", "keyWords"),
    *("creationDate", "modifiedDate", "version", "password"),
)


@dataclass(frozen=True, slots=True)
class ContentRequest:
    """A file that is asked for: of which pages, and how. `pages` empty is the default.

    A page is named by its number from 0, or by its id.
    """

    options: SaveOptions
    pages: tuple[str, ...]

    @property
    def takes_all(self) -> bool:
        """Whether the default is all pages, and not the first alone."""
        return self.options.type in MANY_PAGES


def parse_password(members: Members) -> str:
    """Take the password of a document that is to be made; "" is none."""
    password = _normal(members.text("password") or "")
    if len(password) > LONGEST_PASSWORD:
        members.refuse("password", f"must have at most {LONGEST_PASSWORD} characters")
    if password != password.strip() or not all(map(_is_sendable, password)):
        members.refuse(
            "password",
            "must be without control characters, and without white space at its ends: "
            "no header could carry it",
        )
    return password


def password_from(headers: Mapping[str, str]) -> str:
    """Return the password that a request has in one of the two headers, or "".

    Browsers send the letters of Latin-1 as single bytes, other clients as UTF-8.
    """
    for name in PASSWORD_HEADERS:
        if (text := headers.get(name)) is not None:
            data = text.encode("utf-8", "surrogateescape")
            try:
                return _normal(data.decode())
            except UnicodeDecodeError:
                return _normal(data.decode("latin-1"))
    return ""


def parse_metadata(members: Members) -> str | dict[str, object]:
    """Take the metadata of a document: a string or an object."""
    value = members.value("metadata")
    if not isinstance(value, str | dict):
        members.refuse("metadata", "must be a string or an object")
    try:
        json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError):
        members.refuse("metadata", "has numbers that are too large, or is too deep")
    return value


def parse_position(members: Members) -> int | None:
    """Take the place of a new page; any number will do."""
    return members.integer("insertPos", minimum=-ANY_NUMBER, maximum=ANY_NUMBER)


def parse_content(query: Mapping[str, str]) -> ContentRequest:
    """Read the parameters of a document's content.

    Raises:
        InvalidParameter: One of them is wrong; the message names it.
    """
    kind = query.get("type", FileType.PDF)
    if kind not in TYPES:
        raise InvalidParameter(
            f"Query parameter type must be one of {', '.join(TYPES)}."
        )
    options = parse_save_options(Members(_members(query, kind)))
    pages = _pages(query.get("pages", ""))
    if len(pages) > 1 and kind not in MANY_PAGES:
        raise InvalidParameter(
            f"Query parameter pages must name one page: {kind} holds no more."
        )
    return ContentRequest(options, pages)


def _members(query: Mapping[str, str], kind: str) -> dict[str, object]:
    """Return the parameters as the members of every other request for a file."""
    members: dict[str, object] = {"type": kind}
    for name in ("quality", "compression"):
        if (number := query_integer(query, name)) is not None:
            members[name] = number
    pdf: dict[str, object] = {name: query[name] for name in _TEXTS if name in query}
    page_type = query_integer(query, "pageType")
    if page_type is not None:
        # This interface has no parameter for the size of a custom page.
        custom = page_type == PdfPageType.CUSTOM
        pdf["pageType"] = int(PdfPageType.DEFAULT) if custom else page_type
    return {**members, "pdf": pdf}


def _pages(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",")) if text else ()
    if not all(map(_PAGE.fullmatch, names)):
        raise InvalidParameter(
            "Query parameter pages must be a comma list of numbers from 0, or of page "
            "ids."
        )
    return names


def _is_sendable(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cs"}


def _normal(password: str) -> str:
    """Return one spelling of letters that have several (Unicode's NFC)."""
    return unicodedata.normalize("NFC", password)
