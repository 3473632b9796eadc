"""Judges of preflights."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.origins_preflight import (
    HEADERS,
    Preflight,
    PreflightForeign,
    PrivateNetwork,
)
from scanwright_conformance.checks.server import SERVER
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.session import JOBS
from scanwright_conformance.transcript import Exchange, Fact

METHODS = "GET, PATCH"
NAMES = ", ".join(HEADERS)


def preflight(
    status: int = 204,
    methods: str = METHODS,
    headers: str = NAMES,
) -> Exchange:
    """Return an answer that permits these methods and headers."""
    permissions = {
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": headers,
    }
    return answered(SERVER, status, headers=permissions)


def seen_as(answer: Exchange) -> Judgement:
    """Judge the preflight of one path that has GET and PATCH."""
    return judged(Preflight, Fact("paths", {SERVER: ["GET", "PATCH"]}), answer)


@pytest.mark.parametrize(
    "answer",
    [
        preflight(),
        preflight(200),
        preflight(methods="PATCH,OPTIONS,GET"),
        preflight(headers=NAMES.upper() + ", X-More"),
        preflight(methods="*", headers="*"),
    ],
)
def test_a_preflight_permits_what_the_path_has(answer: Exchange) -> None:
    """All methods and headers, in any order and case, and more of them."""
    assert seen_as(answer).is_met


@pytest.mark.parametrize(
    "answer",
    [
        preflight(405),
        preflight(methods="GET"),
        preflight(headers="Content-Type"),
        preflight(headers=NAMES.replace("x-dics-doc-password", "x-other")),
        answered(SERVER, 204),
        unanswered(SERVER),
    ],
)
def test_a_preflight_that_leaves_something_out_fails(answer: Exchange) -> None:
    """A method or a header that is not permitted cannot be used by any page."""
    assert not seen_as(answer).is_met


@pytest.mark.parametrize("left_out", sorted(HEADERS))
def test_a_preflight_permits_every_header(left_out: str) -> None:
    """A page that may not send one of them cannot use all of the interface."""
    assert not seen_as(preflight(headers=", ".join(HEADERS - {left_out}))).is_met


def test_every_path_is_looked_at() -> None:
    """The last path that permits too little fails like the first."""
    paths = Fact("paths", {SERVER: ["GET"], JOBS: ["GET", "POST"]})
    second = replace(preflight(), label=JOBS)
    assert not judged(Preflight, paths, preflight(), second).is_met


def test_a_foreign_preflight_gets_no_permission() -> None:
    """A refusal without the header is one, whatever its status."""
    refused = answered(SERVER, 403), answered(JOBS, 204)
    assert judged(PreflightForeign, *refused).is_met


@pytest.mark.parametrize("origin", ["*", "https://foreign.example.test"])
def test_a_foreign_preflight_with_permission_fails(origin: str) -> None:
    """A star or the foreign origin in the answer lets it in."""
    headers = {"Access-Control-Allow-Origin": origin}
    entries = answered(SERVER, 403), answered(JOBS, 204, headers=headers)
    assert not judged(PreflightForeign, *entries).is_met


def private(value: str | None) -> Judgement:
    """Judge an answer about the private network."""
    headers = {"Access-Control-Allow-Private-Network": value} if value else {}
    return judged(PrivateNetwork, answered("preflight", 204, headers=headers))


def test_the_private_network_is_permitted_by_one_word() -> None:
    """Browsers take nothing but `true` (Private Network Access, 3.1.3)."""
    assert private("true").is_met
    assert not private("1").is_met
    assert not private(None).is_met
