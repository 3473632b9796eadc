"""Certificates with their keys, made for checks: good ones, and ones of no use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
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

__all__ = ["LOOPBACK_NAMES", "dying_leaf", "make_pair"]

LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")
DAY: Final = timedelta(days=1)


def make_pair(
    *names: str,
    begins: timedelta = -DAY,
    ends: timedelta = 30 * DAY,
) -> tuple[bytes, bytes]:
    """Return a self-signed certificate for `names` and its key, as PEM.

    It is valid from `begins` until `ends`, counted from now.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    builder = _builder(subject, key, names, begins, ends).issuer_name(subject)
    return _pem(builder.sign(key, hashes.SHA256())), _private_pem(key)


def dying_leaf(ca_pem: bytes, ca_key_pem: bytes) -> tuple[bytes, bytes]:
    """Return a leaf of this CA that ends within a day, with the CA, and its key."""
    ca = x509.load_pem_x509_certificate(ca_pem)
    ca_key = load_pem_private_key(ca_key_pem, None)
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key of the CA is none on a curve")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    builder = _builder(subject, key, LOOPBACK_NAMES, -60 * DAY, DAY / 2)
    leaf = builder.issuer_name(ca.subject).sign(ca_key, hashes.SHA256())
    return _pem(leaf) + _pem(ca), _private_pem(key)


def _builder(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    names: tuple[str, ...],
    begins: timedelta,
    ends: timedelta,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(
            x509.SubjectAlternativeName([_general_name(name) for name in names]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
