"""A SANE frontend in a process of its own: takes orders as lines of JSON on stdin.

    python frontend.py [library]

Each order is a list, a name and its arguments; each answer a line of JSON. `read` runs
in a thread, so that `cancel` can come from another one; `join` waits for it.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import select
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

LIBRARY: Final = "libsane.so.1"
NAMES: Final = (
    *("GOOD", "UNSUPPORTED", "CANCELLED", "DEVICE_BUSY", "INVAL", "EOF", "JAMMED"),
    *("NO_DOCS", "COVER_OPEN", "IO_ERROR", "NO_MEM", "ACCESS_DENIED", "WARMING_UP"),
    "HW_LOCKED",
)
TYPES_OF_WORDS: Final = (0, 1, 2)
TEXT: Final = 3
CHUNK: Final = 32 * 1024


class Descriptor(ctypes.Structure):
    """SANE_Option_Descriptor."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("title", ctypes.c_char_p),
        ("desc", ctypes.c_char_p),
        ("type", ctypes.c_int),
        ("unit", ctypes.c_int),
        ("size", ctypes.c_int),
        ("cap", ctypes.c_int),
        ("constraint_type", ctypes.c_int),
        ("constraint", ctypes.c_void_p),
    )


class Device(ctypes.Structure):
    """SANE_Device."""

    _fields_ = tuple(
        (word, ctypes.c_char_p) for word in ("name", "vendor", "model", "type")
    )


class Frontend:
    """Calls libsane as it is told."""

    def __init__(self) -> None:
        self.sane = ctypes.CDLL(LIBRARY)
        self.sane.sane_get_option_descriptor.restype = ctypes.POINTER(Descriptor)
        self.handle = ctypes.c_void_p()
        self.threads: list[threading.Thread] = []
        self.result: Any = None
        self.sane.sane_init(None, None)
        self.size = 0

    def list(self) -> Any:
        """Return the names of all devices."""
        devices = ctypes.POINTER(ctypes.POINTER(Device))()
        self.sane.sane_get_devices(ctypes.byref(devices), 1)
        found: list[str] = []
        while devices[len(found)]:
            found.append(devices[len(found)].contents.name.decode())
        return found

    def open(self, name: str) -> Any:
        """Open a device."""
        return self._said(self.sane.sane_open(name.encode(), ctypes.byref(self.handle)))

    def close(self) -> Any:
        """Close it."""
        self.sane.sane_close(self.handle)

    def options(self) -> Any:
        """Return number and capabilities of each option."""
        found: dict[str, Any] = {}
        while option := self._option(len(found)):
            name = (option.name or b"").decode()
            found[name or f"#{len(found)}"] = [len(found), option.cap]
        return found

    def get(self, number: int) -> Any:
        """Return status and value of an option."""
        option = self._option(number)
        room = ctypes.create_string_buffer(max(1, option.size))
        status = self.sane.sane_control_option(self.handle, number, 0, room, None)
        return [self._said(status), self._value(option, room)]

    def set(self, number: int, value: str | int) -> Any:
        """Set an option; return status, value and info."""
        option = self._option(number)
        room = ctypes.create_string_buffer(max(1, option.size))
        room.value = value.encode() if isinstance(value, str) else b""
        if not isinstance(value, str):
            ctypes.memmove(room, ctypes.byref(ctypes.c_int32(value)), 4)
        info = ctypes.c_int()
        status = self.sane.sane_control_option(
            self.handle, number, 1, room, ctypes.byref(info)
        )
        return [self._said(status), self._value(option, room), info.value]

    def parameters(self) -> Any:
        """Return format, last frame, bytes and pixels a line, lines and depth."""
        found = (ctypes.c_int * 6)()
        status = self.sane.sane_get_parameters(self.handle, found)
        return [self._said(status), list(found)]

    def start(self) -> Any:
        """Start a page."""
        return self._said(self.sane.sane_start(self.handle))

    def read(self, most: int = -1) -> Any:
        """Read a page, or `most` bytes of it, in a thread."""
        thread = threading.Thread(target=self._read, args=(most,))
        self.threads.append(thread)
        thread.start()

    def has_read(self) -> Any:
        """Return how many bytes the thread has so far; asks nothing of libsane.

        Whatever else does, while a thread reads, is against the rules of SANE: only
        sane_cancel may come from elsewhere.
        """
        return self.size

    def start_in_thread(self) -> Any:
        """Start a page in a thread."""

        def work() -> None:
            self.result = self.start()

        thread = threading.Thread(target=work)
        self.threads.append(thread)
        thread.start()

    def join(self) -> Any:
        """Return what came of the thread."""
        self.threads.pop().join()
        return self.result

    def cancel(self) -> Any:
        """Cancel."""
        self.sane.sane_cancel(self.handle)

    def nonblocking(self) -> Any:
        """Switch to reads that do not wait; return both statuses and the file."""
        file = ctypes.c_int(-1)
        status = self.sane.sane_set_io_mode(self.handle, 1)
        other = self.sane.sane_get_select_fd(self.handle, ctypes.byref(file))
        self.file = file.value
        return [self._said(status), self._said(other)]

    def poll(self, timeout_ms: int) -> Any:
        """Say whether the select file becomes readable."""
        poll = select.poll()
        poll.register(self.file, select.POLLIN)
        return bool(poll.poll(timeout_ms))

    def read_once(self) -> Any:
        """Read once; return status and length."""
        data, got = ctypes.create_string_buffer(CHUNK), ctypes.c_int()
        status = self.sane.sane_read(self.handle, data, CHUNK, ctypes.byref(got))
        return [self._said(status), got.value]

    def _read(self, most: int) -> None:
        data, got = ctypes.create_string_buffer(CHUNK), ctypes.c_int()
        digest, size, status = hashlib.sha256(), 0, 0
        while not status and (most < 0 or size < most):
            room = CHUNK if most < 0 else min(CHUNK, most - size)
            status = self.sane.sane_read(self.handle, data, room, ctypes.byref(got))
            digest.update(data.raw[: got.value])
            size += got.value
            self.size = size
        self.result = [self._said(status), size, digest.hexdigest()]

    def _option(self, number: int) -> Any:
        found = self.sane.sane_get_option_descriptor(self.handle, number)
        return found.contents if found else None

    def _value(self, option: Any, room: Any) -> Any:
        if option.type == TEXT:
            return room.value.decode()
        if option.type in TYPES_OF_WORDS:
            return ctypes.c_int32.from_buffer(room).value
        return None

    def _said(self, status: int) -> str:
        return NAMES[status]


def main() -> None:
    """Obey until stdin ends."""
    frontend = Frontend()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        order: Callable[..., Any] = getattr(frontend, name)
        print(json.dumps(order(*arguments)), flush=True)
    os._exit(0)  # as a program that forgets to close


if __name__ == "__main__":
    main()
