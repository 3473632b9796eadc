"""Evidence in words: what was sent and what came back, as values that a page shows.

A page makes elements of them when somebody looks, as text and nothing else.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.report._curl import curl_line
from scanwright_conformance.report._markup import allowed
from scanwright_conformance.report._words import duration
from scanwright_conformance.transcript import (
    Answer,
    Body,
    Channel,
    Entry,
    Exchange,
    Fact,
    Handshake,
    Headers,
)
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from scanwright_conformance.images import ImageFacts
    from scanwright_conformance.judging import Attempt
    from scanwright_conformance.results import Result

__all__ = ["evidence_of"]

EXCERPT: Final = 4000
BINARY_EXCERPT: Final = 64
LINE: Final = 400
"""So much of a frame is shown."""

Value = dict[str, Any]


def evidence_of(result: Result) -> list[Value]:
    """Return what was seen in each attempt, the one that is shown first."""
    count = len(result.attempts)
    shown = result.attempts.index(result.shown) + 1 if result.shown else 0
    numbered = sorted(
        enumerate(result.attempts, start=1),
        key=lambda pair: pair[0] != shown,
    )
    # repetitions that say the same are folded; those that disagree are the finding
    is_flaky = result.verdict is Verdict.FLAKY
    return [
        {**_attempt(each, number, count), "open": is_flaky or number == shown}
        for number, each in numbered
    ]


def _attempt(attempt: Attempt, number: int, count: int) -> Value:
    which = "The conversation" if count == 1 else f"Attempt {number} of {count}"
    judgement = attempt.judgement
    shows = set(judgement.labels if judgement else ())
    stopped = attempt.transcript.stopped
    return {
        "title": f"{which}: {_outcome(attempt)}, {duration(attempt.seconds)}",
        "notes": [
            allowed(note)
            for note in (
                _objection(attempt) if count > 1 else "",
                attempt.trouble,
                f"It ended there: {stopped}." if stopped else "",
            )
            if note
        ],
        "entries": [
            _entry(entry, is_proof=entry.label in shows)
            for entry in attempt.transcript.entries
        ],
    }


def _outcome(attempt: Attempt) -> str:
    if attempt.error or attempt.judge_error:
        return "a mistake of the suite"
    if attempt.judgement is None:
        return "not judged"
    return "met" if attempt.judgement.is_met else "not met"


def _objection(attempt: Attempt) -> str:
    judgement = attempt.judgement
    if judgement is None or judgement.is_met:
        return ""
    return f"expected: {judgement.expected}\nobserved: {judgement.observed}"


def _entry(entry: Entry, *, is_proof: bool) -> Value:
    title, parts = _told(entry)
    return {
        "label": allowed(entry.label),
        "title": allowed(title),
        "at": f"{entry.started_s:.2f} s",
        "shows": is_proof,
        "parts": [{**part, "text": allowed(part["text"])} for part in parts],
    }


def _told(entry: Entry) -> tuple[str, list[Value]]:
    match entry:
        case Exchange():
            outcome = str(entry.answer.status) if entry.answer else entry.problem
            request = entry.request
            method = "raw bytes" if request.raw is not None else request.method
            return f"{method} {request.url} → {outcome}", _exchange(entry)
        case Channel():
            outcome = entry.problem or str(entry.status)
            title = f"WebSocket {entry.url} → {outcome}"
            return title, _channel(entry)
        case Handshake():
            outcome = entry.version or entry.problem
            title = f"TLS with {entry.address} as {entry.server_name} → {outcome}"
            return title, [_part("seen", "What came of it", _handshake(entry))]
        case Fact():
            text = json.dumps(entry.value, indent=1, ensure_ascii=False)
            return "a fact", [_part("seen", "What was seen", _cut(text))]


def _exchange(exchange: Exchange) -> list[Value]:
    request, answer = exchange.request, exchange.answer
    parts = [_part("command", "As a command", curl_line(request))]
    if request.raw is not None:
        parts.append(_part("sent", "Sent", repr(request.raw[:EXCERPT])))
    elif request.headers or request.body:
        sent = [_headers(request.headers), _text(request.body)]
        parts.append(_part("sent", "Sent", "\n\n".join(each for each in sent if each)))
    came = exchange.problem if answer is None else _answer(answer)
    title = f"Answered after {exchange.seconds:.3f} s"
    parts.append(_part("got", title if answer else "No answer", came))
    return parts


def _channel(channel: Channel) -> list[Value]:
    parts = []
    if channel.headers:
        parts.append(_part("sent", "Sent", _headers(channel.headers)))
    lines = [
        f"{frame.at_s:.3f} s {'→' if frame.is_sent else '←'} {_cut(frame.text, LINE)}"
        for frame in channel.frames
    ]
    parts.append(_part("got", "Said, →, and told, ←", "\n".join(lines)))
    if channel.close_code is not None:
        parts.append(_part("got", "Closed by the service", f"{channel.close_code}"))
    return parts


def _part(kind: str, title: str, text: str) -> Value:
    return {"kind": kind, "title": title, "text": text}


def _answer(answer: Answer) -> str:
    lines = [f"HTTP {answer.status}", _headers(answer.headers)]
    return "\n".join([*lines, "", _body(answer.body)]).strip()


def _headers(headers: Headers) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers)


def _body(body: Body) -> str:
    image = body.image
    if image is not None:
        return f"{body.size_bytes} bytes: {_picture(image)}\nSHA-256 {body.sha256}"
    if body.data is None:
        return f"{body.size_bytes} bytes, not kept\nSHA-256 {body.sha256}"
    return _text(body.data)


def _text(data: bytes) -> str:
    """Return bytes as text, or the first of them as digits when they are none."""
    try:
        return _cut(data.decode())
    except UnicodeDecodeError:
        shown = data[:BINARY_EXCERPT].hex(" ")
        more = " …" if len(data) > BINARY_EXCERPT else ""
        return f"{len(data)} bytes that are no text: {shown}{more}"


def _cut(text: str, most: int = EXCERPT) -> str:
    if len(text) <= most:
        return text
    return f"{text[:most]}\n… {len(text)} characters in all"


def _handshake(handshake: Handshake) -> str:
    if handshake.version is None:
        return handshake.problem or "no handshake"
    lines = [f"{handshake.version}"]
    if handshake.certificate_der is not None:
        digest = sha256(handshake.certificate_der).hexdigest()
        lines.append(f"SHA-256 of the leaf {digest}")
    return "\n".join(lines)


def _picture(image: ImageFacts) -> str:
    parts = [
        f"{image.format}, {image.width_px} by {image.height_px} pixels",
        f"{image.channels} samples of {image.bits} bits",
    ]
    if image.dpi is not None:
        parts.append(f"{image.dpi[0]:g} by {image.dpi[1]:g} dpi")
    if image.identity is not None:
        page = image.identity
        place = f"sheet {page.sheet}, side {page.side}"
        parts.append(f"page {page.serial} of {page.device}: {place}")
    return ", ".join(parts)
