"""The local CA of this installation, its leaf, and when each is made anew.

    CA     made once; browsers learn to trust it            10 years
           a year before its end its successor is made, and trusted beside it
           90 days before its end the successor takes its place, and issues a new leaf
    leaf   made anew 30 days before its end                 396 days

So a browser has heard of a CA for nine months before it meets a leaf of it. Clocks are
not trusted: a leaf that is not valid yet is made anew like one that was valid once. A
CA is not: when it seems to be from the future then the clock is wrong, and will be put
right. A pair that the user has installed is never touched.

Implements: TLS-chain-verifies, TLS-renewal.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from scanwright.certificates.folder import CertificateFolder, PairFiles
from scanwright.certificates.inspection import (
    Pair,
    PairRefused,
    belongs,
    is_issued_by_us,
)
from scanwright.certificates.issuing import issue_leaf, make_authority
from scanwright.errors import ScanwrightError

__all__ = [
    "AuthorityUnusable",
    "Certificates",
    "ensure_certificates",
    "issue_own_leaf",
    "renew_leaf",
    "trusted_authorities",
]

SUCCESSOR_BEFORE: Final = timedelta(days=365)
SUCCEED_BEFORE: Final = timedelta(days=90)
RENEW_BEFORE: Final = timedelta(days=30)

log = logging.getLogger(__name__)


class AuthorityUnusable(ScanwrightError):
    """The files of the local CA are damaged."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the PEM files are: the local CA's, the leaf's, and the leaf's key."""

    ca: Path
    leaf: Path
    key: Path


def ensure_certificates(folder: Path, *, now: datetime | None = None) -> Certificates:
    """Make what is missing in `folder`, and renew what ends soon.

    Raises:
        AuthorityUnusable: The CA is damaged; the message says how to mend it.
        FolderBusy: Another process is at it, and hangs.
    """
    now = now or datetime.now(UTC)
    own = CertificateFolder(folder)
    if not _is_in_order(own, now):
        with own.locked():
            if joined := own.joined():
                own.server.write(joined)
            authority = _ensure_authority(own, now)
            if reason := _why_renew(own.server, authority, now):
                log.info("made a new certificate: %s", reason)
                own.server.write(_issue(own, authority, now))
    return Certificates(own.authority.chain, own.server.chain, own.server.key)


def renew_leaf(folder: Path, *, now: datetime) -> None:
    """Put a new leaf of ours in place of the one that the TLS ports show.

    Raises:
        PairRefused: What they show is the user's own.
        AuthorityUnusable: As above.
        FolderBusy: As above.
    """
    own = CertificateFolder(folder)
    with own.locked():
        authority = _ensure_authority(own, now)
        if (pair := own.server.read()) and not is_issued_by_us(pair.leaf):
            raise PairRefused(
                "The certificate is not ours to renew. Replace it, or go back to one "
                "of ours."
            )
        own.server.write(_issue(own, authority, now))


def issue_own_leaf(folder: Path, *, now: datetime) -> Pair:
    """Return a leaf of ours that lies in no file, for want of a better one.

    Raises:
        AuthorityUnusable: As above.
        FolderBusy: As above.
    """
    own = CertificateFolder(folder)
    with own.locked():
        return _issue(own, _ensure_authority(own, now), now)


def trusted_authorities(folder: Path) -> list[bytes]:
    """Return the certificates that browsers shall trust: of this CA, and the next."""
    own = CertificateFolder(folder)
    pairs = (own.authority.read(), own.next_authority.read())
    return [pair.chain for pair in pairs if pair]


def _is_in_order(own: CertificateFolder, now: datetime) -> bool:
    """Whether nothing is due: then nobody who hangs in the folder is in our way."""
    authority = _read_authority(own.authority)
    if authority is None or own.joined():
        return False
    begins, ends = _validity(authority)
    is_settled = begins <= now < ends - SUCCESSOR_BEFORE
    return is_settled and _why_renew(own.server, authority, now) is None


def _ensure_authority(own: CertificateFolder, now: datetime) -> Pair:
    """Return the CA that signs at `now`, having made it or its successor."""
    authority = _read_authority(own.authority)
    if authority is None:
        log.info("made a local CA")
        return _replace(own.authority, make_authority(now))
    begins, ends = _validity(authority)
    if begins > now:
        log.warning("the clock is wrong: it is before %s", f"{begins:%Y-%m-%d}")
    elif ends - now <= SUCCEED_BEFORE:
        authority = _succeed(own, now)
    elif ends - now <= SUCCESSOR_BEFORE and _read_authority(own.next_authority) is None:
        log.warning(
            "the local CA ends on %s; made the next one, which browsers "
            "shall trust beside it until then",
            f"{ends:%Y-%m-%d}",
        )
        own.next_authority.write(make_authority(now))
    return authority


def _succeed(own: CertificateFolder, now: datetime) -> Pair:
    successor = _read_authority(own.next_authority)
    if successor is None or _validity(successor)[1] - now <= SUCCEED_BEFORE:
        successor = make_authority(now)
    _replace(own.authority, successor)
    own.next_authority.remove()
    log.warning("another local CA has taken the place of the one that ends")
    return successor


def _read_authority(files: PairFiles) -> Pair | None:
    pair = files.read()
    if pair is not None and not belongs(pair):
        raise AuthorityUnusable(
            f"{files.key} is not the key of {files.chain}. Put the right one back, or "
            "remove both: then a new CA is made, which browsers have to learn to trust."
        )
    return pair


def _replace(files: PairFiles, pair: Pair) -> Pair:
    files.write(pair)
    return pair


def _issue(own: CertificateFolder, authority: Pair, now: datetime) -> Pair:
    try:
        return issue_leaf(authority, now)
    except TypeError as error:
        raise AuthorityUnusable(
            f"{own.authority.key} is {error}; no CA of ours has one. Remove it and "
            f"{own.authority.chain.name}: then a new CA is made."
        ) from error


def _why_renew(server: PairFiles, authority: Pair, now: datetime) -> str | None:
    """Say why the leaf has to be made anew; None when it is good, or not ours."""
    try:
        leaf = Pair(server.chain.read_bytes(), b"").leaf
    except FileNotFoundError:
        return "there was none"
    except PairRefused:
        return None  # whatever it is, we have not made it
    if not is_issued_by_us(leaf):
        return None
    pair = server.read()
    begins, ends = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    reasons = {
        "its key was not there": pair is None or not belongs(pair),
        "the old one was of another CA": not _is_issued_by(leaf, authority),
        "the clock went back": begins > now >= _validity(authority)[0],
        f"the old one ends on {ends:%Y-%m-%d}": ends - now <= RENEW_BEFORE,
    }
    return next((reason for reason, is_so in reasons.items() if is_so), None)


def _is_issued_by(leaf: x509.Certificate, authority: Pair) -> bool:
    try:
        leaf.verify_directly_issued_by(authority.leaf)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _validity(pair: Pair) -> tuple[datetime, datetime]:
    leaf = pair.leaf
    return leaf.not_valid_before_utc, leaf.not_valid_after_utc
