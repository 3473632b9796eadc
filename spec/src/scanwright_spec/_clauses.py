"""What a specification is made of: clauses, gathered in areas."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Area", "Clause", "Level", "Provenance", "SpecificationError"]


class SpecificationError(ValueError):
    """The specification's own files are wrong; the message begins `file:line:`."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}")
        self.file = file
        self.line = line
        self.problem = problem


class Level(StrEnum):
    """How binding a clause is (RFC 2119)."""

    MUST = "MUST"
    MUST_NOT = "MUST NOT"
    SHOULD = "SHOULD"
    SHOULD_NOT = "SHOULD NOT"
    MAY = "MAY"

    @property
    def is_required(self) -> bool:
        """Whether a service that breaks the clause is not conformant."""
        return self in {Level.MUST, Level.MUST_NOT}


class Provenance(StrEnum):
    """Where a clause comes from."""

    DOCUMENTED = "documented"
    STANDARD = "standard"
    OBSERVED = "observed"
    OWN_CHOICE = "own choice"


@dataclass(frozen=True, slots=True)
class Clause:
    """One normative sentence with a permanent id.

    `detail` says where exactly it comes from, or why it was chosen. `text` is Markdown,
    one line a paragraph. `line` is that of its heading.
    """

    id: str
    level: Level
    provenance: Provenance
    detail: str
    decides: tuple[int, ...]
    needs: frozenset[str]
    text: str
    area: str
    line: int


@dataclass(frozen=True, slots=True)
class Area:
    """One subject of the specification: the clauses whose ids begin with `prefix`."""

    prefix: str
    title: str
    intro: str
    file: str
    clauses: tuple[Clause, ...]
