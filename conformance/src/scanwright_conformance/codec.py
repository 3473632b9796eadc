"""Transcripts as JSON and back: what was judged today can be judged again.

Bodies are kept as base64. Large pictures become their length, their SHA-256 and the
facts of the picture, which is all that judges ask of one; what is larger than any
answer with JSON loses its bytes too. Of a large request the beginning is kept.

Transcripts outlive the suite that wrote them: what was added to the form later has a
default, and what a later suite adds is passed over.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any, Final

from scanwright_conformance.document_files import decode_file
from scanwright_conformance.images import Identity, ImageFacts
from scanwright_conformance.transcript import (
    Answer,
    Body,
    Channel,
    Entry,
    Exchange,
    Fact,
    Frame,
    Handshake,
    Headers,
    Request,
    Transcript,
)

__all__ = ["compact", "decode", "encode"]

EXCERPT: Final = 1024
REQUEST_LIMIT: Final = 64 * 1024
PICTURE_LIMIT: Final = 64 * 1024
LIMIT: Final = 1024 * 1024


def compact(transcript: Transcript) -> Transcript:
    """Return the same evidence without the bytes of large bodies."""
    entries = tuple(
        _compact_exchange(entry) if isinstance(entry, Exchange) else entry
        for entry in transcript.entries
    )
    return Transcript(entries, transcript.stopped)


def encode(transcript: Transcript) -> dict[str, Any]:
    """Return `transcript` as JSON values."""
    entries = [_encode_entry(entry) for entry in compact(transcript).entries]
    return {"stopped": transcript.stopped, "entries": entries}


def decode(value: Mapping[str, Any]) -> Transcript:
    """Return the transcript that `encode` made JSON of."""
    entries = tuple(_decode_entry(entry) for entry in value["entries"])
    return Transcript(entries, value.get("stopped", ""))


def _compact_exchange(exchange: Exchange) -> Exchange:
    request, answer = exchange.request, exchange.answer
    if len(request.body) > REQUEST_LIMIT:
        # no judge reads what the suite itself has sent; people see how it began
        more = f"\N{HORIZONTAL ELLIPSIS} {len(request.body)} bytes in all".encode()
        request = replace(request, body=request.body[:EXCERPT] + more)
    if answer is not None and _is_too_large(answer.body):
        answer = replace(answer, body=answer.body.without_bytes())
    return replace(exchange, request=request, answer=answer)


def _is_too_large(body: Body) -> bool:
    if body.data is None or body.size_bytes <= PICTURE_LIMIT:
        return False
    return body.size_bytes > LIMIT or body.image is not None


def _encode_entry(entry: Entry) -> dict[str, Any]:
    match entry:
        case Exchange():
            return {
                "kind": "exchange",
                "label": entry.label,
                "request": _encode_request(entry.request),
                "answer": _encode_answer(entry.answer),
                "problem": entry.problem,
                "started_s": entry.started_s,
                "seconds": entry.seconds,
                "pace": entry.pace,
            }
        case Channel():
            headers = [list(pair) for pair in entry.headers]
            return {"kind": "channel", **asdict(entry), "headers": headers}
        case Handshake():
            value = asdict(entry)
            value["certificate_der"] = _text(entry.certificate_der)
            return {"kind": "handshake", **value}
        case Fact():
            return {"kind": "fact", **asdict(entry)}


def _encode_request(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.url,
        "headers": [list(pair) for pair in request.headers],
        "body": _text(request.body),
        "raw": _text(request.raw),
    }


def _encode_answer(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    image, file = answer.body.stored_image, answer.body.stored_file
    return {
        "status": answer.status,
        "headers": [list(pair) for pair in answer.headers],
        "body": {
            "size_bytes": answer.body.size_bytes,
            "sha256": answer.body.sha256,
            "data": _text(answer.body.data),
            "image": None if image is None else asdict(image),
            **({} if file is None else {"file": asdict(file)}),
        },
    }


def _decode_entry(value: Mapping[str, Any]) -> Entry:
    match value["kind"]:
        case "exchange":
            known = _known(Exchange, value)
            known["request"] = _decode_request(known["request"])
            known["answer"] = _decode_answer(known["answer"])
            return Exchange(**known)
        case "channel":
            known = _known(Channel, value)
            known["headers"] = _pairs(known["headers"])
            frames = (Frame(**_known(Frame, each)) for each in known["frames"])
            known["frames"] = tuple(frames)
            return Channel(**known)
        case "handshake":
            known = _known(Handshake, value)
            known["certificate_der"] = _bytes(known["certificate_der"])
            return Handshake(**known)
        case "fact":
            return Fact(**_known(Fact, value))
    raise ValueError(f"no entry is of the kind {value['kind']!r}")


def _known(kind: type[Any], value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of `value` that the dataclass `kind` has."""
    return {
        field.name: value[field.name] for field in fields(kind) if field.name in value
    }


def _decode_request(value: dict[str, Any]) -> Request:
    return Request(
        method=value["method"],
        url=value["url"],
        headers=_pairs(value["headers"]),
        body=_bytes(value["body"]) or b"",
        raw=_bytes(value.get("raw")),
    )


def _decode_answer(value: dict[str, Any] | None) -> Answer | None:
    if value is None:
        return None
    body = value["body"]
    return Answer(
        status=value["status"],
        headers=_pairs(value["headers"]),
        body=Body(
            size_bytes=body["size_bytes"],
            sha256=body["sha256"],
            data=_bytes(body["data"]),
            stored_image=_decode_image(body.get("image")),
            stored_file=decode_file(body.get("file")),
        ),
    )


def _decode_image(value: dict[str, Any] | None) -> ImageFacts | None:
    if value is None:
        return None
    dpi, identity = value["dpi"], value.get("identity")
    return ImageFacts(
        **{
            **_known(ImageFacts, value),
            "dpi": None if dpi is None else (dpi[0], dpi[1]),
            "identity": None
            if identity is None
            else Identity(**_known(Identity, identity)),
        },
    )


def _pairs(value: list[list[str]]) -> Headers:
    return tuple((name, text) for name, text in value)


def _text(data: bytes | None) -> str | None:
    return None if data is None else b64encode(data).decode("ascii")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)
