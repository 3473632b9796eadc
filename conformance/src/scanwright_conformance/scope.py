"""The scope of a run: which clauses are tried, and which of them bind.

Profiles and levels of assurance choose clauses; words of `--only` choose among all.
A clause of a profile may build upon one that is none of it: that one is tried too,
so that nothing is blamed on the wrong clause, and it can warn but not fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanwright_spec import (
    EVERYTHING,
    PROFILES,
    Assurance,
    assurance_of,
    binds,
    is_in_profile,
)

if TYPE_CHECKING:
    from scanwright_conformance.check import RegisteredCheck
    from scanwright_spec import Clause

__all__ = ["COMPATIBLE", "Scope", "UnknownSelection", "profiles_named"]

COMPATIBLE: Final = tuple(name for name in PROFILES if name != EVERYTHING)
"""The profiles in which own choices of the specification bind nobody."""

SHORT: Final = "compatible"


class UnknownSelection(Exception):
    """A word is no area, no clause, or no profile."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run is about. `only` has ids and areas in capitals; empty means all."""

    profiles: tuple[str, ...] = (EVERYTHING,)
    level: Assurance = Assurance.L3
    only: frozenset[str] = frozenset()

    def select(
        self,
        clauses: Sequence[Clause],
        checks: Mapping[str, RegisteredCheck],
    ) -> tuple[Clause, ...]:
        """Return the clauses to try, in the order of `clauses`."""
        if self.only:
            return tuple(each for each in clauses if self.only & _names(each))
        wanted = {each.id for each in clauses if self._has(each)}
        wanted = _with_foundations(wanted, checks)
        return tuple(each for each in clauses if each.id in wanted)

    def binds(self, clause: Clause) -> bool:
        """Whether a target of this scope must meet `clause`."""
        return binds(clause, self.profiles)

    def _has(self, clause: Clause) -> bool:
        return assurance_of(clause) <= self.level and any(
            is_in_profile(clause, name) for name in self.profiles
        )


def selection(clauses: Iterable[Clause], words: Iterable[str]) -> frozenset[str]:
    """Return words of `--only` as a Scope has them, or raise UnknownSelection."""
    wanted = frozenset(word.upper() for word in words)
    known = {name for clause in clauses for name in _names(clause)}
    if unknown := sorted(wanted - known):
        raise UnknownSelection(
            f"no clause and no area is called {', '.join(unknown)}; "
            "`scanwright spec` lists them",
        )
    return wanted


def profiles_named(words: Iterable[str]) -> tuple[str, ...]:
    """Return the profiles that `words` name; `compatible` is all but own choices."""
    found: dict[str, None] = {}
    for word in words:
        names = COMPATIBLE if word == SHORT else (word,)
        for name in names:
            if name not in PROFILES:
                known = ", ".join([*PROFILES, SHORT])
                raise UnknownSelection(f"no profile is called {name}; use {known}")
            found[name] = None
    return tuple(found)


def _names(clause: Clause) -> set[str]:
    return {clause.id.upper(), clause.area.upper()}


def _with_foundations(
    wanted: set[str],
    checks: Mapping[str, RegisteredCheck],
) -> set[str]:
    """Return `wanted` with everything that their checks build upon."""
    found: set[str] = set()
    open_ = list(wanted)
    while open_:
        name = open_.pop()
        if name not in found:
            found.add(name)
            check = checks.get(name)
            open_ += check.after if check else ()
    return found
