"""INI text with the number of each line, read and edited without losing anything.

Sections in brackets, `key=value`, comments on lines of their own behind `;` or `#`.
The text is UTF-8, with or without a byte order mark, or what Windows calls Unicode;
lines end as they like. A line that cannot be read is a fault of its own, and spoils no
other one.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["Entry", "Fault", "Ini", "NotText", "edited", "parse"]

COMMENTS: Final = (";", "#")
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_UNDECODABLE: Final = re.compile(r"[\ud800-\udfff]")
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class NotText(ValueError):
    """The file is no text at all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key=value`; the section is as written, and empty before the first one."""

    section: str
    key: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that says nothing, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ini:
    """All that a file says."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


def parse(data: bytes) -> Ini:
    """Read a file.

    Raises:
        NotText: It is no text.
    """
    entries, faults = [], []
    section = ""
    for number, line in enumerate(_LINE_END.split(_decoded(data)), start=1):
        text = line.strip()
        if not text or text.startswith(COMMENTS):
            continue
        if _UNDECODABLE.search(text):
            faults.append(Fault(number, ascii(text), "is not UTF-8"))
        elif text.startswith("["):
            section = text[1:-1].strip() if text.endswith("]") else ""
            if not section:
                faults.append(Fault(number, text, "is no section"))
        else:
            key, sign, value = (part.strip() for part in text.partition("="))
            if key and sign:
                entries.append(Entry(section, key, value, number))
            else:
                faults.append(Fault(number, text, "is no setting"))
    return Ini(tuple(entries), tuple(faults))


def edited(data: bytes, section: str, key: str, value: str | None) -> bytes:
    """Return the file with this value of the key, or without it when that is None.

    Everything else stays as it is, comments and order included.

    Raises:
        NotText: The file is no text.
    """
    text = _decoded(data)
    lines = _LINE_END.split(text)
    ending = found[0] if (found := _LINE_END.search(text)) else "\n"
    if not lines[-1]:
        lines.pop()
    here = list(_lines_of(data, section, key))
    if value is not None and here:
        lines[here.pop(0) - 1] = f"{key}={value}"
    elif value is not None:
        _insert(lines, section, f"{key}={value}", data)
    for number in reversed(here):
        del lines[number - 1]
    whole = "".join(f"{line}{ending}" for line in lines)
    return whole.encode(errors="surrogateescape")


def _lines_of(data: bytes, section: str, key: str) -> Iterator[int]:
    for entry in parse(data).entries:
        if (entry.section.casefold(), entry.key.casefold()) == (
            section.casefold(),
            key.casefold(),
        ):
            yield entry.line


def _insert(lines: list[str], section: str, line: str, data: bytes) -> None:
    """Put a line behind the last one of its section, made if need be."""
    last = [
        entry.line
        for entry in parse(data).entries
        if entry.section.casefold() == section.casefold()
    ]
    if last:
        lines.insert(last[-1], line)
        return
    headers = [text.strip().casefold() for text in lines]
    if (header := f"[{section}]").casefold() in headers:
        lines.insert(headers.index(header.casefold()) + 1, line)
    else:
        lines += [header, line]


def _decoded(data: bytes) -> str:
    try:
        if data.startswith(_UTF16):
            return data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise NotText("is no text") from error
    if b"\0" in data:
        raise NotText("is no text")
    # Bytes that are not UTF-8 must survive an edit, and are told line by line.
    return data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
