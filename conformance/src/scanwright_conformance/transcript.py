"""What went over the wire in one check, in a form that can be judged years later.

A stimulus records entries of four kinds, each under a label of its own: an exchange
(one HTTP request with its answer, or the reason why there was none), a channel (one
WebSocket of a page, with every frame), a handshake (one attempt at TLS), and a fact
(anything else that was seen, as JSON). Judges read nothing but this.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from scanwright_conformance.document_files import FileFacts, file_facts
from scanwright_conformance.images import ImageFacts, image_facts
from scanwright_conformance.judgement import Mismatch

__all__ = [
    "Answer",
    "Body",
    "Channel",
    "Entry",
    "Exchange",
    "Fact",
    "Frame",
    "Handshake",
    "Headers",
    "Request",
    "Transcript",
]

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Body:
    """The body of an answer. A stored one may be without its bytes, not its facts.

    `stored_image` and `stored_file` are what was derived from the bytes before they
    were dropped.
    """

    size_bytes: int
    sha256: str
    data: bytes | None
    stored_image: ImageFacts | None = None
    stored_file: FileFacts | None = None

    @property
    def image(self) -> ImageFacts | None:
        """Facts about the picture in the body, None when it is none."""
        if self.data is None:
            return self.stored_image
        return image_facts(self.data)

    @property
    def file(self) -> FileFacts | None:
        """Facts about the PDF or TIFF in the body, None when it is none."""
        if self.data is None:
            return self.stored_file
        return file_facts(self.data)

    def opened(self, password: str | None) -> FileFacts | None:
        """Return the facts of the file as `password` opens it, None without bytes."""
        return None if self.data is None else file_facts(self.data, password)

    def without_bytes(self) -> Body:
        """Return the same body with the facts kept and the bytes dropped."""
        image, file = self.image, self.file
        return replace(self, data=None, stored_image=image, stored_file=file)


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent. `raw` holds the exact bytes when no HTTP client made them."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Headers
    body: Body

    def header(self, name: str) -> str | None:
        """Return the header `name`, several joined by a comma, or None."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    def json(self) -> Any:
        """Return the body parsed as JSON, or raise ValueError."""
        if self.body.data is None:
            raise ValueError("the bytes of this body were not stored")
        try:
            return json.loads(self.body.data)
        except RecursionError as error:
            raise ValueError("this JSON is nested too deeply") from error


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, or the `problem` that prevented one.

    Times are seconds: `started_s` since the check began, `seconds` until the last byte.
    `pace` is by how much limits of time are stretched for it.
    """

    label: str
    request: Request
    answer: Answer | None
    problem: str = ""
    started_s: float = 0.0
    seconds: float = 0.0
    pace: float = 1.0

    def json_or_none(self) -> Any:
        """Return the answer's JSON, None without one: for stimuli, not for judges."""
        try:
            return None if self.answer is None else self.answer.json()
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Handshake:
    """One attempt at TLS: the version and the peer's leaf, or the `problem`."""

    label: str
    address: str
    server_name: str
    version: str | None
    certificate_der: bytes | None
    problem: str = ""
    started_s: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was seen and is no exchange: a JSON value under a label."""

    label: str
    value: Any
    started_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """One text frame: what the page said, or what it was told, and when."""

    at_s: float
    text: str
    is_sent: bool


@dataclass(frozen=True, slots=True)
class Channel:
    """One WebSocket: `status` answered its handshake, 101 when there came to be one.

    Frames are in the order in which they were sent and taken in. `close_code` is what
    the service closed it with, None while it did not.
    """

    label: str
    url: str
    headers: Headers
    status: int | None
    frames: tuple[Frame, ...] = ()
    close_code: int | None = None
    problem: str = ""
    started_s: float = 0.0
    pace: float = 1.0


Entry = Exchange | Channel | Handshake | Fact


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything that one stimulus recorded, in the order in which it began.

    `stopped` says why the stimulus could not be carried through; empty when it was.
    """

    entries: tuple[Entry, ...]
    stopped: str = ""

    def __getitem__(self, label: str) -> Exchange:
        """Return the exchange under `label`; its absence is a mismatch."""
        for exchange in self.exchanges:
            if exchange.label == label:
                return exchange
        raise self._missing(label)

    def __contains__(self, label: str) -> bool:
        return any(entry.label == label for entry in self.entries)

    @property
    def exchanges(self) -> Iterator[Exchange]:
        """All exchanges."""
        return (entry for entry in self.entries if isinstance(entry, Exchange))

    def series(self, label: str) -> tuple[Exchange, ...]:
        """Return the exchanges `label-1`, `label-2` and so on, as far as they go."""
        found = {exchange.label: exchange for exchange in self.exchanges}
        numbers = range(1, len(found) + 1)
        labels = [f"{label}-{number}" for number in numbers]
        return tuple(found[name] for name in labels if name in found)

    def channel(self, label: str) -> Channel:
        """Return the channel under `label`; its absence is a mismatch."""
        for entry in self.entries:
            if isinstance(entry, Channel) and entry.label == label:
                return entry
        raise self._missing(label)

    def handshake(self, label: str) -> Handshake:
        """Return the handshake under `label`; its absence is a mismatch."""
        for entry in self.entries:
            if isinstance(entry, Handshake) and entry.label == label:
                return entry
        raise self._missing(label)

    def fact(self, label: str) -> Any:
        """Return the value of the fact under `label`; its absence is a mismatch."""
        for entry in self.entries:
            if isinstance(entry, Fact) and entry.label == label:
                return entry.value
        raise self._missing(label)

    def _missing(self, label: str) -> Mismatch:
        reason = self.stopped or "the conversation ended before it"
        labels = [entry.label for entry in self.entries[-1:]]
        return Mismatch(f"the conversation to reach {label!r}", reason, *labels)
