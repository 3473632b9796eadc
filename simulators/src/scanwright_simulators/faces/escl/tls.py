"""TLS as scanners have it: a self-signed certificate that nobody trusts unasked."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509 import Certificate

__all__ = ["CERTIFICATE", "server_context"]

CERTIFICATE: Final = "escl-certificate.pem"
KEY: Final = "escl-key.pem"
LOOPBACK: Final = ("127.0.0.1", "::1")
DAYS: Final = 365


def server_context(folder: Path, names: Sequence[str]) -> ssl.SSLContext:
    """Return the server's side of TLS, for loopback and the DNS `names`.

    The certificate is made into `folder`, where clients may fetch it to trust it.
    """
    certificate, key = folder / CERTIFICATE, folder / KEY
    if not certificate.exists():
        _write(certificate, key, names)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def _write(certificate: Path, key: Path, names: Sequence[str]) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    key.touch(mode=0o600)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    made = _signed(private, names)
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))


def _signed(private: ec.EllipticCurvePrivateKey, names: Sequence[str]) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    who = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, "Scanwright virtual scanner")],
    )
    now = dt.datetime.now(dt.UTC)
    reached = x509.SubjectAlternativeName(
        [
            *(x509.DNSName(name) for name in ("localhost", *names)),
            *(x509.IPAddress(ipaddress.ip_address(ip)) for ip in LOOPBACK),
        ],
    )
    return (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=DAYS))
        .add_extension(reached, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
