"""Profiles and levels of assurance: for what, and how thoroughly, one is certified.

The two are axes of their own. A *profile* is a subject: each clause belongs to one. The
profile `scanwright` is all of them together with what is this specification's own
choice; in the others own choices bind nobody, and where the published facts contradict
each other a clause can warn, not fail. A *level* tells what the suite was given: L1 the
addresses of a service, L2 its life, L3 virtual hardware too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from scanwright_spec._clauses import Provenance
from scanwright_spec._data import read_toml
from scanwright_spec._vocabulary import capabilities

if TYPE_CHECKING:
    from scanwright_spec._clauses import Clause

__all__ = [
    "EVERYTHING",
    "PROFILES",
    "Assurance",
    "Profile",
    "assurance_of",
    "binds",
    "is_in_profile",
    "profile_of",
]

EVERYTHING: Final = "scanwright"


class Assurance(StrEnum):
    """How much of a service the suite can see and do."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"

    @property
    def meaning(self) -> str:
        """What it says about a run."""
        return {
            "L1": "attached: the suite knew its addresses",
            "L2": "managed: the suite started and ended it",
            "L3": "managed, on virtual hardware that the suite controlled",
        }[self.value]


LEVEL_OF_KIND: Final = {"virtual": Assurance.L3, "managed": Assurance.L2}
"""Of all other kinds of capabilities an attached service may have some."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One subject that a service can be certified for."""

    name: str
    meaning: str
    areas: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()


def _read(name: str, table: Mapping[str, Any]) -> Profile:
    areas, clauses = table.get("areas", ()), table.get("clauses", ())
    return Profile(name, table["meaning"], tuple(areas), tuple(clauses))


PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        **{
            name: _read(name, table)
            for name, table in read_toml("profiles.toml").items()
        },
        EVERYTHING: Profile(
            EVERYTHING,
            "Everything, this specification's own choices included.",
        ),
    },
)
"""Every profile by its name; the last one is all of them."""


def profile_of(clause: Clause) -> str:
    """Return the name of the one profile whose subject `clause` is about."""
    by_clause, by_area = _homes()
    return by_clause.get(clause.id) or by_area[clause.area]


def is_in_profile(clause: Clause, name: str) -> bool:
    """Whether a service certified for the profile `name` has to do with `clause`."""
    if name == EVERYTHING:
        return True
    return clause.provenance is not Provenance.OWN_CHOICE and profile_of(clause) == name


def binds(clause: Clause, profiles: Iterable[str]) -> bool:
    """Whether breaking `clause` fails a service in one of these profiles."""
    if not clause.level.is_required:
        return False
    return any(
        name == EVERYTHING or (is_in_profile(clause, name) and not clause.decides)
        for name in profiles
    )


def assurance_of(clause: Clause) -> Assurance:
    """Return the lowest level at which `clause` can be tried."""
    kinds = {each.name: each.kind for each in capabilities()}
    levels = (LEVEL_OF_KIND.get(kinds[need], Assurance.L1) for need in clause.needs)
    return max(levels, default=Assurance.L1)


@cache
def _homes() -> tuple[Mapping[str, str], Mapping[str, str]]:
    by_clause = {
        clause: each.name for each in PROFILES.values() for clause in each.clauses
    }
    by_area = {area: each.name for each in PROFILES.values() for area in each.areas}
    return by_clause, by_area
