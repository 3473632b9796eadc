"""Judges are total: whatever a target did, they have an opinion and no accident."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright_conformance.canned import (
    answered,
    asked,
    failed,
    resulted,
    talk,
    told,
    unanswered,
)
from scanwright_conformance.check import judgement_of
from scanwright_conformance.checks import load_checks
from scanwright_conformance.transcript import (
    Channel,
    Exchange,
    Frame,
    Handshake,
    Transcript,
)

AREAS = (
    *("PORTS", "TLS", "ORIGIN", "HTTP", "SERVER", "DEV", "GEN1", "DOCS", "PROC"),
    *("CHANNEL", "SERVICE", "FILES", "CONFIG", "MANAGER"),
)
CHECKS = {
    clause: entry.check
    for clause, entry in load_checks().items()
    if clause.partition("-")[0] in AREAS
}

# Facts come from the suite itself: these are what its stimuli may have recorded.
PROCESS = {
    "role": "main",
    "pid": 7,
    "state": "S",
    "user": "root",
    "command": ["served", "-scan"],
    "arguments": ["-scan"],
    "limits": {"open files": {"soft": 64, "hard": None}},
    "at_s": 0.5,
}
FORM = {"is_text": True, "longest_word": 9, "contains": [], "bits_per_byte": 4.0}
FILE = {"path": "log/a", "kind": "file", "mode": "0600", "size": 9, "form": FORM}
STOP = {"seconds": 1.0, "is_by_itself": True, "left": [[7, "x"]], "temporary": []}
FACTS: dict[str, Any] = {
    "ca": "no certificate",
    "crowd": 7,
    "dying": "no fingerprint",
    "end": {"starts": 3, "at_s": 1.0},
    "good": "no fingerprint",
    "installation": "an archive",
    "keys": [],
    "second": None,
    "slow api": {"closed_after_s": None, "answer": ""},
    "slow api_tls": {"closed_after_s": 9.0, "answer": ""},
    "stop": STOP,
    "user": "root",
    "found in": ["log/a"],
    "processes": [PROCESS],
    "processes after": [PROCESS],
    "scan processes": [PROCESS],
    "endpoints": ["GET /a"],
    "files": ["storage/a"],
    "home after": [FILE],
    "home before": [],
    "now": "2026-08-01T12:00:00+00:00",
    "origins": ["https://one.example.test"],
    "outside": ["192.0.2.7"],
    "paths": {"/api/server": ["GET", "PATCH"]},
    "ports": ["api"],
    "requests": ["GET /a"],
    "visitors": ["192.0.2.7"],
    "ways": ["info"],
}

# What the stimuli of an area record under all their other labels.
FACTS_OF: dict[str, Any] = {
    "SERVICE": PROCESS,
    "FILES": [FILE, {**FILE, "kind": "folder"}],
    "CONFIG": "DSConfiguration.ini:1: a line",
}
TRIED: dict[str, Any] = {
    "DOCS-damaged": ["storage/a cut"],
    "DOCS-source-invalid": 2,
    "DOCS-unknown": ["info of none"],
    "PROC-blank-source": 2,
}
"""What was tried is a list of labels, or how many there are."""
PORTS = {"CONFIG": {"api": 18622}}

NAMES = st.sampled_from(
    [
        *("cause", "code", "compatible", "logLevel", "message", "moduleVersions"),
        *("name", "pages", "settings", "status", "statusCode", "type", "uid"),
        *("capability", "conType", "curIndex", "curValue", "defIndex", "device"),
        *("enums", "label", "query", "value", "valueType", "values", "version"),
    ],
)
WORDS = st.sampled_from(["", "20260602", "eA==", "pending", "core", '{"name": 7}'])
PLAIN = st.none() | st.booleans() | st.integers(-3, 512) | st.floats() | WORDS
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6)
    ),
)
STATUSES = st.sampled_from([200, 201, 204, 400, 403, 404, 405, 409, 410, 413, 500])
HEADERS = st.dictionaries(
    st.sampled_from(["Access-Control-Allow-Origin", "Allow", "Content-Type", "Vary"]),
    st.sampled_from(["", "*", "GET, PATCH", "application/json", "https://x"]),
)
DAMAGED = st.sampled_from([b"", b"{", b"\xff\xfe", b"\x89PNG\r\n\x1a\nxx", b"NaN"])
CERTIFICATES = st.none() | st.binary(max_size=8)


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    """Return what a target of no sense may have answered, or no answer."""
    body = draw(DAMAGED | VALUES.map(lambda value: json.dumps(value).encode()))
    answer = answered("any", draw(STATUSES), body=body, headers=draw(HEADERS))
    return draw(st.sampled_from([answer, unanswered("any")]))


# Labels of calls, which are their ids, and what results and events may have.
CALLS = st.sampled_from(
    [
        *("after", "again", "all", "back", "before", "cancel", "close", "copy"),
        *("created", "edit", "end", "first", "load", "move done", "open", "own"),
        *("page", "pdf", "removed", "scan", "start", "state", "still", "tiff"),
        *("unknown", "image/png", "x.pdf", "buffer.state", "scanner.open"),
    ],
)
IDS = st.sampled_from(["a" * 12, "b" * 12])
IMAGE = st.fixed_dictionaries({"id": IDS}, optional={"tags": VALUES, "path": VALUES})
IMAGES = st.lists(IDS | IMAGE, max_size=4) | VALUES
BUFFER = st.fixed_dictionaries(
    {"images": IMAGES},
    optional={"revision": VALUES, "order": VALUES, "documents": VALUES},
)
MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        "images": IMAGES,
        "documents": VALUES,
        "buffer": BUFFER | VALUES,
        "outcome": st.sampled_from(["resumed", "unknown", "elsewhere"]) | VALUES,
        "service": VALUES,
        "protocol": VALUES,
        "protocols": VALUES,
        "former": VALUES,
        "visible": VALUES,
        "base": VALUES,
        "found": VALUES,
    },
)
CODES = st.sampled_from([-1011, -1032, -1043, -2113, -2207, -2911, 0, 7])
EVENTS = st.sampled_from(["buffer.changed", "progress", "any"])


def _resulted(label: str, members: dict[str, Any]) -> Frame:
    return resulted(label, **members)


def _failed(label: str | None, code: int, members: dict[str, Any]) -> Frame:
    return failed(label, code, **members)


def _told(event: str, members: dict[str, Any]) -> Frame:
    return told(event, **members)


FRAMES: st.SearchStrategy[Frame] = st.one_of(
    st.builds(asked, CALLS),
    st.builds(_resulted, CALLS, MEMBERS),
    st.builds(_resulted, CALLS, MEMBERS),
    st.builds(_failed, CALLS | st.none(), CODES, MEMBERS),
    st.builds(_told, EVENTS, MEMBERS),
    st.builds(lambda value: Frame(0.0, json.dumps(value), is_sent=False), VALUES),
)


class Anything(Transcript):
    """A transcript that has whatever is looked for."""

    __slots__ = ("area", "clause", "data")
    area: str
    clause: str
    data: st.DataObject

    def __init__(self, clause: str, data: st.DataObject) -> None:
        super().__init__(entries=())
        object.__setattr__(self, "clause", clause)
        object.__setattr__(self, "area", clause.partition("-")[0])
        object.__setattr__(self, "data", data)

    def __getitem__(self, label: str) -> Exchange:
        exchange: Exchange = self.data.draw(exchanges(), label=label)
        return exchange

    def __contains__(self, label: str) -> bool:
        is_there: bool = self.data.draw(st.booleans(), label=f"{label} there")
        return is_there

    def series(self, label: str) -> tuple[Exchange, ...]:
        """Return a few exchanges."""
        few = st.lists(exchanges(), max_size=3)
        return tuple(self.data.draw(few, label=f"series {label}"))

    def channel(self, label: str) -> Channel:
        """Return a channel on which anything may have been told."""
        some = self.data.draw(st.lists(FRAMES, max_size=8), label=f"{label} frames")
        status = self.data.draw(st.sampled_from([None, 101, 403]), label=label)
        return talk(label, *some, status=status, close_code=status)

    def handshake(self, label: str) -> Handshake:
        """Return a handshake that may have failed."""
        version = self.data.draw(st.none() | st.just("TLSv1.3"), label=label)
        shown = self.data.draw(CERTIFICATES, label=f"{label} certificate")
        return Handshake(label, "127.0.0.1:1", "localhost", version, shown, "no")

    def fact(self, label: str) -> Any:
        """Return a fact of the form that the stimulus gives it."""
        if label == "ports" and self.area in PORTS:
            return PORTS[self.area]
        if label == "tried":
            return TRIED[self.clause]
        return FACTS.get(label, FACTS_OF.get(self.area, True))


@pytest.mark.slow
@pytest.mark.parametrize("clause", CHECKS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_no_answer_upsets_a_judge(clause: str, data: st.DataObject) -> None:
    """A judge returns or objects: anything else would be the suite's own defect."""
    judgement = judgement_of(CHECKS[clause], Anything(clause, data))
    assert judgement.is_met or judgement.expected
