"""An exchange of then and of today, in two columns, for people at a terminal."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from scanwright_conformance.bundle.comparison import HEADERS_OF_CHANCE
from scanwright_conformance.bundle.printable import printable
from scanwright_conformance.report._curl import curl_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.bundle.replay import Repetition
    from scanwright_conformance.transcript import Answer, Exchange, Request

__all__ = ["side_by_side"]

LINES: Final = 40
REQUEST_LINES: Final = 12
SAME, OTHER = " ", "\N{NOT EQUAL TO}"


def side_by_side(repetition: Repetition, *, width: int) -> str:
    """Return the request, both answers, what differs, and how to ask by hand."""
    recorded, live = repetition.recorded, repetition.live
    asked = (live or recorded).request
    lines = [recorded.label, *(f"    {line}" for line in _request(asked))]
    if live is None:
        return printable("\n".join([*lines, f"  not repeated: {repetition.hindrance}"]))
    lines += ["", *_columns(list(_answer(recorded)), list(_answer(live)), width)]
    lines.append("")
    for each in repetition.deviations:
        mark = OTHER if each.is_grave else "~"
        lines.append(f"  {mark} {each.what}: {each.recorded} -> {each.live}")
    lines += [f"  {_said(repetition)}", f"  $ {curl_line(asked)}"]
    return printable("\n".join(lines))


def _said(repetition: Repetition) -> str:
    """Return what comes of it; that headers may differ is no reason to hide it."""
    if not repetition.is_agreeing:
        return "the answers differ"
    others = len(repetition.deviations)
    return "the answers agree" + (
        f" in status and shape; {others} of what may differ does" if others else ""
    )


def _request(request: Request) -> Iterator[str]:
    if request.raw is not None:
        text = request.raw.decode("utf-8", "replace")
        yield from _shortened(text.replace("\r\n", "\n").splitlines(), REQUEST_LINES)
        return
    yield f"{request.method} {request.url}"
    for name, value in request.headers:
        yield f"{name}: {value}"
    if request.body:
        text = request.body.decode("utf-8", "replace")
        yield from _shortened(text.splitlines(), REQUEST_LINES)


def _columns(then: Sequence[str], now: Sequence[str], width: int) -> Iterator[str]:
    half = max(20, (width - 5) // 2)
    yield f"  {'recorded':<{half}} {SAME} now"
    for left, right in zip_longest(then, now, fillvalue=""):
        mark = SAME if left == right else OTHER
        pairs = zip_longest(_wrapped(left, half), _wrapped(right, half), fillvalue="")
        for one, other in pairs:
            yield f"  {one:<{half}} {mark} {other}".rstrip()


def _wrapped(line: str, width: int) -> list[str]:
    lines = textwrap.wrap(line, width, subsequent_indent="  ", drop_whitespace=False)
    return lines or [""]


def _answer(exchange: Exchange) -> Iterator[str]:
    answer = exchange.answer
    if answer is None:
        yield exchange.problem
        return
    yield str(answer.status)
    for name, value in sorted(answer.headers, key=lambda pair: pair[0].lower()):
        if name.lower() not in HEADERS_OF_CHANCE:
            yield f"{name}: {value}"
    yield ""
    yield from _shortened(list(_body(answer)), LINES)


def _body(answer: Answer) -> Iterator[str]:
    try:
        yield from json.dumps(answer.json(), indent=1).splitlines()
    except ValueError:
        image, data = answer.body.image, answer.body.data
        if image is not None:
            yield f"{image.format}, {image.width_px} x {image.height_px}"
        elif data is None or b"\x00" in data:
            yield f"{answer.body.size_bytes} bytes"
        else:
            yield from data.decode("utf-8", "replace").splitlines()


def _shortened(lines: Sequence[str], limit: int) -> list[str]:
    if len(lines) <= limit:
        return list(lines)
    return [*lines[:limit], f"... {len(lines) - limit} more lines"]
