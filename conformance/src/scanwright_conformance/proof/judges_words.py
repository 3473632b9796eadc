"""What judges say to people: no verdict depends on it, so no test has to notice it.

Whatever is handed to a mismatch is words. So is an argument of a function that hands it
to one and does nothing else with it (`expected` and `observed` of `expect`), and so is
a variable that is made for such an argument. Changes of words are not tried.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

__all__ = ["Words", "called", "learn_words", "words_in"]

Places = Mapping[str, frozenset[int | str]]
"""By the name of a function: places and names of its parameters that are words."""

ALL: Final[frozenset[int | str]] = frozenset({*range(20), "args", "kwargs"})
REASONS: Final[Places] = dict.fromkeys(("Mismatch", "Stopped", "Unsupported"), ALL)


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of a set of functions.

    `quiet` are those that object to nothing: a variable made by them may be words.
    """

    places: Places = field(default_factory=lambda: REASONS)
    quiet: frozenset[str] = frozenset(vars(builtins))


NOTHING: Final = Words()


def learn_words(
    functions: Iterable[ast.FunctionDef],
    others: Words = NOTHING,
) -> Words:
    """Return what is nothing but words to `functions`, which call `others`."""
    known = tuple(functions)
    words = Words(others.places, _quiet(known, others.quiet))
    while True:
        mine: dict[str, frozenset[int | str]] = {}
        for function in known:
            places = frozenset(_parameters(function, words_in(function, words)))
            # functions of one name that differ have in common what holds for all
            mine[function.name] = mine.get(function.name, places) & places
        found = {**others.places, **mine}
        if found == words.places:
            return words
        words = Words(found, words.quiet)


def words_in(function: ast.FunctionDef, words: Words) -> frozenset[int]:
    """Return the identities of the nodes of `function` that are words."""
    said = {
        id(part)
        for call in _nodes(function)
        if isinstance(call, ast.Call)
        for argument in _spoken(call, words.places)
        for part in _nodes(argument)
    }
    while more := set(_made_for_words(function, said, words.quiet)) - said:
        said |= more
    return frozenset(said)


def called(call: ast.Call) -> str:
    """Return the last name of what is called, "" when it has none."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


@cache
def _nodes(root: ast.AST) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(root))


def _quiet(
    functions: Iterable[ast.FunctionDef],
    others: frozenset[str],
) -> frozenset[str]:
    """Return the names of functions that raise nothing, and call no other ones."""
    loud = {
        function.name
        for function in functions
        if any(isinstance(node, ast.Raise) for node in _nodes(function))
    }
    quiet = {*others, *(each.name for each in functions)} - loud
    while more := {each.name for each in functions if not _is_quiet(each, quiet)}:
        if not more & quiet:
            break
        quiet -= more
    return frozenset(quiet)


def _spoken(call: ast.Call, known: Places) -> Iterator[ast.expr]:
    """Yield the arguments of `call` that are words."""
    name = called(call)
    places = known.get(name, frozenset())
    for place, argument in enumerate(call.args):
        if place in places:
            yield argument
    for keyword in call.keywords:
        if keyword.arg in places or name in REASONS:
            yield keyword.value


def _parameters(function: ast.FunctionDef, said: frozenset[int]) -> Iterator[int | str]:
    """Yield places and names of the parameters of which all uses are words."""
    used = _used(function, said)
    arguments = function.args
    parameters = [*arguments.posonlyargs, *arguments.args]
    if parameters and parameters[0].arg == "self":
        del parameters[0]
    for place, parameter in enumerate(parameters):
        if parameter.arg not in used:
            yield from (place, parameter.arg)
    yield from (each.arg for each in arguments.kwonlyargs if each.arg not in used)


def _used(function: ast.FunctionDef, said: Iterable[int]) -> set[str]:
    """Return the names that are read in `function` where no words are."""
    words = frozenset(said)
    return {
        node.id
        for node in _nodes(function)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Load)
        and id(node) not in words
    }


def _made_for_words(
    function: ast.FunctionDef,
    said: set[int],
    quiet: frozenset[str],
) -> Iterator[int]:
    """Yield the parts of values that are given to variables for words alone."""
    used = _used(function, said)
    for node in _nodes(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                name not in used and _is_quiet(value, quiet)
            ):
                yield from (id(part) for part in _nodes(value))


def _is_quiet(code: ast.AST, quiet: Iterable[str]) -> bool:
    """Whether `code` calls only functions of `quiet`, and methods of values."""
    return all(
        part.func.id in quiet
        for part in _nodes(code)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    )
