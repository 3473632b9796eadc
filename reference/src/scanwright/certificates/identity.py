"""What the TLS ports show: read from `cert/`, and read again when it has changed.

Connections are made by one `SSLContext` that holds no certificate. While a client says
hello it is given the context of the name that it asks for, with the pair that is good
at that moment. Contexts are never changed, only replaced, so a connection keeps what it
began with, and the next one gets what is new.

What is shown is always good: the newest pair in the folder that a browser accepts. A
pair that is broken, or whose time is over, is reported. In its place the last good one
stays; if there is none, a leaf of our own CA that is kept in memory only.

Implements: TLS-renewal, TLS-replace, TLS-domain, TLS-modern-only.
"""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from scanwright.certificates.authority import issue_own_leaf
from scanwright.certificates.folder import CertificateFolder, PairFiles
from scanwright.certificates.inspection import (
    Pair,
    PairRefused,
    check_pair,
    fingerprint,
    is_issued_by_us,
    names_of,
)
from scanwright.certificates.pairs import NAMES
from scanwright.errors import ScanwrightError

__all__ = ["IdentityFacts", "PairNames", "ServerIdentity"]

POLL_S: Final = 1.0
REPORT_BEFORE: Final = timedelta(days=30)

log = logging.getLogger(__name__)


class PairNames(Protocol):
    """The names of two files in `cert/`."""

    @property
    def cert_name(self) -> str:
        """The certificate's."""

    @property
    def key_name(self) -> str:
        """The key's."""


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """What a certificate that is shown says of itself, and what is wrong with it."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    fingerprint: str
    is_own: bool
    problem: str | None


class ServerIdentity:
    """The certificates of the TLS ports, by the name that a client asks for."""

    def __init__(
        self,
        folder: Path,
        domains: Mapping[str, PairNames],
        *,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._folder = CertificateFolder(folder)
        self._clock = clock or _now
        self._default = _Shown(self._folder.server, NAMES, self._own_leaf)
        self._domains: dict[str, _Shown] = {}
        self.context = _context()
        self.context.sni_callback = self._choose
        self.set_domains(domains)

    def set_domains(self, domains: Mapping[str, PairNames]) -> None:
        """Take up another table of domains; those that stay keep what they show."""
        wanted = {
            domain.lower(): self._folder.pair(pair.cert_name, pair.key_name)
            for domain, pair in domains.items()
        }
        present = self._domains
        self._domains = {
            domain: present[domain]
            if domain in present and present[domain].files == files
            else _Shown(files, (domain,))
            for domain, files in wanted.items()
        }
        self.refresh()

    def refresh(self) -> bool:
        """Take up files that have changed; say whether others are shown now."""
        now = self._clock()
        shown = (self._default, *self._domains.values())
        changes = [each.refresh(now) for each in shown]
        for each in shown:
            each.tell(now)
        return any(changes)

    def describe(self, domain: str | None = None) -> IdentityFacts:
        """Return the facts of what is shown, to everybody or under a domain.

        Raises:
            KeyError: The configuration does not know this domain.
        """
        shown = self._default if domain is None else self._domains[domain.lower()]
        pair = shown.pair or self._default.pair
        if pair is None:
            raise LookupError("no certificate is shown yet")
        leaf = pair.leaf
        return IdentityFacts(
            subject=leaf.subject.rfc4514_string(),
            issuer=leaf.issuer.rfc4514_string(),
            names=names_of(leaf),
            not_before=leaf.not_valid_before_utc,
            not_after=leaf.not_valid_after_utc,
            fingerprint=fingerprint(leaf),
            is_own=is_issued_by_us(leaf),
            problem=shown.problem or _coming_end(pair, self._clock()),
        )

    async def run(self, *, period_s: float = POLL_S) -> None:
        """Look for changed files until cancelled."""
        while True:
            await asyncio.sleep(period_s)
            self.refresh()

    def _own_leaf(self, now: datetime) -> Pair:
        return issue_own_leaf(self._folder.path, now=now)

    def _choose(
        self,
        connection: ssl.SSLSocket | ssl.SSLObject,
        name: str | None,
        _context: ssl.SSLContext,
    ) -> None:
        """Give a connection the certificate of the name that its client asks for."""
        wanted = self._domains.get((name or "").lower())
        context = (wanted and wanted.context) or self._default.context
        if context:
            connection.context = context


class _Shown:
    """One pair of files, and the context with the last good state of them."""

    def __init__(
        self,
        files: PairFiles,
        names: tuple[str, ...],
        substitute: Callable[[datetime], Pair] | None = None,
    ) -> None:
        self.pair: Pair | None = None
        self.context: ssl.SSLContext | None = None
        self.problem: str | None = None
        self.files = files
        self._names = names
        self._substitute = substitute
        self._state: object = None
        self._told: str | None = None

    def refresh(self, now: datetime) -> bool:
        """Look whether there is something better to show; say whether there is."""
        state = _state_of(self.files)
        if state == self._state and not self.problem and _is_good(self.pair, now):
            return False
        self._state = state
        pair, problem = self._look(now)
        if pair is None and not _is_good(self.pair, now):
            pair, excuse = self._fall_back(now)
            problem = " ".join(filter(None, (problem, excuse)))
        self.problem = problem
        return pair is not None and self._show(pair)

    def tell(self, now: datetime) -> None:
        """Log what is wrong, or will be soon, when that is news."""
        told = self.problem or _coming_end(self.pair, now)
        if told and told != self._told:
            log.warning("%s: %s", self.files.chain, told)
        self._told = told

    def _fall_back(self, now: datetime) -> tuple[Pair | None, str | None]:
        """Return what is shown when nothing is good any more."""
        self.pair = self.context = None
        if self._substitute is None:
            return None, None
        try:
            return self._substitute(now), None
        except (ScanwrightError, OSError) as error:
            return None, f"Nor is there one of our own: {error}"

    def _look(self, now: datetime) -> tuple[Pair | None, str | None]:
        """Return the pair that lies in the files, or what is wrong with it."""
        try:
            pair = self.files.read()
            if pair is None:
                return None, "The certificate or its key is missing."
            check_pair(pair.chain, pair.key, now=now, names=self._names)
            _context(pair)
        except PairRefused as refusal:
            return None, refusal.message
        except OSError as error:  # unreadable, or refused by OpenSSL: an SSLError
            return None, f"{error.strerror or error}."
        return pair, None

    def _show(self, pair: Pair) -> bool:
        if pair == self.pair:
            return False
        self.pair, self.context = pair, _context(pair)
        log.info("showing certificate %s", fingerprint(pair.leaf))
        return True


def _is_good(pair: Pair | None, now: datetime) -> bool:
    if pair is None:
        return False
    leaf = pair.leaf
    return leaf.not_valid_before_utc <= now < leaf.not_valid_after_utc


def _context(pair: Pair | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if pair:
        # OpenSSL reads files only. This one is the pair as it was checked, whatever
        # has become of the folder since, and is in memory.
        with os.fdopen(os.memfd_create("scanwright-pair"), "wb") as file:
            file.write(pair.chain + pair.key)
            file.flush()
            context.load_cert_chain(f"/proc/self/fd/{file.fileno()}")
    return context


def _state_of(files: PairFiles) -> object:
    return [_stat(files.chain), _stat(files.key)]


def _stat(file: Path) -> object:
    try:
        found = file.stat()
    except OSError as error:
        return error.errno
    return found.st_mtime_ns, found.st_size, found.st_ino


def _coming_end(pair: Pair | None, now: datetime) -> str | None:
    """Report the end of a certificate that only its owner can renew."""
    if pair is None:
        return None
    leaf = pair.leaf
    if is_issued_by_us(leaf) or leaf.not_valid_after_utc - now > REPORT_BEFORE:
        return None
    return (
        f"The certificate expires on {leaf.not_valid_after_utc:%Y-%m-%d}. It is not "
        "ours to renew: replace it."
    )


def _now() -> datetime:
    return datetime.now(UTC)
