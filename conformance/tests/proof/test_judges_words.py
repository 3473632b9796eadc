"""Words to people: what no verdict depends on."""

from __future__ import annotations

import ast

import pytest

from scanwright_conformance.proof.judges_words import Words, learn_words, words_in

EXPECT = """
def expect(exchange, holds, expected, observed):
    if not holds:
        raise Mismatch(expected, shown(observed), exchange.label)

def shown(value):
    return repr(value)
"""


def functions(source: str) -> list[ast.FunctionDef]:
    """Return the functions of `source`."""
    return [
        each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef)
    ]


def said_in(body: str) -> set[str]:
    """Return the constants and names of a judge that are words."""
    (judge,) = functions(f"def judge(self, transcript):\n    {body}")
    said = words_in(judge, learn_words(functions(EXPECT)))
    nodes = (node for node in ast.walk(judge) if isinstance(node, ast.expr))
    return {ast.unparse(node) for node in nodes if id(node) in said}


def test_what_a_mismatch_is_told_is_words() -> None:
    """Expected, observed and labels change no verdict."""
    assert said_in("raise Mismatch('a page', seen)") == {"'a page'", "seen"}


def test_what_is_handed_on_to_a_mismatch_is_words() -> None:
    """Parameters that only a mismatch reads are learnt, by place and by name."""
    words = learn_words(functions(EXPECT))
    assert words.places["expect"] == {0, 2, 3, "exchange", "expected", "observed"}


def test_what_is_looked_at_is_none() -> None:
    """The condition of an expectation decides."""
    said = said_in("expect(page, dpi == 300, 'a dpi', dpi)")
    assert "dpi == 300" not in said
    assert {"'a dpi'", "page"} <= said


@pytest.mark.parametrize(
    ("body", "is_said"),
    [
        ("wanted = f'{name} dpi'; expect(page, ok, wanted, 1)", True),
        ("wanted = shown('x'); expect(page, ok, wanted, 1)", True),
        ("wanted = f'{name} dpi'; expect(page, wanted, wanted, 1)", False),
        ("wanted = expect_member(page, 'x'); expect(page, ok, wanted, 1)", False),
    ],
    ids=["for words", "by a quiet function", "also looked at", "it may object"],
)
def test_variables_for_words_are_words(body: str, *, is_said: bool) -> None:
    """Nothing else reads such a variable, and making it objects to nothing."""
    value = body.partition(";")[0].partition(" = ")[2]
    assert (value in said_in(body)) is is_said


def test_functions_of_one_name_have_in_common_what_holds_for_all() -> None:
    """Nobody knows which of two is called, so a parameter has to be words to both."""
    first = "def say(a, b):\n    raise Mismatch(a, b)\n"
    two = f"{first}def say(a, b):\n    return Mismatch(a) and b"
    assert learn_words(functions(two)).places["say"] == {0, "a"}


def test_what_others_do_is_known_to_their_callers() -> None:
    """A module learns on top of what is known of those that it imports."""
    others = learn_words(functions(EXPECT))
    mine = learn_words(
        functions("def look(page, why):\n    expect(page, 1, why, 2)"), others
    )
    assert mine.places["look"] == {0, 1, "page", "why"}


def test_without_any_function_builtins_are_quiet() -> None:
    """Who makes words by `sorted` objects to nothing."""
    assert "sorted" in Words().quiet
