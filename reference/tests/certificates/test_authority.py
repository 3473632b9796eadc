"""Certificates: made once, renewed in time, accepted by a client that trusts the CA."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from scanwright.certificates.authority import (
    AuthorityUnusable,
    Certificates,
    ensure_certificates,
    server_context,
)

NOW = datetime.now(UTC)


def leaf(files: Certificates) -> x509.Certificate:
    """Read the leaf."""
    return x509.load_pem_x509_certificate(files.leaf.read_bytes())


def test_keys_are_private(tmp_path: Path) -> None:
    """No other user may read a key."""
    ensure_certificates(tmp_path)
    assert {f.stat().st_mode & 0o777 for f in tmp_path.iterdir()} == {0o600}


def test_a_leaf_lives_at_most_397_days(tmp_path: Path) -> None:
    """Browsers accept no longer one."""
    certificate = leaf(ensure_certificates(tmp_path, now=NOW))
    span = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert span <= timedelta(days=397)


def test_a_fresh_leaf_stays(tmp_path: Path) -> None:
    """A second start changes nothing."""
    first = leaf(ensure_certificates(tmp_path, now=NOW))
    assert leaf(ensure_certificates(tmp_path, now=NOW)) == first


def test_a_leaf_is_renewed_under_the_same_ca(tmp_path: Path) -> None:
    """Before it expires there is a new leaf; what browsers trust stays."""
    files = ensure_certificates(tmp_path, now=NOW)
    first, authority = leaf(files), files.ca.read_bytes()
    ensure_certificates(tmp_path, now=NOW + timedelta(days=380))
    assert leaf(files) != first
    assert files.ca.read_bytes() == authority


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
async def test_a_client_that_trusts_the_ca_connects(tmp_path: Path, name: str) -> None:
    """The chain verifies under every loopback name, strictly."""
    files = ensure_certificates(tmp_path)
    trust = ssl.create_default_context(cafile=str(files.ca))
    trust.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    done = asyncio.Event()

    def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        done.set()

    server = await asyncio.start_server(
        answer,
        "127.0.0.1",
        0,
        ssl=server_context(files),
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        _, writer = await asyncio.open_connection(
            "127.0.0.1",
            port,
            ssl=trust,
            server_hostname=name,
        )
        await done.wait()
        writer.close()


def test_a_foreign_key_is_refused(tmp_path: Path) -> None:
    """A CA key of another kind is an error with the file's name."""
    from cryptography.hazmat.primitives.asymmetric import ed25519
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    files = ensure_certificates(tmp_path)
    key = ed25519.Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM,
        PrivateFormat.PKCS8,
        NoEncryption(),
    )
    (tmp_path / "ca_key.pem").write_bytes(key)
    files.leaf.unlink()
    with pytest.raises(AuthorityUnusable, match=r"ca_key\.pem"):
        ensure_certificates(tmp_path)
