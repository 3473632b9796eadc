"""Evidence in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

import scanwright_spec
from scanwright_conformance.canned import answered, asked, resulted, talk
from scanwright_conformance.codec import compact
from scanwright_conformance.images import Identity, ImageFacts
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.judging import Attempt
from scanwright_conformance.report._evidence import EXCERPT, evidence_of
from scanwright_conformance.report._markup import allowed
from scanwright_conformance.results import Result, Run
from scanwright_conformance.transcript import (
    Answer,
    Body,
    Entry,
    Exchange,
    Fact,
    Handshake,
    Request,
    Transcript,
)
from scanwright_conformance.verdict import Verdict

CLAUSE = scanwright_spec.load().clause("SERVER-settings")


def parts_of(entry: Entry) -> str:
    """Return all that is shown of one entry."""
    attempt = Attempt(Transcript((entry,)), 0.1, Judgement(is_met=True))
    ((shown,),) = [
        each["entries"]
        for each in evidence_of(Result(CLAUSE, Verdict.PASS, attempts=(attempt,)))
    ]
    return "\n".join(f"{part['kind']}: {part['text']}" for part in shown["parts"])


def texts_of(value: Any) -> Iterator[str]:
    """Yield every string in JSON values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_of(each)


def test_flaky_attempts_are_all_open(run: Run) -> None:
    """The one that failed comes first, and both can be compared at once."""
    flaky = next(each for each in run.results if each.verdict is Verdict.FLAKY)
    shown = evidence_of(flaky)
    assert [each["open"] for each in shown] == [True, True]
    assert shown[0]["title"] == "Attempt 2 of 2: not met, 0.2 s"
    assert shown[0]["notes"][0].startswith("expected: 409 / -1011\nobserved: 200")
    assert shown[1]["title"] == "Attempt 1 of 2: met, 0.1 s"


def test_what_proves_it_is_marked(run: Run) -> None:
    """Entries that the judgement names need not be looked for."""
    failed = next(each for each in run.results if each.verdict is Verdict.FAIL)
    first, second = evidence_of(failed)
    assert [e["label"] for e in first["entries"] if e["shows"]] == ["create", "raw"]
    assert second["open"] is False


def test_nothing_in_it_upsets_a_document(run: Run) -> None:
    """Control characters and halves of letters are replaced."""
    failed = next(each for each in run.results if each.verdict is Verdict.FAIL)
    for text in texts_of(evidence_of(failed)):
        assert text == allowed(text)


def test_mistakes_of_the_suite_are_told(run: Run) -> None:
    """A traceback is shown for what it is."""
    broken = Attempt(Transcript(()), 0.1, error="Traceback: oh")
    (shown,) = evidence_of(replace(run.results[0], attempts=(broken,)))
    assert shown["title"] == "The conversation: a mistake of the suite, 0.1 s"
    assert shown["notes"] == ["Traceback: oh"]
    (shown,) = evidence_of(
        replace(run.results[0], attempts=(replace(broken, error="", unsupported="x"),)),
    )
    assert shown["title"].startswith("The conversation: not judged")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (answered("a", json={"b": 1}, headers={"X-C": "d"}), "got: HTTP 200\nX-C: d\n"),
        (answered("a", body=b"\xff\x00" * 50), "100 bytes that are no text: ff 00 ff"),
        (
            answered("a", body=b"x" * (EXCERPT + 9)),
            f"… {EXCERPT + 9} characters in all",
        ),
        (
            Exchange("a", Request("GET", "http://h", raw=b"G\0"), None, "reset"),
            "got: reset",
        ),
        (Exchange("a", Request("P", "http://h", (), b"body"), None), "sent: body"),
        (
            talk("p", asked("a"), resulted("a"), headers=(("Origin", "x"),)),
            'sent: Origin: x\ngot: 0.100 s → {"jsonrpc": "2.0", "id": "a"',
        ),
        (talk("p", close_code=4001), "got: 4001"),
        (talk("p", resulted("a", b="x" * 999)), "… "),
        (Handshake("t", "h:1", "n", "TLSv1.3", b"der"), "TLSv1.3\nSHA-256 of the leaf"),
        (Handshake("t", "h:1", "n", "TLSv1.2", None), "seen: TLSv1.2"),
        (Handshake("t", "h:1", "n", None, None), "seen: no handshake"),
        (Fact("f", {"a": [1]}), '"a": ['),
    ],
)
def test_every_kind_of_entry_has_its_words(entry: Entry, words: str) -> None:
    """Status, headers, body, problem, version and fact can be read."""
    assert words in parts_of(entry)


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_picture_is_described(is_kept: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """Whether its bytes were kept or not, format and size are told."""
    file = BytesIO()
    size = (8, 4) if is_kept else (400, 300)
    Image.effect_noise(size, 80).save(file, "PNG", dpi=(100, 100))
    (entry,) = compact(Transcript((answered("p", body=file.getvalue()),))).entries
    width, height = size
    assert f"image/png, {width} by {height} pixels" in parts_of(entry)
    assert "100 by 100 dpi" in parts_of(entry)


def test_a_page_is_named_by_what_is_printed_on_it() -> None:
    """Of a virtual scanner's page one reads which sheet of which device it is."""
    page = Identity("one", 3, "front", 7)
    facts = ImageFacts(
        "image/png",
        8,
        4,
        1,
        1,
        has_alpha=False,
        dpi=None,
        pixels_sha256="a",
        mean=0.5,
        identity=page,
    )
    told = parts_of(_got(Body(9, "0" * 64, None, facts)))
    assert "page 7 of one: sheet 3, side front" in told
    assert "dpi" not in told


def test_a_body_that_was_not_kept_says_so() -> None:
    """Its size and its hash are still evidence."""
    told = parts_of(_got(Body(9_000_000, "0" * 64, None)))
    assert "9000000 bytes, not kept\nSHA-256 0000" in told


def _got(body: Body) -> Exchange:
    return Exchange("a", Request("GET", "http://h"), Answer(200, (), body))
