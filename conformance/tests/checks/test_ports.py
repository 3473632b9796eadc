"""Judges of the four ports, and what this machine's addresses are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks import ports
from scanwright_conformance.checks.ports import (
    CoreHttp,
    CoreOnlyRest,
    CoreTls,
    LoopbackOnly,
    ManagerHttp,
    ManagerTls,
)
from scanwright_conformance.transcript import Entry, Exchange, Fact

HTML = {"Content-Type": "text/html; charset=utf-8"}


def version(label: str, scheme: str = "http", value: object = "20260602") -> Exchange:
    """Return the version as a port of `scheme` answers it."""
    exchange = answered(label, json={"version": value})
    url = f"{scheme}://127.0.0.1:18622/api/server/version"
    return replace(exchange, request=replace(exchange.request, url=url))


def test_the_core_port_answers_over_http() -> None:
    """A version over HTTP shows the interface."""
    assert judged(CoreHttp, version("version")).is_met


@pytest.mark.parametrize(
    "answer",
    [
        unanswered("version", "no answer: connection refused"),
        version("version", "https"),
        answered("version", json={}),
        answered("version", 404),
        answered("version", 404, json={"version": "20260602"}),
    ],
)
def test_a_core_port_without_the_interface_fails(answer: Exchange) -> None:
    """No answer, another scheme, and an answer without a version fail."""
    assert not judged(CoreHttp, answer).is_met


def both_ports() -> tuple[Exchange, ...]:
    """Return versions by both ports, and jobs that each sees of the other."""
    labels = ("by-tls", "by-tls-seen", "by-plain", "by-plain-seen")
    jobs = (answered(label, json={"status": "pending"}) for label in labels)
    return version("plain"), version("tls", "https"), *jobs


def test_both_core_ports_have_the_same_jobs() -> None:
    """A job made by one port that the other knows shows the same resources."""
    assert judged(CoreTls, *both_ports()).is_met


def test_both_core_ports_are_judged_without_a_scanner() -> None:
    """Where no job can be made the versions have to do."""
    assert judged(CoreTls, *both_ports()[:2]).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        version("tls", "http"),
        version("tls", "https", value="20200101"),
        unanswered("tls"),
        answered("by-tls-seen", 404),
        answered("by-plain-seen", 404),
    ],
    ids=["no TLS", "another version", "silent", "unknown plain", "unknown by TLS"],
)
def test_core_ports_that_differ_fail(wrong: Exchange) -> None:
    """A TLS port that is another service fails."""
    entries = {each.label: each for each in (*both_ports(), wrong)}
    assert not judged(CoreTls, *entries.values()).is_met


@pytest.mark.parametrize("check", [ManagerHttp, ManagerTls])
def test_the_manager_has_a_page(check: type[ManagerHttp]) -> None:
    """HTML with 200 is a page; JSON, nothing and an error are none."""
    assert judged(check, answered("page", body=b"<html>", headers=HTML)).is_met
    assert not judged(check, answered("page", json={})).is_met
    assert not judged(check, answered("page", headers=HTML)).is_met
    assert not judged(check, answered("page", 404, body=b"x", headers=HTML)).is_met
    assert not judged(check, answered("page", body=b"<html>")).is_met


def test_a_media_type_may_be_spelt_otherwise() -> None:
    """Case and spaces mean nothing in a media type, and a page may be short."""
    headers = {"Content-Type": "TEXT/html ;charset=utf-8"}
    assert judged(ManagerHttp, answered("page", body=b"x", headers=headers)).is_met


def test_the_manager_has_no_interface() -> None:
    """404 on each of the manager's ports that were asked."""
    assert judged(CoreOnlyRest, answered("plain", 404)).is_met
    both = answered("plain", 404), answered("tls", 404)
    assert judged(CoreOnlyRest, *both).is_met


def test_a_manager_with_the_interface_fails() -> None:
    """One port that serves the interface is one too many."""
    both = answered("plain", 404), answered("tls", json={"version": "20260602"})
    seen = judged(CoreOnlyRest, *both)
    assert (seen.is_met, seen.labels) == (False, ("tls",))
    both = answered("plain", json={"version": "20260602"}), answered("tls", 404)
    assert not judged(CoreOnlyRest, *both).is_met


def reached(*, inside: bool, outside: bool) -> tuple[Entry, ...]:
    """Return what connecting to one port by two ways has shown."""
    return (
        Fact("outside", ["192.0.2.7"]),
        Fact("ports", ["api"]),
        Fact("inside api", inside),
        Fact("192.0.2.7 api", outside),
    )


def test_a_port_that_is_open_inside_alone_is_the_loopbacks() -> None:
    """Open to this machine and closed to others is what the clause wants."""
    assert judged(LoopbackOnly, *reached(inside=True, outside=False)).is_met


def test_a_port_that_is_open_to_others_fails() -> None:
    """A connection by an address of the outside fails."""
    seen = judged(LoopbackOnly, *reached(inside=True, outside=True))
    assert (seen.is_met, seen.labels) == (False, ("192.0.2.7 api",))


def test_each_port_is_looked_at() -> None:
    """The last port that is open to others fails like the first."""
    entries = list(reached(inside=True, outside=False))
    entries[1] = Fact("ports", ["api", "manager"])
    more = Fact("inside manager", value=True), Fact("192.0.2.7 manager", value=True)
    assert not judged(LoopbackOnly, *entries, *more).is_met


def test_a_port_that_is_closed_to_all_proves_nothing() -> None:
    """A service that is not there is not one that keeps to the loopback."""
    assert not judged(LoopbackOnly, *reached(inside=False, outside=False)).is_met


@pytest.mark.parametrize(
    ("address", "is_outside"),
    [
        ("192.0.2.7", True),
        ("2001:db8::7", True),
        ("127.0.1.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("0.0.0.0", False),  # noqa: S104 - no binding, an address to be sorted out
    ],
)
def test_addresses_of_the_outside(address: str, *, is_outside: bool) -> None:
    """Loopback, link-local and unspecified addresses are not of the outside."""
    assert ports._is_outside(address) is is_outside


def test_own_addresses_are_of_the_outside() -> None:
    """Whatever this machine has, none of the loopback is among it."""
    assert all(ports._is_outside(address) for address in ports._outside_addresses())
