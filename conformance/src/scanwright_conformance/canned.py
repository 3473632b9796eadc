"""Transcripts written by hand: for the tests of judges, without a network."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, judgement_of
from scanwright_conformance.transcript import (
    Answer,
    Body,
    Entry,
    Exchange,
    Request,
    Transcript,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.judgement import Judgement

__all__ = ["answered", "judged", "unanswered"]

URL: Final = "http://127.0.0.1:18622/"
NOTHING: Final[Any] = object()


def answered(
    label: str,
    status: int = 200,
    *,
    json: Any = NOTHING,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    started_s: float = 0.0,
    seconds: float = 0.01,
) -> Exchange:
    """Return an exchange that was answered `status`, with `json` or `body`."""
    fields = dict(headers or {})
    if json is not NOTHING:
        body = _dumped(json)
        fields.setdefault("Content-Type", "application/json")
    recorded = Body(len(body), sha256(body).hexdigest(), body)
    answer = Answer(status, tuple(fields.items()), recorded)
    request = Request(method, URL + label)
    return Exchange(label, request, answer, "", started_s, seconds)


def unanswered(label: str, problem: str = "no answer within 10 s") -> Exchange:
    """Return an exchange that got no answer."""
    return Exchange(label, Request("GET", URL + label), None, problem)


def judged(check: type[Check], *entries: Entry, stopped: str = "") -> Judgement:
    """Return what the judge of `check` says about a transcript of `entries`."""
    return judgement_of(check(), Transcript(entries, stopped))


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode()
