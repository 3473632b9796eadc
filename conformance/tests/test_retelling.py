"""Conversations told differently: one thing is another, and it was there before."""

from __future__ import annotations

from io import BytesIO

import pytest

from scanwright_conformance.canned import (
    answered,
    asked,
    failed,
    resulted,
    talk,
    told,
)
from scanwright_conformance.drawings import drawing
from scanwright_conformance.expect_channel import (
    expect_answer_to,
    expect_result,
    told_events,
)
from scanwright_conformance.retelling import (
    Change,
    all_of,
    answering,
    changing,
    failing,
    picturing,
    saying,
    without,
    without_events,
)
from scanwright_conformance.transcript import Transcript


def picture() -> bytes:
    """Return a PNG."""
    file = BytesIO()
    drawing(1).save(file, "PNG")
    return file.getvalue()


KNOWN = Transcript(
    (
        talk(
            "page",
            asked("a"),
            told("progress", done=1),
            told("progress", done=2),
            resulted("a", images=[], more=1),
            failed("b", -2, "Why."),
        ),
        answered("object", json={"code": 7, "name": "x"}, headers={"Vary": "Origin"}),
        answered("picture", body=picture()),
    )
)


def test_an_entry_is_left_out_or_changed() -> None:
    """The others stay as they were."""
    assert "object" not in without("object")(KNOWN)
    assert changing("page", status=403)(KNOWN).channel("page").status == 403
    both = all_of(without("object"), without("picture"))(KNOWN)
    assert [each.label for each in both.entries] == ["page"]


def test_an_answer_says_something_else() -> None:
    """Its status, members of its object, its headers, or all of its body."""
    answer = saying("object", 404, code=8, headers={})(KNOWN)["object"].answer
    assert answer is not None
    assert (answer.status, answer.headers) == (404, ())
    assert answer.json() == {"code": 8, "name": "x"}
    answer = saying("object", body=b"no")(KNOWN)["object"].answer
    assert answer is not None
    assert (answer.status, answer.body.data, answer.body.size_bytes) == (200, b"no", 2)


def test_a_picture_is_another() -> None:
    """What is not named stays."""
    answer = picturing("picture", width_px=7)(KNOWN)["picture"].answer
    assert answer is not None
    assert answer.body.image is not None
    assert answer.body.image.width_px == 7
    assert answer.body.image.height_px == drawing(1).height


def test_a_call_ends_otherwise() -> None:
    """By other members of its result, by an error, or by another one."""
    page = answering("page", "a", images=[1])(KNOWN).channel("page")
    assert expect_result(page, "a") == {"images": [1], "more": 1}
    page = failing("page", "a", -5)(KNOWN).channel("page")
    assert expect_answer_to(page, "a")["error"]["code"] == -5
    assert "result" not in expect_answer_to(page, "a")
    page = failing("page", "b", data=[1])(KNOWN).channel("page")
    error = {"message": "Why.", "code": -1, "data": [1]}
    assert expect_answer_to(page, "b")["error"] == error


def test_an_event_is_left_out() -> None:
    """One by its number, or all of a name."""
    page = without_events("page", "progress", 0)(KNOWN).channel("page")
    assert told_events(page, "progress") == [{"done": 2}]
    page = without_events("page", "progress")(KNOWN).channel("page")
    assert told_events(page, "progress") == []
    assert len(page.frames) == 3


@pytest.mark.parametrize(
    "change",
    [
        without("other"),
        changing("other", status=1),
        changing("page", status=101),
        saying("page", 404),
        picturing("object", width_px=7),
        picturing("page", width_px=7),
        answering("page", "c", images=[]),
        answering("object", "a", images=[]),
        failing("page", "c"),
        without_events("page", "other"),
        without_events("object", "progress"),
    ],
)
def test_what_changes_nothing_is_a_mistake(change: Change) -> None:
    """A test that it was to be for would prove nothing."""
    with pytest.raises((LookupError, TypeError)):
        change(KNOWN)
