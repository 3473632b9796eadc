"""The words that judges are written in, and the messages that they give."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scanwright_conformance.canned import answered, unanswered
from scanwright_conformance.expect import (
    expect,
    expect_answer,
    expect_array,
    expect_equal,
    expect_error,
    expect_header,
    expect_image,
    expect_json,
    expect_member,
    expect_object,
    expect_status,
    expect_within,
)
from scanwright_conformance.judgement import Judgement, Mismatch

ERROR = {"statusCode": 409, "code": -1011, "message": "not now"}


def mismatch(word: Any, *arguments: Any, **options: Any) -> Judgement:
    """Return what `word` objects with."""
    with pytest.raises(Mismatch) as caught:
        word(*arguments, **options)
    return caught.value.judgement


@pytest.mark.parametrize(
    ("exchange", "observed"),
    [
        (answered("a", 500), "500 without a body"),
        (answered("a", 423, json={"code": -1004}), "423 / -1004 with {'code': -1004}"),
        (answered("a", 404, body=b"<p>"), "404 with 3 bytes of no Content-Type"),
        (
            answered("a", 404, body=b"x", headers={"Content-Type": "text/html"}),
            "404 with 1 bytes of text/html",
        ),
        (unanswered("a", "no answer within 10 s"), "no answer within 10 s"),
    ],
)
def test_a_wrong_status_shows_what_came(exchange: Any, observed: str) -> None:
    """The message has the status, the code and the beginning of the body."""
    seen = mismatch(expect_status, exchange, 200, 204)
    assert seen == Judgement(
        is_met=False,
        expected="200 or 204",
        observed=observed,
        labels=("a",),
    )


def test_the_right_status_gives_the_answer() -> None:
    """What was checked is returned."""
    assert expect_status(answered("a", 204), 200, 204).status == 204
    assert expect_answer(answered("a", 500)).status == 500


def test_a_request_without_an_answer_shows_why() -> None:
    """A hang is no answer of any status, and never one in time."""
    hung = unanswered("a", "no answer within 1 s")
    assert mismatch(expect_answer, hung).observed == "no answer within 1 s"
    assert mismatch(expect_within, hung, 60.0).expected == "an answer"


def test_an_error_is_status_and_code() -> None:
    """Message and cause are other clauses' business."""
    assert expect_error(answered("a", 409, json=ERROR), 409, -1011) == ERROR


@pytest.mark.parametrize(
    "exchange",
    [
        answered("a", 400, json=ERROR),
        answered("a", 409, json={**ERROR, "code": "-1011"}),
        answered("a", 409, json=[ERROR]),
        answered("a", 409, body=b"\xff"),
        unanswered("a"),
    ],
)
def test_anything_else_is_no_such_error(exchange: Any) -> None:
    """Both numbers must be right, and a number is no string."""
    assert mismatch(expect_error, exchange, 409, -1011).expected == "409 / -1011"


def test_json_has_a_shape() -> None:
    """Object and array are told apart."""
    assert expect_object(answered("a", json={"x": 1})) == {"x": 1}
    assert expect_array(answered("a", 201, json=[1]), 201) == [1]
    assert mismatch(expect_object, answered("a", json=[])).observed == "[]"
    assert mismatch(expect_array, answered("a", json={})).expected == "a JSON array"
    assert "bytes" in mismatch(expect_json, answered("a", body=b"{")).observed


@pytest.mark.parametrize(
    ("path", "kind", "value"),
    [
        ("list.0.name", str, "n"),
        ("flag", bool, True),
        ("number", int, 5),
        ("number", float, 5),
        ("nothing", type(None), None),
    ],
)
def test_a_member_is_found_by_its_path(path: str, kind: type, value: object) -> None:
    """Names and indexes lead to it."""
    body = {"list": [{"name": "n"}], "flag": True, "number": 5, "nothing": None}
    assert expect_member(answered("a", json=body), path, kind) == value


@pytest.mark.parametrize(
    ("body", "kind", "observed"),
    [
        ({"x": True}, int, "a boolean True"),
        ({"x": 1.5}, int, "a number 1.5"),
        ({"x": "5"}, int, "a string 5"),
        ({"x": None}, str, "null None"),
        ({}, str, "nothing"),
        ([], str, "nothing"),
        (7, str, "nothing"),
    ],
)
def test_a_member_of_another_kind_is_shown(
    body: Any,
    kind: type,
    observed: str,
) -> None:
    """The reader sees what is there instead."""
    seen = mismatch(expect_member, answered("a", json=body), "x", kind)
    assert seen.observed == observed
    assert seen.expected.startswith("x to be ")


def test_behind_the_last_of_an_array_is_nothing() -> None:
    """An array of one has nothing at index 1."""
    exchange = answered("a", json=["n"])
    assert expect_member(exchange, "0", str) == "n"
    assert mismatch(expect_member, exchange, "1", str).observed == "nothing"


def test_equal_is_the_same_type_too() -> None:
    """1 is not 1.0, and not true."""
    expect_equal(answered("a"), "b", "b", what="name")
    seen = mismatch(expect_equal, answered("a"), 1.0, 1, what="code")
    assert (seen.expected, seen.observed) == ("code 1", "code 1.0")


def test_headers_and_times() -> None:
    """Names in any case; the time is that of the last byte."""
    exchange = answered("a", headers={"Allow": "GET"}, seconds=2.0)
    assert expect_header(exchange, "allow") == "GET"
    assert mismatch(expect_header, exchange, "Vary").observed == "headers Allow"
    expect_within(exchange, 2.0)
    assert mismatch(expect_within, exchange, 1.5).observed == "2.00 s"


def test_the_pace_stretches_limits_of_time() -> None:
    """On a machine that is half as fast everything may take twice as long."""
    exchange = replace(answered("a", seconds=2.0), pace=2.0)
    expect_within(exchange, 1.0)
    seen = mismatch(expect_within, exchange, 0.75)
    assert seen.expected == "an answer within 1.5 s"


def test_pictures_are_looked_at() -> None:
    """The body decides, not its label."""
    file = BytesIO()
    Image.new("L", (3, 2)).save(file, "PNG")
    page = answered("a", body=file.getvalue(), headers={"Content-Type": "image/jpeg"})
    assert expect_image(page, "image/png").width_px == 3
    assert expect_image(page).format == "image/png"
    assert mismatch(expect_image, page, "image/jpeg").observed == "image/png"
    seen = mismatch(expect_image, answered("a", body=b"GIF"))
    assert seen.expected == "the body to be a PNG or JPEG"


def test_anything_can_be_expected_in_words() -> None:
    """What holds is silent, what does not is told, and long text is cut."""
    page = answered("a")
    expect(page, page.label == "a", "order", "chaos")
    seen = mismatch(expect, page, page.label == "b", "order", "x" * 1000)
    assert len(seen.observed) < 200


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
)
def test_no_answer_upsets_a_judge(value: Any) -> None:
    """Whatever JSON comes, the words object or return and never raise else."""
    exchange = answered("a", json=value)
    for word, arguments in (
        (expect_object, ()),
        (expect_array, ()),
        (expect_error, (404, -1)),
        (expect_member, ("a.0.b", str)),
    ):
        with suppress(Mismatch):
            word(exchange, *arguments)
