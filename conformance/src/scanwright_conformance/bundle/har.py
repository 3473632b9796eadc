"""All exchanges of a run as HTTP Archive 1.2, for those who know such files.

Each conversation is a page, named by the clauses that were judged by it; what several
judged is there once. Only the time within a conversation was measured: conversations
follow each other here in the order in which the run had them.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from scanwright_conformance.codec import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.results import Plan, Result
    from scanwright_conformance.transcript import (
        Answer,
        Exchange,
        Headers,
        Request,
        Transcript,
    )

__all__ = ["har_of"]

VERSION: Final = "1.2"
HTTP: Final = "HTTP/1.1"
NOT_MEASURED: Final = -1


@dataclass(slots=True)
class _Conversation:
    began_at: datetime
    transcript: Transcript
    clauses: list[str]


def har_of(plan: Plan, results: Sequence[Result]) -> dict[str, Any]:
    """Return the archive of a run as JSON values; `results` as they came."""
    conversations = _conversations(plan.began_at, results)
    pages = {f"conversation-{n}": each for n, each in enumerate(conversations, start=1)}
    return {
        "log": {
            "version": VERSION,
            "creator": {"name": "scanwright certify", "version": plan.suite_version},
            "pages": [_page(name, each) for name, each in pages.items()],
            "entries": [
                _entry(exchange, name, each)
                for name, each in pages.items()
                for exchange in each.transcript.exchanges
            ],
            "comment": "times within a conversation are measured, others are not",
        },
    }


def _conversations(
    began_at: datetime,
    results: Sequence[Result],
) -> list[_Conversation]:
    """Return those in which something was exchanged, each once."""
    found: dict[str, _Conversation] = {}
    now = began_at
    for result in results:
        for attempt in result.attempts:
            transcript = attempt.transcript
            if not any(transcript.exchanges):
                continue
            known = found.setdefault(
                json.dumps(encode(transcript), sort_keys=True),
                _Conversation(now, transcript, []),
            )
            known.clauses.append(result.clause.id)
            now += timedelta(seconds=attempt.seconds)
    return list(found.values())


def _page(name: str, conversation: _Conversation) -> dict[str, Any]:
    return {
        "startedDateTime": _text(conversation.began_at),
        "id": name,
        "title": ", ".join(dict.fromkeys(conversation.clauses)),
        "pageTimings": {},
    }


def _entry(
    exchange: Exchange,
    page: str,
    conversation: _Conversation,
) -> dict[str, Any]:
    began_at = conversation.began_at + timedelta(seconds=exchange.started_s)
    milliseconds = round(exchange.seconds * 1000, 3)
    clauses = ", ".join(dict.fromkeys(conversation.clauses))
    return {
        "pageref": page,
        "startedDateTime": _text(began_at),
        "time": milliseconds,
        "request": _request(exchange.request),
        "response": _response(exchange.answer, exchange.problem),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"{clauses}: {exchange.label}",
    }


def _request(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": HTTP,
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": _pairs(_query(request.url)),
        "headersSize": NOT_MEASURED,
        "bodySize": len(request.body),
    }
    if request.body:
        fields = {name.lower(): text for name, text in request.headers}
        mime_type = fields.get("content-type", "")
        found["postData"] = {"mimeType": mime_type, **_content_text(request.body)}
    if request.raw is not None:
        # an underscore begins what the format does not have
        found["_raw"] = b64encode(request.raw).decode()
        found["comment"] = "these exact bytes were sent: _raw, in base64"
    return found


def _response(answer: Answer | None, problem: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "status": answer.status if answer else 0,
        "statusText": _reason(answer.status) if answer else "",
        "httpVersion": HTTP,
        "cookies": [],
        "headers": _pairs(answer.headers) if answer else [],
        "content": _content(answer),
        "redirectURL": (answer and answer.header("Location")) or "",
        "headersSize": NOT_MEASURED,
        "bodySize": answer.body.size_bytes if answer else NOT_MEASURED,
    }
    if problem:
        found["comment"] = problem
    return found


def _content(answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        return {"size": 0, "mimeType": ""}
    body = answer.body
    found = {"size": body.size_bytes, "mimeType": answer.header("Content-Type") or ""}
    if body.data is None:
        return {**found, "comment": f"the bytes were not kept; SHA-256 {body.sha256}"}
    return {**found, **_content_text(body.data)}


def _content_text(data: bytes) -> dict[str, str]:
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"text": b64encode(data).decode(), "encoding": "base64"}


def _query(url: str) -> Headers:
    try:
        return tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    except ValueError:
        return ()


def _pairs(pairs: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
