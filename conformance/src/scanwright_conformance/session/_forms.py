"""What the bytes of a file are like: readable or not, without keeping them.

Evidence must not carry pages or keys away, so a listing has these facts instead.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from typing import Any, Final

__all__ = ["form_of"]

PICTURES: Final = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"%PDF-": "PDF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
}
PACKED: Final = {
    b"\x1f\x8b\x08": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "LZ4",
    b"\xfd7zXZ\0": "xz",
    b"BZh9": "bzip2",
}
SAMPLE: Final = 256 * 1024
HEADER: Final = 64
"""A file may have a header of its own before what is packed."""
UNPACKED: Final = 64 * 1024
"""So much sense does not come out of noise that was taken for packed data."""
RAW_DEFLATE: Final = -15


def form_of(data: bytes) -> dict[str, Any]:
    """Return facts about `data` as JSON.

    `is_text` is UTF-8 without control characters, `longest_word` the length of its
    longest run without a blank; `contains` names pictures anywhere, and packed data at
    the beginning; `bits_per_byte` is the entropy, 8 for noise.
    """
    is_text = _is_text(data)
    return {
        "is_text": is_text,
        "longest_word": max(map(len, data.split()), default=0) if is_text else 0,
        "contains": sorted(_contents(data)),
        "bits_per_byte": round(_entropy(data[:SAMPLE]), 2),
    }


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text)


def _contents(data: bytes) -> set[str]:
    found = {name for magic, name in PICTURES.items() if _has(data, magic)}
    found |= {name for magic, name in PACKED.items() if magic in data[:HEADER]}
    if any(_inflates(data[start:SAMPLE]) for start in range(HEADER)):
        found.add("deflate")
    return found


def _has(data: bytes, magic: bytes) -> bool:
    """Tell whether a picture begins: short signatures occur in noise, too."""
    return magic in (data if len(magic) > 4 else data[:HEADER])


def _inflates(data: bytes) -> bool:
    for window in (zlib.MAX_WBITS, RAW_DEFLATE):
        try:
            unpacked = zlib.decompressobj(window).decompress(data, UNPACKED)
        except zlib.error:
            continue
        if len(unpacked) >= UNPACKED:
            return True
    return False


def _entropy(data: bytes) -> float:
    counts = Counter(data).values()
    return -sum(n / len(data) * math.log2(n / len(data)) for n in counts)
