"""The code that judges: the method `judge` of every check, and all that it calls.

Calls are followed by name, within `checks` and into the words of judges (`expect`): a
name of the module, a name that it imports from there, and for attributes every method
of that name.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import scanwright_conformance
from scanwright_conformance.checks import load_checks
from scanwright_conformance.proof.judges_changes import Alteration, alterations
from scanwright_conformance.proof.judges_words import learn_words, words_in

__all__ = ["JudgeCode", "judge_code"]

ROOT: Final = Path(scanwright_conformance.__file__).parent
PACKAGE: Final = scanwright_conformance.__name__
EXPECTATIONS: Final = ("expect", "expect_channel")
"""The words of judges."""


@dataclass(frozen=True, slots=True)
class JudgeCode:
    """One function that takes part in judging `clauses`, in a module with `source`."""

    module: str
    name: str
    clauses: frozenset[str]
    source: bytes = field(repr=False)
    changes: tuple[Alteration, ...]

    @property
    def judge(self) -> str:
        """The name in reports and waivers: `server.Settings.judge`."""
        return _shown(self.module, self.name)

    @property
    def path(self) -> Path:
        """The file that it is in."""
        return _path(self.module)


Key = tuple[str, str]
"""A module, as `checks.server`, and the qualified name of a function in it."""

Said = Mapping[Key, frozenset[int]]
"""The nodes of each function that are words to people."""


@dataclass(slots=True)
class _Module:
    """What a module defines, and what it takes from others, by name."""

    source: bytes
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    imported: dict[str, Key] = field(default_factory=dict)


@cache
def judge_code() -> tuple[JudgeCode, ...]:
    """Return all functions that judge, in the order of modules and lines."""
    modules = dict(_modules())
    said = dict(_said(modules))
    reached = _reached(modules, said)
    return tuple(
        JudgeCode(
            module=name,
            name=function,
            clauses=frozenset(reached[name, function]),
            source=module.source,
            changes=alterations(
                _shown(name, function), node, module.source, said[name, function]
            ),
        )
        for name, module in modules.items()
        for function, node in module.functions.items()
        if (name, function) in reached
    )


def _modules() -> Iterator[tuple[str, _Module]]:
    names = [f"checks.{path.stem}" for path in sorted((ROOT / "checks").glob("*.py"))]
    for name in [*names, *EXPECTATIONS]:
        yield name, _read(_path(name))


def _read(path: Path) -> _Module:
    module = _Module(path.read_bytes())
    for node in ast.parse(module.source).body:
        match node:
            case ast.FunctionDef(name=name):
                module.functions[name] = node
            case ast.ClassDef(name=owner):
                for each in node.body:
                    if isinstance(each, ast.FunctionDef):
                        module.functions[f"{owner}.{each.name}"] = each
            case ast.ImportFrom(module=str(source)) if source.startswith(PACKAGE):
                place = source.removeprefix(f"{PACKAGE}.")
                for alias in node.names:
                    module.imported[alias.asname or alias.name] = (place, alias.name)
    return module


def _said(modules: Mapping[str, _Module]) -> Iterator[tuple[Key, frozenset[int]]]:
    """Yield each function with the nodes of it that are words to people."""
    others = learn_words(
        each for module in modules.values() for each in module.functions.values()
    )
    for name, module in modules.items():
        # what a module defines itself hides what others call by the same name
        words = learn_words(module.functions.values(), others)
        for function, node in module.functions.items():
            yield (name, function), words_in(node, words)


def _reached(modules: Mapping[str, _Module], said: Said) -> Mapping[Key, set[str]]:
    """Return the clauses that each function helps to judge."""
    calls = dict(_calls(modules, said))
    reached: dict[Key, set[str]] = defaultdict(set)
    for clause, judge in _judges():
        waiting = [judge]
        while waiting:
            key = waiting.pop()
            if key in calls and clause not in reached[key]:
                reached[key].add(clause)
                waiting += calls[key]
    return reached


def _calls(
    modules: Mapping[str, _Module],
    said: Said,
) -> Iterator[tuple[Key, list[Key]]]:
    """Yield each function with what it refers to, but for what it tells people."""
    by_attribute: dict[str, list[Key]] = defaultdict(list)
    for name, function in said:
        owner, _, method = function.rpartition(".")
        if owner and method != "judge":
            by_attribute[method].append((name, function))
    for (name, function), words in said.items():
        module, used = modules[name], list[Key]()
        for node in ast.walk(module.functions[function]):
            if id(node) in words:
                continue
            match node:
                case ast.Name(id=other):
                    used.append(module.imported.get(other, (name, other)))
                case ast.Attribute(attr=other):
                    used += by_attribute[other]
        yield (name, function), used


def _judges() -> Iterator[tuple[str, Key]]:
    """Yield each clause with the method that judges it."""
    for clause, entry in load_checks().items():
        judge = type(entry.check).judge
        yield clause, (judge.__module__.removeprefix(f"{PACKAGE}."), judge.__qualname__)


def _path(module: str) -> Path:
    return ROOT.joinpath(*module.split(".")).with_suffix(".py")


def _shown(module: str, name: str) -> str:
    return f"{module.removeprefix('checks.')}.{name}"
