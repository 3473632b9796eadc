"""The TLS ports show what is good, take up what is new, and drop no connection."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scanwright.certificates.authority import ensure_certificates, renew_leaf
from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.identity import ServerIdentity
from scanwright.certificates.inspection import Pair
from scanwright.certificates.pairs import install_pair

MakePair = Callable[..., Pair]
DAY = timedelta(days=1)


@dataclass
class Clock:
    """A clock that is set by the test."""

    now: datetime

    def __call__(self) -> datetime:
        """Read it."""
        return self.now


@dataclass(frozen=True)
class Names:
    """A section of the configuration."""

    cert_name: str
    key_name: str


@pytest.fixture
def clock(now: datetime) -> Clock:
    """The time of the identity."""
    return Clock(now)


@pytest.fixture
def own(tmp_path: Path, now: datetime) -> CertificateFolder:
    """A folder with certificates of ours."""
    ensure_certificates(tmp_path, now=now)
    return CertificateFolder(tmp_path)


@pytest.fixture
def identity(own: CertificateFolder, clock: Clock) -> ServerIdentity:
    """What the ports show."""
    return ServerIdentity(own.path, {}, clock=clock)


@asynccontextmanager
async def served(identity: ServerIdentity) -> AsyncIterator[int]:
    """Answer each line with itself; yield the port."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=identity.context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def connected(
    port: int, name: str | None = None, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> AsyncIterator[tuple[str, asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect and look at the certificate, whatever it is."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = version
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname=name or "127.0.0.1"
    )
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    try:
        yield _fingerprint(der), reader, writer
    finally:
        writer.close()


def _fingerprint(der: bytes) -> str:
    return hashlib.sha256(der).digest().hex(":").upper()


async def shown(port: int, name: str | None = None) -> str:
    """Return the fingerprint that a new connection meets."""
    async with connected(port, name) as (fingerprint, _, _):
        return fingerprint


def touch(files: CertificateFolder, pair: Pair) -> None:
    """Put two files there as a user does, by hand."""
    files.server.key.write_bytes(pair.key)
    files.server.chain.write_bytes(pair.chain)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_leaf_of_ours_is_shown(
    identity: ServerIdentity, version: ssl.TLSVersion
) -> None:
    """Every client meets what `describe` tells."""
    facts = identity.describe()
    async with (
        served(identity) as port,
        connected(port, version=version) as (fingerprint, _, _),
    ):
        assert fingerprint == facts.fingerprint
    assert facts.is_own
    assert facts.problem is None
    assert facts.names == ("localhost", "127.0.0.1", "::1")
    assert facts.subject == "CN=localhost"
    assert facts.issuer.startswith("CN=Scanwright local CA")


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
async def test_a_client_that_trusts_the_ca_connects(tmp_path: Path, name: str) -> None:
    """The chain verifies under every loopback name, strictly."""
    files = ensure_certificates(tmp_path)
    trust = ssl.create_default_context(cafile=str(files.ca))
    trust.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    async with served(ServerIdentity(tmp_path, {})) as port:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=trust, server_hostname=name
        )
        writer.write(b"hello\n")
        assert await reader.readline() == b"hello\n"
        writer.close()


async def test_old_versions_of_tls_are_not_spoken(identity: ServerIdentity) -> None:
    """Nothing below 1.2 (RFC 8996)."""
    assert identity.context.minimum_version == ssl.TLSVersion.TLSv1_2


async def test_a_connection_outlives_a_renewal(
    identity: ServerIdentity, own: CertificateFolder, clock: Clock
) -> None:
    """What is open stays open, and what is new meets the new leaf."""
    async with (
        served(identity) as port,
        connected(port) as (before, reader, writer),
    ):
        renew_leaf(own.path, now=clock.now)
        assert identity.refresh()
        after = await shown(port)
        writer.write(b"still here\n")
        assert await reader.readline() == b"still here\n"
    assert before != after == identity.describe().fingerprint


def test_what_has_not_changed_is_not_read(identity: ServerIdentity) -> None:
    """A look at unchanged files finds nothing new."""
    assert not identity.refresh()


@pytest.mark.parametrize("rsa_bits", [0, 2048])
async def test_a_pair_of_the_users_is_shown_alone(
    identity: ServerIdentity,
    own: CertificateFolder,
    make_pair: MakePair,
    clock: Clock,
    rsa_bits: int,
) -> None:
    """Also one of another kind of key: ours is not offered beside it any more."""
    pair = make_pair(rsa_bits=rsa_bits)
    install_pair(own.path, pair.chain, pair.key, now=clock.now)
    assert identity.refresh()
    assert not identity.describe().is_own
    async with served(identity) as port:
        assert await shown(port) == identity.describe().fingerprint


def test_a_broken_pair_keeps_the_last_good_one(
    identity: ServerIdentity,
    own: CertificateFolder,
    make_pair: MakePair,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The reason is logged once, and gone when the pair is mended."""
    good, pair = identity.describe().fingerprint, make_pair()
    touch(own, Pair(pair.chain, make_pair().key))
    assert not identity.refresh()
    assert not identity.refresh()
    facts = identity.describe()
    assert (facts.fingerprint, facts.is_own) == (good, True)
    assert "does not belong" in str(facts.problem)
    assert caplog.text.count("does not belong") == 1
    touch(own, pair)
    assert identity.refresh()
    assert identity.describe().problem is None


def test_a_start_with_a_broken_pair_shows_ours(
    own: CertificateFolder, make_pair: MakePair, clock: Clock
) -> None:
    """Where there was no good one yet, a leaf of our CA stands in; no file changes."""
    pair = make_pair(ends=-DAY / 2)
    touch(own, pair)
    facts = ServerIdentity(own.path, {}, clock=clock).describe()
    assert facts.is_own
    assert "expired on" in str(facts.problem)
    assert own.server.read() == pair


def test_the_end_of_the_users_pair_is_told_and_survived(
    identity: ServerIdentity,
    own: CertificateFolder,
    make_pair: MakePair,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Before it ends its owner is told; after it a leaf of ours stands in."""
    touch(own, make_pair(ends=90 * DAY))
    identity.refresh()
    assert identity.describe().problem is None
    for _ in range(3):
        clock.now += 21 * DAY
        identity.refresh()
    assert "not ours to renew" in str(identity.describe().problem)
    assert caplog.text.count("not ours to renew") == 1
    clock.now += 30 * DAY
    assert identity.refresh()
    assert identity.describe().is_own
    assert "expired on" in str(identity.describe().problem)


def test_a_pair_whose_time_comes_is_taken_up(
    identity: ServerIdentity, own: CertificateFolder, make_pair: MakePair, clock: Clock
) -> None:
    """A pair for tomorrow is shown tomorrow, without another word."""
    touch(own, make_pair(begins=DAY))
    assert not identity.refresh()
    clock.now += 2 * DAY
    assert identity.refresh()
    assert not identity.describe().is_own


def test_without_the_helper_nothing_expires(
    identity: ServerIdentity, clock: Clock
) -> None:
    """When nobody has renewed our leaf in time, a new one is held in memory."""
    clock.now += 500 * DAY
    assert identity.refresh()
    assert identity.describe().not_after > clock.now


def test_an_unreadable_ca_is_told(
    identity: ServerIdentity,
    own: CertificateFolder,
    make_pair: MakePair,
    clock: Clock,
) -> None:
    """Where nothing good can be had, that is a problem and no crash."""
    own.authority.write(make_pair(rsa_bits=2048, ends=5000 * DAY))
    clock.now += 500 * DAY
    assert not identity.refresh()
    with pytest.raises(LookupError):
        identity.describe()


async def test_a_domain_has_a_pair_of_its_own(
    own: CertificateFolder, make_pair: MakePair, clock: Clock
) -> None:
    """Who asks for that name gets that pair, everybody else the usual one."""
    own.pair("shop.pem", "shop_key.pem").write(make_pair("scan.example.com"))
    domains = {"Scan.example.com": Names("shop.pem", "shop_key.pem")}
    identity = ServerIdentity(own.path, domains, clock=clock)
    async with served(identity) as port:
        special = identity.describe("scan.example.com").fingerprint
        usual = identity.describe().fingerprint
        assert special != usual
        assert await shown(port, "SCAN.example.com") == special
        assert await shown(port, "other.example.com") == usual
        assert await shown(port) == usual


async def test_a_broken_domain_falls_back(
    own: CertificateFolder,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A pair that is missing is told; the usual one is shown instead."""
    domains = {"scan.example.com": Names("shop.pem", "shop_key.pem")}
    identity = ServerIdentity(own.path, domains, clock=clock)
    assert "is missing" in str(identity.describe("scan.example.com").problem)
    assert "shop.pem" in caplog.text
    async with served(identity) as port:
        assert await shown(port, "scan.example.com") == await shown(port)


async def test_a_domain_whose_pair_has_expired_falls_back(
    own: CertificateFolder, make_pair: MakePair, clock: Clock
) -> None:
    """Nobody is shown what no browser accepts."""
    own.pair("a.pem", "a_key.pem").write(make_pair("a.example.com", ends=DAY))
    domains = {"a.example.com": Names("a.pem", "a_key.pem")}
    identity = ServerIdentity(own.path, domains, clock=clock)
    async with served(identity) as port:
        special = await shown(port, "a.example.com")
        clock.now += 2 * DAY
        identity.refresh()
        assert special != await shown(port, "a.example.com") == await shown(port)
    assert "expired" in str(identity.describe("a.example.com").problem)


def test_a_file_that_cannot_be_read_is_told(
    identity: ServerIdentity, own: CertificateFolder, make_pair: MakePair
) -> None:
    """What was shown before still is."""
    touch(own, make_pair())
    own.server.key.unlink()
    own.server.key.mkdir()
    assert not identity.refresh()
    assert "directory" in str(identity.describe().problem)


def test_domains_change_while_running(
    own: CertificateFolder, make_pair: MakePair, clock: Clock
) -> None:
    """A changed configuration needs no restart, and what stays is not read again."""
    own.pair("a.pem", "a_key.pem").write(make_pair("a.example.com"))
    domains = {"a.example.com": Names("a.pem", "a_key.pem")}
    identity = ServerIdentity(own.path, {}, clock=clock)
    with pytest.raises(KeyError):
        identity.describe("a.example.com")
    identity.set_domains(domains)
    own.pair("a.pem", "a_key.pem").remove()
    identity.set_domains(domains)
    assert identity.describe("a.example.com").names == ("a.example.com",)


async def test_changed_files_are_noticed(
    identity: ServerIdentity,
    own: CertificateFolder,
    clock: Clock,
) -> None:
    """While it runs it looks by itself."""
    first = identity.describe().fingerprint
    renew_leaf(own.path, now=clock.now)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await identity.run(period_s=0.001)
    assert identity.describe().fingerprint != first


def test_the_memory_of_a_pair_is_given_back(
    identity: ServerIdentity, own: CertificateFolder, clock: Clock
) -> None:
    """Many renewals leave no descriptor open."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        renew_leaf(own.path, now=clock.now)
        identity.refresh()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_private_key_is_never_logged(
    identity: ServerIdentity,
    own: CertificateFolder,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log tells fingerprints."""
    caplog.set_level(logging.DEBUG)
    renew_leaf(own.path, now=clock.now)
    identity.refresh()
    assert identity.describe().fingerprint in caplog.text
    assert "PRIVATE" not in caplog.text
