"""Two answers agree in status and shape; the rest is told and does not matter."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from scanwright_conformance.bundle.comparison import deviations, is_agreeing
from scanwright_conformance.canned import answered, unanswered


def between(then: Any, now: Any) -> list[tuple[str, str, str, bool]]:
    """Return what differs between two answers with JSON."""
    found = deviations(answered("x", json=then), answered("x", json=now))
    return [(each.what, each.recorded, each.live, each.is_grave) for each in found]


def test_equal_answers_have_no_deviations() -> None:
    """Also when neither is there."""
    assert between({"a": [1]}, {"a": [1]}) == []
    assert deviations(unanswered("x"), unanswered("x", "refused")) == ()


def test_values_may_differ() -> None:
    """They are told."""
    assert between({"a": {"b": "x"}}, {"a": {"b": "y"}}) == [
        ("member a.b", "x", "y", False)
    ]
    assert between(1, 2.5) == [("body", "1", "2.5", False)]


@pytest.mark.parametrize(
    ("then", "now", "what", "recorded", "live"),
    [
        ({"a": 1}, {}, "member a", "1", "nothing"),
        ({}, {"a": {"b": 1}}, "member a", "nothing", "object"),
        ({"a": "1"}, {"a": 1}, "member a", "1", "1"),
        ({"a": 0}, {"a": False}, "member a", "0", "false"),
        ({"a": []}, {"a": None}, "member a", "array", "null"),
        ([{"a": 1}], [{"b": 1}], "member [0].a", "1", "nothing"),
    ],
)
def test_names_and_kinds_may_not(
    then: Any,
    now: Any,
    what: str,
    recorded: str,
    live: str,
) -> None:
    """One such deviation breaks the agreement."""
    assert (what, recorded, live, True) in between(then, now)


def test_lists_may_have_other_lengths() -> None:
    """There are as many elements as scanners or pages; none is fine, too."""
    assert between([1, 2], [3]) == [("body", "2 elements", "1 elements", False)]
    assert between({"a": []}, {"a": [{}]})[0][3] is False
    several = [{"a": 1}, {"b": [1, 2]}]
    assert between(several, several[1:]) == [
        ("body", "2 elements", "1 elements", False)
    ]


def test_another_status_matters() -> None:
    """It is what most clauses are about."""
    found = deviations(answered("x", 200), answered("x", 404))
    assert not is_agreeing(found)
    assert str(found[0].recorded) == "200"


def test_headers_are_told_and_do_not_matter() -> None:
    """Those of chance are not even told."""
    then = answered("x", headers={"Allow": "GET", "Date": "Mon", "Vary": "Origin"})
    now = answered("x", headers={"allow": "PUT", "Date": "Tue"})
    found = deviations(then, now)
    assert is_agreeing(found)
    assert {(each.what.lower(), each.live) for each in found} == {
        ("header allow", "PUT"),
        ("header vary", "nothing"),
    }


def test_no_answer_matters() -> None:
    """In both directions."""
    (found,) = deviations(answered("x"), unanswered("x", "refused"))
    assert (found.recorded, found.live, found.is_grave) == ("200", "refused", True)
    assert not is_agreeing(deviations(unanswered("x"), answered("x")))


def test_json_and_something_else_do_not_agree() -> None:
    """Whatever the media type says."""
    (found,) = deviations(answered("x", json={}), answered("x", body=b"<html>"))[-1:]
    assert (found.recorded, found.live, found.is_grave) == ("JSON", "no JSON", True)


def test_other_bodies_are_compared_by_what_they_are() -> None:
    """Pictures by their size, also when their bytes were not kept."""
    file = BytesIO()
    Image.new("RGB", (3, 2)).save(file, "PNG")
    then = answered("x", body=file.getvalue())
    assert then.answer is not None
    kept = replace(then.answer, body=then.answer.body.without_bytes())
    (found,) = deviations(replace(then, answer=kept), answered("x", body=b"text"))
    assert (found.recorded, found.live) == ("image/png, 3 x 2", "4 bytes")
    assert not found.is_grave


def test_long_values_are_shortened() -> None:
    """One line is enough."""
    (found,) = between("a" * 100, "b")
    assert found[1] == "a" * 60 + "…"
