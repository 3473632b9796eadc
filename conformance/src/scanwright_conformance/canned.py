"""Transcripts written by hand: for the tests of judges, without a network."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, judgement_of
from scanwright_conformance.transcript import (
    Answer,
    Body,
    Channel,
    Entry,
    Exchange,
    Frame,
    Request,
    Transcript,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.document_files import FileFacts
    from scanwright_conformance.images import ImageFacts
    from scanwright_conformance.judgement import Judgement

__all__ = [
    "answered",
    "asked",
    "failed",
    "filed",
    "judged",
    "pictured",
    "resulted",
    "talk",
    "told",
    "unanswered",
]

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


def pictured(label: str, image: ImageFacts) -> Exchange:
    """Return a 200 answer with a picture of which only these facts are left."""
    return _stored(label, image.format, Body(1, "", None, stored_image=image))


def filed(label: str, file: FileFacts) -> Exchange:
    """Return a 200 answer with a file of which only these facts are left."""
    return _stored(label, file.format, Body(1, "", None, stored_file=file))


def unanswered(label: str, problem: str = "no answer within 10 s") -> Exchange:
    """Return an exchange that got no answer."""
    return Exchange(label, Request("GET", URL + label), None, problem)


def talk(label: str, *frames: Frame, **members: Any) -> Channel:
    """Return a channel with these frames, each a tenth of a second after the other."""
    timed = (
        Frame(frame.at_s or number / 10, frame.text, frame.is_sent)
        for number, frame in enumerate(frames, start=1)
    )
    known = {"url": "ws://127.0.0.1:18622/channel", "headers": (), "status": 101}
    return Channel(label, **{**known, **members}, frames=tuple(timed))


def asked(label: Any, method: str = "buffer.state", **params: Any) -> Frame:
    """Return the frame of a call."""
    return _frame({"id": label, "method": method, "params": params}, is_sent=True)


def resulted(label: Any, **result: Any) -> Frame:
    """Return the frame that answers a call with a result."""
    return _frame({"id": label, "result": result})


def failed(label: Any, code: Any, message: str = "No.", **data: Any) -> Frame:
    """Return the frame that answers a call with an error."""
    error = {"code": code, "message": message, **({"data": data} if data else {})}
    return _frame({"id": label, "error": error})


def told(event: str, **params: Any) -> Frame:
    """Return the frame of an event."""
    return _frame({"method": event, "params": params})


def judged(check: type[Check], *entries: Entry, stopped: str = "") -> Judgement:
    """Return what the judge of `check` says about a transcript of `entries`."""
    return judgement_of(check(), Transcript(entries, stopped))


def _frame(members: Mapping[str, Any], *, is_sent: bool = False) -> Frame:
    return Frame(0.0, json.dumps({"jsonrpc": "2.0", **members}), is_sent)


def _stored(label: str, media_type: str, body: Body) -> Exchange:
    answer = Answer(200, (("Content-Type", media_type),), body)
    return Exchange(label, Request("GET", URL + label), answer)


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode()
