"""Two columns, for people."""

from __future__ import annotations

from dataclasses import replace

from scanwright_conformance.bundle.comparison import deviations
from scanwright_conformance.bundle.replay import Repetition
from scanwright_conformance.bundle.side_by_side import side_by_side
from scanwright_conformance.canned import answered, unanswered
from scanwright_conformance.transcript import Exchange, Request


def shown(recorded: Exchange, live: Exchange) -> list[str]:
    """Return the lines about two exchanges."""
    repetition = Repetition(recorded, live, deviations(recorded, live))
    return side_by_side(repetition, width=60).splitlines()


def test_what_differs_is_marked() -> None:
    """Line by line, and then in words."""
    lines = shown(answered("x", json={"a": 1}), answered("x", 404, json={"a": 1}))
    assert lines[0] == "x"
    assert f"  {'200':<27} ≠ 404" in lines
    member = ' "a": 1'
    assert f"  {member:<27}   {member}" in lines
    assert "  ≠ status: 200 -> 404" in lines
    assert lines[-2] == "  the answers differ"


def test_a_line_of_curl_is_last() -> None:
    """Who wants to ask by hand can."""
    lines = shown(answered("x"), answered("x"))
    assert lines[-2:] == ["  the answers agree", "  $ curl -i http://127.0.0.1:18622/x"]


def test_long_lines_are_wrapped_and_long_bodies_cut() -> None:
    """Nothing runs out of its column, nor off the screen."""
    long = answered("x", json={"a": "b" * 100, "c": list(range(100))})
    lines = shown(long, unanswered("x"))
    columns = [each for each in lines if "\N{NOT EQUAL TO}" in each[3:]]
    assert {each.index("\N{NOT EQUAL TO}") for each in columns} == {30}
    assert any("65 more lines" in each for each in lines)


def test_bodies_are_shown_as_what_they_are() -> None:
    """Text as text, and bytes as their number."""
    lines = shown(answered("x", body=b"one\ntwo"), answered("x", body=b"\x00\x01"))
    assert f"  {'one':<27} ≠ 2 bytes" in lines


def test_exact_bytes_are_shown_as_lines() -> None:
    """They are the request, and may have commands for terminals in them."""
    raw = b"GET /\x1b[2J HTTP/1.1\r\nHost: x\r\n\r\n"
    exchange = replace(answered("x"), request=Request("GET", "http://h:1", raw=raw))
    assert shown(exchange, exchange)[1] == "    GET /\ufffd[2J HTTP/1.1"


def test_requests_are_shown_with_what_they_carry() -> None:
    """Headers and the beginning of the body."""
    request = Request("POST", "http://h:1/", (("A", "b"),), b"x\n" * 20)
    exchange = replace(answered("x"), request=request)
    lines = shown(exchange, exchange)
    assert lines[1:4] == ["    POST http://h:1/", "    A: b", "    x"]
    assert "    ... 8 more lines" in lines


def test_what_was_not_repeated_says_why() -> None:
    """There is nothing to compare then."""
    repetition = Repetition(answered("x"), hindrance="the target has no manager")
    text = side_by_side(repetition, width=80)
    assert text.endswith("not repeated: the target has no manager")
