"""The words that clauses are made with: capabilities they need, gaps they decide."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from scanwright_spec._data import read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CAPABILITIES", "GAPS", "Capability", "capabilities", "issued_ids"]


@dataclass(frozen=True, slots=True)
class Capability:
    """Something that a target has or has not, and that clauses may need.

    `kind` is `declared` (a promise of the target's description), `hardware` (a device
    that is attached to it), `virtual` (one that behaves as told), `managed` (what the
    suite may do with it) or `platform` (the system that it runs on, and what the suite
    sees of that).
    """

    name: str
    kind: str
    meaning: str


@cache
def capabilities() -> tuple[Capability, ...]:
    """Return every capability, grouped by kind."""
    return tuple(
        Capability(name, kind, meaning)
        for kind, table in read_toml("capabilities.toml").items()
        for name, meaning in table.items()
    )


@cache
def issued_ids() -> Mapping[str, str]:
    """Return every id ever given to a clause: "", or why there is none any more."""
    issued: dict[str, str] = read_toml("ids.toml")
    return MappingProxyType(issued)


CAPABILITIES: Final[Mapping[str, str]] = MappingProxyType(
    {capability.name: capability.meaning for capability in capabilities()},
)
"""What each name in a clause's `needs` means for a target."""

GAPS: Final[Mapping[int, str]] = MappingProxyType(
    {int(number): question for number, question in read_toml("gaps.toml").items()},
)
"""The questions that the published facts leave open, by number."""
