"""Bodies and queries as values: each member is known, of its type and within bounds."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any, Final

from aiohttp import hdrs, web

from scanwright_simulators._table import Table
from scanwright_simulators.control.door import Refused
from scanwright_simulators.device.generated import Kind
from scanwright_simulators.device.journal import nearest
from scanwright_simulators.piles import read_pile
from scanwright_simulators.scenario import PilePlan

__all__ = ["flag", "number", "pile", "read_object", "require_readable", "seconds"]

JSON: Final = "application/json"
LONGEST_NUMBER: Final = 15
"""Digits; more would not survive the languages that read JSON."""
FLAGS: Final = {"true": True, "false": False}


async def read_object(request: web.Request) -> Table:
    """Return the members of a JSON object; no body at all is an empty one.

    Raises:
        Refused: It is something else.
    """
    body = await request.read()
    if not body:
        return _table({})
    if request.content_type != JSON:
        given = request.headers.get(hdrs.CONTENT_TYPE, "nothing")
        raise Refused(415, f"the body must be {JSON}, not {given}", [JSON])
    try:
        values = json.loads(body, parse_int=_whole, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refused(400, f"the body is no JSON: {error}") from None
    if not isinstance(values, dict):
        raise Refused(400, "the body must be a JSON object")
    return _table(values)


def pile(values: dict[str, Any]) -> PilePlan:
    """Return the pile that `values` describe, in the words of scenario files."""
    if "files" not in values and "kind" not in values and "sheets" not in values:
        raise Refused(400, "say what to load: files, or a kind and sheets", list(Kind))
    kind = values.get("kind", Kind.IDENTITY)
    if isinstance(kind, str) and kind not in set(Kind):
        near = nearest(kind, list(Kind))
        raise Refused(400, f"no kind {kind!r}; there are: {', '.join(Kind)}", near)
    files = values.get("files", [])
    for name in files if isinstance(files, list) else []:
        if isinstance(name, str):
            require_readable(name)
    return read_pile(_table(values), Path("/"))


def require_readable(name: str) -> None:
    """Raise unless this names a file or folder, by its whole path.

    Devices and pipes are none: reading them would never end.
    """
    if not name.startswith("/"):
        raise Refused(400, f"{name!r} must be an absolute path")
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116  a Path would allow more forms
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Refused(400, f"{name!r} cannot be read: {reason}") from None
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise Refused(400, f"{name!r} is neither a file nor a folder")


def flag(request: web.Request, name: str, *, default: bool = False) -> bool:
    """Return a member of the query that is true or false."""
    text = request.query.get(name)
    if text is None:
        return default
    if text not in FLAGS:
        raise Refused(400, f"{name} must be true or false, not {text!r}", list(FLAGS))
    return FLAGS[text]


def number(
    request: web.Request,
    name: str,
    *,
    default: int,
    low: int = 0,
    high: int = 10**LONGEST_NUMBER - 1,
) -> int:
    """Return a member of the query that is a whole number within bounds."""
    text = request.query.get(name)
    if text is None:
        return default
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    if not is_number or not low <= int(text) <= high:
        raise Refused(400, f"{name} must be from {low} to {high}, not {text!r}")
    return int(text)


def seconds(request: web.Request, name: str, *, high: float) -> float:
    """Return a member of the query that is a time; 0 where it is left out."""
    text = request.query.get(name, "0")
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= high:
        raise Refused(400, f"{name} must be from 0 to {high:g}, not {text!r}")
    return value


def _table(values: dict[str, Any]) -> Table:
    return Table("body", "", values, {})


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"the number {text[:LONGEST_NUMBER]}... is too long")
    return int(text)


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")
