"""Secrets that were taken out of a request, and put in again by who knows them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from scanwright_conformance.redact import REDACTED

if TYPE_CHECKING:
    from scanwright_conformance.transcript import Request

__all__ = ["LICENCE", "SecretMissing", "filled"]

LICENCE: Final = "licence"
LICENCE_NAMES: Final = re.compile(r"(?i)licen[cs]e|product-?key")
PLACE: Final = re.compile(
    rb'(?:([\w-]+)("?\s*[:=]\s*"?))?' + re.escape(REDACTED.encode())
)
"""The name before a colon or an equals sign, where there is one."""

Spell = Callable[[str], str]


class SecretMissing(Exception):
    """A request needs a secret that nobody gave; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def filled(request: Request, secrets: Mapping[str, str]) -> Request:
    """Return the request with `secrets` by name in lower case, or SecretMissing."""
    raw = request.raw
    return replace(
        request,
        url=_filled(request.url.encode(), secrets, _in_url).decode(),
        headers=tuple(
            (name, _value(name, secrets) if REDACTED in text else text)
            for name, text in request.headers
        ),
        body=_filled(request.body, secrets, _in_json),
        raw=None if raw is None else _filled(raw, secrets, str),
    )


def _filled(data: bytes, secrets: Mapping[str, str], spell: Spell) -> bytes:
    def value(match: re.Match[bytes]) -> bytes:
        name = (match[1] or LICENCE.encode()).decode()
        before = (match[1] or b"") + (match[2] or b"")
        return before + spell(_value(name, secrets)).encode()

    return PLACE.sub(value, data)


def _value(name: str, secrets: Mapping[str, str]) -> str:
    known = secrets.get(name.lower())
    if known is None and LICENCE_NAMES.search(name):
        name = LICENCE
        known = secrets.get(LICENCE)
    if known is None:
        raise SecretMissing(name)
    return known


def _in_url(secret: str) -> str:
    return quote(secret, safe="")


def _in_json(secret: str) -> str:
    return json.dumps(secret)[1:-1]
