"""A CA that is made for one test, and certificates of sites that it vouches for."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["Authority"]


@dataclass(frozen=True, slots=True)
class Authority:
    """A CA: its certificate, its key, and a folder for what it writes."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Authority:
        """Make a new one, which nobody trusts yet."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("A CA of a test")
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        builder = _builder(name, name, key).add_extension(constraints, critical=True)
        return cls(builder.sign(key, hashes.SHA256()), key, folder)

    @property
    def pem(self) -> Path:
        """Its certificate as a file, for those who are to trust it."""
        file = self.folder / "authority.pem"
        file.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return file

    def server(self, *names: str) -> ssl.SSLContext:
        """Return what a server needs that has these names, or addresses."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.SubjectAlternativeName([_general(name) for name in names])
        use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        certificate = (
            _builder(_name(names[0]), self.certificate.subject, key)
            .add_extension(subject, critical=False)
            .add_extension(use, critical=False)
            .sign(self.key, hashes.SHA256())
        )
        pair = self.folder / "server.pem"
        form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        pair.write_bytes(
            certificate.public_bytes(Encoding.PEM) + key.private_bytes(*form)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair)
        return context


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
