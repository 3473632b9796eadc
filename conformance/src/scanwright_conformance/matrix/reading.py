"""`matrix.toml`: which targets, or builds of one, are certified, and for what.

A `[[cell]]` is one certification; `[axes]` make one of each combination; `[matrix]` has
what counts for all cells that do not say otherwise. Descriptions of targets are read
here, too: a mistake in one is told before anything is started.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any, Final

import scanwright_spec
from scanwright_conformance.matrix.cells import TIMEOUT_S, Cell, Matrix
from scanwright_conformance.places import PlaceError, check_url, described, is_url
from scanwright_conformance.scope import UnknownSelection, profiles_named, selection
from scanwright_conformance.toml_lines import line_of
from scanwright_spec import Assurance

__all__ = ["MatrixError", "read_matrix"]

LEVELS: Final = tuple(level.value for level in Assurance)


class MatrixError(Exception):
    """A matrix cannot be used; the message has file, line, key, and what to do."""


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _are_wholes(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_whole, value))


def _are_levels(value: object) -> bool:
    return isinstance(value, list) and all(each in LEVELS for each in value)


def _is_span(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and value > 0  # type: ignore[operator] # a number, see above


def _is_environment(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())


Kind = tuple[Callable[[object], bool], str]

TEXT: Final[Kind] = (_is_text, 'must be a text, like "..."')
TEXTS: Final[Kind] = (_are_texts, 'must be a list of texts, like ["...", "..."]')
WHOLE: Final[Kind] = (_is_whole, "must be a whole number")
LEVEL: Final[Kind] = (
    lambda value: value in LEVELS,
    f"must be one of {', '.join(LEVELS)}",
)

COMMON: Final[Mapping[str, Kind]] = {
    "profiles": TEXTS,
    "level": LEVEL,
    "seed": WHOLE,
    "only": TEXTS,
    "environment": (_is_environment, 'must be a table of texts, like {KEY = "value"}'),
    "timeout_s": (_is_span, "must be a number above 0"),
}
"""What a cell may say, and [matrix] for all of them."""

TABLES: Final[Mapping[str, Mapping[str, Kind]]] = {
    "matrix": {"name": TEXT, **COMMON},
    "cell": {"name": TEXT, "target": TEXT, **COMMON},
    "axes": {
        "target": TEXTS,
        "profile": TEXTS,
        "level": (_are_levels, f"must be a list out of {', '.join(LEVELS)}"),
        "seed": (_are_wholes, "must be a list of whole numbers"),
    },
}


def read_matrix(path: Path) -> Matrix:
    """Return what the file at `path` says.

    Raises MatrixError, or DescriptionError for the file of a target.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise MatrixError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        problem = f"must be in UTF-8, and byte {error.start} is not"
        raise MatrixError(f"{path}: {problem}") from error
    try:
        found = tomllib.loads(text)
    except ValueError as error:  # a TOMLDecodeError, or a number of too many digits
        raise MatrixError(f"{path}: {error}") from error
    return _Reader(path, text).matrix(found)


class _Reader:
    """One file on its way to a Matrix. A table is told by its name and number."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text

    def matrix(self, found: Mapping[str, Any]) -> Matrix:
        for name, table in found.items():
            if name not in TABLES or isinstance(table, list) != (name == "cell"):
                known = "[matrix], [[cell]] and [axes]"
                raise self._error(name, 1, "", f"is no table here; there are {known}")
        common = found.get("matrix", {})
        self._check("matrix", 1, common)
        cells = tuple(self._cells(found, common))
        if not cells:
            problem = "has no cells; write a [[cell]], or [axes] with a target"
            raise MatrixError(f"{self._path}: {problem}")
        for name, count in Counter(cell.name for cell in cells).items():
            if count > 1:
                problem = f"{count} cells are called {name!r}; give each its own name"
                raise MatrixError(f"{self._path}: {problem}")
        return Matrix(common.get("name") or self._path.stem, cells)

    def _cells(
        self, found: Mapping[str, Any], common: Mapping[str, Any]
    ) -> Iterator[Cell]:
        for number, table in enumerate(found.get("cell", ()), start=1):
            self._check("cell", number, table)
            if "target" not in table:
                problem = "is missing; name a target.toml, or a URL"
                raise self._error("cell", number, "target", problem)
            yield self._cell({**common, "name": "", **table})
        if "axes" in found:
            self._check("axes", 1, found["axes"])
            for table in self._product(found["axes"]):
                yield self._cell({**common, **table})

    def _product(self, axes: Mapping[str, list[Any]]) -> Iterator[Mapping[str, Any]]:
        """Yield a table for each combination, named after what it combines."""
        if not axes.get("target"):
            raise self._error("axes", 1, "target", "is missing; name targets to try")
        for name, values in axes.items():
            if not values or len(set(values)) < len(values):
                problem = "must have values, and each only once"
                raise self._error("axes", 1, name, problem)
        for combination in product(*axes.values()):
            chosen = dict(zip(axes, combination, strict=True))
            words = [str(each).removesuffix(".toml") for each in chosen.values()]
            table = {**chosen, "name": ", ".join(words)}
            if "profile" in table:
                table["profiles"] = [table.pop("profile")]
            yield table

    def _check(self, name: str, number: int, table: object) -> None:
        if not isinstance(table, dict):
            raise self._error(name, number, "", "must be a table")
        keys = TABLES[name]
        for key, value in table.items():
            if key not in keys:
                problem = f"is unknown; use {', '.join(keys)}"
                raise self._error(name, number, key, problem)
            is_right, problem = keys[key]
            if not is_right(value):
                raise self._error(name, number, key, problem)
            try:
                _check_names(key, value)
            except UnknownSelection as error:
                problem = f"cannot be tried: {error}"
                raise self._error(name, number, key, problem) from error

    def _cell(self, table: Mapping[str, Any]) -> Cell:
        target = str(table["target"])
        place, description, secret = target, "", ""
        if is_url(target):
            self._check_url(target)
        else:
            place, description, secret = self._described(target)
        return Cell(
            name=str(table["name"] or target.removesuffix(".toml")),
            place=place,
            description=description,
            secret=secret,
            only=tuple(table.get("only", ())),
            profiles=tuple(table.get("profiles", ())),
            level=Assurance(table.get("level", Assurance.L3)),
            seed=table.get("seed"),
            environment=table.get("environment", {}),
            timeout_s=float(table.get("timeout_s", TIMEOUT_S)),
        )

    def _check_url(self, url: str) -> None:
        try:
            check_url(url)
        except PlaceError as error:
            raise MatrixError(f"{self._path}: {error}") from error

    def _described(self, target: str) -> tuple[str, str, str]:
        """Return where a description is, its text, and its secret."""
        path = self._path.parent / target
        description = described(path)
        place = path.parent.resolve() / path.name
        text = path.read_text(encoding="utf-8")
        return str(place), text, description.licence_key

    def _error(self, table: str, number: int, key: str, problem: str) -> MatrixError:
        line = line_of(self._text, table, key, number=number)
        name = f"cell {number}" if table == "cell" else table
        place = f"{name}.{key}" if key else name
        return MatrixError(f"{self._path}:{line}: {place} {problem}")


def _check_names(key: str, value: Any) -> None:
    """Raise UnknownSelection when a key names what is not in the specification."""
    match key:
        case "only":
            selection(scanwright_spec.load().clauses, value)
        case "profiles" | "profile":
            profiles_named(value)
