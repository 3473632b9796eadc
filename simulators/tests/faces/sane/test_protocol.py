"""Frames: what is written is read, and what is no frame is told from one."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators.errors import MessageError
from scanwright_simulators.faces.sane import protocol
from scanwright_simulators.faces.sane.protocol import (
    NUMBERS,
    WITH_BLOB,
    Descriptor,
    Operation,
    Parameters,
    Range,
    Request,
    Type,
    parse,
)

FLAG = Descriptor("skip", "Skip", "Skips.", Type.BOOL)
LIMITS = {"H": 0xFFFF, "I": 0xFFFF_FFFF, "Q": 0xFFFF_FFFF_FFFF_FFFF}


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Return any request that a client may send."""
    operation = draw(st.sampled_from(Operation))
    layout = NUMBERS.get(operation)
    limit = LIMITS[layout.format[-1]] if layout else 0
    return Request(
        draw(st.integers(0, 0xFFFF_FFFF)),
        operation,
        draw(st.integers(0, limit)),
        draw(st.binary(max_size=300)) if operation in WITH_BLOB else b"",
    )


def written(request: Request) -> bytes:
    """Return the frame that the backend would send."""
    frame = struct.pack("=IB", request.sequence, request.operation)
    if layout := NUMBERS.get(request.operation):
        frame += layout.pack(request.number)
    if request.operation in WITH_BLOB:
        frame += struct.pack("=H", len(request.blob)) + request.blob
    return frame


@given(requests())
def test_requests_are_read_as_they_were_written(request: Request) -> None:
    """Every request survives the wire."""
    assert parse(written(request)) == request


@given(st.binary(max_size=100))
def test_anything_else_is_refused(frame: bytes) -> None:
    """Bytes are a request or a MessageError, and nothing else happens."""
    try:
        request = parse(frame)
    except MessageError:
        return
    assert written(request) == frame


@given(requests(), st.integers(1, 20))
def test_a_request_cut_short_is_refused(request: Request, cut: int) -> None:
    """No prefix of a request is one."""
    with pytest.raises(MessageError):
        parse(written(request)[:-cut])


def test_a_list_says_how_many_devices_had_room() -> None:
    """A list of devices that is longer than a frame is cut between two of them."""
    devices = [(f"device-{n}", "v", "m" * 100, "t") for n in range(1000)]
    frame, count = protocol.reply_devices(1, devices)
    assert len(frame) <= protocol.MAX_REPLY < len(frame) + 120
    assert struct.unpack_from("=H", frame, 8) == (count,)


@pytest.mark.parametrize(
    ("constraint", "tail"),
    [
        (None, b"\0"),
        (Range(-1, 2, 3), struct.pack("=B3i", 1, -1, 2, 3)),
        ((75, 300), struct.pack("=BHii", 2, 2, 75, 300)),
        (("a", "bc"), struct.pack("=BHHsH2s", 3, 2, 1, b"a", 2, b"bc")),
    ],
)
def test_constraints(constraint: protocol.Constraint, tail: bytes) -> None:
    """Each kind of constraint has its own form at the end of its descriptor."""
    option = Descriptor("n", "t", "d", Type.INT, constraint=constraint)
    assert protocol.reply_options(1, [option], [5]).endswith(tail)


def test_text_ends_where_it_ends() -> None:
    """A zero in a text would end it early in C, so there is none."""
    option = Descriptor("a\0b", "t", "d", Type.BOOL)
    assert b"a b" in protocol.reply_options(1, [option], [5])


def test_a_page() -> None:
    """The reply to START has parameters, what is granted, and the lengths of parts."""
    frame = protocol.reply_page(7, Parameters(1, 1, 30, 10, 4, 8), 60, [100, 20])
    assert struct.unpack("=Ii6iQHQQ", frame) == (
        *(7, 0),
        *(1, 1, 30, 10, 4, 8),
        *(60, 2, 100, 20),
    )


def test_small_replies() -> None:
    """Statuses, values, changes and grants are as the table says."""
    assert protocol.reply(3, 9) == struct.pack("=Ii", 3, 9)
    assert protocol.reply_value(3, b"ab") == struct.pack("=IiH2s", 3, 0, 2, b"ab")
    assert protocol.reply_granted(3, 8) == struct.pack("=IiQ", 3, 0, 8)
    assert protocol.reply_parameters(3, Parameters(0, 1, 2, 3, 4, 5)) == struct.pack(
        "=Ii6i", 3, 0, 0, 1, 2, 3, 4, 5
    )
    expected = struct.pack("=IiIH1sHI", 3, 0, 6, 1, b"x", 1, 5)
    assert protocol.reply_set(3, 6, b"x", [5]) == expected
