"""Where something stands in a file of TOML: the parser of Python does not tell."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["line_of"]

HEADING: Final = re.compile(r"\s*\[{1,2}\s*([\w-]+)\s*\]")


def line_of(text: str, table: str, key: str = "", *, number: int = 1) -> int:
    """Return the line of a key in the table that is the `number`th of its name.

    Without the key, the line of the table; without the table, 1.
    """
    found, seen, is_inside = 1, 0, False
    for place, line in enumerate(text.splitlines(), start=1):
        if heading := HEADING.match(line):
            seen += heading[1] == table
            is_inside = heading[1] == table and seen == number
            found = place if is_inside else found
        elif is_inside and key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
            return place
    return found
