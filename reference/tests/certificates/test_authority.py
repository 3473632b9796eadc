"""Certificates: made once, renewed in time, accepted by a client that trusts the CA."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.certificates.authority import (
    AuthorityUnusable,
    Certificates,
    ensure_certificates,
    issue_own_leaf,
    renew_leaf,
    trusted_authorities,
)
from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.inspection import Pair, PairRefused, belongs
from scanwright.certificates.issuing import CA_LIFETIME

MakePair = Callable[..., Pair]
DAY = timedelta(days=1)


def leaf(files: Certificates) -> x509.Certificate:
    """Read the leaf."""
    return x509.load_pem_x509_certificate(files.leaf.read_bytes())


def test_keys_are_private(tmp_path: Path) -> None:
    """No other user may read a key."""
    ensure_certificates(tmp_path)
    assert {f.stat().st_mode & 0o777 for f in tmp_path.iterdir()} == {0o600}


def test_files_have_the_published_names(tmp_path: Path) -> None:
    """Certificate and key are two files, named as users know them."""
    files = ensure_certificates(tmp_path)
    assert files.leaf == tmp_path / "server.pem"
    assert files.key == tmp_path / "server_key.pem"


def test_a_fresh_leaf_stays(tmp_path: Path, now: datetime) -> None:
    """A second start changes nothing."""
    first = leaf(ensure_certificates(tmp_path, now=now))
    assert leaf(ensure_certificates(tmp_path, now=now + 365 * DAY)) == first


def test_a_leaf_is_renewed_under_the_same_ca(tmp_path: Path, now: datetime) -> None:
    """Before it expires there is a new leaf; what browsers trust stays."""
    files = ensure_certificates(tmp_path, now=now)
    first, authority = leaf(files), files.ca.read_bytes()
    ensure_certificates(tmp_path, now=now + 367 * DAY)
    assert leaf(files) != first
    assert files.ca.read_bytes() == authority


def test_a_leaf_from_the_future_is_renewed(
    tmp_path: Path, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """A clock that went back makes the leaf invalid, so there is another one."""
    caplog.set_level(logging.INFO, "scanwright")
    files = ensure_certificates(tmp_path, now=now)
    past = now - 200 * DAY
    assert leaf(ensure_certificates(tmp_path, now=past)).not_valid_before_utc < past
    assert "the clock went back" in caplog.text
    assert leaf(ensure_certificates(tmp_path, now=now)).not_valid_after_utc > now
    assert files.leaf.exists()


def test_a_clock_before_the_ca_changes_nothing(
    tmp_path: Path, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """A machine whose clock has stopped does not throw away what browsers trust."""
    ensure_certificates(tmp_path, now=now)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    ensure_certificates(tmp_path, now=datetime.fromtimestamp(0, now.tzinfo))
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    assert "the clock is wrong" in caplog.text


def test_the_next_ca_is_trusted_long_before_it_signs(
    tmp_path: Path, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """A year before its end a CA gets a successor, which takes over 90 days before."""
    files = ensure_certificates(tmp_path, now=now)
    first, end = files.ca.read_bytes(), now + CA_LIFETIME
    ensure_certificates(tmp_path, now=end - 364 * DAY)
    _, successor = trusted_authorities(tmp_path)
    assert "made the next one" in caplog.text
    ensure_certificates(tmp_path, now=end - 91 * DAY)
    assert trusted_authorities(tmp_path) == [first, successor]
    ensure_certificates(tmp_path, now=end - 90 * DAY)
    assert trusted_authorities(tmp_path) == [successor]
    assert files.ca.read_bytes() == successor
    leaf(files).verify_directly_issued_by(x509.load_pem_x509_certificate(successor))


def test_a_ca_that_has_expired_unseen_is_replaced(
    tmp_path: Path, now: datetime
) -> None:
    """A machine that was off for years has good certificates at its next start."""
    files = ensure_certificates(tmp_path, now=now)
    late = now + 2 * CA_LIFETIME
    assert leaf(ensure_certificates(tmp_path, now=late)).not_valid_after_utc > late
    assert not (tmp_path / "next_ca.pem").exists()
    assert len(trusted_authorities(tmp_path)) == 1
    assert files.ca.exists()


@given(jumps=st.lists(st.integers(-400, 4000), max_size=6))
@settings(max_examples=20, deadline=None)
def test_no_course_of_time_leaves_a_bad_pair(
    tmp_path_factory: pytest.TempPathFactory, now: datetime, jumps: list[int]
) -> None:
    """Wherever the clock jumps to, what is there then is a valid pair of our CA.

    Only before the CA's own time there is none, whatever is done.
    """
    own = CertificateFolder(tmp_path_factory.mktemp("cert"))
    for days in [0, *jumps]:
        moment = now + days * DAY
        ensure_certificates(own.path, now=moment)
        pair, ca = own.server.read(), own.authority.read()
        assert pair
        assert ca
        assert belongs(pair)
        pair.leaf.verify_directly_issued_by(ca.leaf)
        if ca.leaf.not_valid_before_utc <= moment - DAY:
            assert pair.leaf.not_valid_before_utc <= moment
            assert pair.leaf.not_valid_after_utc > moment


def test_a_pair_of_the_users_is_never_touched(
    tmp_path: Path, now: datetime, make_pair: MakePair
) -> None:
    """Not even when it has expired: it is not ours to renew."""
    own, pair = CertificateFolder(tmp_path), make_pair()
    ensure_certificates(tmp_path, now=now)
    own.server.write(pair)
    ensure_certificates(tmp_path, now=now + 500 * DAY)
    assert own.server.read() == pair
    with pytest.raises(PairRefused, match="not ours to renew"):
        renew_leaf(tmp_path, now=now)
    assert own.server.read() == pair


def test_a_file_that_is_no_certificate_is_not_touched(
    tmp_path: Path, now: datetime
) -> None:
    """It may be something that the user is about to mend."""
    files = ensure_certificates(tmp_path, now=now)
    files.leaf.write_text("what is this?")
    ensure_certificates(tmp_path, now=now)
    assert files.leaf.read_text() == "what is this?"


@pytest.mark.parametrize("lost", ["server.pem", "server_key.pem"])
def test_what_is_lost_is_made_again(tmp_path: Path, now: datetime, lost: str) -> None:
    """A leaf of ours without its key is of no use, nor the other way round."""
    ensure_certificates(tmp_path, now=now)
    (tmp_path / lost).unlink()
    ensure_certificates(tmp_path, now=now)
    pair = CertificateFolder(tmp_path).server.read()
    assert pair
    assert belongs(pair)


def test_another_ca_means_another_leaf(tmp_path: Path, now: datetime) -> None:
    """Who removes the CA gets a new one, and a leaf of it."""
    files = ensure_certificates(tmp_path, now=now)
    files.ca.unlink()
    (tmp_path / "ca_key.pem").unlink()
    ensure_certificates(tmp_path, now=now)
    leaf(files).verify_directly_issued_by(
        x509.load_pem_x509_certificate(files.ca.read_bytes())
    )


def test_a_leaf_is_renewed_when_asked_for(tmp_path: Path, now: datetime) -> None:
    """Whoever fears for the key gets another one now."""
    files = ensure_certificates(tmp_path, now=now)
    first = leaf(files)
    renew_leaf(tmp_path, now=now)
    assert leaf(files) != first


def test_a_leaf_in_memory_touches_no_file(tmp_path: Path, now: datetime) -> None:
    """A substitute is there for as long as the process is."""
    files = ensure_certificates(tmp_path, now=now)
    first = leaf(files)
    assert issue_own_leaf(tmp_path, now=now).leaf != first
    assert leaf(files) == first


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_joined_file_becomes_two(
    tmp_path: Path, now: datetime, make_pair: MakePair, *, is_ours: bool
) -> None:
    """What an earlier version has left is taken over, and so is a user's."""
    ensure_certificates(tmp_path, now=now)
    own = CertificateFolder(tmp_path)
    pair = own.server.read() if is_ours else make_pair()
    assert pair
    own.server.key.unlink()
    own.server.chain.write_bytes(pair.chain + pair.key)
    ensure_certificates(tmp_path, now=now)
    assert own.server.read() == pair
    assert b"PRIVATE" not in own.server.chain.read_bytes()


def test_a_start_waits_for_nobody_when_nothing_is_due(
    tmp_path: Path, now: datetime
) -> None:
    """A process that hangs in the folder does not keep the service from starting."""
    files = ensure_certificates(tmp_path, now=now)
    with CertificateFolder(tmp_path).locked():
        assert ensure_certificates(tmp_path, now=now) == files


def test_a_foreign_key_is_refused(
    tmp_path: Path, now: datetime, make_pair: MakePair
) -> None:
    """A CA whose key is another's is an error that names the file."""
    ensure_certificates(tmp_path, now=now)
    (tmp_path / "ca_key.pem").write_bytes(make_pair().key)
    with pytest.raises(AuthorityUnusable, match=r"ca_key\.pem is not the key"):
        ensure_certificates(tmp_path, now=now)


def test_a_ca_of_another_kind_is_refused(
    tmp_path: Path, now: datetime, make_pair: MakePair
) -> None:
    """A CA that cannot be one of ours is an error that says how to go on."""
    foreign = make_pair(rsa_bits=2048, ends=5000 * DAY)
    CertificateFolder(tmp_path).authority.write(foreign)
    with pytest.raises(AuthorityUnusable, match=r"Remove it and ca\.pem"):
        ensure_certificates(tmp_path, now=now)
