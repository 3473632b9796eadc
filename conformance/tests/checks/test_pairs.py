"""Pairs for checks: as good or as bad as they are meant to be."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from scanwright_conformance.checks._pairs import (
    LOOPBACK_NAMES,
    dying_leaf,
    make_pair,
)


def test_a_pair_belongs_together(tmp_path: Path) -> None:
    """A TLS library takes it, and names and dates are those asked for."""
    certificate, key = make_pair(*LOOPBACK_NAMES, ends=timedelta(days=3))
    (tmp_path / "pair.pem").write_bytes(certificate + key)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tmp_path / "pair.pem")
    parsed = x509.load_pem_x509_certificate(certificate)
    names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.DNSName) == ["localhost"]
    left = parsed.not_valid_after_utc - datetime.now(UTC)
    assert timedelta(days=2) < left <= timedelta(days=3)


def test_a_dying_leaf_is_of_its_ca() -> None:
    """Signed by it, valid now, and over tomorrow."""
    ca, ca_key = make_pair("ca")
    chain, _ = dying_leaf(ca, ca_key)
    leaf, issuer = x509.load_pem_x509_certificates(chain)
    leaf.verify_directly_issued_by(issuer)
    now = datetime.now(UTC)
    assert leaf.not_valid_before_utc < now < leaf.not_valid_after_utc
    assert leaf.not_valid_after_utc < now + timedelta(days=1)


def test_a_ca_that_cannot_sign_is_refused() -> None:
    """Neither nothing nor a key of another kind makes a leaf."""
    ca, _ = make_pair("ca")
    with pytest.raises(ValueError, match=r"."):
        dying_leaf(b"", b"")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(TypeError, match="on a curve"):
        dying_leaf(ca, pem)
