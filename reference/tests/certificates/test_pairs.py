"""The user's own pair: installed when it is good, and given up without a loss."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scanwright.certificates.authority import ensure_certificates
from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.inspection import Pair, is_issued_by_us, normalised
from scanwright.certificates.pairs import PairRefused, install_pair, restore_own

MakePair = Callable[..., Pair]


@pytest.fixture
def own(tmp_path: Path, now: datetime) -> CertificateFolder:
    """A folder with certificates of ours."""
    ensure_certificates(tmp_path, now=now)
    return CertificateFolder(tmp_path)


def test_a_good_pair_is_installed_and_ours_kept(
    own: CertificateFolder, now: datetime, make_pair: MakePair
) -> None:
    """What was there before is still to be had."""
    pair, before = make_pair(), own.server.read()
    install_pair(own.path, pair.chain, pair.key, now=now)
    assert own.server.read() == normalised(pair.chain, pair.key)
    assert own.previous.read() == before


def test_a_bad_pair_changes_nothing(
    own: CertificateFolder, now: datetime, make_pair: MakePair
) -> None:
    """It is refused with the reason, and what was there stays."""
    pair, before = make_pair(ends=timedelta(hours=-1)), own.server.read()
    with pytest.raises(PairRefused, match="expired on"):
        install_pair(own.path, pair.chain, pair.key, now=now)
    assert own.server.read() == before
    assert own.previous.read() is None


def test_a_pair_for_another_host_is_refused(
    own: CertificateFolder, now: datetime, make_pair: MakePair
) -> None:
    """Pages look for the service at 127.0.0.1."""
    pair = make_pair("scan.example.com")
    with pytest.raises(
        PairRefused, match=r"names scan\.example\.com, not 127\.0\.0\.1"
    ):
        install_pair(own.path, pair.chain, pair.key, now=now)


def test_ours_comes_back(
    own: CertificateFolder, now: datetime, make_pair: MakePair
) -> None:
    """The user's pair is kept, in case that was a mistake."""
    pair = make_pair()
    install_pair(own.path, pair.chain, pair.key, now=now)
    restore_own(own.path, now=now)
    shown = own.server.read()
    assert shown
    assert is_issued_by_us(shown.leaf)
    assert own.previous.read() == normalised(pair.chain, pair.key)
