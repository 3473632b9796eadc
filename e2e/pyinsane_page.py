"""Scan one A5 page from SANE's first test device with pyinsane2, into a PNG file.

A program of its own: pyinsane2 reads its mode from the environment when it is imported,
and does not let go of libsane.
"""

from __future__ import annotations

import sys

import pyinsane2

FIXED = 1 << 16
"""pyinsane2 shows SANE_FIXED options raw, as 16.16 numbers."""

SETTINGS = {
    "mode": "Color",
    "resolution": 100 * FIXED,
    "source": "Flatbed",
    "br-x": 148 * FIXED,
    "br-y": 210 * FIXED,
}


def main(file: str) -> None:
    """Scan to `file`."""
    pyinsane2.init()
    scanner = next(d for d in pyinsane2.get_devices() if d.name == "test:0")
    for name, value in SETTINGS.items():
        scanner.options[name].value = value
    session = scanner.scan(multiple=False)
    try:
        while True:
            session.scan.read()
    except EOFError:
        session.images[0].save(file)


if __name__ == "__main__":
    main(sys.argv[1])
