"""What a run is asked to do: on which target, which clauses, in which circumstances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from scanwright_conformance.weather import Weather
from scanwright_spec import Assurance

__all__ = ["REPEATS", "Assignment"]

REPEATS: Final = 2
"""How often a check that failed is tried again, in fresh sessions."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Everything that decides a run. `place` is a URL, a file, or None: the reference.

    `only` names areas and clauses. Without `profiles` those of the description count.
    `seed` decides the order; None takes one by chance. `environment` is added to that
    of a managed target's processes. `withheld` are capabilities to do without.
    `weather` is what connections to the target are exposed to.
    """

    place: str | None = None
    only: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    level: Assurance = Assurance.L3
    seed: int | None = None
    repeats: int = REPEATS
    environment: Mapping[str, str] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    weather: Weather | None = None
