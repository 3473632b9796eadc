"""Remembers whose browsers shall trust the CA, and which CAs they were told of.

A CA is written down before the first browser hears of it, and struck out when the last
has forgotten it: whatever happens in between, nothing of ours stays behind unnoticed.

Implements: FILES-private.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scanwright.certificates.folder import CertificateFolder, write_private

__all__ = ["Ledger", "Scope", "read_ledger", "update_ledger"]


class Scope(StrEnum):
    """Whose browsers."""

    USER = "user"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is wanted, what browsers were told, and when each store last changed."""

    scopes: frozenset[Scope] = frozenset()
    told: frozenset[str] = frozenset()
    changed: Mapping[str, float] = field(default_factory=dict)


def read_ledger(folder: CertificateFolder) -> Ledger:
    """Return what is written down; nothing where the file is absent or damaged."""
    try:
        return _parse(json.loads(folder.trust.read_bytes()))
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return Ledger()


def update_ledger(
    folder: CertificateFolder, change: Callable[[Ledger], Ledger]
) -> Ledger:
    """Change what is written down; one that says nothing is no file."""
    with folder.locked():
        before = read_ledger(folder)
        after = change(before)
        if after == Ledger():
            folder.trust.unlink(missing_ok=True)
        elif after != before:
            write_private(folder.trust, _format(after))
    return after


def _parse(content: Any) -> Ledger:
    return Ledger(
        scopes=frozenset(map(Scope, content["scopes"])),
        told=frozenset(map(str, content["told"])),
        changed={str(store): float(at) for store, at in content["changed"].items()},
    )


def _format(ledger: Ledger) -> bytes:
    content = {
        "scopes": sorted(ledger.scopes),
        "told": sorted(ledger.told),
        "changed": dict(ledger.changed),
    }
    return json.dumps(content, indent=2).encode() + b"\n"
