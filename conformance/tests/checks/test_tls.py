"""Judges of TLS handshakes, and a stimulus against a port that speaks old versions."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from scanwright_conformance.canned import judged
from scanwright_conformance.checks.tls import OLD, ChainVerifies, ModernOnly
from scanwright_conformance.session import Session
from scanwright_conformance.target import Addresses, Port, Target
from scanwright_conformance.transcript import Handshake


def shaken(label: str, version: str | None = "TLSv1.3") -> Handshake:
    """Return a handshake that ended with `version`, or failed."""
    problem = "" if version else "certificate verify failed"
    return Handshake(label, "127.0.0.1:18623", "localhost", version, None, problem)


def trusted(*ports: str) -> list[Handshake]:
    """Return good handshakes by both names with each port."""
    names = ("localhost", "127.0.0.1")
    return [shaken(f"{port} {name}") for port in ports for name in names]


@pytest.mark.parametrize("ports", [("api_tls",), ("api_tls", "manager_tls")])
def test_a_chain_verifies_by_every_name(ports: tuple[str, ...]) -> None:
    """Handshakes that went well on each port and name meet the clause."""
    assert judged(ChainVerifies, *trusted(*ports)).is_met


@pytest.mark.parametrize("label", ["api_tls 127.0.0.1", "manager_tls localhost"])
def test_a_chain_that_fails_once_fails(label: str) -> None:
    """One name on one port without trust is one too many."""
    good = {each.label: each for each in trusted("api_tls", "manager_tls")}
    seen = judged(ChainVerifies, *(good | {label: shaken(label, None)}).values())
    assert (seen.is_met, seen.observed, seen.labels) == (
        False,
        "certificate verify failed",
        (label,),
    )


def offered(port: str, old: str | None = None) -> list[Handshake]:
    """Return a modern handshake, and one with each old version."""
    return [shaken(port), *(shaken(f"{port} {name}", old) for name in OLD)]


def test_a_port_that_refuses_old_versions_is_modern() -> None:
    """Old handshakes that fail beside one that does not meet the clause."""
    assert judged(ModernOnly, *offered("api_tls")).is_met


def test_a_port_that_speaks_an_old_version_fails() -> None:
    """An old version that was negotiated fails, on whichever port."""
    entries = [*offered("api_tls"), *offered("manager_tls", "TLSv1.1")]
    seen = judged(ModernOnly, *entries)
    assert (seen.is_met, seen.observed) == (False, "TLSv1.1 negotiated")


@pytest.mark.parametrize("name", OLD)
def test_one_old_version_is_one_too_many(name: str) -> None:
    """Each of them fails by itself."""
    entries = {each.label: each for each in offered("api_tls")}
    label = f"api_tls {name}"
    seen = judged(ModernOnly, *(entries | {label: shaken(label, "TLSv1")}).values())
    assert (seen.is_met, seen.labels) == (False, (label,))


def test_a_port_that_is_silent_to_all_versions_proves_nothing() -> None:
    """Without a handshake of today the failure of the old ones says nothing."""
    entries = [shaken("api_tls", None), *offered("api_tls")[1:]]
    seen = judged(ModernOnly, *entries)
    assert (seen.is_met, seen.labels) == (False, ("api_tls",))


@pytest.fixture
async def old_port(tmp_path: Path) -> AsyncIterator[int]:
    """A port that speaks every version of TLS from 1.0 on."""
    pem = tmp_path / "server.pem"
    pem.write_bytes(own_certificate())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.deprecated_call():
        context.minimum_version = ssl.TLSVersion.TLSv1
    server = await asyncio.start_server(
        lambda _, writer: writer.close(),
        "127.0.0.1",
        0,
        ssl=context,
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_old_versions_are_really_offered(old_port: int) -> None:
    """A port that speaks them is found out: the client here can speak them too."""
    addresses = Addresses({Port.API_TLS: f"https://127.0.0.1:{old_port}"})
    target = Target("old", addresses, frozenset({"tls"}))
    async with Session(target) as session:
        await ModernOnly().stimulate(session)
        entries = session.recorder.transcript().entries
    assert judged(ModernOnly, *entries).observed == "TLSv1 negotiated"


def own_certificate() -> bytes:
    """Return a certificate for nobody, and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(x509.Name([]))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + made.public_bytes(Encoding.PEM)
