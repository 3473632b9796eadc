"""Pairs of all kinds, good ones and such as no browser takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from scanwright.certificates.inspection import Pair

MakePair = Callable[..., Pair]


@pytest.fixture(scope="session")
def now() -> datetime:
    """The time at which the tests take place."""
    return datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def make_pair(now: datetime) -> MakePair:
    """Return a maker of self-signed pairs of a user's own."""

    def make(
        *names: str,
        begins: timedelta = timedelta(days=-1),
        ends: timedelta = timedelta(days=90),
        rsa_bits: int = 0,
        use: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
        curve: ec.EllipticCurve | None = None,
    ) -> Pair:
        key = _key(rsa_bits, curve or ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mine")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins)
            .not_valid_after(now + ends)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .add_extension(_names(names or ("127.0.0.1",)), critical=False)
            .sign(key, hashes.SHA256())
        )
        form = PrivateFormat.TraditionalOpenSSL
        return Pair(
            certificate.public_bytes(Encoding.PEM),
            key.private_bytes(Encoding.PEM, form, NoEncryption()),
        )

    return make


def _key(
    rsa_bits: int, curve: ec.EllipticCurve
) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    if rsa_bits:
        return rsa.generate_private_key(public_exponent=65537, key_size=rsa_bits)
    return ec.generate_private_key(curve)


def _names(names: tuple[str, ...]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([_name(name) for name in names])


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
