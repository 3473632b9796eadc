"""The CA signs loopback names only, and no leaf outlives it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from scanwright.certificates.inspection import Pair, names_of
from scanwright.certificates.issuing import CA_LIFETIME, issue_leaf, make_authority


def test_a_leaf_is_what_browsers_want(now: datetime) -> None:
    """P-256, the loopback names, valid now and 397 days at most."""
    leaf = issue_leaf(make_authority(now), now).leaf
    key = leaf.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert isinstance(key.curve, ec.SECP256R1)
    assert names_of(leaf) == ("localhost", "127.0.0.1", "::1")
    assert leaf.not_valid_before_utc < now < leaf.not_valid_after_utc
    life = leaf.not_valid_after_utc - leaf.not_valid_before_utc
    assert life <= timedelta(days=397)


def test_a_leaf_does_not_outlive_its_ca(now: datetime) -> None:
    """A chain is as good as its worst part."""
    authority = make_authority(now)
    late = now + CA_LIFETIME - timedelta(days=91)
    leaf = issue_leaf(authority, late).leaf
    assert leaf.not_valid_after_utc == authority.leaf.not_valid_after_utc


def test_a_ca_signs_leaves_only(now: datetime) -> None:
    """Path length 0: it makes no other CA."""
    constraints = make_authority(now).leaf.extensions.get_extension_for_class(
        x509.BasicConstraints
    )
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)


def test_two_cas_have_two_names(now: datetime) -> None:
    """Browsers keep apart two CAs of the same name badly."""
    assert make_authority(now).leaf.subject != make_authority(now).leaf.subject


def test_a_clock_behind_the_ca_still_gets_a_good_leaf(now: datetime) -> None:
    """A CA begins a year in the past, for clocks that go back."""
    authority = make_authority(now)
    leaf = issue_leaf(authority, now - timedelta(days=300)).leaf
    assert leaf.not_valid_before_utc > authority.leaf.not_valid_before_utc


def test_a_key_of_another_kind_signs_nothing(now: datetime) -> None:
    """A CA whose key we cannot have made is not used."""
    from cryptography.hazmat.primitives.asymmetric import ed25519
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(TypeError, match="elliptic-curve"):
        issue_leaf(Pair(make_authority(now).chain, pem), now)
