"""What judges read."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered, talk, unanswered
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.transcript import Fact, Transcript


def test_a_series_has_all_its_numbers() -> None:
    """The end of a series is no part of it, nor is another series."""
    labels = ("page-1", "page-2", "page-end", "pages-1")
    transcript = Transcript(tuple(answered(label) for label in labels))
    assert [each.label for each in transcript.series("page")] == ["page-1", "page-2"]
    assert transcript.series("info") == ()


def test_headers_have_no_case_and_may_repeat() -> None:
    """RFC 9110 section 5.2: values of one name are joined by commas."""
    exchange = answered("a", headers={"Allow": "GET", "allow": "PATCH"})
    assert exchange.answer is not None
    assert exchange.answer.header("ALLOW") == "GET, PATCH"
    assert exchange.answer.header("Vary") is None


def test_a_body_without_bytes_is_no_json() -> None:
    """What was not kept cannot be parsed."""
    answer = answered("a", json={}).answer
    assert answer is not None
    stored = answer.body.without_bytes()
    assert stored.image is None
    assert stored.file is None
    assert stored.opened("a word") is None
    with pytest.raises(ValueError, match="not stored"):
        type(answer)(200, (), stored).json()


def test_a_stimulus_may_look_for_json() -> None:
    """It gets None where a judge would object."""
    assert answered("a", json={"b": 1}).json_or_none() == {"b": 1}
    assert answered("a", body=b"{").json_or_none() is None
    assert unanswered("a").json_or_none() is None


def test_facts_are_found_by_label() -> None:
    """A label belongs to one kind of entry."""
    transcript = Transcript((Fact("stop", 7), answered("create")))
    assert transcript.fact("stop") == 7
    assert "stop" in transcript
    for ask in (transcript.__getitem__, transcript.handshake):
        with pytest.raises(Mismatch, match="the conversation ended before it"):
            ask("stop")


def test_json_that_is_too_deep_is_none() -> None:
    """A hostile answer is a failure of the target, not of the suite."""
    exchange = answered("deep", body=b"[" * 100_000)
    assert exchange.answer is not None
    with pytest.raises(ValueError, match="deep"):
        exchange.answer.json()


def test_a_channel_is_found_by_its_label() -> None:
    """One that there is not is a mismatch, as for all that was to be recorded."""
    transcript = Transcript((answered("page"), talk("page"), talk("other")))
    assert transcript.channel("page") is transcript.entries[1]
    with pytest.raises(Mismatch, match="the conversation ended before it"):
        transcript.channel("third")
