"""A call under way: its parameters by name, its progress, its errors with data."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright.errors import InvalidParameter, OutOfSequence
from scanwright.protocol.members import Members
from scanwright.sessions.run import CallFailed, Run, nothing

Desk = Any


def _run(desk: Desk, call: int | None = 1, **params: object) -> Run:
    return Run(desk.session, Members(params), call)


async def test_images_are_ids(desk: Desk) -> None:
    """A list of images is read; anything else in it is refused."""
    assert _run(desk, images=["0" * 12]).images() == ["0" * 12]
    for wrong in (["x"], [1], ["0" * 13], "0" * 12):
        with pytest.raises(InvalidParameter, match="images"):
            _run(desk, images=wrong).images()


async def test_what_is_missing_is_named(desk: Desk) -> None:
    """Parameters that must be there are named when they are not."""
    with pytest.raises(InvalidParameter, match="images is missing"):
        _run(desk).images()
    with pytest.raises(InvalidParameter, match="name is missing"):
        _run(desk).text("name")
    with pytest.raises(InvalidParameter, match="image must be an id"):
        _run(desk).one("image")


async def test_what_may_be_absent(desk: Desk) -> None:
    """Optional parameters that are absent are None."""
    run = _run(desk)
    assert (run.optional_images(), run.optional_text("tag"), run.position()) == (
        None,
        None,
        None,
    )


async def test_texts_have_a_length(desk: Desk) -> None:
    """A text is neither empty nor longer than may be."""
    for wrong in ("", "x" * 101):
        with pytest.raises(InvalidParameter, match="characters"):
            _run(desk, tag=wrong).text("tag")


async def test_progress_names_its_call(desk: Desk) -> None:
    """Progress is told with the call's id; a call without one tells none."""
    _run(desk, call=7).progress(1, None)
    _run(desk, call=None).progress(2, None)
    assert desk.told("progress") == [{"call": 7, "done": 1, "total": None}]


def test_a_failure_keeps_code_and_words() -> None:
    """An error with data has the code and the words of the error that it is about."""
    failed = CallFailed(OutOfSequence("Not now."), {"images": []})
    assert (failed.code, failed.message, failed.data) == (
        -1011,
        "Not now.",
        {"images": []},
    )


def test_nothing_is_an_object() -> None:
    """The result of a method that has none is an empty object of its own."""
    assert nothing() == {}
    assert nothing() is not nothing()
