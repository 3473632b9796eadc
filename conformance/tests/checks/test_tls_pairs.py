"""Judges of the pairs in cert."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from scanwright_conformance.canned import judged
from scanwright_conformance.checks._pairs import dying_leaf, make_pair
from scanwright_conformance.checks.tls_pairs import (
    WRONG,
    Renewal,
    Replace,
    ReplaceRefused,
)
from scanwright_conformance.transcript import Entry, Fact, Handshake

FIRST, GOOD = b"the first one", b"the good one"
DAY = timedelta(days=1)


def shown(label: str, der: bytes | None = GOOD) -> Handshake:
    """Return a handshake that showed `der`."""
    version = "TLSv1.3" if der else None
    return Handshake(label, "127.0.0.1:1", "localhost", version, der, "refused")


def replaced(**other: bytes | None) -> list[Entry]:
    """Return what both ports showed for each pair; `other` on the manager's port."""
    labels = ("good", *WRONG)
    seen = [shown(f"api_tls {label}") for label in labels]
    seen += [
        shown(f"manager_tls {label}", other.get(label.replace(" ", "_"), GOOD))
        for label in labels
    ]
    return [Fact("good", sha256(GOOD).hexdigest()), *seen]


def test_a_good_pair_is_shown_and_wrong_ones_are_not() -> None:
    """Both ports show the good one all the time."""
    assert judged(Replace, *replaced()).is_met
    assert judged(ReplaceRefused, *replaced()).is_met


def test_a_port_that_keeps_the_old_pair_fails() -> None:
    """One port is one too many."""
    seen = judged(Replace, *replaced(good=b"the old one"))
    assert (seen.is_met, seen.labels) == (False, ("manager_tls good",))


@pytest.mark.parametrize(("der", "is_met"), [(FIRST, True), (GOOD, False)])
def test_the_first_good_pair_is_shown_as_well(der: bytes, *, is_met: bool) -> None:
    """A pair that is never shown fails, whatever comes after it."""
    fact = Fact("first", sha256(FIRST).hexdigest())
    ports = shown("api_tls first", FIRST), shown("manager_tls first", der)
    assert judged(Replace, fact, *ports, *replaced()).is_met is is_met


@pytest.mark.parametrize("der", [b"the wrong one", None])
@pytest.mark.parametrize("name", ["foreign_key", "expired", "other_name"])
def test_a_port_that_takes_a_wrong_pair_fails(name: str, der: bytes | None) -> None:
    """Whether it shows it or breaks by it."""
    assert not judged(ReplaceRefused, *replaced(**{name: der})).is_met


CA_PEM, CA_KEY = make_pair("ca")


def der(pem: bytes) -> bytes:
    """Return the first certificate of a PEM."""
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


def fresh_leaf(issuer: str = "ca", **dates: timedelta) -> bytes:
    """Return a leaf whose issuer has this name, the CA's or another's: its own."""
    return der(make_pair(issuer, **dates)[0])


def renewed(**other: Any) -> list[Entry]:
    """Return what was seen of a renewal, `other` in place of what is good."""
    dying = der(dying_leaf(CA_PEM, CA_KEY)[0])
    main = [{"role": "main", "pid": 5}]
    seen = {
        "dying": Fact("dying", sha256(dying).hexdigest()),
        "ca": Fact("ca", CA_PEM.decode()),
        "usual": shown("api_tls usual", b"usual"),
        "renewed": shown("api_tls renewed", fresh_leaf(ends=90 * DAY)),
        "now": Fact("now", datetime.now(UTC).isoformat()),
        "processes": Fact("processes", main),
        "after": Fact("processes after", main),
    }
    if other.get("renewed") == "dying":
        other["renewed"] = shown("api_tls renewed", dying)
    return list({**seen, **other}.values())


def test_a_fresh_leaf_of_the_same_ca_is_a_renewal() -> None:
    """It is new, of the CA, for a month or more, and main is the same."""
    assert judged(Renewal, *renewed()).is_met


@pytest.mark.parametrize(
    "other",
    [
        {"renewed": "dying"},
        {"renewed": shown("api_tls renewed", b"usual")},
        {"renewed": shown("api_tls renewed", b"no certificate")},
        {"renewed": shown("api_tls renewed", None)},
        {"renewed": shown("api_tls renewed", fresh_leaf(ends=9 * DAY))},
        {"renewed": shown("api_tls renewed", fresh_leaf("other", ends=90 * DAY))},
        {"after": Fact("processes after", [{"role": "main", "pid": 6}])},
        {"ca": Fact("ca", "no certificate")},
    ],
    ids=["same", "before", "garbage", "none", "short", "other CA", "restart", "no CA"],
)
def test_anything_else_is_no_renewal(other: dict[str, Any]) -> None:
    """Each of the conditions counts."""
    assert not judged(Renewal, *renewed(**other)).is_met


def test_thirty_days_are_enough() -> None:
    """The new leaf is valid for 30 days or more, to the second."""
    leaf = fresh_leaf(ends=90 * DAY)
    last = x509.load_der_x509_certificate(leaf).not_valid_after_utc
    shows = shown("api_tls renewed", leaf)
    for spent, is_met in ((timedelta(), True), (timedelta(seconds=1), False)):
        now = Fact("now", (last - 30 * DAY + spent).isoformat())
        assert judged(Renewal, *renewed(renewed=shows, now=now)).is_met is is_met


def test_a_leaf_that_was_there_before_is_no_renewal() -> None:
    """Neither the one that was put there nor the one before it, whatever its end."""
    leaf = fresh_leaf(ends=90 * DAY)
    shows = shown("api_tls renewed", leaf)
    for former in (
        {"dying": Fact("dying", sha256(leaf).hexdigest())},
        {"usual": shown("api_tls usual", leaf)},
    ):
        seen = judged(Renewal, *renewed(renewed=shows, **former))
        assert (seen.is_met, seen.expected) == (False, "another leaf")


@pytest.mark.parametrize(("ends", "is_met"), [(90, True), (9, False)])
def test_both_ports_show_the_new_leaf(ends: int, *, is_met: bool) -> None:
    """The manager's port is looked at where there is one."""
    manager = {
        "manager usual": shown("manager_tls usual", b"usual"),
        "manager": shown("manager_tls renewed", fresh_leaf(ends=ends * DAY)),
    }
    assert judged(Renewal, *renewed(**manager)).is_met is is_met


@pytest.mark.parametrize(("main", "is_met"), [(5, True), (6, False)])
def test_only_main_must_be_the_same(main: int, *, is_met: bool) -> None:
    """Other processes may come and go, wherever they are in the list."""
    before = [{"role": "helper", "pid": 4}, {"role": "main", "pid": 5}]
    after = [{"role": "helper", "pid": 7}, {"role": "main", "pid": main}]
    processes = {
        "processes": Fact("processes", before),
        "after": Fact("processes after", after),
    }
    assert judged(Renewal, *renewed(**processes)).is_met is is_met
