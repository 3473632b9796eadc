"""A recorded answer beside a new one: what differs, and what of that matters.

Two answers agree when they have the same status and the same shape of JSON: members of
the same names, with values of the same kinds. Values and headers may differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from scanwright_conformance.transcript import Answer, Exchange

__all__ = ["HEADERS_OF_CHANCE", "Deviation", "deviations", "is_agreeing"]

HEADERS_OF_CHANCE: Final = frozenset(
    (
        "connection",
        "content-length",
        "date",
        "keep-alive",
        "server",
        "set-cookie",
        "transfer-encoding",
    ),
)
"""They differ without a meaning, or are there again as the length of a body."""
NOTHING: Final = "nothing"
SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing that is otherwise than it was recorded; `is_grave` breaks agreement."""

    what: str
    recorded: str
    live: str
    is_grave: bool


def deviations(recorded: Exchange, live: Exchange) -> tuple[Deviation, ...]:
    """Return what differs between two answers to the same request."""
    then, now = recorded.answer, live.answer
    if then is None or now is None:
        if (then is None) is (now is None):
            return ()
        pair = (_said(recorded), _said(live))
        return (Deviation("answer", *pair, is_grave=True),)
    return tuple(_between(then, now))


def is_agreeing(found: tuple[Deviation, ...]) -> bool:
    """Whether what differs does not matter."""
    return not any(deviation.is_grave for deviation in found)


def _said(exchange: Exchange) -> str:
    return exchange.problem if exchange.answer is None else str(exchange.answer.status)


def _between(then: Answer, now: Answer) -> Iterator[Deviation]:
    if then.status != now.status:
        yield Deviation("status", str(then.status), str(now.status), is_grave=True)
    names = {name.lower(): name for name, _ in (*then.headers, *now.headers)}
    for key, name in sorted(names.items()):
        pair = then.header(name) or NOTHING, now.header(name) or NOTHING
        if key not in HEADERS_OF_CHANCE and pair[0] != pair[1]:
            yield Deviation(f"header {name}", *pair, is_grave=False)
    yield from _bodies(then, now)


def _bodies(then: Answer, now: Answer) -> Iterator[Deviation]:
    is_json = _is_json(then), _is_json(now)
    if all(is_json):
        yield from _values(then.json(), now.json(), "")
    elif any(is_json):
        words = {True: "JSON", False: "no JSON"}
        yield Deviation("body", words[is_json[0]], words[is_json[1]], is_grave=True)
    elif then.body.sha256 != now.body.sha256:
        yield Deviation("body", _described(then), _described(now), is_grave=False)


def _described(answer: Answer) -> str:
    image = answer.body.image
    if image is None:
        return f"{answer.body.size_bytes} bytes"
    return f"{image.format}, {image.width_px} x {image.height_px}"


def _is_json(answer: Answer) -> bool:
    try:
        answer.json()
    except ValueError:
        return False
    return True


def _values(then: Any, now: Any, place: str) -> Iterator[Deviation]:
    what = f"member {place}" if place else "body"
    if _kind(then) != _kind(now):
        yield Deviation(what, _shown(then), _shown(now), is_grave=True)
    elif isinstance(then, dict):
        yield from _members(then, now, place)
    elif isinstance(then, list):
        yield from _elements(then, now, place)
    elif then != now:
        yield Deviation(what, _shown(then), _shown(now), is_grave=False)


def _members(
    then: dict[str, Any],
    now: dict[str, Any],
    place: str,
) -> Iterator[Deviation]:
    for name in dict.fromkeys([*then, *now]):
        inner = f"{place}.{name}" if place else name
        if name in then and name in now:
            yield from _values(then[name], now[name], inner)
        else:
            before, today = (
                _shown(each[name]) if name in each else NOTHING for each in (then, now)
            )
            yield Deviation(f"member {inner}", before, today, is_grave=True)


def _elements(then: list[Any], now: list[Any], place: str) -> Iterator[Deviation]:
    """Compare lists: their lengths are free, and one kind in common is enough."""
    if len(then) != len(now):
        what = f"member {place}" if place else "body"
        before, today = (f"{len(each)} elements" for each in (then, now))
        yield Deviation(what, before, today, is_grave=False)
    shapes = [{_shape(element) for element in each} for each in (then, now)]
    if then and now and not shapes[0] & shapes[1]:
        yield from _values(then[0], now[0], f"{place}[0]")


def _shape(value: Any) -> str:
    """Return names and kinds without values, in one spelling."""
    match value:
        case dict():
            inner = sorted(f"{name}:{_shape(each)}" for name, each in value.items())
            return f"{{{','.join(inner)}}}"
        case list():
            return f"[{','.join(sorted({_shape(each) for each in value}))}]"
    return _kind(value)


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def _shown(value: Any) -> str:
    match value:
        case str():
            text = value
        case bool() | int() | float():
            text = str(value).lower()
        case _:
            text = _kind(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}\N{HORIZONTAL ELLIPSIS}"
