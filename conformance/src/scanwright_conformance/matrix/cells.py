"""A matrix and its cells: which certifications are to be done, as values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from scanwright_conformance.redact import redact_description
from scanwright_spec import Assurance

__all__ = ["TIMEOUT_S", "Cell", "Matrix", "cell_as_json", "cell_of_json", "folders"]

TIMEOUT_S: Final = 3600.0
"""How long a cell may take, unless the file says so."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One certification, under a name that no other cell of its matrix has.

    `place` is a URL, or the absolute path of the file that describes the target, and
    `description` the text of that file: a cell may be carried out where the file is
    not. `secret` is what no report may show of the text.
    """

    name: str
    place: str
    description: str = ""
    secret: str = ""
    only: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    level: Assurance = Assurance.L3
    seed: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = TIMEOUT_S

    @property
    def shown_description(self) -> str:
        """The description without its secret."""
        return redact_description(self.description, [self.secret])


@dataclass(frozen=True, slots=True)
class Matrix:
    """Cells under a common name, in the order of the file."""

    name: str
    cells: tuple[Cell, ...]

    def seeded(self, draw: Callable[[], int]) -> Matrix:
        """Return it with a seed for each cell that has none.

        A cell that is tried again, or elsewhere, is then the same cell.
        """
        return replace(
            self,
            cells=tuple(
                replace(each, seed=draw()) if each.seed is None else each
                for each in self.cells
            ),
        )


def cell_as_json(cell: Cell) -> dict[str, Any]:
    """Return a cell as JSON values: the form in which it travels."""
    return {
        **asdict(cell),
        "environment": dict(cell.environment),
        "level": cell.level.value,
    }


def cell_of_json(value: Mapping[str, Any]) -> Cell:
    """Return the cell that `cell_as_json` made JSON of."""
    return Cell(
        **{
            **value,
            "only": tuple(value["only"]),
            "profiles": tuple(value["profiles"]),
            "level": Assurance(value["level"]),
        },
    )


def folders(cells: Iterable[Cell]) -> tuple[str, ...]:
    """Return a name for the folder of each cell, fit for any file system."""
    found: list[str] = []
    for cell in cells:
        name = re.sub(r"[^a-z0-9]+", "-", cell.name.lower()).strip("-") or "cell"
        unique, number = name, 2
        while unique in found:
            unique, number = f"{name}-{number}", number + 1
        found.append(unique)
    return tuple(found)
