"""Evidence that may be shown: the same transcript without keys and passwords."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.transcript import (
    Answer,
    Entry,
    Exchange,
    Fact,
    Headers,
    Request,
    Transcript,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["REDACTED", "redact"]

REDACTED: Final = "[redacted]"

SECRET_HEADERS: Final = frozenset(
    {
        "authorization",
        "cookie",
        "dwt-doc-password",
        "dwt-product-key",
        "x-dics-doc-password",
        "x-dics-license-key",
    },
)
SECRET_MEMBERS: Final = re.compile(
    rb'("(?:license|password)"\s*:\s*)"(?:[^"\\]|\\.)*"',
    re.IGNORECASE,
)
SECRET_LINES: Final = re.compile(
    b"(?m)^(" + "|".join(sorted(SECRET_HEADERS)).encode() + rb"):[^\r\n]*",
    re.IGNORECASE,
)


def redact(transcript: Transcript, secrets: Iterable[str] = ()) -> Transcript:
    """Return `transcript` without what is secret by its place, or is in `secrets`.

    Length and SHA-256 of an answer stay those of what came.
    """
    words = [re.escape(word.encode()) for word in secrets if word]
    known = re.compile(b"|".join(words) if words else rb"(?!)")
    entries = tuple(_redact_entry(entry, known) for entry in transcript.entries)
    return replace(transcript, entries=entries)


def _redact_entry(entry: Entry, known: re.Pattern[bytes]) -> Entry:
    if isinstance(entry, Fact):
        return replace(entry, value=_redact_value(entry.value, known))
    if not isinstance(entry, Exchange):
        return entry
    return replace(
        entry,
        request=_redact_request(entry.request, known),
        answer=_redact_answer(entry.answer, known),
    )


def _redact_request(request: Request, known: re.Pattern[bytes]) -> Request:
    raw = request.raw
    hidden = rb"\1: " + REDACTED.encode()
    return replace(
        request,
        url=_hide(request.url.encode(), known).decode(),
        headers=_redact_headers(request.headers, known),
        body=_hide(request.body, known),
        raw=None if raw is None else _hide(SECRET_LINES.sub(hidden, raw), known),
    )


def _redact_answer(answer: Answer | None, known: re.Pattern[bytes]) -> Answer | None:
    if answer is None or answer.body.data is None:
        return answer
    data = known.sub(REDACTED.encode(), answer.body.data)
    return replace(
        answer,
        headers=_redact_headers(answer.headers, known),
        body=replace(answer.body, data=data),
    )


def _redact_value(value: Any, known: re.Pattern[bytes]) -> Any:
    """Hide in a fact what is in `secrets`: a command line may have a key in it."""
    if isinstance(value, str):
        return known.sub(REDACTED.encode(), value.encode()).decode()
    if isinstance(value, list):
        return [_redact_value(each, known) for each in value]
    if isinstance(value, dict):
        return {name: _redact_value(each, known) for name, each in value.items()}
    return value


def _redact_headers(headers: Headers, known: re.Pattern[bytes]) -> Headers:
    def hidden(name: str, value: str) -> str:
        if name.lower() in SECRET_HEADERS and value:
            return REDACTED
        return known.sub(REDACTED.encode(), value.encode()).decode()

    return tuple((name, hidden(name, value)) for name, value in headers)


def _hide(data: bytes, known: re.Pattern[bytes]) -> bytes:
    without = SECRET_MEMBERS.sub(rb'\1"' + REDACTED.encode() + rb'"', data)
    return known.sub(REDACTED.encode(), without)
