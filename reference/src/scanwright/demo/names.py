"""What a file may be called, which type it may have, and what may be said about it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from scanwright.errors import InvalidParameter

__all__ = [
    "OCTETS",
    "FileFacts",
    "check_fields",
    "check_name",
    "check_sha256",
    "check_type",
]

OCTETS: Final = "application/octet-stream"
LONGEST_NAME: Final = 255
LONGEST_TYPE: Final = 100
MOST_FIELDS: Final = 32
LONGEST_FIELD_NAME: Final = 100
LONGEST_FIELD: Final = 4096
BIDI: Final = frozenset(
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""With them a name can look as if it ended otherwise."""

_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file before its bytes; `bytes` and `sha256` may not be."""

    name: str
    type: str
    bytes: int | None = None
    sha256: str | None = None
    fields: str = "{}"
    """JSON of the form's other fields."""


def check_name(name: Any) -> str:
    """Return the name of a file.

    Raises:
        InvalidParameter: It is no text of 1 to 255 characters, has a path, or signs
            that nobody can see.
    """
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise InvalidParameter(
            f"name must be a text of 1 to {LONGEST_NAME} characters."
        )
    if name in {".", ".."} or set(name) & {"/", "\\"}:
        raise InvalidParameter("name must be the name of a file, without folders.")
    if any(_is_unseen(sign) for sign in name):
        raise InvalidParameter("name has signs that cannot be seen; take them out.")
    return name


def check_type(text: Any) -> str:
    """Return a MIME type without its parameters; without one, that of any bytes.

    Raises:
        InvalidParameter: It is none.
    """
    if text is None or text == "":
        return OCTETS
    if isinstance(text, str) and len(text) <= LONGEST_TYPE:
        name = text.partition(";")[0].strip().lower()
        if _TYPE.fullmatch(name):
            return name
    raise InvalidParameter("type must be a MIME type such as application/pdf.")


def check_sha256(text: Any) -> str | None:
    """Return a SHA-256 in small letters; none is none.

    Raises:
        InvalidParameter: It is something else.
    """
    if text is None:
        return None
    if isinstance(text, str) and _SHA256.fullmatch(text.lower()):
        return text.lower()
    raise InvalidParameter("sha256 must be 64 hexadecimal digits.")


def check_fields(fields: Mapping[str, Any]) -> str:
    """Return the other fields of a form as JSON.

    Raises:
        InvalidParameter: They are too many, too long, or no texts.
    """
    if len(fields) > MOST_FIELDS:
        raise InvalidParameter(f"There may be {MOST_FIELDS} fields beside the file.")
    for name, value in fields.items():
        if not 0 < len(name) <= LONGEST_FIELD_NAME:
            raise InvalidParameter(
                f"Names of fields must have 1 to {LONGEST_FIELD_NAME} characters."
            )
        if not isinstance(value, str) or len(value) > LONGEST_FIELD:
            raise InvalidParameter(
                f"The field {name!r} must be a text of at most {LONGEST_FIELD} "
                "characters."
            )
    return json.dumps(dict(fields))


def _is_unseen(sign: str) -> bool:
    return sign in BIDI or unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"}
