"""What a browser would refuse is refused, with a reason that helps."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from scanwright.certificates.inspection import (
    Pair,
    PairRefused,
    authority_name,
    belongs,
    certificates_of,
    check_pair,
    fingerprint,
    is_confined,
    is_issued_by_us,
    names_of,
    normalised,
)
from scanwright.certificates.issuing import issue_leaf, make_authority

MakePair = Callable[..., Pair]
LOOPBACK = ("127.0.0.1",)
DAY = timedelta(days=1)
SHA256_WITH_RSA = bytes.fromhex("2a864886f70d01010b")
SHA1_WITH_RSA = bytes.fromhex("2a864886f70d010105")


def why(pair: Pair, now: datetime, *names: str) -> str:
    """Return the reason of the refusal that there has to be."""
    with pytest.raises(PairRefused) as refusal:
        check_pair(pair.chain, pair.key, now=now, names=names or LOOPBACK)
    return refusal.value.message


@pytest.mark.parametrize(
    ("present", "wanted"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "0:0:0:0:0:0:0:1"),
        ("Scan.Example.com", "scan.example.com"),
        ("*.example.com", "scan.example.com"),
    ],
)
def test_a_good_pair_is_accepted(
    make_pair: MakePair, now: datetime, present: str, wanted: str
) -> None:
    """Names are compared as browsers do it."""
    pair = make_pair(present)
    check_pair(pair.chain, pair.key, now=now, names=[wanted])


@pytest.mark.parametrize("wanted", ["127.0.0.1", "a.b.example.com", "example.com"])
def test_another_name_is_refused(
    make_pair: MakePair, now: datetime, wanted: str
) -> None:
    """The reason tells what the certificate names, and what it should."""
    reason = f"names *.example.com, not {wanted}"
    assert reason in why(make_pair("*.example.com"), now, wanted)


def test_an_rsa_pair_is_accepted(make_pair: MakePair, now: datetime) -> None:
    """The published interface asks for RSA keys."""
    pair = make_pair(rsa_bits=2048)
    check_pair(pair.chain, pair.key, now=now, names=LOOPBACK)


def test_a_short_rsa_key_is_refused(make_pair: MakePair, now: datetime) -> None:
    """Browsers do not take it any more."""
    assert "1024 bits" in why(make_pair(rsa_bits=1024), now)


def test_the_key_has_to_belong(make_pair: MakePair, now: datetime) -> None:
    """A key of another certificate is found at once, not at the first connection."""
    pair = Pair(make_pair().chain, make_pair().key)
    assert "does not belong" in why(pair, now)
    assert not belongs(pair)


def test_a_chain_in_the_wrong_order_is_told(make_pair: MakePair, now: datetime) -> None:
    """The certificate of the key comes first, then those that vouch for it."""
    pair = make_pair()
    reversed_ = Pair(make_pair().chain + pair.chain, pair.key)
    assert "put that first" in why(reversed_, now)


def test_the_time_has_to_be_right(make_pair: MakePair, now: datetime) -> None:
    """The reason tells the day."""
    old, new = make_pair(begins=-9 * DAY, ends=-DAY), make_pair(begins=DAY)
    assert f"expired on {now - DAY:%Y-%m-%d}" in why(old, now)
    assert f"not valid before {now + DAY:%Y-%m-%d}" in why(new, now)


def test_the_use_has_to_be_right(make_pair: MakePair, now: datetime) -> None:
    """A certificate for mail is none for servers."""
    pair = make_pair(use=ExtendedKeyUsageOID.EMAIL_PROTECTION)
    assert "not one for servers" in why(pair, now)


def test_an_encrypted_key_is_refused(make_pair: MakePair, now: datetime) -> None:
    """Nobody is there to type a password when a service starts."""
    pair = make_pair()
    locked = load_pem_private_key(pair.key, None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    assert "password" in why(Pair(pair.chain, locked), now)


def test_a_kind_of_key_that_browsers_do_not_know_is_refused(now: datetime) -> None:
    """Ed25519 is good, but no browser takes it."""
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mine")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .sign(key, None)
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pair = Pair(certificate.public_bytes(Encoding.PEM), pem)
    assert "RSA and elliptic-curve" in why(pair, now)
    assert names_of(pair.leaf) == ()


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x09"),  # version 10
        (b"\x06\x03\x55\x1d\x25", b"\x06\x03\x55\x1d\x11"),  # an extension twice
        (b"\x82\x09localhost", b"\xa3\x09localhost"),  # an X.400 address
        (b"\x0c\x04mine", b"\x0c\x04m\xff\xfee"),  # a subject that is no text
    ],
)
def test_a_certificate_that_is_damaged_within_is_refused(
    make_pair: MakePair, now: datetime, good: bytes, bad: bytes
) -> None:
    """Whatever a file holds, it is refused, and ends no service."""
    pair = make_pair("localhost")
    der = pair.leaf.public_bytes(Encoding.DER)
    assert good in der
    pem = ssl.DER_cert_to_PEM_cert(der.replace(good, bad, 1)).encode()
    damaged = Pair(pem, pair.key)
    assert "The certificate is damaged" in why(damaged, now, "localhost")
    assert not belongs(damaged)


def test_a_curve_that_browsers_do_not_know_is_refused(
    make_pair: MakePair, now: datetime
) -> None:
    """Elliptic curves of other trades are good, but no browser takes them."""
    assert "P-256 or P-384" in why(make_pair(curve=ec.SECP256K1()), now)
    pair = make_pair(curve=ec.SECP384R1())
    check_pair(pair.chain, pair.key, now=now, names=LOOPBACK)


def test_a_weak_signature_is_refused(make_pair: MakePair, now: datetime) -> None:
    """Browsers take no SHA-1, so the pair is refused before it is shown."""
    pair = make_pair(rsa_bits=2048)
    der = pair.leaf.public_bytes(Encoding.DER)
    with_sha1 = der.replace(SHA256_WITH_RSA, SHA1_WITH_RSA)
    pem = ssl.DER_cert_to_PEM_cert(with_sha1).encode()
    assert "signed with SHA1" in why(Pair(pem, pair.key), now)


@given(chain=st.binary(max_size=200), key=st.binary(max_size=200))
def test_rubbish_is_refused(now: datetime, chain: bytes, key: bytes) -> None:
    """Whatever is uploaded, the answer is a reason."""
    assert "PEM" in why(Pair(chain, key), now)


def test_a_key_that_is_none_is_refused(make_pair: MakePair, now: datetime) -> None:
    """The reason says which of the two files it is."""
    pair = make_pair()
    assert "no private key" in why(Pair(pair.chain, pair.chain), now)


def test_a_normalised_pair_holds_nothing_else(make_pair: MakePair) -> None:
    """Comments and keys among the certificates do not reach the disk."""
    pair = make_pair()
    clean = normalised(b"# mine\n" + pair.key + pair.chain, b"# secret\n" + pair.key)
    assert clean.chain == pair.chain
    assert clean.key.startswith(b"-----BEGIN PRIVATE KEY-----")
    assert belongs(clean)


def test_a_key_is_not_printed(make_pair: MakePair) -> None:
    """A pair that lands in a log or a traceback does not tell its key."""
    assert "PRIVATE" not in repr(make_pair())


def test_our_own_are_recognised(make_pair: MakePair, now: datetime) -> None:
    """A leaf of ours is told from the user's by its issuer."""
    authority = make_authority(now)
    assert is_issued_by_us(issue_leaf(authority, now).leaf)
    assert not is_issued_by_us(make_pair().leaf)


def test_only_a_ca_of_loopback_names_is_confined(
    make_pair: MakePair, now: datetime
) -> None:
    """A CA that could speak for the world is not trusted by order of a file."""
    authority = make_authority(now)
    assert is_confined(authority.leaf)
    assert authority_name(authority.leaf).startswith("Scanwright local CA ")
    assert not is_confined(make_pair().leaf)


def test_a_fingerprint_is_written_as_browsers_do(make_pair: MakePair) -> None:
    """Pairs of capital digits with colons, SHA-256."""
    leaf = certificates_of(make_pair().chain)[0]
    assert len(fingerprint(leaf).split(":")) == 32
    assert fingerprint(leaf).isupper()
