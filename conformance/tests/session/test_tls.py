"""Attempts at TLS, with a certificate authority of their own."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scanwright_conformance.session import Session
from scanwright_conformance.target import Addresses, Port, Target, Unsupported

PEM = serialization.Encoding.PEM


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a key and a certificate for 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    text = key.private_bytes(
        PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(text + made.public_bytes(PEM))
    return path


@pytest.fixture
async def session(certificate: Path) -> AsyncIterator[Session]:
    """Give a session with a TLS server that trusts nothing older than TLS 1.2."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    target = Target("t", Addresses({Port.API_TLS: url}, certificate), frozenset())
    async with Session(target) as session:
        yield session
    server.close()


async def test_a_handshake_shows_version_and_leaf(session: Session) -> None:
    """Without verification any certificate is shown, under any name."""
    made = await session.handshake(label="any", server_name="elsewhere.test")
    assert (made.version, made.problem) == ("TLSv1.3", "")
    assert made.certificate_der is not None
    leaf = x509.load_der_x509_certificate(made.certificate_der)
    assert leaf.serial_number == 1


async def test_a_trusted_peer_proves_its_name(session: Session) -> None:
    """With verification the certificate must hold for the name that is asked for."""
    right = await session.handshake(
        label="right",
        server_name="127.0.0.1",
        is_verified=True,
    )
    wrong = await session.handshake(
        label="wrong",
        server_name="localhost",
        is_verified=True,
    )
    assert (right.problem, right.version) == ("", "TLSv1.3")
    assert "localhost" in wrong.problem
    assert wrong.version is None


async def test_an_old_version_is_refused(session: Session) -> None:
    """The attempt is really made, and the refusal is recorded."""
    made = await session.handshake(label="old", version=ssl.TLSVersion.TLSv1_1)
    assert made.version is None
    assert made.problem
    assert session.recorder.transcript().handshake("old") == made


async def test_without_a_ca_nothing_can_be_verified(session: Session) -> None:
    """A description that names no CA cannot be held to one."""
    session.target.addresses = Addresses(session.target.addresses.urls)
    with pytest.raises(Unsupported, match="names no CA"):
        await session.handshake(label="x", is_verified=True)
