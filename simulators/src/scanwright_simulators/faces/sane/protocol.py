"""The frames between libsane's process and the simulation: bytes to values and back.

One frame is one packet of a SOCK_SEQPACKET socket, numbers are in the order of this
machine. Text and values are blobs: a u16 length, then the bytes.

    request      u32 sequence, u8 operation, and
      LIST         u16 version
      OPEN         u16 version, blob name; an empty name is the first device
      GET          u32 option
      SET          u32 option, blob value
      PARAMETERS   -
      START        -
      WAIT         u64 bytes that the client has taken
      CANCEL       -                     never answered
      CLOSE        -                     never answered

    reply        u32 sequence, i32 status, and where the status is GOOD
      LIST         u16 count, as often blobs name, vendor, model, type
      OPEN         u16 count, as often a descriptor
      GET          blob value
      SET          u32 info, blob value as it was taken, u16 count, as often u32 caps
      PARAMETERS   i32 format, last frame, bytes a line, pixels a line, lines, depth
      START        the same, u64 granted bytes, u16 count, as often u64 length; the
                   bytes of the page lie in as many files that come with the frame
      WAIT         u64 granted bytes; else the status says how the page ends

    descriptor   blobs name, title, text, u8 type, u8 unit, i32 size, u32 caps,
                 u8 constraint: 0 none, 1 range: 3 x i32, 2 words: u16 count and i32s,
                 3 strings: u16 count and blobs

Status -1 says that the answer takes longer, and that somebody is still there. A client
has at most one START or WAIT without an answer. The other end is `backend/wire.c`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from scanwright_simulators.errors import MessageError

__all__ = [
    "MAX_FILES",
    "MAX_REQUEST",
    "PENDING",
    "VERSION",
    "Constraint",
    "Descriptor",
    "Operation",
    "Parameters",
    "Range",
    "Request",
    "Type",
    "Unit",
    "parse",
    "reply",
    "reply_devices",
    "reply_granted",
    "reply_options",
    "reply_page",
    "reply_parameters",
    "reply_set",
    "reply_value",
]

VERSION: Final = 1
MAX_REQUEST: Final = 8 * 1024
MAX_REPLY: Final = 64 * 1024
MAX_FILES: Final = 32
PENDING: Final = -1
GOOD: Final = 0
LONGEST_TEXT: Final = 0xFFFF


class Operation(IntEnum):
    """What a client asks for."""

    LIST = 1
    OPEN = 2
    GET = 3
    SET = 4
    PARAMETERS = 5
    START = 6
    WAIT = 7
    CANCEL = 8
    CLOSE = 9


class Type(IntEnum):
    """Types of options, by their numbers in the SANE standard."""

    BOOL = 0
    INT = 1
    FIXED = 2
    STRING = 3
    BUTTON = 4
    GROUP = 5


class Unit(IntEnum):
    """Units of options, by their numbers in the SANE standard."""

    NONE = 0
    PIXEL = 1
    BIT = 2
    MM = 3
    DPI = 4
    PERCENT = 5
    MICROSECOND = 6


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`; FIXED ones in their 16.16 form."""

    low: int
    high: int
    quant: int = 0


Constraint = Range | tuple[int, ...] | tuple[str, ...] | None
"""What a value may be: within a range, one of some numbers or words, or anything."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """An option as frontends see it, without its capabilities: these change."""

    name: str
    title: str
    text: str
    type: Type
    unit: Unit = Unit.NONE
    size: int = 4
    constraint: Constraint = None


@dataclass(frozen=True, slots=True)
class Parameters:
    """The shape of a page, as SANE_Parameters."""

    format: int
    last_frame: int
    bytes_per_line: int
    pixels_per_line: int
    lines: int
    depth: int


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `number` is the version, option or offset; `blob` a name or value."""

    sequence: int
    operation: Operation
    number: int = 0
    blob: bytes = b""


HEAD: Final = struct.Struct("=IB")
REPLY_HEAD: Final = struct.Struct("=Ii")
NUMBERS: Final = {
    Operation.LIST: struct.Struct("=H"),
    Operation.OPEN: struct.Struct("=H"),
    Operation.GET: struct.Struct("=I"),
    Operation.SET: struct.Struct("=I"),
    Operation.WAIT: struct.Struct("=Q"),
}
WITH_BLOB: Final = frozenset({Operation.OPEN, Operation.SET})


def parse(frame: bytes) -> Request:
    """Return the request in `frame`; raises MessageError when there is none."""
    try:
        sequence, code = HEAD.unpack_from(frame)
        operation = Operation(code)
        at, number, blob = HEAD.size, 0, b""
        if layout := NUMBERS.get(operation):
            (number,) = layout.unpack_from(frame, at)
            at += layout.size
        if operation in WITH_BLOB:
            (length,) = struct.unpack_from("=H", frame, at)
            at += 2
            blob = frame[at : at + length]
            at += length
    except (struct.error, ValueError) as error:
        raise MessageError(f"no request of this protocol: {error}") from error
    if len(frame) != at:
        raise MessageError(f"a request of {len(frame)} bytes should have {at}")
    return Request(sequence, operation, number, blob)


def reply(sequence: int, status: int, body: bytes = b"") -> bytes:
    """Return a reply; without GOOD it has no body."""
    return REPLY_HEAD.pack(sequence, status) + body


def reply_devices(
    sequence: int,
    devices: Sequence[tuple[str, str, str, str]],
) -> tuple[bytes, int]:
    """Return the reply to LIST, and how many of `devices` had room in it."""
    body, count = b"", 0
    for device in devices:
        entry = b"".join(_text(word) for word in device)
        if REPLY_HEAD.size + 2 + len(body) + len(entry) > MAX_REPLY:
            break
        body, count = body + entry, count + 1
    return reply(sequence, GOOD, struct.pack("=H", count) + body), count


def reply_options(
    sequence: int,
    descriptors: Sequence[Descriptor],
    caps: Sequence[int],
) -> bytes:
    """Return the reply to OPEN."""
    entries = (_descriptor(d, c) for d, c in zip(descriptors, caps, strict=True))
    head = struct.pack("=H", len(descriptors))
    return reply(sequence, GOOD, head + b"".join(entries))


def reply_value(sequence: int, value: bytes) -> bytes:
    """Return the reply to GET."""
    return reply(sequence, GOOD, _blob(value))


def reply_set(sequence: int, info: int, value: bytes, caps: Sequence[int]) -> bytes:
    """Return the reply to SET."""
    body = struct.pack("=I", info) + _blob(value)
    return reply(
        sequence, GOOD, body + struct.pack(f"=H{len(caps)}I", len(caps), *caps)
    )


def reply_parameters(sequence: int, parameters: Parameters) -> bytes:
    """Return the reply to PARAMETERS."""
    return reply(sequence, GOOD, _parameters(parameters))


def reply_page(
    sequence: int,
    parameters: Parameters,
    granted: int,
    lengths: Sequence[int],
) -> bytes:
    """Return the reply to START; as many files must go with it."""
    sizes = struct.pack(f"=QH{len(lengths)}Q", granted, len(lengths), *lengths)
    return reply(sequence, GOOD, _parameters(parameters) + sizes)


def reply_granted(sequence: int, granted: int) -> bytes:
    """Return the reply to WAIT when there is more."""
    return reply(sequence, GOOD, struct.pack("=Q", granted))


def _blob(data: bytes) -> bytes:
    return struct.pack("=H", len(data)) + data


def _text(text: str) -> bytes:
    """Return `text` as C reads it: a zero would end it early."""
    return _blob(text.replace("\0", " ").encode()[:LONGEST_TEXT])


def _parameters(it: Parameters) -> bytes:
    return struct.pack(
        "=6i",
        it.format,
        it.last_frame,
        it.bytes_per_line,
        it.pixels_per_line,
        it.lines,
        it.depth,
    )


def _descriptor(it: Descriptor, caps: int) -> bytes:
    return b"".join(
        (
            _text(it.name),
            _text(it.title),
            _text(it.text),
            struct.pack("=BBiI", it.type, it.unit, it.size, caps),
            _constraint(it.constraint),
        ),
    )


def _constraint(constraint: Constraint) -> bytes:
    if constraint is None:
        return b"\0"
    if isinstance(constraint, Range):
        return struct.pack("=B3i", 1, constraint.low, constraint.high, constraint.quant)
    words = [word for word in constraint if isinstance(word, int)]
    if len(words) == len(constraint):
        return struct.pack(f"=BH{len(words)}i", 2, len(words), *words)
    strings = b"".join(_text(str(word)) for word in constraint)
    return struct.pack("=BH", 3, len(constraint)) + strings
