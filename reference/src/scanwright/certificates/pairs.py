"""A certificate of the user's own: installed when it is good, given up when wanted.

What the TLS ports showed before is kept beside it as `previous.pem` and
`previous_key.pem`.

Implements: TLS-replace, TLS-replace-refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from scanwright.certificates.authority import issue_own_leaf
from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.glance import NAMES
from scanwright.certificates.inspection import PairRefused, check_pair, normalised

__all__ = ["NAMES", "PairRefused", "check_pair", "install_pair", "restore_own"]


def install_pair(
    folder: Path,
    cert_pem: bytes,
    key_pem: bytes,
    *,
    now: datetime,
    names: Iterable[str] = NAMES,
) -> None:
    """Show this pair on the TLS ports from now on; a running service takes it up.

    Raises:
        PairRefused: A browser would not accept it; nothing has changed.
    """
    check_pair(cert_pem, key_pem, now=now, names=names)
    own = CertificateFolder(folder)
    with own.locked():
        _keep_previous(own)
        own.server.write(normalised(cert_pem, key_pem))


def restore_own(folder: Path, *, now: datetime) -> None:
    """Show a new leaf of our own CA instead of the user's pair."""
    leaf = issue_own_leaf(folder, now=now)
    own = CertificateFolder(folder)
    with own.locked():
        _keep_previous(own)
        own.server.write(leaf)


def _keep_previous(own: CertificateFolder) -> None:
    if pair := own.server.read():
        own.previous.write(pair)
