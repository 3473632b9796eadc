"""Reads feeder pages of one SANE device and prints seconds a page: a process by itself.

    python -m benchmarks.sane_reader DEVICE SOURCE PAGES

Reads of 32 KiB into one buffer, as fast frontends do. The pages before the count began
(one batch) warm up whatever a device keeps.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Sequence
from time import perf_counter
from typing import Final

from scanwright.devices.sane.binding import Status
from scanwright.devices.sane.library import Handle, Sane
from scanwright.devices.sane.options import OptionValue

CHUNK: Final = 32 * 1024
GEOMETRY_MM: Final = {"tl-x": 0.0, "tl-y": 0.0, "br-x": 210.0, "br-y": 297.0}


def main(argv: Sequence[str]) -> int:
    """Print the bytes of a page and the seconds of each as JSON."""
    device, source, pages = argv[0], argv[1], int(argv[2])
    handle = Sane().open(device)
    wishes: dict[str, OptionValue] = {
        "source": source,
        "mode": "Color",
        "resolution": 300,
        **GEOMETRY_MM,
    }
    for name, value in wishes.items():
        handle.set(handle.options[name], value)
    read_batch(handle, pages)
    seconds, size = read_batch(handle, pages)
    handle.close()
    print(json.dumps({"seconds": seconds, "bytes": size}))
    return 0


def read_batch(handle: Handle, pages: int) -> tuple[list[float], int]:
    """Read so many pages; return the seconds of each, and the bytes of the last."""
    buffer = ctypes.create_string_buffer(CHUNK)
    address = ctypes.addressof(buffer)
    seconds, size = [], 0
    for _ in range(pages):
        begun = perf_counter()
        status = handle.start()
        if status is Status.NO_DOCS:  # the test backend says so once, then has ten more
            status = handle.start()
        assert status is Status.GOOD, status
        size = read_page(handle, address)
        seconds.append(perf_counter() - begun)
    handle.cancel()
    return seconds, size


def read_page(handle: Handle, address: int) -> int:
    """Read a page to its end; return its bytes."""
    total = 0
    while True:
        status, length = handle.read(address, CHUNK)
        total += length
        if status is Status.EOF:
            return total
        assert status is Status.GOOD, status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
