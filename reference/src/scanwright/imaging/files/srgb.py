"""The ICC profile of sRGB, in the old form that every part of PDF/A takes.

Little CMS, and so Pillow, writes profiles of version 4; a PDF/A-1 may only hold version
2 (ISO 19005-1, 6.2.2; ICC.1:1998-09). This one has the primaries of IEC 61966-2-1,
adapted to D50, and its curve in 1,024 steps.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import Final

__all__ = ["srgb_profile"]

NAME: Final = b"sRGB IEC61966-2.1"
WHITE_D50: Final = (0.9642, 1.0, 0.8249)
PRIMARIES: Final = {
    b"rXYZ": (0.4360747, 0.2225045, 0.0139322),
    b"gXYZ": (0.3850649, 0.7168786, 0.0971045),
    b"bXYZ": (0.1430804, 0.0606169, 0.7141733),
}
STEPS: Final = 1024
HEADER_BYTES: Final = 128


@cache
def srgb_profile() -> bytes:
    """Return the profile: a display's, version 2.1, a matrix and one curve."""
    curve = _curve()
    tags = {b"desc": _description(), b"cprt": b"text\0\0\0\0" + b"No copyright.\0"}
    tags[b"wtpt"] = _xyz(WHITE_D50)
    tags |= {name: _xyz(value) for name, value in PRIMARIES.items()}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    at = HEADER_BYTES + 4 + 12 * len(tags)
    table, body, places = [struct.pack(">I", len(tags))], b"", dict[bytes, int]()
    for name, data in tags.items():
        if data not in places:
            places[data] = at + len(body)
            body += data + bytes(-len(data) % 4)
        table.append(struct.pack(">4sII", name, places[data], len(data)))
    rest = b"".join(table) + body
    return _header(HEADER_BYTES + len(rest)) + rest


def _header(size: int) -> bytes:
    return struct.pack(
        ">I4sI4s4s4s6H4sI4sIIQI12s48x",
        size,
        b"\0\0\0\0",  # no preferred engine
        0x02100000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        *(2000, 1, 1, 0, 0, 0),
        b"acsp",
        0,
        b"\0\0\0\0",
        0,
        0,
        0,
        0,  # perceptual
        b"".join(_fixed(value) for value in WHITE_D50),
    )


def _description() -> bytes:
    ascii_name = NAME + b"\0"
    return b"".join(
        [
            b"desc\0\0\0\0",
            struct.pack(">I", len(ascii_name)),
            ascii_name,
            bytes(4 + 4 + 2 + 1 + 67),  # no Unicode, no Macintosh name
        ]
    )


def _curve() -> bytes:
    values = []
    for step in range(STEPS):
        x = step / (STEPS - 1)
        y = x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4
        values.append(round(y * 65535))
    return struct.pack(f">4sII{STEPS}H", b"curv", 0, STEPS, *values)


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(_fixed(value) for value in values)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))
