"""Transcripts survive the way into JSON and back."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scanwright_conformance.canned import answered
from scanwright_conformance.codec import compact, decode, encode
from scanwright_conformance.transcript import (
    Answer,
    Body,
    Channel,
    Entry,
    Exchange,
    Fact,
    Frame,
    Handshake,
    Request,
    Transcript,
)

texts = st.text(max_size=20)
times = st.floats(0, 1000)
headers = st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=5,
)
bodies = st.binary(max_size=50).map(
    lambda data: Body(len(data), sha256(data).hexdigest(), data),
)
requests = st.builds(
    Request,
    method=texts,
    url=texts,
    headers=headers,
    body=st.binary(max_size=20),
    raw=st.none() | st.binary(max_size=20),
)
answers = st.builds(Answer, st.integers(100, 599), headers, bodies)
entries: st.SearchStrategy[Entry] = st.one_of(
    st.builds(Exchange, texts, requests, st.none() | answers, texts, times, times),
    st.builds(
        Channel,
        label=texts,
        url=texts,
        headers=headers,
        status=st.none() | st.integers(100, 599),
        frames=st.lists(st.builds(Frame, times, texts, st.booleans())).map(tuple),
        close_code=st.none() | st.integers(1000, 4999),
        problem=texts,
        started_s=times,
    ),
    st.builds(
        Handshake,
        label=texts,
        address=texts,
        server_name=texts,
        version=st.none() | texts,
        certificate_der=st.none() | st.binary(max_size=20),
        problem=texts,
        started_s=times,
        seconds=times,
    ),
    st.builds(Fact, texts, json_values, times),
)
transcripts = st.builds(Transcript, st.lists(entries, max_size=4).map(tuple), texts)


@given(transcripts)
def test_a_transcript_comes_back_as_it_was(transcript: Transcript) -> None:
    """Through JSON text nothing is lost."""
    assert decode(json.loads(json.dumps(encode(transcript)))) == transcript


def noisy_png() -> bytes:
    """Return a picture that does not compress: it is larger than what is kept."""
    image = Image.effect_noise((400, 300), 80)
    file = BytesIO()
    image.save(file, "PNG", dpi=(100, 100))
    return file.getvalue()


def test_a_large_picture_keeps_its_facts() -> None:
    """The bytes of a large picture go, what judges ask about it stays."""
    page = answered("page-1", body=noisy_png())
    stored = decode(encode(Transcript((page,))))["page-1"].answer
    assert stored is not None
    assert page.answer is not None
    assert stored.body.data is None
    assert stored.body.image == page.answer.body.image
    assert stored.body.sha256 == page.answer.body.sha256


def test_a_small_answer_is_kept_whole() -> None:
    """Compacting changes nothing in an answer that is small."""
    transcript = Transcript((answered("create", 201, json={"jobuid": "1"}),))
    assert compact(transcript) == transcript


def test_a_large_answer_with_json_is_kept_whole() -> None:
    """Judges read JSON, so its bytes stay."""
    transcript = Transcript((answered("list", json=["x" * 100_000]),))
    assert compact(transcript) == transcript


def test_of_a_large_request_the_beginning_is_kept() -> None:
    """What the suite itself made up need not fill the report."""
    request = Request("PATCH", "http://h:1", body=b"x" * 5_000_000)
    stored = compact(Transcript((Exchange("large", request, None),)))["large"].request
    assert stored.body.startswith(b"xxx")
    assert stored.body.endswith(b" 5000000 bytes in all")
    assert len(stored.body) < 2000


def test_transcripts_of_other_versions_are_read() -> None:
    """What was added later has a default; what is unknown is passed over."""
    transcript = Transcript((answered("x", json={}), Fact("y", 1)))
    value = encode(transcript)
    exchange, fact = value["entries"]
    del value["stopped"], exchange["pace"], exchange["request"]["raw"]
    del exchange["answer"]["body"]["image"]
    exchange["later"] = fact["later"] = "unknown"
    assert decode(value) == transcript


def test_a_large_file_becomes_its_facts() -> None:
    """A TIFF of more than a mebibyte is kept as what judges know of it."""
    data = BytesIO()
    Image.new("L", (1200, 1000), 255).save(data, "TIFF")
    whole = Transcript((answered("tiff", body=data.getvalue()),))
    again = decode(json.loads(json.dumps(encode(whole))))
    seen, known = again["tiff"].answer, whole["tiff"].answer
    assert seen is not None
    assert known is not None
    assert seen.body.data is None
    assert seen.body.file is not None
    assert seen.body.file == known.body.file
    assert seen.body.file.pages[0].size == (1200, 1000)
