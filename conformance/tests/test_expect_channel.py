"""The words of judges about channels: what they accept, and what they object to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanwright_conformance.canned import asked, failed, resulted, talk, told
from scanwright_conformance.expect_channel import (
    BufferCopy,
    asked_at,
    expect_answer_to,
    expect_empty,
    expect_failure,
    expect_images,
    expect_instance,
    expect_outcome,
    expect_refusal,
    expect_result,
    expect_schemas,
    opened_copy,
    opened_images,
    told_events,
    told_images,
)
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.transcript import Frame

A, B = "a" * 12, "b" * 12


def test_an_answer_is_known_by_its_id() -> None:
    """What the page said, and events, are no answers; null is an id, too."""
    page = talk(
        "page",
        Frame(0.0, "{", is_sent=True),
        asked("x"),
        told("progress", id="x"),
        resulted("y"),
        failed(None, -32700),
        resulted("x", a=1),
    )
    assert expect_answer_to(page, "x")["result"] == {"a": 1}
    assert expect_answer_to(page, None)["error"]["code"] == -32700
    with pytest.raises(Mismatch, match="none to 'z'"):
        expect_answer_to(page, "z")
    with pytest.raises(Mismatch, match="refused"):
        expect_answer_to(talk("page", problem="refused"), "z")


@pytest.mark.parametrize(
    "text", ["", "[]", "7", "{", '{"id": "y", "result": 7}', "[" * 100_000]
)
def test_a_frame_of_no_sense_is_no_answer(text: str) -> None:
    """Whatever a service sends, it is a mismatch and no accident."""
    page = talk("page", Frame(0.0, text, is_sent=False))
    with pytest.raises(Mismatch):
        expect_result(page, "y")


def test_a_result_is_no_error() -> None:
    """And the other way round."""
    page = talk("page", resulted("good"), failed("bad", -7))
    assert expect_result(page, "good") == {}
    assert expect_failure(page, "bad")["code"] == -7
    assert expect_refusal(page, "bad", -7)["message"] == "No."
    with pytest.raises(Mismatch, match="-7"):
        expect_result(page, "bad")
    for code in (-8, 7):
        with pytest.raises(Mismatch):
            expect_refusal(page, "bad", code)
    with pytest.raises(Mismatch):
        expect_failure(page, "good")


@pytest.mark.parametrize("code", [0, 7, "-7", None, True, -7.0])
def test_an_error_has_a_number_below_zero(code: Any) -> None:
    """Zero is no error, and a text is no number."""
    with pytest.raises(Mismatch, match="to be an error"):
        expect_failure(talk("page", failed("bad", code)), "bad")


def test_images_are_objects_or_ids() -> None:
    """A state lists objects, a scan ids; what is neither is a mismatch."""
    page = talk(
        "page",
        resulted("state", images=[{"id": A}, {"id": B}]),
        resulted("scan", images=[B, A]),
        resulted("number", images=[7]),
        resulted("nameless", images=[{"name": A}]),
        resulted("none"),
    )
    assert expect_images(page, "state") == [A, B]
    assert expect_images(page, "scan") == [B, A]
    for label in ("number", "nameless", "none"):
        with pytest.raises(Mismatch, match="images"):
            expect_images(page, label)


def test_a_session_says_how_it_began() -> None:
    """Its outcome, and the images that it has from the beginning."""
    buffer = {"images": [{"id": A}]}
    page = talk("page", resulted("open", outcome="resumed", buffer=buffer))
    assert expect_outcome(page, "resumed")["buffer"] == buffer
    assert opened_images(page) == [A]
    with pytest.raises(Mismatch, match="unknown"):
        expect_outcome(page, "unknown")
    with pytest.raises(Mismatch, match="without images"):
        expect_empty(page)


@pytest.mark.parametrize("buffer", [None, [], {}, {"images": None}, {"images": {}}])
def test_a_buffer_without_a_list_is_not_empty(buffer: Any) -> None:
    """Who does not say what there is has not said that there is nothing."""
    page = talk("page", resulted("open", buffer=buffer))
    assert opened_images(page) is None
    with pytest.raises(Mismatch):
        expect_empty(page)


def test_an_empty_session_is_empty() -> None:
    """No image is what is looked for."""
    expect_empty(talk("page", resulted("open", buffer={"images": []})))


def test_events_are_those_between_two_calls() -> None:
    """After the one was asked and before the other was answered, of one name."""
    page = talk(
        "page",
        told("changed", n=1),
        asked("one"),
        told("changed", n=2),
        told("other", n=3),
        resulted("one"),
        asked("two"),
        told("changed", n=4),
        failed("two", -1),
        Frame(0.0, '{"method": "changed", "params": 7}', is_sent=False),
    )

    def numbers(**between: str) -> list[Any]:
        return [each.get("n") for each in told_events(page, "changed", **between)]

    assert numbers() == [1, 2, 4, None]
    assert numbers(before="one") == [1, 2]
    assert numbers(since="one", before="one") == [2]
    assert numbers(since="two", before="two") == [4]
    assert numbers(since="three") == []


def test_times_are_those_of_the_frames() -> None:
    """When a call was asked, and when it was answered."""
    page = talk("page", asked("a"), asked("b"), resulted("b"), resulted("a"))
    assert asked_at(page, "a") == (0.1, 0.4)
    assert asked_at(page, "b") == (0.2, 0.3)
    with pytest.raises(Mismatch):
        asked_at(page, "c")


def test_a_copy_follows_what_is_told() -> None:
    """Images are those that were told last, in the last order that was told."""
    copy = BufferCopy({"images": [{"id": A, "v": 1}], "revision": 3, "current": A})
    copy.apply({"revision": 4, "action": "add", "images": [{"id": B}], "order": [B, A]})
    copy.apply({"revision": 5, "action": "modify", "images": [{"id": A, "v": 2}]})
    assert copy.state == {
        "images": [{"id": B}, {"id": A, "v": 2}],
        "revision": 5,
        "current": A,
    }
    copy.apply({"images": [{"id": A}, {"id": B, "v": 3}]})
    assert copy.state["images"] == [{"id": B, "v": 3}, {"id": A}]
    copy.apply({"order": None})
    assert copy.state["images"] == []


@pytest.mark.parametrize(("revision", "number"), [(3, 3), ("3", 0), (None, 0)])
def test_a_revision_is_a_number(revision: Any, number: int) -> None:
    """What is none counts as nothing."""
    assert BufferCopy({"revision": revision}).revision == number
    assert BufferCopy({}).revision == 0


def test_a_session_begins_with_a_buffer() -> None:
    """What is no object is none to follow."""
    page = talk("page", resulted("open", buffer={"revision": 7}))
    assert opened_copy(page).revision == 7
    others: tuple[Any, ...] = (None, [], 7)
    for buffer in others:
        with pytest.raises(Mismatch, match="from the beginning"):
            opened_copy(talk("page", resulted("open", buffer=buffer)))


def test_a_start_of_the_service_has_a_name() -> None:
    """Any text will do."""
    page = talk("page", resulted("open", service={"instance": "x"}))
    assert expect_instance(page) == "x"
    others: tuple[Any, ...] = (None, {}, [], {"instance": 7})
    for service in others:
        with pytest.raises(Mismatch, match="instance"):
            expect_instance(talk("page", resulted("open", service=service)))


@pytest.mark.parametrize("error", [None, [], 7])
def test_an_error_is_an_object(error: Any) -> None:
    """Whatever else a service says instead is none."""
    text = json.dumps({"id": "a", "error": error})
    with pytest.raises(Mismatch, match="to be an error"):
        expect_failure(talk("page", Frame(0.0, text, is_sent=False)), "a")


def test_an_answer_to_nothing_has_a_time() -> None:
    """Whoever never asked began at the beginning."""
    assert asked_at(talk("page", resulted("a")), "a") == (0.0, 0.1)


def test_a_copy_of_no_sense_is_no_accident() -> None:
    """What is no image is none, and an order may name what there is not."""
    copy = BufferCopy({"images": [7, {"id": 7}, {}], "x": [1]})
    copy.apply({"order": [A]})
    assert copy.state == {"images": [None], "x": [1]}
    copy.apply({"order": [[], {}]})
    assert copy.state["images"] == [None, None]


def test_an_event_has_the_images_that_it_names() -> None:
    """In their order; what is none is left out."""
    assert told_images({"images": [{"id": B}, 7, {"id": None}, {"id": A}]}) == [B, A]
    assert told_images({}) == []


def test_frames_are_held_against_their_schemas() -> None:
    """Results by the method that was asked, events by their name."""
    good = talk(
        "page",
        asked("a", "buffer.undo"),
        told("progress", call=1, done=1, total=None),
        resulted("a", done=True),
        asked("b", "buffer.undo"),
        failed("b", -1),
        told("service.stopping"),
    )
    expect_schemas(good)


@pytest.mark.parametrize(
    "frame",
    [
        resulted("a", done=1),
        resulted("b", done=True),
        told("progress", call=1, done=-1, total=None),
        told("no.event"),
        Frame(0.0, '{"id": "a", "result": {"done": true}}', is_sent=False),
        Frame(0.0, "7", is_sent=False),
    ],
    ids=["result", "nobody asked", "event", "no event", "no version", "no object"],
)
def test_what_is_not_as_described_is_a_mismatch(frame: Frame) -> None:
    """A result, an event, an answer to nothing, and what is no message."""
    with pytest.raises(Mismatch):
        expect_schemas(talk("page", asked("a", "buffer.undo"), frame))
