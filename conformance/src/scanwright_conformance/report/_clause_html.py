"""One clause of the HTML report: what it says, what was seen, how to see it again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from scanwright_conformance.report._curl import curl_line
from scanwright_conformance.report._markup import (
    Html,
    css_class,
    element,
    join,
    prose,
)
from scanwright_conformance.transcript import (
    Answer,
    Body,
    Entry,
    Exchange,
    Fact,
    Handshake,
    Headers,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanwright_conformance.images import ImageFacts
    from scanwright_conformance.judgement import Judgement
    from scanwright_conformance.results import Result

__all__ = ["clause_html"]

EXCERPT: Final = 1500


def clause_html(result: Result) -> Html:
    """Return the clause as a disclosure that is closed at first."""
    clause = result.clause
    words = f"{clause.id} {clause.level.value} {clause.text} {result.verdict.value}"
    return element(
        "details",
        _title(result),
        element("div", *_inside(result)),
        id=clause.id,
        class_=f"clause {css_class(result.verdict)}",
        data_area=clause.area,
        data_verdict=result.verdict.value,
        data_words=" ".join(words.lower().split()),
    )


def _title(result: Result) -> Html:
    clause = result.clause
    return element(
        "summary",
        element("span", result.verdict.value, class_="chip"),
        Html(" "),
        element("h4", clause.id),
        Html(" "),
        element("span", clause.level.value, class_="soft"),
    )


def _inside(result: Result) -> Iterable[Html]:
    clause = result.clause
    yield prose(clause.text)
    origin = clause.provenance.value
    if clause.detail:
        origin = f"{origin}: {clause.detail}"
    yield element("p", f"Provenance: {origin}", class_="soft")
    judgement = result.judgement
    if judgement is not None and not judgement.is_met:
        yield _mismatch(judgement)
    if result.reason:
        yield element("pre", result.reason)
    if result.transcript is not None and result.transcript.entries:
        shows = set(judgement.labels if judgement else ())
        yield element("h5", f"Transcript ({_runs(result)})")
        for entry in result.transcript.entries:
            yield _entry(entry, is_proof=entry.label in shows)
    if result.transcript is not None and result.transcript.stopped:
        yield element("p", f"It ended there: {result.transcript.stopped}.")


def _mismatch(judgement: Judgement) -> Html:
    return element(
        "div",
        element("p", element("strong", "Expected: "), judgement.expected),
        element("p", element("strong", "Observed: "), judgement.observed),
        class_="expected",
    )


def _runs(result: Result) -> str:
    runs = "one run" if result.attempts == 1 else f"the first of {result.attempts} runs"
    return f"{runs}, {result.seconds:.2f} s"


def _entry(entry: Entry, *, is_proof: bool) -> Html:
    title, inside = _told(entry)
    when = f"{entry.started_s:.2f} s"
    # what shows a mismatch need not be looked for
    state = {"open": ""} if is_proof else {}
    return element(
        "details",
        element(
            "summary",
            element("span", entry.label, class_="mono"),
            f": {title} ",
            element("span", f"at {when}", class_="soft"),
        ),
        inside,
        class_="exchange shows" if is_proof else "exchange",
        **state,
    )


def _told(entry: Entry) -> tuple[str, Html]:
    match entry:
        case Exchange():
            outcome = str(entry.answer.status) if entry.answer else entry.problem
            request = entry.request
            method = "raw bytes" if request.raw is not None else request.method
            return f"{method} {request.url} → {outcome}", _exchange(entry)
        case Handshake():
            outcome = entry.version or entry.problem
            title = f"TLS with {entry.address} as {entry.server_name} → {outcome}"
            return title, element("pre", entry.problem or "the handshake succeeded")
        case Fact():
            return "seen", element("pre", json.dumps(entry.value, indent=1))


def _exchange(exchange: Exchange) -> Html:
    request = exchange.request
    sent = [_headers(request.headers)]
    if request.body:
        sent.append(request.body[:EXCERPT].decode("utf-8", "replace"))
    if request.raw is not None:
        sent = [repr(request.raw[:EXCERPT])]
    parts = [element("pre", curl_line(request)), _copy_button()]
    if text := "\n".join(part for part in sent if part):
        parts.append(element("pre", text))
    parts.append(element("p", f"After {exchange.seconds:.3f} s:", class_="soft"))
    if exchange.answer is None:
        parts.append(element("pre", exchange.problem))
    else:
        parts.append(element("pre", _answer(exchange.answer)))
    return join(*parts)


def _copy_button() -> Html:
    return element("button", "Copy", type="button", class_="copy")


def _answer(answer: Answer) -> str:
    lines = [f"HTTP {answer.status}", _headers(answer.headers)]
    return "\n".join([*lines, "", _body(answer.body)]).strip()


def _headers(headers: Headers) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers)


def _body(body: Body) -> str:
    image = body.image
    if image is not None:
        return f"{body.size_bytes} bytes: {_picture(image)}\nSHA-256 {body.sha256}"
    if body.data is None:
        return f"{body.size_bytes} bytes, not kept\nSHA-256 {body.sha256}"
    text = body.data[:EXCERPT].decode("utf-8", "replace")
    more = "…" if body.size_bytes > EXCERPT else ""
    return f"{text}{more}"


def _picture(image: ImageFacts) -> str:
    parts = [
        f"{image.format}, {image.width_px} by {image.height_px} pixels",
        f"{image.channels} samples of {image.bits} bits",
    ]
    if image.dpi is not None:
        parts.append(f"{image.dpi[0]:g} by {image.dpi[1]:g} dpi")
    if image.identity is not None:
        page = image.identity
        place = f"sheet {page.sheet}, side {page.side}"
        parts.append(f"page {page.serial} of {page.device}: {place}")
    return ", ".join(parts)
