"""Changed copies of a service: what mutants and variants are made of.

A change names a file of the package `scanwright`, a text in it, and the text that
takes its place. It is applied to a copy, which a process finds before the original by
PYTHONPATH. The service itself has no seam, no switch and no knowledge of it. A text
that is not there exactly once is an error: a change never gets out of date unnoticed.

    [[JOBS-start]]
    defect = "A start is answered 202"

    [[JOBS-start.change]]
    file = "http/api.py"
    old = "return answer(200, job)"
    new = "return answer(202, job)"

    [JOBS-start.collateral]
    GEN1-scan = "it starts its jobs by the same call"
"""

from __future__ import annotations

import os
import py_compile
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import unified_diff
from importlib.util import cache_from_source, find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

__all__ = [
    "PACKAGE",
    "Change",
    "ChangeError",
    "Defect",
    "changed_copy",
    "original_text",
    "read_defects",
]

PACKAGE: Final = "scanwright"
TARGETS: Final = Path(__file__).parent.parent / "targets"
IGNORED: Final = shutil.ignore_patterns("tests", "*.tmp")


class ChangeError(Exception):
    """A change cannot be applied, or a file of changes cannot be read."""


@dataclass(frozen=True, slots=True)
class Change:
    """One text of one file, and what takes its place."""

    file: str
    old: str
    new: str

    def applied_to(self, text: str) -> str:
        """Return `text` with the change, or raise ChangeError."""
        found = text.count(self.old)
        if found != 1:
            where = "is not there" if not found else f"is there {found} times"
            raise ChangeError(f"{self.file}: {self.old[:60]!r} {where}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Defect:
    """A service that breaks `clause`, and, as far as it cannot be helped, `collateral`.

    `number` tells the defects of one clause apart; `collateral` says why, by clause.
    Of a variant, which breaks nothing, `clause` is just a name. `target` names another
    description in targets/ than that of the reference.
    """

    clause: str
    number: int
    what: str
    changes: tuple[Change, ...]
    collateral: Mapping[str, str] = field(default_factory=dict)
    target: str = ""

    @property
    def place(self) -> str | None:
        """The description of the target that has the defect, None for the usual one."""
        return str(TARGETS / f"{self.target}.toml") if self.target else None

    @property
    def name(self) -> str:
        """The clause's id, and the number where there are several."""
        return self.clause if self.number == 1 else f"{self.clause}/{self.number}"

    def diff(self) -> str:
        """Return what is changed, as a unified diff."""
        texts: dict[str, str] = {}
        for change in self.changes:
            before = texts.get(change.file) or original_text(change.file)
            texts[change.file] = change.applied_to(before)
        return "".join(
            line
            for file, after in texts.items()
            for line in unified_diff(
                original_text(file).splitlines(keepends=True),
                after.splitlines(keepends=True),
                f"a/{PACKAGE}/{file}",
                f"b/{PACKAGE}/{file}",
            )
        )


def original() -> Path:
    """Return the folder of the installed service, or raise ChangeError."""
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ChangeError(f"the package {PACKAGE!r} is not installed as source")
    return Path(found.submodule_search_locations[0])


def original_text(file: str) -> str:
    """Return a file of the installed service, or raise ChangeError."""
    return _text(original(), file)


def read_defects(folder: Path) -> tuple[Defect, ...]:
    """Return the defects of every TOML file in `folder`, or raise ChangeError."""
    return tuple(
        defect for path in sorted(folder.glob("*.toml")) for defect in _read_file(path)
    )


@contextmanager
def changed_copy(changes: tuple[Change, ...]) -> Iterator[Path]:
    """Yield a folder for PYTHONPATH that has the service with these changes."""
    with TemporaryDirectory(prefix="swm-") as folder:
        copy = Path(folder) / PACKAGE
        # Links are quick, and keep the times, so that compiled modules stay valid.
        shutil.copytree(original(), copy, ignore=IGNORED, copy_function=os.symlink)
        for change in changes:
            text = change.applied_to(_text(copy, change.file))
            (copy / change.file).unlink()
            (copy / change.file).write_text(text, encoding="utf-8")
        for file in {change.file for change in changes}:
            _compile(copy / file)
        yield Path(folder)


def _compile(file: Path) -> None:
    """Compile a module once, and not in each process of a service."""
    if file.suffix == ".py":
        Path(cache_from_source(file)).unlink(missing_ok=True)
        py_compile.compile(str(file), quiet=2)


def _text(root: Path, file: str) -> str:
    try:
        return (root / file).read_text(encoding="utf-8")
    except OSError as error:
        raise ChangeError(f"{file}: {error.strerror}") from error


def _read_file(path: Path) -> Iterator[Defect]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ChangeError(f"{path.name}: {error}") from error
    for clause, entries in tables.items():
        if not isinstance(entries, list):
            raise ChangeError(f"{path.name}: write [[{clause}]], not [{clause}]")
        for number, entry in enumerate(entries, start=1):
            yield _defect(path.name, clause, number, entry)


def _defect(file: str, clause: str, number: int, entry: Mapping[str, Any]) -> Defect:
    try:
        changes = tuple(Change(**change) for change in entry.get("change", ()))
        known = {"defect", "differs", "target", "change", "collateral"}
        if unknown := entry.keys() - known:
            raise ChangeError(f"{file}: {clause} has {', '.join(sorted(unknown))}")
        what = entry["defect"] if "defect" in entry else entry["differs"]
        collateral, target = entry.get("collateral", {}), entry.get("target", "")
        return Defect(clause, number, what, changes, collateral, target)
    except (KeyError, TypeError) as error:
        raise ChangeError(f"{file}: {clause}: {error}") from error
