"""Names of files: safe on every system, and with the ending of their type.

A name comes from a web page. What is left of it names one file in the folder at hand
and nothing else: no folder, no device, no hidden file, nothing that a terminal obeys.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from scanwright.protocol.saving import FileType

__all__ = ["DEFAULT_STEM", "file_name"]

DEFAULT_STEM: Final = "scan"
LONGEST_BYTES: Final = 255
ENDINGS: Final = {
    FileType.BMP: (".bmp", ".dib"),
    FileType.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    FileType.TIFF: (".tif", ".tiff"),
    FileType.PNG: (".png",),
    FileType.PDF: (".pdf",),
}
"""The first is added where none of them is there."""
SPECIAL: Final = frozenset('/\\<>:"|?*')
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's control, format (which turn text round), half and unknown characters."""
RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"}
)
"""Devices on Windows, whatever follows the first dot."""


def file_name(name: str, kind: FileType) -> str:
    """Return a name that may be used, ending as the type wants it.

    Implements the published rule: `x.jpg` as a PDF is `x.jpg.pdf`, `x.PDF` stays.
    """
    clean = "".join(_harmless(char) for char in unicodedata.normalize("NFC", name))
    # Once more: what was taken out may have stood between a letter and its accent.
    clean = unicodedata.normalize("NFC", clean).rstrip(" .")
    endings = ENDINGS[kind]
    stem, dot, last = clean.rpartition(".")
    ending = f".{last}" if dot and f".{last}".lower() in endings else ""
    stem = _kept(stem if ending else clean, LONGEST_BYTES - len(ending or endings[0]))
    return stem + (ending or endings[0])


def _harmless(char: str) -> str:
    if char in SPECIAL:
        return "_"
    return "" if unicodedata.category(char) in INVISIBLE else char


def _kept(stem: str, most_bytes: int) -> str:
    """Return a stem that is no device, not empty, and short enough."""
    stem = stem.strip(" .").encode()[: most_bytes - 1].decode(errors="ignore")
    stem = stem.rstrip(" .") or DEFAULT_STEM
    is_device = stem.split(".")[0].rstrip().lower() in RESERVED
    return f"_{stem}" if is_device else stem
