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

GOOD = b"the good one"
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


@pytest.mark.parametrize("der", [b"the wrong one", None])
@pytest.mark.parametrize("name", ["foreign_key", "expired", "other_name"])
def test_a_port_that_takes_a_wrong_pair_fails(name: str, der: bytes | None) -> None:
    """Whether it shows it or breaks by it."""
    assert not judged(ReplaceRefused, *replaced(**{name: der})).is_met


CA_PEM, CA_KEY = make_pair("ca")


def der(pem: bytes) -> bytes:
    """Return the first certificate of a PEM."""
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


def fresh_leaf(**dates: timedelta) -> bytes:
    """Return a leaf that names the CA's subject as its issuer: its own."""
    return der(make_pair("ca", **dates)[0])


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
        {"renewed": shown("api_tls renewed", der(make_pair("other")[0]))},
        {"after": Fact("processes after", [{"role": "main", "pid": 6}])},
        {"ca": Fact("ca", "no certificate")},
    ],
    ids=["same", "before", "garbage", "none", "short", "other CA", "restart", "no CA"],
)
def test_anything_else_is_no_renewal(other: dict[str, Any]) -> None:
    """Each of the conditions counts."""
    assert not judged(Renewal, *renewed(**other)).is_met
