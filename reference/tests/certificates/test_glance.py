"""A leaf of ours is known without cryptography; nothing else is taken for one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanwright.certificates.authority import ensure_certificates, issue_own_leaf
from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.glance import context_of, glance
from scanwright.certificates.inspection import Pair, fingerprint
from scanwright.certificates.issuing import issue_leaf, make_authority
from scanwright.certificates.pairs import install_pair

MakePair = Callable[..., Pair]
DAY = timedelta(days=1)
NOW = datetime.now(UTC)
"""OpenSSL asks the clock of the system, and no other."""


@pytest.fixture
def own(tmp_path: Path) -> CertificateFolder:
    """A folder with certificates of ours."""
    ensure_certificates(tmp_path, now=NOW)
    return CertificateFolder(tmp_path)


def test_a_leaf_of_ours_is_known(own: CertificateFolder) -> None:
    """What is seen is what an inspection finds."""
    pair, good = own.server.read(), glance(own, NOW)
    assert pair
    assert good
    leaf = pair.leaf
    assert (good.chain, good.fingerprint) == (pair.chain, fingerprint(leaf))
    assert good.not_before == leaf.not_valid_before_utc
    assert good.not_after == leaf.not_valid_after_utc
    assert good.is_own


@pytest.mark.slow
def test_neither_a_glance_nor_main_loads_cryptography(own: CertificateFolder) -> None:
    """Its library would cost memory for as long as the service lives."""
    code = (
        "import sys; import scanwright.main\n"
        "from datetime import UTC, datetime; from pathlib import Path\n"
        "from scanwright.certificates.identity import ServerIdentity\n"
        "ServerIdentity(Path(sys.argv[1]), {}).refresh()\n"
        "sys.exit('cryptography' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(own.path)]
    assert subprocess.run(command, check=False).returncode == 0


@pytest.mark.parametrize("after", [-2 * DAY, 397 * DAY])
def test_a_leaf_at_another_time_is_not_known(
    own: CertificateFolder, after: timedelta
) -> None:
    """Neither before its time nor after it."""
    assert glance(own, NOW + after) is None


@pytest.mark.parametrize("made", [-400 * DAY, 2 * DAY])
def test_the_clock_of_the_system_counts_too(
    own: CertificateFolder, made: timedelta
) -> None:
    """What other programs hold to be over, or yet to come, is not shown at a glance."""
    authority = own.authority.read()
    assert authority
    own.server.write(issue_leaf(authority, NOW + made))
    assert glance(own, NOW + made) is None


def test_a_leaf_of_another_ca_is_not_known(own: CertificateFolder) -> None:
    """Not even when that CA calls itself one of ours."""
    own.server.write(issue_leaf(make_authority(NOW), NOW))
    assert glance(own, NOW) is None


def test_a_pair_of_the_users_is_not_known(
    own: CertificateFolder, make_pair: MakePair, now: datetime
) -> None:
    """Whether it is good has to be inspected."""
    pair = make_pair(begins=NOW - now - DAY, ends=NOW - now + DAY)
    install_pair(own.path, pair.chain, pair.key, now=NOW)
    assert glance(own, NOW) is None


def test_a_key_of_another_leaf_is_not_known(own: CertificateFolder) -> None:
    """A certificate without its key cannot be shown."""
    own.server.key.write_bytes(issue_own_leaf(own.path, now=NOW).key)
    assert glance(own, NOW) is None


def test_a_ca_is_no_leaf(own: CertificateFolder) -> None:
    """The CA's own pair names no host."""
    authority = own.authority.read()
    assert authority
    own.server.write(authority)
    assert glance(own, NOW) is None


@pytest.mark.parametrize("name", ["ca.pem", "server.pem", "server_key.pem"])
@pytest.mark.parametrize("content", [None, b"", b"\xff garbage", b"-----BEGIN X-----"])
def test_damaged_files_are_not_known(
    own: CertificateFolder, name: str, content: bytes | None
) -> None:
    """It never fails; somebody else finds the words for it."""
    (own.path / name).unlink()
    if content is not None:
        (own.path / name).write_bytes(content)
    assert glance(own, NOW) is None


def test_an_encrypted_key_asks_nobody(make_pair: MakePair) -> None:
    """A service has no terminal to be asked for a password at."""
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
        load_pem_private_key,
    )

    pair = make_pair()
    locked = load_pem_private_key(pair.key, None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    with pytest.raises(OSError, match="SSL"):
        context_of(pair.chain, locked)
