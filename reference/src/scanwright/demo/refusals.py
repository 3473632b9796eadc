"""How the demo server says no: an HTTP status, one word for programs, words for people.

An answer that knows how much of an upload is safe says so, too: `offset` is where the
page goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scanwright.errors import ClientError, ScanwrightError

__all__ = [
    "DatabaseUnusable",
    "PartMissing",
    "Refused",
    "refusal_object",
    "refusal_status",
]

UNAVAILABLE: Final = 503


class DatabaseUnusable(ScanwrightError):
    """The database does not do what it is asked for; the message tells what it said."""


class PartMissing(ScanwrightError):
    """A library is not installed; the message names the command that does it."""


class Refused(ScanwrightError):
    """A request that cannot be done.

    `word` is for programs, `offset` counts the bytes of an upload that are safe, and
    `headers` go with the answer.
    """

    def __init__(
        self,
        status: int,
        word: str,
        message: str,
        *,
        offset: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.word = word
        self.offset = offset
        self.headers = dict(headers or {})


def refusal_status(error: ScanwrightError) -> int:
    """Return the HTTP status of an error; what is nobody's fault is 503."""
    if isinstance(error, Refused | ClientError):
        return error.status
    return UNAVAILABLE


def refusal_object(error: ScanwrightError) -> dict[str, object]:
    """Spell an error as the body of an answer."""
    word = error.word if isinstance(error, Refused) else _WORDS.get(type(error))
    body: dict[str, object] = {
        "error": word or type(error).__name__,
        "message": error.message,
    }
    if isinstance(error, Refused) and error.offset is not None:
        body["offset"] = error.offset
    return body


_WORDS: Final[Mapping[type[ScanwrightError], str]] = {DatabaseUnusable: "database"}
