"""What no log may hold: pictures, passwords, licence keys, tokens.

A net below those who log, not a licence to be careless. It knows secrets by what was
told to `conceal`, by the name before them (`password=...`, `Authorization: ...`), by
their place in an address (`http://user:password@printer/`), and pictures by their look:
bytes, and text that is far too long for a word.

Implements: FILES-log, FILES-dump-no-image.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["HIDDEN", "conceal", "is_secret_name", "plain", "redact", "shorten"]

HIDDEN: Final = "***"
SHORTEST: Final = 4
"""Shorter strings are in every text; hiding them would hide the text."""

_SECRET_NAME: Final = re.compile(
    r"passw(?:or)?d|passphrase|token|secret|licen[cs]e|(?:product|api|private)[_-]?key"
    r"|authorization|cookie|scanwright-admin",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"(?<![\w-])(?P<name>[\w-]++)['\"]?\s*+[=:]\s*+(?:(?:Bearer|Basic)\s++)?",
    re.IGNORECASE,
)
_VALUE: Final = re.compile(
    r"\"(?:\\.|[^\"\\])*+\"?|'(?:\\.|[^'\\])*+'?|[^\s,;&}\"']+", re.DOTALL
)
_IN_ADDRESS: Final = re.compile(r"(?<=://)[^/\s@]++(?=@)")
_PEM: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
_BYTES: Final = re.compile(r"\bb(['\"])(?:\\.|(?!\1)[^\\]){32,}(?:\1|\Z)")
_BLOB: Final = re.compile(r"[A-Za-z0-9+/=_-]{160,}")

_concealed: set[str] = set()


def conceal(*secrets: str) -> None:
    """Hide these strings wherever this process would write them from now on."""
    _concealed.update(secret for secret in secrets if len(secret) >= SHORTEST)


def is_secret_name(name: str) -> bool:
    """Tell whether a field of this name holds what no log may hold."""
    return _SECRET_NAME.search(name) is not None


def plain(value: object) -> object:
    """Return a value to be logged; of raw data only its size."""
    if isinstance(value, bytes | bytearray | memoryview):
        size = value.nbytes if isinstance(value, memoryview) else len(value)
        return f"<{size} bytes>"
    return value


def redact(text: str) -> str:
    """Return the text without what no log may hold."""
    for secret in _concealed:
        text = text.replace(secret, HIDDEN)
    text = _PEM.sub(HIDDEN, text)
    text = _IN_ADDRESS.sub(HIDDEN, text)
    text = _hide_named(text)
    text = _BYTES.sub(lambda found: f"<{len(found[0])} characters of bytes>", text)
    return _BLOB.sub(lambda found: f"<{len(found[0])} characters>", text)


def shorten(text: str, limit: int) -> str:
    """Return the text, or its beginning and end when it is longer than `limit`."""
    if len(text) <= limit:
        return text
    cut = len(text) - limit
    return f"{text[: limit // 2]} ... {cut} characters ... {text[-(limit // 2) :]}"


def _hide_named(text: str) -> str:
    """Hide values behind telling names, in one pass: text may be long, and hostile."""
    parts = []
    position = 0
    for label in _LABEL.finditer(text):
        if label.start() >= position and is_secret_name(label["name"]):
            parts += [text[position : label.end()], HIDDEN]
            value = _VALUE.match(text, label.end())
            position = value.end() if value else label.end()
    return "".join([*parts, text[position:]])
