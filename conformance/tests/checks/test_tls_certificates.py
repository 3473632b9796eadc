"""Judges of certificates, with certificates made for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import (
    CertificateIssuerPrivateKeyTypes,
)
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID

from scanwright_conformance.canned import judged
from scanwright_conformance.check import Check
from scanwright_conformance.checks.tls_certificates import (
    CaConstrained,
    LeafKey,
    LeafLifetime,
    LeafNames,
)
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.transcript import Fact, Handshake

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
P256 = ec.generate_private_key(ec.SECP256R1())
ALL_NAMES = ("localhost", "127.0.0.1", "::1")


def certificate(
    *extensions: x509.ExtensionType,
    key: CertificateIssuerPrivateKeyTypes = P256,
    first: datetime = NOW - timedelta(days=1),
    days: float = 30,
) -> x509.Certificate:
    """Return a certificate with these extensions, signed by its own key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made for a test")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(first)
        .not_valid_after(first + timedelta(days=days))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, hashes.SHA256())


def names(*wanted: str) -> x509.SubjectAlternativeName:
    """Return these host names and addresses as alternative names."""
    return x509.SubjectAlternativeName(
        [
            x509.DNSName(name)
            if name[0].isalpha()
            else x509.IPAddress(ip_address(name))
            for name in wanted
        ],
    )


def shown(label: str, leaf: x509.Certificate | None) -> Handshake:
    """Return a handshake in which the peer showed `leaf`."""
    der = leaf.public_bytes(Encoding.DER) if leaf else None
    return Handshake(label, "127.0.0.1:18623", "localhost", "TLSv1.3", der, "refused")


def seen_with(check: type[Check], *leaves: x509.Certificate | None) -> Judgement:
    """Judge the leaves of the core's port and, when there is one, the manager's."""
    ports = ("api_tls", "manager_tls")
    handshakes = [shown(*pair) for pair in zip(ports, leaves, strict=False)]
    return judged(check, Fact("now", NOW.isoformat()), *handshakes)


def test_a_leaf_with_all_names_is_valid_for_them() -> None:
    """The three names among others are enough, in any case of letters."""
    leaf = certificate(names("scan.example.test", "LOCALHOST", "127.0.0.1", "::1"))
    assert seen_with(LeafNames, leaf, leaf).is_met


@pytest.mark.parametrize("missing", ALL_NAMES)
def test_a_leaf_without_one_of_the_names_fails(missing: str) -> None:
    """Each of the three names is needed, on the manager's port as well."""
    good = certificate(names(*ALL_NAMES))
    bad = certificate(names(*(name for name in ALL_NAMES if name != missing)))
    seen = seen_with(LeafNames, good, bad)
    assert (seen.is_met, seen.labels) == (False, ("manager_tls",))


def test_an_address_as_a_host_name_is_no_address() -> None:
    """Clients compare addresses with addresses only (RFC 6125)."""
    as_text = x509.SubjectAlternativeName([x509.DNSName(name) for name in ALL_NAMES])
    assert not seen_with(LeafNames, certificate(as_text)).is_met


def test_a_leaf_without_alternative_names_fails() -> None:
    """Browsers do not look at the common name any more."""
    assert not seen_with(LeafNames, certificate()).is_met


def test_names_that_cannot_be_read_are_none() -> None:
    """An extension that is garbage fails, and is not taken for one that is missing."""
    oid = ExtensionOID.SUBJECT_ALTERNATIVE_NAME
    leaf = certificate(x509.UnrecognizedExtension(oid, b"garbage"))
    seen = seen_with(LeafNames, leaf)
    assert (seen.is_met, seen.expected) == (False, "readable extensions")


@pytest.mark.parametrize("check", [LeafNames, LeafLifetime, LeafKey])
def test_a_port_without_a_certificate_fails(check: type[Check]) -> None:
    """A handshake that failed, and bytes that are no certificate, fail."""
    assert not seen_with(check, None).is_met
    garbage = Handshake("api_tls", "", "", "TLSv1.3", b"\x30\x03garbage")
    assert not judged(check, Fact("now", NOW.isoformat()), garbage).is_met


@pytest.mark.parametrize("days", [30, 397])
def test_a_leaf_of_at_most_397_days_is_short_enough(days: int) -> None:
    """397 days in all are allowed."""
    assert seen_with(LeafLifetime, certificate(days=days)).is_met


@pytest.mark.parametrize("first", [NOW, NOW - timedelta(days=30)])
def test_a_leaf_is_valid_on_its_first_and_last_day(first: datetime) -> None:
    """Both ends belong to its time (RFC 5280 section 4.1.2.5)."""
    assert seen_with(LeafLifetime, certificate(first=first)).is_met


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (NOW - timedelta(days=1), 397.001),
        (NOW - timedelta(days=60), 30),
        (NOW + timedelta(days=1), 30),
    ],
    ids=["too long", "expired", "not yet"],
)
def test_a_leaf_outside_of_its_time_fails(first: datetime, days: float) -> None:
    """Too long a life fails, and one that is over or has not begun."""
    bad = certificate(first=first, days=days)
    assert not seen_with(LeafLifetime, bad).is_met
    assert seen_with(LeafLifetime, certificate(), bad).labels == ("manager_tls",)


def test_a_leaf_on_p256_has_the_right_key() -> None:
    """ECDSA on P-256 meets the clause."""
    assert seen_with(LeafKey, certificate(), certificate()).is_met


def test_a_leaf_on_another_curve_fails() -> None:
    """P-384 is not P-256."""
    leaf = certificate(key=ec.generate_private_key(ec.SECP384R1()))
    assert seen_with(LeafKey, certificate(), leaf).observed == "secp384r1"


def test_a_leaf_with_an_rsa_key_fails() -> None:
    """RSA is another kind of key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - quick to make, never used
    assert seen_with(LeafKey, certificate(key=key)).observed == "RSAPublicKey"


def test_a_leaf_on_a_curve_that_nobody_knows_fails() -> None:
    """A key that cannot be read is none on P-256."""
    curve, unknown = (bytes.fromhex(f"2a8648ce3d0301{end}") for end in ("07", "7f"))
    leaf = certificate().public_bytes(Encoding.DER).replace(curve, unknown)
    entry = Handshake("api_tls", "", "", "TLSv1.3", leaf)
    seen = judged(LeafKey, entry)
    assert (seen.is_met, seen.labels) == (False, ("api_tls",))
    assert seen.observed.startswith("an unreadable key")


def usage(*, signs: bool) -> x509.KeyUsage:
    """Return a key usage with or without the signing of certificates."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def ca_seen(*extensions: x509.ExtensionType) -> Judgement:
    """Judge a CA with these extensions."""
    text = certificate(*extensions).public_bytes(Encoding.PEM).decode()
    return judged(CaConstrained, Fact("ca", text))


LEAVES_ONLY = x509.BasicConstraints(ca=True, path_length=0)


def test_a_ca_for_leaves_only_is_constrained() -> None:
    """Path length 0 and the right to sign meet the clause; no usage is any usage."""
    assert ca_seen(LEAVES_ONLY, usage(signs=True)).is_met
    assert ca_seen(LEAVES_ONLY).is_met


@pytest.mark.parametrize(
    "extensions",
    [
        (),
        (x509.BasicConstraints(ca=False, path_length=None),),
        (x509.BasicConstraints(ca=True, path_length=None),),
        (x509.BasicConstraints(ca=True, path_length=1),),
        (LEAVES_ONLY, usage(signs=False)),
    ],
    ids=["unmarked", "a leaf", "any length", "length 1", "may not sign"],
)
def test_a_ca_without_its_constraints_fails(
    extensions: tuple[x509.ExtensionType, ...],
) -> None:
    """A CA that could make further ones, or none that may sign, fails."""
    assert not ca_seen(*extensions).is_met


def test_a_file_that_is_no_certificate_is_no_ca() -> None:
    """Whatever else is in the file fails."""
    assert not judged(CaConstrained, Fact("ca", "no certificate")).is_met
