"""Changes of judges: which there are, and what they look like."""

from __future__ import annotations

import ast

import pytest

from scanwright_conformance.proof.judges_changes import Alteration, alterations


def changes_of(body: str, name: str = "look") -> tuple[Alteration, ...]:
    """Return the changes of a function with this body."""
    source = f'def {name}(x, y):\n    """Say é."""\n    {body}\n'
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    found = alterations(f"area.{name}", function, source.encode(), frozenset())
    for each in found:
        ast.parse(each.applied_to(source.encode()))
    return found


@pytest.mark.parametrize(
    ("body", "becomes"),
    [
        ("x == y", ["x != y"]),
        ("x < y", ["x <= y", "x >= y"]),
        ("x not in y", ["x in y"]),
        ("x is None", ["x is not None"]),
        ("x and y", ["True and y", "x and True"]),
        ("x or y", ["False or y", "x or False"]),
        ("not x", ["x"]),
        ("y[7]", ["y[8]"]),
        ("y['é']", ["y['é?']"]),
        ("y[b'a']", ["y[b'a?']"]),
        ("y[f'{x}']", ["""y[f'{x}' "?"]"""]),
        ("y[True]", ["y[False]"]),
        ("look(x, y)", ["pass", "look(x, None)"]),
        ("look(x, kind=int)", ["pass", "look(x, kind=object)"]),
        ("raise x", ["pass"]),
        ("any(x)", ["pass", "all(x)"]),
        ("x - y", ["x + y"]),
        ("x & y", ["x | y"]),
        ("x ** y", []),
        ("x.lower()", ["pass", "x"]),
        ("x.lower(y)", ["pass"]),
    ],
)
def test_each_kind_of_change(body: str, becomes: list[str]) -> None:
    """Every kind makes the mistakes that its row of the table says."""
    assert sorted(each.becomes for each in changes_of(body)) == sorted(becomes)


def test_conditions_without_an_operator_are_turned_round() -> None:
    """A plain condition is changed by a `not`."""
    found = {
        each.becomes for each in changes_of("return [z for z in x if z] if y else 0")
    }
    assert "return [z for z in x if not z] if y else 0" in found
    assert "return [z for z in x if z] if not y else 0" in found


def test_a_loop_looks_at_the_first_alone() -> None:
    """A judge that looks at the first of several only has to be noticed."""
    (loop, *_) = changes_of("for z in x:\n        look(z)")
    assert (loop.kind, loop.was, loop.becomes) == (
        "loop",
        "for z in x:",
        "for z in list(x)[:1]:",
    )


def test_a_judge_can_be_left_out() -> None:
    """The whole of a judge is one change, that of other functions is none."""
    kinds = [each.kind for each in changes_of("look(x)", name="judge")]
    assert kinds == ["early return", "statement"]
    assert "early return" not in {each.kind for each in changes_of("look(x)")}


def test_statements_of_several_lines_are_shown_on_one() -> None:
    """People see the statement with the change, and where it is."""
    (first, *_) = changes_of("return not (\n        x\n        or y\n    )")
    assert (first.line, first.was) == (3, "return not ( x or y )")
    assert first.becomes == "return (x or y)"


def test_patterns_are_changed_and_shown_by_their_case() -> None:
    """What a pattern asks for is a constant like others."""
    body = "match x:\n        case {'a': 1}:\n            pass"
    becomes = [each.becomes for each in changes_of(body)]
    assert becomes == ["{'a?': 1}:", "{'a': 2}:"]


def test_words_are_left_alone() -> None:
    """What is said to people is not changed."""
    source = b"def look(x):\n    expect(x, x == 1, 'one')"
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    said = frozenset(
        id(node)
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and node.value == "one"
    )
    found = alterations("area.look", function, source, said)
    assert not any("one?" in each.becomes for each in found)
