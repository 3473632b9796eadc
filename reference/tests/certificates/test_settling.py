"""What main needs is there before it serves, and main stays small."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanwright.certificates import settling
from scanwright.certificates.authority import AuthorityUnusable, ensure_certificates
from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.glance import glance
from scanwright.certificates.inspection import Pair
from scanwright.certificates.issuing import issue_leaf
from scanwright.certificates.settling import settle_certificates

MakePair = Callable[..., Pair]
SETTLE = (
    "import sys; from pathlib import Path\n"
    "from scanwright.certificates.settling import settle_certificates\n"
    "settle_certificates(Path(sys.argv[1]))\n"
    "sys.exit('cryptography' in sys.modules)"
)


@pytest.mark.slow
def test_certificates_are_made_aside(tmp_path: Path) -> None:
    """The first start and the second load no cryptography."""
    command = [sys.executable, "-c", SETTLE, str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == 0
    first = glance(CertificateFolder(tmp_path), datetime.now(UTC))
    assert subprocess.run(command, check=False).returncode == 0
    second = glance(CertificateFolder(tmp_path), datetime.now(UTC))
    assert first
    assert second
    assert first.fingerprint == second.fingerprint


def test_no_process_is_left(tmp_path: Path) -> None:
    """The one that has made them has been waited for."""
    children = Path("/proc/thread-self/children")
    before = children.read_text()
    settle_certificates(tmp_path)
    assert children.read_text() == before


def test_one_that_hangs_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then main does without it."""
    own = os.getpid()
    ensure = settling._ensure

    def hang_aside(folder: Path) -> None:
        while os.getpid() != own:
            os.read(reader, 1)
        ensure(folder)

    reader, writer = os.pipe()
    monkeypatch.setattr(settling, "_ensure", hang_aside)
    monkeypatch.setattr(settling, "ASIDE_S", 0.05)
    try:
        settle_certificates(tmp_path)
    finally:
        os.close(reader)
        os.close(writer)
    assert glance(CertificateFolder(tmp_path), datetime.now(UTC))


def test_a_leaf_whose_time_is_over_is_made_anew(tmp_path: Path) -> None:
    """Also when the service was not running when that was due."""
    now = datetime.now(UTC)
    ensure_certificates(tmp_path, now=now)
    own = CertificateFolder(tmp_path)
    authority = own.authority.read()
    assert authority
    own.server.write(issue_leaf(authority, now - timedelta(days=400)))
    settle_certificates(tmp_path)
    assert glance(own, now)


def test_a_damaged_ca_is_told(tmp_path: Path, make_pair: MakePair) -> None:
    """In the words of whoever would have made the certificate."""
    own = CertificateFolder(tmp_path)
    own.authority.write(Pair(make_pair().chain, make_pair().key))
    with pytest.raises(AuthorityUnusable, match=r"ca_key\.pem is not the key"):
        settle_certificates(tmp_path)


def test_a_pair_of_the_users_stays(tmp_path: Path, make_pair: MakePair) -> None:
    """It is none of ours to replace."""
    own, pair = CertificateFolder(tmp_path), make_pair()
    own.server.write(pair)
    settle_certificates(tmp_path)
    assert own.server.read() == pair
