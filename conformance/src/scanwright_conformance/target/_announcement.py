"""What a service says once it answers: the first line of a command, or an adapter's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scanwright_conformance.target._model import Addresses, Port

__all__ = ["Announcement", "NoAnnouncement", "announcement_in"]

SHOWN: Final = 200


class NoAnnouncement(Exception):
    """What was said tells no addresses; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Where the service answers, where its files are, and which process main is.

    `pid` is 0 where nobody said it.
    """

    addresses: Addresses
    home: Path | None = None
    pid: int = 0


def announcement_in(said: Any) -> Announcement:
    """Return what the JSON value `said` announces, or raise NoAnnouncement.

    The members are `api` and, as far as there are any, `api_tls`, `manager`,
    `manager_tls`, `ca`, `home`, `pid` and `control`, that of virtual scanners.
    """
    if not isinstance(said, dict):
        raise NoAnnouncement(f"{json.dumps(said)[:SHOWN]} is no JSON object")
    members = ("ca", "home", "control")
    texts = {name: _text(said, name) for name in (*Port, *members)}
    if not texts[Port.API]:
        raise NoAnnouncement("'api' is missing: the address of the REST interface")
    urls = {port: _base(texts[port]) for port in Port if texts[port]}
    ca, home, control = (texts[name] for name in members)
    return Announcement(
        Addresses(urls, Path(ca) if ca else None, control.rstrip("/") or None),
        Path(home) if home else None,
        _number(said.get("pid")),
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NoAnnouncement(f"'{name}' is {json.dumps(value)[:SHOWN]}, and no string")
    return value


def _base(url: str) -> str:
    return url.rstrip("/").removesuffix("/api")


def _number(pid: Any) -> int:
    if pid is None:
        return 0
    if not isinstance(pid, int) or isinstance(pid, bool) or pid < 0:
        raise NoAnnouncement(f"'pid' is {json.dumps(pid)[:SHOWN]}, and no number")
    return pid
