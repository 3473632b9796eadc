"""Judges of what a Host header leads to."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.origins_hosts import (
    FOREIGN,
    LOOPBACK,
    REQUESTS,
    HostForeign,
    HostLoopback,
)
from scanwright_conformance.transcript import Exchange


def served() -> dict[str, Exchange]:
    """Return versions under every name of the loopback interface."""
    labels = [label for name in LOOPBACK for label in (name, f"{name} and port")]
    return {each: answered(each, json={"version": "20260602"}) for each in labels}


def test_every_name_of_the_loopback_is_served() -> None:
    """Three names, each with a port and without."""
    assert judged(HostLoopback, *served().values()).is_met


@pytest.mark.parametrize("label", ["localhost", "[::1]", "127.0.0.1 and port"])
def test_a_name_of_the_loopback_that_is_refused_fails(label: str) -> None:
    """One name that is not served is one too many."""
    entries = served() | {label: answered(label, 403, json={"code": -2909})}
    seen = judged(HostLoopback, *entries.values())
    assert (seen.is_met, seen.labels) == (False, (label,))


@pytest.mark.parametrize("status", [200, 403])
def test_an_answer_that_is_no_version_serves_nobody(status: int) -> None:
    """It takes 200 and a version to be served."""
    body = {"version": "20260602"} if status == 403 else {}
    entries = served() | {"localhost": answered("localhost", status, json=body)}
    assert not judged(HostLoopback, *entries.values()).is_met


def refused() -> dict[str, Exchange]:
    """Return refusals of everything, and a level that nobody changed."""
    hosts = (f"host-{number}" for number in range(1, len(FOREIGN) + 1))
    requests = (f"request-{number}" for number in range(1, len(REQUESTS) + 1))
    labels = ("change", *hosts, *requests, "port-1", "port-2")
    entries = [answered(label, 403, json={"code": -2909}) for label in labels]
    entries += [answered("after", json={"logLevel": 0}), answered("head", 403)]
    return {each.label: each for each in entries}


def test_a_foreign_name_is_refused_everywhere() -> None:
    """Any other name, on any path and port, gets 403 / -2909 and has no effect."""
    assert judged(HostForeign, *refused().values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        answered("host-4", json={"version": "20260602"}),
        answered(f"host-{len(FOREIGN)}", json={"version": "20260602"}),
        answered(f"request-{len(REQUESTS)}", body=b"<html>"),
        answered("host-1", 403, json={"code": -2137}),
        answered("request-5", 404, json={"code": -1001}),
        answered("request-4", 405, json={"code": -2112}),
        answered("head", 405),
        answered("change", json={"logLevel": 30}),
        answered("port-2", body=b"<html>"),
        answered("after", json={"logLevel": 30}),
        unanswered("request-1"),
    ],
    ids=lambda wrong: wrong.label,
)
def test_a_foreign_name_that_is_served_once_fails(wrong: Exchange) -> None:
    """Another status or code, one path, method or port left out, and an effect fail."""
    entries = refused() | {wrong.label: wrong}
    seen = judged(HostForeign, *entries.values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))
