"""The words that judges of a page's channel are written in.

Calls go by their labels, which are their ids on the wire. As in `expect`, each function
returns what it checked, or objects.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.expect import expect
from scanwright_conformance.judgement import Mismatch
from scanwright_spec import channel, params_schema, result_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema import Draft202012Validator

    from scanwright_conformance.transcript import Channel

__all__ = [
    "BufferCopy",
    "asked_at",
    "expect_answer_to",
    "expect_empty",
    "expect_failure",
    "expect_images",
    "expect_instance",
    "expect_outcome",
    "expect_refusal",
    "expect_result",
    "expect_schemas",
    "images_in",
    "objects_in",
    "opened_copy",
    "opened_images",
    "told_events",
    "told_images",
]

Told = dict[str, Any]
SHOWN: Final = 160
OPEN: Final = "open"
"""The label of the call `session.open`."""


class BufferCopy:
    """What a page has that applies every `buffer.changed` it is told."""

    def __init__(self, state: Told) -> None:
        self.view = {name: state.get(name) for name in state if name != "images"}
        self.images = {each["id"]: each for each in images_in(state)}
        self.order = [each["id"] for each in images_in(state)]

    def apply(self, told: Told) -> None:
        """Take the parameters of an event in."""
        self.images |= {each["id"]: each for each in images_in(told)}
        for name, value in told.items():
            if name == "order":
                listed = value if isinstance(value, list) else []
                self.order = [str(each) for each in listed]
            elif name != "action":
                self.view[name] = value

    @property
    def revision(self) -> int:
        """The number of the last change, 0 when it is none."""
        revision = self.view.get("revision")
        return revision if isinstance(revision, int) else 0

    @property
    def state(self) -> Told:
        """What `buffer.state` would have to say."""
        return {**self.view, "images": [self.images.get(each) for each in self.order]}


def expect_outcome(talk: Channel, outcome: str) -> Told:
    """Return the result of `session.open`, which has this `outcome`."""
    opened = expect_result(talk, OPEN)
    seen = opened.get("outcome")
    expect(talk, seen == outcome, f"the outcome {outcome}", seen)
    return opened


def opened_copy(talk: Channel) -> BufferCopy:
    """Return the buffer that a session began with."""
    buffer = expect_result(talk, OPEN).get("buffer")
    if not isinstance(buffer, dict):
        raise Mismatch("a buffer from the beginning", repr(buffer), talk.label)
    return BufferCopy(buffer)


def expect_instance(talk: Channel) -> str:
    """Return which start of the service opened the session."""
    service = expect_result(talk, OPEN).get("service")
    instance = service.get("instance") if isinstance(service, dict) else None
    if not isinstance(instance, str):
        raise Mismatch("the instance of the service", repr(service), talk.label)
    return instance


def opened_images(talk: Channel) -> list[str] | None:
    """Return the ids of the images that a session has from the beginning."""
    buffer = expect_result(talk, OPEN).get("buffer")
    if not isinstance(buffer, dict) or not isinstance(buffer.get("images"), list):
        return None
    return told_images(buffer)


def expect_empty(talk: Channel) -> None:
    """Object when a session did not begin with an empty buffer."""
    images = opened_images(talk)
    expect(talk, images == [], "a session without images", images)


def expect_answer_to(talk: Channel, label: str | None) -> Told:
    """Return the frame that answers the call `label`: a result or an error."""
    for is_sent, told in _frames(talk):
        if not is_sent and "id" in told and told["id"] == label:
            return told
    seen = talk.problem or f"none to {label!r}"
    raise Mismatch(f"an answer to {label!r}", seen, talk.label)


def expect_result(talk: Channel, label: str) -> Told:
    """Return the result of the call `label`, which is an object."""
    answer = expect_answer_to(talk, label)
    result = answer.get("result")
    if not isinstance(result, dict):
        raise Mismatch(f"a result of {label!r}", _shown(answer), talk.label)
    return result


def expect_failure(talk: Channel, label: str | None) -> Told:
    """Return the error that the call `label` ended with; its code is below 0."""
    answer = expect_answer_to(talk, label)
    error = answer.get("error")
    if isinstance(error, dict):
        code = error.get("code")
        if type(code) is int and code < 0:
            return error
    raise Mismatch(f"{label!r} to be an error", _shown(answer), talk.label)


def expect_refusal(talk: Channel, label: str | None, code: int) -> Told:
    """Return the error that the call `label` ended with, which has this `code`."""
    error = expect_failure(talk, label)
    expect(
        talk,
        error["code"] == code,
        f"{label!r} to be an error of code {code}",
        _shown(error),
    )
    return error


def expect_images(talk: Channel, label: str) -> list[str]:
    """Return the ids of the images in the result of `label`, as they are listed.

    A buffer lists images as objects, a call that brings some as their ids.
    """
    images = expect_result(talk, label).get("images")
    listed = images if isinstance(images, list) else [images]
    ids = [each.get("id") if isinstance(each, dict) else each for each in listed]
    named = [each for each in ids if isinstance(each, str)]
    expect(talk, named == ids, f"images in {label!r}", images)
    return named


def told_events(
    talk: Channel, name: str, *, since: str = "", before: str = ""
) -> list[Told]:
    """Return the parameters of the events `name` in their order.

    `since` is a call that was asked earlier, `before` one that was answered later.
    """
    found: list[Told] = []
    is_begun = not since
    for is_sent, told in _frames(talk):
        if is_sent:
            is_begun = is_begun or told.get("id") == since
        elif told.get("id") == before:
            break
        elif is_begun and told.get("method") == name:
            params = told.get("params")
            found.append(params if isinstance(params, dict) else {})
    return found


def told_images(event: Told) -> list[str]:
    """Return the ids of the images that an event tells."""
    return [each["id"] for each in images_in(event)]


def images_in(told: Told) -> list[Told]:
    """Return the images of a state or an event: objects with an id."""
    objects = objects_in(told.get("images"))
    return [each for each in objects if isinstance(each.get("id"), str)]


def objects_in(value: object) -> list[Told]:
    """Return the objects of an array; of what is none there are none."""
    listed = value if isinstance(value, list) else []
    return [each for each in listed if isinstance(each, dict)]


def asked_at(talk: Channel, label: str) -> tuple[float, float]:
    """Return when the call `label` was asked, and when it was answered, in seconds."""
    expect_answer_to(talk, label)
    times = {
        frame.is_sent: frame.at_s
        for frame in talk.frames
        if _parsed(frame.text).get("id") == label
    }
    return times.get(True, 0.0), times[False]


def expect_schemas(talk: Channel) -> None:
    """Object when a frame that was told is not as `channel.yaml` describes it."""
    methods: dict[Any, str] = {}
    for is_sent, told in _frames(talk):
        if is_sent:
            methods[json.dumps(told.get("id"))] = str(told.get("method"))
            continue
        name = told.get("method")
        expect(talk, told.get("jsonrpc") == "2.0", 'jsonrpc "2.0"', _shown(told))
        if name is not None:
            _expect_valid(talk, f"the event {name}", told.get("params"))
        elif "error" not in told:
            method = methods.get(json.dumps(told.get("id")))
            _expect_valid(talk, f"the result of {method}", told.get("result"))


def _expect_valid(talk: Channel, what: str, value: object) -> None:
    validator = _validators().get(what)
    if validator is None:
        raise Mismatch("what channel.yaml describes", what, talk.label)
    error = next(validator.iter_errors(value), None)
    if error is not None:
        raise Mismatch(
            f"{what} as in channel.yaml",
            f"{error.json_path}: {error.message}"[:SHOWN],
            talk.label,
        )


@cache
def _validators() -> dict[str, Draft202012Validator]:
    """Return what holds values against their schemas, by what they are."""
    from jsonschema import Draft202012Validator

    document = channel()
    found = {}
    for name in document["events"]:
        found[f"the event {name}"] = Draft202012Validator(params_schema(name))
    for name in document["methods"]:
        found[f"the result of {name}"] = Draft202012Validator(result_schema(name))
    return found


def _frames(talk: Channel) -> Iterator[tuple[bool, Told]]:
    """Yield what was said and told; a frame that is no object is none."""
    for frame in talk.frames:
        yield frame.is_sent, _parsed(frame.text)


def _parsed(text: str) -> Told:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _shown(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
