"""The specification as one value: every area, every clause, each id once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from scanwright_spec._clauses import Area, Clause, SpecificationError
from scanwright_spec._data import read_text, read_toml
from scanwright_spec._markdown import parse_area
from scanwright_spec._vocabulary import CAPABILITIES, GAPS

__all__ = ["Specification", "assemble", "load"]


@dataclass(frozen=True, slots=True)
class Specification:
    """All areas in reading order."""

    areas: tuple[Area, ...]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Every clause, in reading order."""
        return tuple(clause for area in self.areas for clause in area.clauses)

    def area(self, prefix: str) -> Area:
        """Return the area of the ids that begin with `prefix`, or raise KeyError."""
        return {area.prefix: area for area in self.areas}[prefix]

    def clause(self, clause_id: str) -> Clause:
        """Return the clause of this id, or raise KeyError."""
        return {clause.id: clause for clause in self.clauses}[clause_id]

    def deciding(self, gap: int) -> tuple[Clause, ...]:
        """Return the clauses that decide a gap of the published facts."""
        return tuple(clause for clause in self.clauses if gap in clause.decides)


@cache
def load() -> Specification:
    """Read the specification from the files of this package."""
    return assemble(
        tuple(
            parse_area(
                prefix,
                f"clauses/{name}",
                markdown=read_text(f"clauses/{name}"),
                capabilities=CAPABILITIES,
                gaps=GAPS,
            )
            for prefix, name in read_toml("areas.toml").items()
        ),
    )


def assemble(areas: tuple[Area, ...]) -> Specification:
    """Join areas; an id that two clauses have is a SpecificationError."""
    seen: dict[str, str] = {}
    for area in areas:
        for clause in area.clauses:
            if clause.id in seen:
                raise SpecificationError(
                    area.file,
                    clause.line,
                    f"{clause.id} stands already in {seen[clause.id]}",
                )
            seen[clause.id] = f"{area.file}:{clause.line}"
    return Specification(areas)
