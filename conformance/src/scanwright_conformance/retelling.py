"""Conversations that are known, told a little differently: for the tests of judges.

Each function returns a change of a transcript: the golden one that meets a clause, and
what a service would have had to do to miss it. What is not there to be changed is a
mistake of the test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from scanwright_conformance.transcript import (
    Answer,
    Body,
    Channel,
    Entry,
    Exchange,
    Frame,
    Transcript,
)

__all__ = [
    "Change",
    "all_of",
    "answering",
    "changing",
    "failing",
    "picturing",
    "saying",
    "without",
    "without_events",
]

Change = Callable[[Transcript], Transcript]


def all_of(*changes: Change) -> Change:
    """Return all these changes, one after the other."""

    def change(transcript: Transcript) -> Transcript:
        for each in changes:
            transcript = each(transcript)
        return transcript

    return change


def changing(label: str, **members: Any) -> Change:
    """Return a change of members of the entry `label`."""
    return _entry(label, lambda entry: replace(entry, **members))


def without(label: str) -> Change:
    """Return a change that leaves the entry `label` out."""

    def change(transcript: Transcript) -> Transcript:
        kept = tuple(each for each in transcript.entries if each.label != label)
        if kept == transcript.entries:
            raise LookupError(f"there is no entry {label!r}")
        return replace(transcript, entries=kept)

    return change


def saying(
    label: str,
    status: int | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    **json_members: Any,
) -> Change:
    """Return a change of the answer of an exchange: its status, and what it says.

    Members of a JSON object are replaced; those of `headers` are all that there are.
    """

    def change(entry: Entry) -> Entry:
        if not isinstance(entry, Exchange) or entry.answer is None:
            raise LookupError(f"{label!r} has no answer")
        answer = entry.answer
        data = body
        if json_members:
            data = json.dumps({**answer.json(), **json_members}).encode()
        if data is not None:
            told = Body(len(data), sha256(data).hexdigest(), data)
            answer = replace(answer, body=told)
        if headers is not None:
            answer = replace(answer, headers=tuple(headers.items()))
        return replace(entry, answer=replace(answer, status=status or answer.status))

    return _entry(label, change)


def picturing(label: str, **facts: Any) -> Change:
    """Return a change of what an exchange's picture is like."""

    def change(entry: Entry) -> Entry:
        if not isinstance(entry, Exchange) or entry.answer is None:
            raise LookupError(f"{label!r} has no answer")
        body: Body = entry.answer.body
        if body.image is None:
            raise LookupError(f"{label!r} has no picture")
        image = replace(body.image, **facts)
        answer: Answer = replace(
            entry.answer, body=replace(body, data=None, stored_image=image)
        )
        return replace(entry, answer=answer)

    return _entry(label, change)


def answering(label: str, call: str | None, **members: Any) -> Change:
    """Return a change of members of the result of `call` on the channel `label`."""

    def told(answer: dict[str, Any]) -> dict[str, Any]:
        answer["result"] = {**answer["result"], **members}
        return answer

    return _answer(label, call, told)


def failing(label: str, call: str | None, code: int = -1, **error: Any) -> Change:
    """Return a change that has `call` end with another error."""

    def told(answer: dict[str, Any]) -> dict[str, Any]:
        answer.pop("result", None)
        before = answer.get("error", {"message": ""})
        answer["error"] = {**before, "code": code, **error}
        return answer

    return _answer(label, call, told)


def without_events(label: str, name: str, number: int | None = None) -> Change:
    """Return a change that leaves events of this name out: one by number, or all."""

    def change(entry: Entry) -> Entry:
        if not isinstance(entry, Channel):
            raise TypeError(f"{label!r} is no channel")
        events = [each for each in entry.frames if f'"{name}"' in each.text]
        gone = events if number is None else events[number : number + 1]
        if not gone:
            raise LookupError(f"{label!r} has no event {name!r}")
        kept = tuple(each for each in entry.frames if each not in gone)
        return replace(entry, frames=kept)

    return _entry(label, change)


def _answer(
    label: str, call: str | None, told: Callable[[dict[str, Any]], dict[str, Any]]
) -> Change:
    def changed(frame: Frame) -> Frame:
        try:
            answer = json.loads(frame.text)
        except ValueError:
            return frame
        if frame.is_sent or "method" in answer or answer.get("id", "") != call:
            return frame
        return replace(frame, text=json.dumps(told(answer)))

    def change(entry: Entry) -> Entry:
        if not isinstance(entry, Channel):
            raise TypeError(f"{label!r} is no channel")
        frames = tuple(changed(frame) for frame in entry.frames)
        if frames == entry.frames:
            raise LookupError(f"{label!r} has no answer to {call!r}")
        return replace(entry, frames=frames)

    return _entry(label, change)


def _entry(label: str, change: Callable[[Entry], Entry]) -> Change:
    def changed(transcript: Transcript) -> Transcript:
        entries = tuple(
            change(each) if each.label == label else each for each in transcript.entries
        )
        if entries == transcript.entries:
            raise LookupError(f"nothing of {label!r} is another")
        return replace(transcript, entries=entries)

    return changed
