"""What the files claim for each key."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright.configuration.claims import MOST_PROBLEMS, NOT_ACCEPTED, collect, told
from scanwright.configuration.layers import make_layer
from scanwright.configuration.reading import read
from scanwright.configuration.settings import KNOWN_KEYS
from scanwright.log import LogLevel

FILES = (Path("/installed.ini"), Path("/user.ini"))


def test_claims_stand_in_the_order_of_their_strength() -> None:
    """The strongest is the last one, and says where it is from."""
    layers = [
        make_layer(FILES[0], b"[DS]\nLogLevel=1\n"),
        make_layer(FILES[1], b"[ds]\n\nloglevel=14\n"),
    ]
    claims, problems = collect(layers)
    assert [claim.value for claim in claims["LogLevel"]] == [
        LogLevel.NORMAL,
        LogLevel.VERBOSE,
    ]
    strongest = claims["LogLevel"][-1]
    assert (strongest.source.file, strongest.source.line) == (FILES[1], 3)
    assert problems == []


def test_a_wrong_claim_has_no_value() -> None:
    """It stays in its place, and is a problem."""
    claims, (problem,) = collect([make_layer(FILES[0], b"[DS]\nLogLevel=99\n")])
    (claim,) = claims["LogLevel"]
    assert claim.value is NOT_ACCEPTED
    assert not claim.is_accepted
    assert (problem.line, problem.key, problem.value) == (2, "LogLevel", "99")
    assert "14" in problem.accepted


def test_an_unknown_key_is_told_with_the_nearest() -> None:
    """A slip of the pen does not go unnoticed."""
    claims, problems = collect([make_layer(FILES[0], b"[DS]\nLogLevl=1\nfoo=1\n")])
    assert claims == {}
    near, unknown = problems
    assert near.reason == unknown.reason == "is no known key"
    assert near.accepted.startswith("LogLevel ")


def test_a_file_of_something_else_is_told_in_short() -> None:
    """Its first lines say enough, and what each may mean is not looked up for all."""
    text = b"[DS]\n" + b"LogLevl=1\n" * (MOST_PROBLEMS + 7)
    _, problems = collect([make_layer(FILES[0], text)])
    unknown = [each for each in problems if each.reason == "is no known key"]
    assert [each.accepted for each in unknown[MOST_PROBLEMS:]] == [KNOWN_KEYS] * 7
    few = collect([make_layer(FILES[1], b"[DS]\nfoo=1\n")])[1]
    *first, last, other = told([*unknown, *few])
    assert first == unknown[:MOST_PROBLEMS]
    assert str(last).startswith(f"{FILES[0]}: has 7 more lines")
    assert [other] == few


def test_a_key_given_twice_is_told() -> None:
    """The last one counts, as in most programs."""
    layer = make_layer(FILES[0], b"[DS]\nLogLevel=1\nloglevel=14\n")
    claims, (problem,) = collect([layer])
    assert claims["LogLevel"][-1].value is LogLevel.VERBOSE
    assert problem.line == 3
    assert "line 2" in problem.reason


def test_other_sections_are_not_about_settings() -> None:
    """A host's section claims nothing."""
    assert collect([make_layer(FILES[0], b"[a.example]\nLogLevel=1\n")]) == ({}, [])


@pytest.mark.parametrize(
    "text",
    [
        "[DS]\nAccess-Control-Allow-Origins=https://a.example",
        "[DS]\nAccess-Control-Alow-Origin=https://a.example",
        "[DS\nAccess-Control-Allow-Origin=https://a.example",
        "[Service]\nAccess-Control-Allow-Origin=https://a.example",
        "Access-Control-Allow-Origin=https://a.example",
    ],
)
def test_a_misplaced_list_of_origins_still_closes(text: str) -> None:
    """What was meant to keep pages out does not let all of them in."""
    policy = read([make_layer(FILES[0], text.encode())]).configuration.policy
    assert policy.allowed == frozenset({"https://a.example"})


def test_a_right_key_is_stronger_than_a_misspelt_one() -> None:
    """A leftover beside it changes nothing."""
    text = (
        "[DS]\nAccess-Control-Allow-Origin=https://a.example\n"
        "Access-Control-Allow-Origins=https://b.example\n"
    )
    reading = read([make_layer(FILES[0], text.encode())])
    assert reading.configuration.policy.allowed == frozenset({"https://a.example"})
    assert len(reading.problems) == 1


def test_other_keys_close_nothing() -> None:
    """Only what can be nothing but a misspelling counts as one."""
    text = b"[DS]\nAccess=x\nOrigin=y\nEnableWeb=z\n"
    policy = read([make_layer(FILES[0], text)]).configuration.policy
    assert policy.allowed is None
