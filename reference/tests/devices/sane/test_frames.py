"""Frames of a driver that does everything that SANE allows."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.devices.port import Cancelled
from scanwright.devices.sane.binding import Frame, Parameters, Status
from scanwright.devices.sane.frames import PageReader, depth_of
from scanwright.errors import Code, DeviceError
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source


@dataclass
class Room:
    """Keeps pages, made anew for each example."""

    pages: list[tuple[PageFormat, bytes, bytes | None]] = field(default_factory=list)
    room: bytearray = field(default_factory=bytearray)

    def space(self, size: int) -> memoryview:
        """Room."""
        self.room = bytearray(size)
        return memoryview(self.room)

    def alive(self) -> None:
        """A sign of life."""

    def owes(self, debt: str) -> None:
        """Nothing is owed to a driver of SANE's."""
        raise AssertionError(debt)

    def page(self, form: PageFormat, original: bytes | None = None) -> None:
        """A page."""
        self.pages.append((form, bytes(self.room[: form.size_bytes]), original))


@dataclass
class Driver:
    """Delivers frames; `piece` bytes at most with each read."""

    frames: list[tuple[Parameters, bytes]]
    piece: int = 7
    status_at_end: Status = Status.EOF
    name: str = "driver"
    left: bytes = b""
    index: int = -1
    log: list[str] = field(default_factory=list)

    def parameters(self) -> Parameters:
        """Of the present frame."""
        return self.frames[self.index][0]

    def start(self) -> Status:
        """Begin the next frame."""
        self.index += 1
        if self.index == len(self.frames):
            return Status.JAMMED
        self.left = self.frames[self.index][1]
        return Status.GOOD

    def read(self, address: int, size: int) -> tuple[Status, int]:
        """Write into the caller's memory."""
        piece, self.left = (
            self.left[: min(size, self.piece)],
            self.left[min(size, self.piece) :],
        )
        if not piece:
            return self.status_at_end, 0
        ctypes.memmove(address, piece, len(piece))
        return Status.GOOD, len(piece)


def frame(  # noqa: PLR0917 - as in sane.h
    kind: int,
    width: int,
    lines: int,
    stride: int,
    depth: int = 8,
    last: int = 1,
) -> Parameters:
    """The parameters of a frame."""
    return Parameters(kind, last, stride, width, lines, depth)


def read(
    driver: Driver, sink: Any, is_cancelled: Callable[[], bool] = lambda: False
) -> tuple[PageFormat, bytes]:
    """Read one page."""
    driver.start()
    PageReader(driver, sink, is_cancelled).read(Source.FEEDER, 1, (300, 200))
    form, pixels, original = sink.pages[-1]
    assert original is None
    assert (form.side, form.resolution_dpi) == (1, (300, 200))
    return form, pixels


def test_plain_page_is_what_the_driver_wrote(sink: Any) -> None:
    """Bytes of a page without padding arrive untouched."""
    data = bytes(range(60))
    form, pixels = read(Driver([(frame(Frame.RGB, 5, 4, 15), data)]), sink)
    assert (form.width_px, form.height_px) == (5, 4)
    assert form.depth == Depth(PixelType.RGB, 8)
    assert pixels == data


@pytest.mark.parametrize("lines", [3, -1])
def test_padding_of_rows_is_removed(sink: Any, lines: int) -> None:
    """Rows stand close, however wide the driver's are, known height or not."""
    data = b"aa__bb__cc__"
    form, pixels = read(Driver([(frame(Frame.GRAY, 2, lines, 4), data)]), sink)
    assert form.height_px == 3
    assert pixels == b"aabbcc"


def test_one_bit_page(sink: Any) -> None:
    """Gray at one bit is black and white."""
    form, pixels = read(Driver([(frame(Frame.GRAY, 9, 2, 2, depth=1), b"abcd")]), sink)
    assert form.depth == Depth(PixelType.BW, 1)
    assert pixels == b"abcd"


@pytest.mark.parametrize("order", ["RGB", "BGR", "GRB"])
@pytest.mark.parametrize("depth", [8, 16])
def test_three_passes_become_one_page(sink: Any, order: str, depth: int) -> None:
    """One frame for each colour, in any order and depth, gives interleaved pixels."""
    kinds = {"R": Frame.RED, "G": Frame.GREEN, "B": Frame.BLUE}
    size = depth // 8
    frames = [
        (
            frame(kinds[c], 2, 2, 2 * size + 1, depth, last=int(c == order[-1])),
            (c.encode() * 2 * size + b"_") * 2,
        )
        for c in order
    ]
    form, pixels = read(Driver(frames), sink)
    assert form.depth == Depth(PixelType.RGB, depth)
    assert pixels == (b"R" * size + b"G" * size + b"B" * size) * 4


def test_fault_between_passes(sink: Any) -> None:
    """A page that lost a colour is no page."""
    driver = Driver([(frame(Frame.RED, 2, 1, 2, last=0), b"rr")])
    with pytest.raises(DeviceError) as caught:
        read(driver, sink)
    assert caught.value.code is Code.FEEDER_JAM
    assert sink.pages == []


@given(st.integers(1, 30), st.binary(max_size=400))
def test_unknown_height_is_counted(width: int, data: bytes) -> None:
    """A hand scanner's page has as many rows as came whole."""
    from_driver = Driver([(frame(Frame.GRAY, width, -1, width), data)])
    sink = Room()
    if len(data) < width:
        with pytest.raises(DeviceError):
            read(from_driver, sink)
        return
    form, pixels = read(from_driver, sink)
    assert form.height_px == len(data) // width
    assert pixels == data[: form.size_bytes]


@pytest.mark.parametrize("size", [0, 11, 13])
def test_other_amount_than_announced_is_a_fault(sink: Any, size: int) -> None:
    """Short data after the end of a frame is a broken page, so is more of it."""
    driver = Driver([(frame(Frame.GRAY, 4, 3, 4), b"x" * size)])
    with pytest.raises(DeviceError, match="announced 12") as caught:
        read(driver, sink)
    assert caught.value.code is Code.READ_ERROR
    assert sink.pages == []


def test_fault_in_mid_page(sink: Any) -> None:
    """A status in mid-page is the fault, and the page is void."""
    driver = Driver(
        [(frame(Frame.GRAY, 4, 3, 4), b"xxxx")], status_at_end=Status.COVER_OPEN
    )
    with pytest.raises(DeviceError) as caught:
        read(driver, sink)
    assert caught.value.code is Code.COVER_OPEN


def test_cancel_ends_the_page(sink: Any) -> None:
    """A cancelled page is not delivered."""
    driver = Driver([(frame(Frame.GRAY, 4, 3, 4), b"x" * 12)])
    answers = iter([False, False, True])
    with pytest.raises(Cancelled):
        read(driver, sink, lambda: next(answers))
    assert sink.pages == []


@pytest.mark.parametrize(
    "bad",
    [
        frame(Frame.RGB, 4, 3, 2, depth=1),
        frame(Frame.GRAY, 4, 3, 4, depth=12),
        frame(Frame.GRAY, 0, 3, 4),
        frame(Frame.GRAY, 4, 3, 0),
    ],
)
def test_impossible_frames_are_refused(bad: Parameters) -> None:
    """What no page can hold is the driver's fault."""
    with pytest.raises(DeviceError, match="driver delivers"):
        depth_of(bad, "driver")


@pytest.mark.parametrize(
    "bad",
    [
        frame(Frame.GRAY, 4, 3, 3),
        frame(Frame.RED, 4, -1, 4),
        frame(Frame.RED, 4, 3, 4, depth=1),
        frame(Frame.GRAY, 4, 0, 4),
        frame(99, 4, 3, 4),
    ],
)
def test_impossible_geometry_is_refused(sink: Any, bad: Parameters) -> None:
    """Rows shorter than their pixels, and passes that cannot be joined."""
    with pytest.raises(DeviceError):
        read(Driver([(bad, bytes(max(bad.lines * bad.bytes_per_line, 1)))]), sink)


def test_a_pass_that_is_no_colour_is_refused(sink: Any) -> None:
    """A driver that begins with red must go on with a colour."""
    red = frame(Frame.RED, 4, 3, 4)
    red.last_frame = 0
    frames = [(red, bytes(12)), (frame(99, 4, 3, 4), bytes(12))]
    with pytest.raises(DeviceError, match="frame format 99"):
        read(Driver(frames), sink)
