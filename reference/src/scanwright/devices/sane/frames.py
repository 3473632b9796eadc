"""Frames to pages: reads what a driver delivers straight into a page's memory.

A page is one frame, or three of one colour each. The driver writes into the mapping
itself; only rows with padding, colours in separate frames and pages of unknown height
are touched again.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from scanwright.devices.port import Cancelled, PageSink
from scanwright.devices.sane.binding import Frame, Parameters, Status
from scanwright.devices.sane.status import failure
from scanwright.errors import Code, DeviceError
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

__all__ = ["FrameHandle", "PageReader", "depth_of"]

READ_BYTES: Final = 32 * 1024
"""Measured: faster than 1 MiB, the data is still in the cache when it is copied."""
LARGEST_UNKNOWN_BYTES: Final = 1 << 30
COLOURS: Final[dict[int, int]] = {Frame.RED: 0, Frame.GREEN: 1, Frame.BLUE: 2}


class FrameHandle(Protocol):
    """What reading needs of an open device."""

    name: str

    def parameters(self) -> Parameters:
        """Say what the frame is."""
        ...

    def start(self) -> Status:
        """Begin the next frame."""
        ...

    def read(self, address: int, size: int) -> tuple[Status, int]:
        """Write up to `size` bytes to `address`."""
        ...


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads one page after the first frame was started."""

    handle: FrameHandle
    sink: PageSink
    is_cancelled: Callable[[], bool]

    def read(self, source: Source, side: int, dpi: tuple[int, int]) -> None:
        """Read one page and hand it over."""
        frame = self.handle.parameters()
        if frame.format in COLOURS:
            self._three_passes(frame, source, side, dpi)
            return
        form = PageFormat(
            frame.pixels_per_line,
            max(frame.lines, 0),
            depth_of(frame, self.handle.name),
            dpi,
            source,
            side,
        )
        if frame.lines < 0:
            data = self._unknown_height(frame)
            form = _with_height(form, len(data) // frame.bytes_per_line)
            _packed(data, frame.bytes_per_line, form)
            self.sink.space(form.size_bytes)[: form.size_bytes] = data[
                : form.size_bytes
            ]
        else:
            room = self.sink.space(max(frame.bytes_per_line * frame.lines, 1))
            self._fill(room, frame.bytes_per_line * frame.lines)
            _packed(room, frame.bytes_per_line, form)
        self.sink.page(form)

    def _three_passes(
        self, frame: Parameters, source: Source, side: int, dpi: tuple[int, int]
    ) -> None:
        """Interleave a red, a green and a blue frame, in whatever order they come."""
        if frame.lines < 0:
            raise _impossible(self.handle.name, "three passes of unknown height")
        depth = Depth(PixelType.RGB, frame.depth)
        width, height = frame.pixels_per_line, frame.lines
        form = PageFormat(width, height, depth, dpi, source, side)
        if frame.depth not in {8, 16}:
            raise _impossible(self.handle.name, f"three passes of {frame.depth} bits")
        room = _samples(self.sink.space(form.size_bytes)[: form.size_bytes], form)
        one = PageFormat(
            width, height, Depth(PixelType.GRAY, frame.depth), dpi, source, side
        )
        while True:
            size = frame.bytes_per_line * frame.lines
            data = memoryview(bytearray(size))
            self._fill(data, size)
            _packed(data, frame.bytes_per_line, one)
            colour = COLOURS.get(frame.format)
            if colour is None:
                raise _impossible(self.handle.name, f"frame format {frame.format}")
            room[colour::3] = _samples(data[: one.size_bytes], one)
            if frame.last_frame:
                break
            status = self.handle.start()
            if status is not Status.GOOD:
                raise failure(status, self.handle.name, "starting the next colour")
            frame = self.handle.parameters()
        self.sink.page(form)

    def _fill(self, room: memoryview, size: int) -> None:
        """Read exactly `size` bytes and the end of the frame."""
        start = _address(room)
        spare = ctypes.create_string_buffer(READ_BYTES)
        done = 0
        while True:
            left = size - done
            target = start + done if left else ctypes.addressof(spare)
            status, count = self._read(target, min(left or READ_BYTES, READ_BYTES))
            if status is Status.EOF:
                break
            done += count
            if done > size:
                raise _mismatch(self.handle.name, done, size)
        if done != size:
            raise _mismatch(self.handle.name, done, size)

    def _unknown_height(self, frame: Parameters) -> memoryview:
        """Read until the frame ends: a hand scanner does not know its height before."""
        spare = ctypes.create_string_buffer(READ_BYTES)
        data = bytearray()
        while True:
            status, count = self._read(ctypes.addressof(spare), READ_BYTES)
            if status is Status.EOF:
                break
            data += memoryview(spare)[:count]
            if len(data) > LARGEST_UNKNOWN_BYTES:
                raise _impossible(self.handle.name, "a page that does not end")
        if len(data) < frame.bytes_per_line:
            raise _mismatch(self.handle.name, len(data), frame.bytes_per_line)
        return memoryview(data)

    def _read(self, address: int, size: int) -> tuple[Status, int]:
        if self.is_cancelled():
            raise Cancelled
        status, count = self.handle.read(address, size)
        if self.is_cancelled():
            raise Cancelled
        if status not in {Status.GOOD, Status.EOF}:
            raise failure(status, self.handle.name, "reading a page")
        self.sink.alive()
        return status, count


def depth_of(frame: Parameters, device: str) -> Depth:
    """Return what a frame's samples are; a `DeviceError` for what no page can be."""
    if frame.pixels_per_line <= 0 or frame.bytes_per_line <= 0:
        raise _impossible(device, "a page without pixels")
    if frame.format == Frame.RGB and frame.depth in {8, 16}:
        return Depth(PixelType.RGB, frame.depth)
    if frame.format == Frame.GRAY and frame.depth in {1, 8, 16}:
        kind = PixelType.BW if frame.depth == 1 else PixelType.GRAY
        return Depth(kind, frame.depth)
    raise _impossible(device, f"frame format {frame.format} at {frame.depth} bits")


def _packed(data: memoryview, bytes_per_line: int, form: PageFormat) -> None:
    """Close the gaps between rows that a driver has padded, in place."""
    stride = form.stride_bytes
    if bytes_per_line == stride:
        return
    if bytes_per_line < stride:
        raise DeviceError(
            f"The driver's rows have {bytes_per_line} bytes and need {stride}.",
            code=Code.READ_ERROR,
        )
    start = _address(data)
    for row in range(1, form.height_px):
        ctypes.memmove(start + row * stride, start + row * bytes_per_line, stride)


def _with_height(form: PageFormat, height_px: int) -> PageFormat:
    return PageFormat(
        form.width_px,
        height_px,
        form.depth,
        form.resolution_dpi,
        form.source,
        form.side,
    )


def _samples(data: memoryview, form: PageFormat) -> memoryview:
    return data.cast("H" if form.depth.bits_per_sample == 16 else "B")


def _address(room: memoryview) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(room))


def _mismatch(device: str, got: int, announced: int) -> DeviceError:
    return DeviceError(
        f"{device} sent {got:,} bytes for a page and had announced {announced:,}.",
        code=Code.READ_ERROR,
    )


def _impossible(device: str, what: str) -> DeviceError:
    return DeviceError(f"{device} delivers {what}.", code=Code.READ_ERROR)
