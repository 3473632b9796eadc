"""The words that SANE backends have for sources and modes, and what they mean.

SANE leaves both to the backends, in English and often with a number in them. The
words here come from the backends of sane-backends 1.2 and from sane-airscan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from scanwright.protocol.scanning import PixelType, Source

__all__ = ["Mode", "modes", "sources"]

Mode = tuple[PixelType, int | None]
"""A pixel type, and its depth when the mode's name says it."""

SOURCE_WORDS: Final = (
    # No paper, or not what anybody means by a scan of a page.
    (
        re.compile(r"transparen|tpu|negative|slide|film|card|back|rear|auto$|^auto"),
        None,
    ),
    (re.compile(r"duplex|both sides"), Source.DUPLEX),
    (re.compile(r"adf|feeder|sheetfed|tray"), Source.FEEDER),
    (re.compile(r"flat ?bed|platen|document table|glass|normal|^fb$"), Source.FLATBED),
)
"""The first that matches counts."""

MODE_WORDS: Final = (
    (re.compile(r"halftone|dither|diffusion|infrared|colou?r line ?art"), None),
    (
        re.compile(r"line ?art|binary|black ?(&|and) ?white|mono|1.?bit|^text"),
        PixelType.BW,
    ),
    (re.compile(r"gr[ae]y"), PixelType.GRAY),
    (re.compile(r"colou?r|rgb"), PixelType.RGB),
)
AUTOMATIC_FEEDER: Final = re.compile(r"^auto(matic)?[ -]?document[ -]?feeder")
SIXTEEN_BITS: Final = re.compile(r"\b(48|16)[ -]?bit")
EIGHT_BITS: Final = re.compile(r"\b(24|8)[ -]?bit")


def sources(words: Iterable[str]) -> dict[Source, str]:
    """Return the backend's word for each source that it has."""
    found: dict[Source, str] = {}
    for word in words:
        source = _source(word)
        if source is not None:
            found.setdefault(source, word)
    return found


def modes(words: Iterable[str]) -> dict[str, Mode]:
    """Return what each of the backend's modes delivers, without the unusual ones."""
    found: dict[str, Mode] = {}
    for word in words:
        lower = word.lower()
        kind = next((k for pattern, k in MODE_WORDS if pattern.search(lower)), None)
        if kind is not None:
            found[word] = (kind, _bits(kind, lower))
    return found


def _source(word: str) -> Source | None:
    lower = AUTOMATIC_FEEDER.sub("feeder", word.lower())
    return next((s for pattern, s in SOURCE_WORDS if pattern.search(lower)), None)


def _bits(kind: PixelType, lower: str) -> int | None:
    if kind is PixelType.BW:
        return 1
    if SIXTEEN_BITS.search(lower):
        return 16
    return 8 if EIGHT_BITS.search(lower) else None
