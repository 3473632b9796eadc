"""What stands for what when a conversation is held once more: other places, other ids.

A recorded request names the address of then, scanners of then, and what earlier answers
gave: the id of a job, above all. Each gets the place of its like of today.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from scanwright_conformance.target import Device
    from scanwright_conformance.transcript import Answer, Exchange, Request, Transcript

__all__ = ["Substitution", "devices_of_today", "given_by", "ids_in", "places_of_today"]

NAMES: Final = re.compile(r"(?i)(?:.*id|device|token|href|url|uri|location)")
"""Members whose values are given by a service, to be used in later requests."""
ID_LIMIT: Final = 128
SHORT: Final = 6
"""An id of fewer characters may stand for something else outside of a path."""


class Substitution:
    """Recorded words with those of today; it learns from answers as they come."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = dict(words)

    def learn(self, recorded: Exchange, live: Exchange) -> None:
        """Take note of what the service gave today in place of what it gave then."""
        if recorded.answer is None or live.answer is None:
            return
        now = ids_in(live.answer)
        for place, then in ids_in(recorded.answer).items():
            if place in now and then != now[place]:
                self._words[then] = now[place]

    def applied(self, request: Request) -> Request:
        """Return the request as it would be asked today."""
        raw = request.raw
        return replace(
            request,
            url=self._in_url(request.url),
            headers=tuple((name, self._in(text)) for name, text in request.headers),
            body=_utf8(self._in(_text(request.body))),
            raw=None if raw is None else self._in_raw(raw),
        )

    def _in_raw(self, raw: bytes) -> bytes:
        """Replace in exact bytes, and keep a length right that was right."""
        head, separator, body = raw.partition(b"\r\n\r\n")
        new_head, new_body = (_utf8(self._in(_text(part))) for part in (head, body))
        if len(new_body) != len(body):
            length = re.compile(rb"(?i)(\r\ncontent-length:\s*)%d\b" % len(body))
            new_head = length.sub(rb"\g<1>%d" % len(new_body), new_head)
        return new_head + separator + new_body

    def _in_url(self, url: str) -> str:
        whole = self._in(url)
        base, path = _parted(whole)
        # by segments: a short id may be a part of any number
        segments = re.split(r"([/?&=])", path)
        short = {then: now for then, now in self._words.items() if len(then) < SHORT}
        return base + "".join(short.get(segment, segment) for segment in segments)

    def _in(self, text: str) -> str:
        words = {
            spelt: now
            for then, today in self._words.items()
            if len(then) >= SHORT
            for spelt, now in zip(_spellings(then), _spellings(today), strict=True)
        }
        if not words:
            return text
        longest_first = sorted(words, key=len, reverse=True)
        pattern = "|".join(re.escape(word) for word in longest_first)
        # not within a longer word, and all at once: none is replaced twice
        found = re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])")
        return found.sub(lambda match: words[match[0]], text)


def ids_in(answer: Answer) -> dict[str, str]:
    """Return what an answer gives for later use, by the place where it stands."""
    found: dict[str, str] = {}
    location = answer.header("Location")
    if location:
        found["Location"] = urlsplit(location).path.rpartition("/")[2]
    try:
        value = answer.json()
    except ValueError:
        text = _text(answer.body.data or b"").strip()
        # generation 1 answers a creation with the bare id
        is_id = answer.status == 201 and re.fullmatch(r"[^\s<>]+", text)
        if is_id and len(text) <= ID_LIMIT:
            found["text"] = text
    else:
        found.update(_given(value, "json"))
    return {place: text for place, text in found.items() if text}


def given_by(transcript: Transcript, exchange: Exchange) -> str:
    """Return the label of an earlier exchange whose answer this request uses, or ""."""
    asked = f"{exchange.request.url} {_text(exchange.request.body)}"
    for earlier in transcript.exchanges:
        if earlier.label == exchange.label:
            break
        given = ids_in(earlier.answer) if earlier.answer else {}
        if any(_is_word(text, asked) for text in given.values()):
            return earlier.label
    return ""


def places_of_today(
    then: Mapping[str, str],
    now: Mapping[str, str],
) -> dict[str, str]:
    """Return the words for addresses; both mappings have base URLs by port."""
    words: dict[str, str] = {}
    for port, url in then.items():
        if port in now:
            before, today = urlsplit(url), urlsplit(now[port])
            words[before.netloc] = today.netloc
            for host in ("localhost", "127.0.0.1", "[::1]"):
                words.setdefault(f"{host}:{before.port}", f"{host}:{today.port}")
    return words


def devices_of_today(
    transcript: Transcript,
    then: Mapping[str, str],
    now: Mapping[str, Device],
) -> dict[str, str]:
    """Return the words for scanners that a conversation asked for.

    Both mappings are by role: the names of then, and the scanners of today.
    """
    words: dict[str, str] = {}
    for asked in _devices_asked_for(transcript):
        for role, name in then.items():
            if role in now and _is_named(name, asked):
                words[asked] = now[role].device
    return words


def _devices_asked_for(transcript: Transcript) -> Iterator[str]:
    for exchange in transcript.exchanges:
        try:
            body = json.loads(exchange.request.body)
        except (ValueError, RecursionError):
            continue
        device = body.get("device") if isinstance(body, dict) else None
        if isinstance(device, str) and device:
            yield device


def _is_named(name: str, device: str) -> bool:
    """Whether a `device` string has this name in it; the published form is base64."""
    return name in device or b64encode(name.encode()).decode() in device


def _given(value: Any, place: str) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for name, inner in value.items():
                if isinstance(inner, str) and NAMES.fullmatch(str(name)):
                    yield f"{place}.{name}", inner
                else:
                    yield from _given(inner, f"{place}.{name}")
        case list():
            for number, inner in enumerate(value):
                yield from _given(inner, f"{place}.{number}")


def _is_word(word: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def _spellings(word: str) -> tuple[str, str, str]:
    """Return a word as it stands in text, in JSON, and in an address."""
    return word, json.dumps(word)[1:-1], quote(word, safe="")


def _parted(url: str) -> tuple[str, str]:
    """Return the address and the rest of a URL."""
    match = re.match(r"(\w+://[^/?#]*)(.*)", url, re.DOTALL)
    return (match[1], match[2]) if match else ("", url)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
