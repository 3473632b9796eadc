"""Makes certificates: a local CA, and leaves for the names of the loopback interface.

The CA signs nothing but names of the loopback interface (X.509 name constraints), so
that whoever steals its key can impersonate nothing else.

Implements: TLS-leaf-names, TLS-leaf-lifetime, TLS-leaf-key, TLS-ca-constrained.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from scanwright.certificates.inspection import CA_NAME_PREFIX, Pair

__all__ = ["CA_LIFETIME", "LEAF_LIFETIME", "issue_leaf", "make_authority"]

LEAF_LIFETIME: Final = timedelta(days=396)
CA_LIFETIME: Final = timedelta(days=3652)
CLOCK_SKEW: Final = timedelta(hours=1)
CA_PAST: Final = timedelta(days=365)
"""How far a clock may fall behind before leaves are older than their CA."""


def make_authority(now: datetime) -> Pair:
    """Return a new local CA."""
    key = ec.generate_private_key(ec.SECP256R1())
    # The name is unique: browsers keep apart two installations of the same name badly.
    name = _name(CA_NAME_PREFIX + secrets.token_hex(4))
    loopback = x509.NameConstraints(
        permitted_subtrees=[
            x509.DNSName("localhost"),
            x509.IPAddress(IPv4Network("127.0.0.0/8")),
            x509.IPAddress(IPv6Network("::1/128")),
        ],
        excluded_subtrees=None,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CA_PAST)
        .not_valid_after(now + CA_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(loopback, critical=True)
        .add_extension(_subject_id(key), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pair(certificate, key)


def issue_leaf(authority: Pair, now: datetime) -> Pair:
    """Return a new leaf of the service, which does not outlive its CA.

    Raises:
        TypeError: The CA's key is not one that we have made.
    """
    signer = load_pem_private_key(authority.key, password=None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError("not an elliptic-curve key")
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName(
        [
            x509.DNSName("localhost"),
            x509.IPAddress(IPv4Address("127.0.0.1")),
            x509.IPAddress(IPv6Address("::1")),
        ],
    )
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    since = now - CLOCK_SKEW
    until = min(since + LEAF_LIFETIME, authority.leaf.not_valid_after_utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name("localhost"))
        .issuer_name(authority.leaf.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(server, critical=False)
        .add_extension(names, critical=False)
        .add_extension(_subject_id(key), critical=False)
        .add_extension(issuer_id, critical=False)
        .sign(signer, hashes.SHA256())
    )
    return _pair(certificate, key)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _subject_id(key: ec.EllipticCurvePrivateKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    form = PrivateFormat.PKCS8
    return Pair(
        certificate.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, form, NoEncryption()),
    )
