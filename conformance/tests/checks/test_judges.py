"""Judges are total: whatever a target did, they have an opinion and no accident."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright_conformance.canned import answered, unanswered
from scanwright_conformance.check import judgement_of
from scanwright_conformance.checks import load_checks
from scanwright_conformance.transcript import Exchange, Handshake, Transcript

AREAS = (
    *("PORTS", "TLS", "ORIGIN", "HTTP", "SERVER", "DEV", "GEN1", "DOCS", "PROC"),
    *("SERVICE", "FILES", "CONFIG", "MANAGER"),
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
    "now": "2026-08-01T12:00:00+00:00",
    "origins": ["https://one.example.test"],
    "outside": ["192.0.2.7"],
    "paths": {"/api/server": ["GET", "PATCH"]},
    "ports": ["api"],
    "requests": ["GET /a"],
}

# What the stimuli of an area record under all their other labels.
FACTS_OF: dict[str, Any] = {
    "SERVICE": PROCESS,
    "FILES": [FILE, {**FILE, "kind": "folder"}],
    "CONFIG": "DSConfiguration.ini:1: a line",
}
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


class Anything(Transcript):
    """A transcript that has whatever is looked for."""

    __slots__ = ("area", "data")
    area: str
    data: st.DataObject

    def __init__(self, area: str, data: st.DataObject) -> None:
        super().__init__(entries=())
        object.__setattr__(self, "area", area)
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

    def handshake(self, label: str) -> Handshake:
        """Return a handshake that may have failed."""
        version = self.data.draw(st.none() | st.just("TLSv1.3"), label=label)
        shown = self.data.draw(CERTIFICATES, label=f"{label} certificate")
        return Handshake(label, "127.0.0.1:1", "localhost", version, shown, "no")

    def fact(self, label: str) -> Any:
        """Return a fact of the form that the stimulus gives it."""
        if label == "ports" and self.area in PORTS:
            return PORTS[self.area]
        return FACTS.get(label, FACTS_OF.get(self.area, True))


@pytest.mark.slow
@pytest.mark.parametrize("clause", CHECKS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_no_answer_upsets_a_judge(clause: str, data: st.DataObject) -> None:
    """A judge returns or objects: anything else would be the suite's own defect."""
    area = clause.partition("-")[0]
    judgement = judgement_of(CHECKS[clause], Anything(area, data))
    assert judgement.is_met or judgement.expected
