"""The certificates of this installation: a local CA, and a leaf that browsers accept.

The CA signs nothing but names of the loopback interface (X.509 name constraints), so
that whoever steals its key can impersonate nothing else. Its key stays on this machine,
readable by its owner only.

Implements: TLS-leaf-names, TLS-leaf-lifetime, TLS-leaf-key, TLS-chain-verifies,
TLS-ca-constrained, TLS-modern-only.
"""

from __future__ import annotations

import os
import secrets
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path
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

__all__ = ["Certificates", "ensure_certificates", "server_context"]

LEAF_LIFETIME: Final = timedelta(days=396)
CA_LIFETIME: Final = timedelta(days=3652)
RENEW_BEFORE: Final = timedelta(days=30)
CLOCK_SKEW: Final = timedelta(hours=1)

PRIVATE_KEY_MODE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the PEM files are. `leaf` holds the leaf's key as well."""

    ca: Path
    leaf: Path


def ensure_certificates(folder: Path, *, now: datetime | None = None) -> Certificates:
    """Make what is missing in `folder`, and renew a leaf that expires soon.

    The CA is made once and then kept, for browsers have learnt to trust it.
    """
    now = now or datetime.now(UTC)
    files = Certificates(ca=folder / "ca.pem", leaf=folder / "server.pem")
    key_file = folder / "ca_key.pem"
    if not (files.ca.exists() and key_file.exists()):
        ca_key = ec.generate_private_key(ec.SECP256R1())
        _write(key_file, _key_pem(ca_key))
        _write(files.ca, _make_ca(ca_key, now).public_bytes(Encoding.PEM))
        files.leaf.unlink(missing_ok=True)
    if not _is_fresh(files.leaf, now):
        ca = x509.load_pem_x509_certificate(files.ca.read_bytes())
        signer = load_pem_private_key(key_file.read_bytes(), password=None)
        if not isinstance(signer, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{key_file} is not an elliptic-curve key")
        _write(files.leaf, _make_leaf(ca, signer, now))
    return files


def server_context(files: Certificates) -> ssl.SSLContext:
    """Return the TLS settings of the service's ports."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(files.leaf)
    return context


def _is_fresh(leaf: Path, now: datetime) -> bool:
    if not leaf.exists():
        return False
    certificate = x509.load_pem_x509_certificate(leaf.read_bytes())
    return certificate.not_valid_after_utc - now > RENEW_BEFORE


def _make_ca(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    # The name is unique: browsers keep apart two installations of the same name badly.
    common_name = f"Scanwright local CA {secrets.token_hex(4)}"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    loopback = x509.NameConstraints(
        permitted_subtrees=[
            x509.DNSName("localhost"),
            x509.IPAddress(IPv4Network("127.0.0.0/8")),
            x509.IPAddress(IPv6Network("::1/128")),
        ],
        excluded_subtrees=None,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + CA_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(loopback, critical=True)
        .add_extension(_subject_id(key), critical=False)
        .sign(key, hashes.SHA256())
    )


def _make_leaf(
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> bytes:
    """Return certificate and key of a new leaf as one PEM text."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName(
        [
            x509.DNSName("localhost"),
            x509.IPAddress(IPv4Address("127.0.0.1")),
            x509.IPAddress(IPv6Address("::1")),
        ],
    )
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now - CLOCK_SKEW + LEAF_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(server, critical=False)
        .add_extension(names, critical=False)
        .add_extension(_subject_id(key), critical=False)
        .add_extension(issuer_id, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.PEM) + _key_pem(key)


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


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(file: Path, content: bytes) -> None:
    """Write a private file whole: a reader sees the old one or the new one."""
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_KEY_MODE)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    new.replace(file)
