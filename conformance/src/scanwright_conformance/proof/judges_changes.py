"""Changes of a judge: each a small mistake that an author could have made.

| kind          | what is changed                                                     |
|---------------|---------------------------------------------------------------------|
| comparison    | `==` and `!=`, `<` and `<=` and `>=`, `in` and `not in`, `is`       |
| operand       | one side of `and` or `or` is left out (so the two are never alike)  |
| negation      | a `not` is left out, or a plain condition gets one                  |
| constant      | numbers are one more, texts one letter longer, true is false        |
| argument      | a type is any, where it is all that is asked for; a value is None   |
| statement     | an expectation, a raise, a continue or a break is left out          |
| loop          | only the first of several is looked at                              |
| quantifier    | `any` and `all`, `min` and `max`                                    |
| arithmetic    | plus and minus, times and divided by, the operators of sets         |
| normalisation | `lower`, `strip` and their like are left out                        |
| early return  | the whole judge is left out                                         |

A change is text: it names the bytes that it replaces, so that it can be shown to
people as one line, and the rest of the module stays as it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from scanwright_conformance.proof.judges_words import called

__all__ = ["Alteration", "alterations"]

COMPARISONS: Final = {
    "==": ("!=",),
    "!=": ("==",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "in": ("not in",),
    "not in": ("in",),
    "is": ("is not",),
    "is not": ("is",),
}
ARITHMETIC: Final = {
    "+": "-",
    "-": "+",
    "*": "/",
    "/": "*",
    "//": "*",
    "&": "|",
    "|": "&",
}
OPERATOR: Final = re.compile(rb"\bnot\s+in\b|\bis\s+not\b|\bin\b|\bis\b|[=!<>]=|[<>]")
SIGN: Final = re.compile(rb"//|[-+*/&|]")
SIGNS: Final = (
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv),
    *(ast.BitAnd, ast.BitOr),
)
OPPOSITES: Final = {"any": "all", "all": "any", "min": "max", "max": "min"}
NORMALISERS: Final = frozenset({"casefold", "lower", "lstrip", "rstrip", "strip"})
TYPES: Final = frozenset({"bool", "dict", "float", "int", "list", "str"})

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Alteration:
    """One change of `judge`: the bytes from `start` to `end` become `text`.

    `was` and `becomes` are the statement on one line, for people and for waivers.
    """

    judge: str
    kind: str
    line: int
    was: str
    becomes: str
    start: int
    end: int
    text: str

    def applied_to(self, source: bytes) -> bytes:
        """Return `source` with the change."""
        return source[: self.start] + self.text.encode() + source[self.end :]


def alterations(
    judge: str,
    function: ast.FunctionDef,
    source: bytes,
    said: frozenset[int],
) -> tuple[Alteration, ...]:
    """Return all changes of `function`, which is called `judge`, in their order.

    `said` are the nodes that are words to people.
    """
    workshop = _Workshop(function, source, said)
    found = {
        (span, text): workshop.alteration(judge, kind, span, text)
        for kind, span, text in workshop.changes()
    }
    return tuple(sorted(found.values(), key=lambda each: (each.start, each.end)))


Proposal = tuple[str, Span, str]
"""The kind of a change, the bytes to replace, and what by."""


class _Workshop:
    """A function as a tree and as bytes, and the changes that can be made to it."""

    def __init__(
        self,
        function: ast.FunctionDef,
        source: bytes,
        said: frozenset[int],
    ) -> None:
        self.function = function
        self.source = source
        self.said = said
        self.lines = [0]
        for line in source.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.headers = sorted(self._headers())

    def changes(self) -> Iterator[Proposal]:
        """Yield everything that can be changed in the body."""
        body = _without_docstring(self.function.body)
        if self.function.name == "judge":
            start, _ = self.span(body[0])
            margin = " " * body[0].col_offset
            yield "early return", (start, start), f"return\n{margin}"
        for statement in body:
            for node in self._nodes(statement):
                yield from self._changes_of(node)

    def alteration(self, judge: str, kind: str, span: Span, text: str) -> Alteration:
        """Return the change with what people are shown of it."""
        start, end = span
        around = [each for each in self.headers if each[0] <= start and end <= each[1]]
        first, last = max(around, key=lambda each: (each[0], -each[1]))
        before, after = self.source[first:start], self.source[end:last]
        return Alteration(
            judge=judge,
            kind=kind,
            line=self.source.count(b"\n", 0, start) + 1,
            was=_on_one_line(self.source[first:last]),
            becomes=_on_one_line(before + text.encode() + after),
            start=start,
            end=end,
            text=text,
        )

    def span(self, node: ast.stmt | ast.expr | ast.pattern) -> Span:
        """Return where `node` is."""
        end_line, end_column = node.end_lineno, node.end_col_offset
        assert end_line is not None  # noqa: S101 - so it is after parsing
        assert end_column is not None  # noqa: S101 - likewise
        return (
            self.lines[node.lineno - 1] + node.col_offset,
            self.lines[end_line - 1] + end_column,
        )

    def text(self, node: ast.expr) -> str:
        """Return the source of `node`, so that it can stand anywhere."""
        start, end = self.span(node)
        text = self.source[start:end].decode()
        return f"({text})" if "\n" in text else text

    def _nodes(self, root: ast.AST) -> Iterator[ast.AST]:
        """Yield `root` and what is below it, but for words and annotations."""
        if id(root) in self.said:
            return
        yield root
        if isinstance(root, ast.JoinedStr):
            return  # before Python 3.12 nobody knows where its parts are
        for name, value in ast.iter_fields(root):
            if name in {"annotation", "returns", "format_spec"}:
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from self._nodes(child)

    def _changes_of(self, node: ast.AST) -> Iterator[Proposal]:
        match node:
            case ast.Expr(value=ast.Call() as call):
                yield "statement", self.span(node), "pass"
                # what is made of a value would find its type out by itself
                yield from self._of_types(call)
            case ast.Raise() | ast.AugAssign():
                yield "statement", self.span(node), "pass"
            case ast.Continue() | ast.Break():
                yield "statement", self.span(node), "pass"
            case ast.For(iter=several) | ast.comprehension(iter=several):
                yield "loop", self.span(several), f"list({self.text(several)})[:1]"
            case ast.expr():
                yield from self._of_expression(node)
        yield from self._of_conditions(node)

    def _of_expression(self, node: ast.expr) -> Iterator[Proposal]:
        match node:
            case ast.Compare():
                yield from self._of_comparison(node)
            case ast.BoolOp():
                neutral = str(isinstance(node.op, ast.And))
                for value in node.values:
                    yield "operand", self.span(value), neutral
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield "negation", self.span(node), self.text(operand)
            case ast.BinOp(op=operator) if isinstance(operator, SIGNS):
                found = self._between(node.left, node.right, SIGN)
                sign = self.source[slice(*found)].decode()
                yield "arithmetic", found, ARITHMETIC[sign]
            case ast.Constant():
                yield from self._of_constant(node)
            case ast.JoinedStr():
                yield "constant", self.span(node), f'{self.text(node)} "?"'
            case ast.Call():
                yield from self._of_call(node)

    def _of_comparison(self, node: ast.Compare) -> Iterator[Proposal]:
        sides = [node.left, *node.comparators]
        for left, right in pairwise(sides):
            found = self._between(left, right, OPERATOR)
            operator = " ".join(self.source[slice(*found)].decode().split())
            for other in COMPARISONS[operator]:
                yield "comparison", found, other

    def _of_constant(self, node: ast.Constant) -> Iterator[Proposal]:
        match node.value:
            case bool(value):
                yield "constant", self.span(node), str(not value)
            case int(value) | float(value):
                yield "constant", self.span(node), repr(value + 1)
            case str(value):
                yield "constant", self.span(node), repr(value + "?")
            case bytes(value):
                yield "constant", self.span(node), repr(value + b"?")

    def _of_call(self, node: ast.Call) -> Iterator[Proposal]:
        name = called(node)
        if isinstance(node.func, ast.Attribute):
            if name in NORMALISERS and not node.args:
                yield "normalisation", self.span(node), self.text(node.func.value)
            return
        if name in OPPOSITES:
            yield "quantifier", self.span(node.func), OPPOSITES[name]
        if name == "isinstance":
            yield from self._of_types(node)
        for value in _arguments(node):
            if id(value) not in self.said and not _is_type(value):
                yield "argument", self.span(value), "None"

    def _of_types(self, node: ast.Call) -> Iterator[Proposal]:
        for value in _arguments(node):
            if _is_type(value):
                yield "argument", self.span(value), "object"

    def _of_conditions(self, node: ast.AST) -> Iterator[Proposal]:
        """Yield the negation of conditions that have no operator to change."""
        match node:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                conditions = [test]
            case ast.comprehension(ifs=ifs):
                conditions = ifs
            case _:
                return
        for condition in conditions:
            if isinstance(condition, ast.Name | ast.Attribute | ast.Call):
                text = f"not {self.text(condition)}"
                yield "negation", self.span(condition), text

    def _between(
        self,
        left: ast.expr,
        right: ast.expr,
        pattern: re.Pattern[bytes],
    ) -> Span:
        """Return where the operator between two expressions is."""
        found = pattern.search(self.source, self.span(left)[1], self.span(right)[0])
        assert found is not None  # noqa: S101 - so the parser says
        return found.span()

    def _headers(self) -> Iterator[Span]:
        """Yield where each statement is; of one with a body, where its head is."""
        for node in ast.walk(self.function):
            if isinstance(node, ast.match_case):
                yield self.span(node.pattern)[0], self.span(node.body[0])[0]
            elif isinstance(node, ast.stmt):
                start, end = self.span(node)
                inner = getattr(node, "cases", None) or getattr(node, "body", None)
                if inner:
                    first = getattr(inner[0], "pattern", inner[0])
                    end = self.span(first)[0]
                yield start, end


def _arguments(call: ast.Call) -> Iterator[ast.Name | ast.Attribute]:
    """Yield arguments that are names, without the first: it is what is looked at."""
    for value in [*call.args[1:], *(each.value for each in call.keywords)]:
        if isinstance(value, ast.Name | ast.Attribute):
            yield value


def _is_type(value: ast.Name | ast.Attribute) -> bool:
    return isinstance(value, ast.Name) and value.id in TYPES


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    match body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest] if rest:
            return rest
    return body


def _on_one_line(text: bytes) -> str:
    return " ".join(text.decode().split()).removesuffix(" case")
