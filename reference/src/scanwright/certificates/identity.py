"""What the TLS ports show: read from `cert/`, and read again when it has changed.

Connections are made by one `SSLContext` that holds no certificate. While a client says
hello it is given the context of the name that it asks for, with the pair that is good
at that moment. Contexts are never changed, only replaced, so a connection keeps what it
began with, and the next one gets what is new.

What is shown is always good: the newest pair in the folder that a browser accepts. A
pair that is broken, or whose time is over, is reported. In its place the last good one
stays; if there is none, a leaf of our own CA that is kept in memory only.

A leaf of ours is known at a `glance`; whatever else lies there is inspected.

Implements: TLS-renewal, TLS-replace, TLS-domain, TLS-modern-only.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from scanwright.certificates.folder import CertificateFolder, PairFiles
from scanwright.certificates.glance import NAMES, Good, context_of, glance, new_context
from scanwright.errors import ScanwrightError

if TYPE_CHECKING:
    from scanwright.certificates.inspection import Pair

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
        self._default = _Shown(
            self._folder.server,
            NAMES,
            glance=lambda now: glance(self._folder, now),
            substitute=self._own_leaf,
        )
        self._domains: dict[str, _Shown] = {}
        self.context = new_context()
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
        good = shown.good or self._default.good
        if good is None:
            raise LookupError("no certificate is shown yet")
        from scanwright.certificates.inspection import certificates_of, names_of

        leaf = certificates_of(good.chain)[0]
        return IdentityFacts(
            subject=leaf.subject.rfc4514_string(),
            issuer=leaf.issuer.rfc4514_string(),
            names=names_of(leaf),
            not_before=good.not_before,
            not_after=good.not_after,
            fingerprint=good.fingerprint,
            is_own=good.is_own,
            problem=shown.problem or _coming_end(good, self._clock()),
        )

    async def run(self, *, period_s: float = POLL_S) -> None:
        """Look for changed files until cancelled."""
        while True:
            await asyncio.sleep(period_s)
            self.refresh()

    def _own_leaf(self, now: datetime) -> Pair:
        from scanwright.certificates.authority import issue_own_leaf

        return issue_own_leaf(self._folder.path, now=now)

    def _choose(
        self,
        connection: ssl.SSLSocket | ssl.SSLObject,
        name: str | None,
        _context: ssl.SSLContext,
    ) -> None:
        """Give a connection the certificate of the name that its client asks for."""
        wanted = self._domains.get((name or "").lower())
        good = (wanted and wanted.good) or self._default.good
        if good:
            connection.context = good.context


class _Shown:
    """One pair of files, and the last good state of them."""

    def __init__(
        self,
        files: PairFiles,
        names: tuple[str, ...],
        *,
        glance: Callable[[datetime], Good | None] = lambda _: None,
        substitute: Callable[[datetime], Pair] | None = None,
    ) -> None:
        self.good: Good | None = None
        self.problem: str | None = None
        self.files = files
        self._names = names
        self._glance = glance
        self._substitute = substitute
        self._state: object = None
        self._told: str | None = None

    def refresh(self, now: datetime) -> bool:
        """Look whether there is something better to show; say whether there is."""
        state = _state_of(self.files)
        if state == self._state and not self.problem and self._is_good(now):
            return False
        self._state = state
        good, problem = self._look(now)
        if good is None and not self._is_good(now):
            good, excuse = self._fall_back(now)
            problem = " ".join(filter(None, (problem, excuse)))
        self.problem = problem
        return good is not None and self._show(good)

    def tell(self, now: datetime) -> None:
        """Log what is wrong, or will be soon, when that is news."""
        told = self.problem or _coming_end(self.good, now)
        if told and told != self._told:
            log.warning("%s: %s", self.files.chain, told)
        self._told = told

    def _is_good(self, now: datetime) -> bool:
        return self.good is not None and self.good.is_good_at(now)

    def _fall_back(self, now: datetime) -> tuple[Good | None, str | None]:
        """Return what is shown when nothing is good any more."""
        self.good = None
        if self._substitute is None:
            return None, None
        try:
            return _good(self._substitute(now)), None
        except (ScanwrightError, OSError) as error:
            return None, f"Nor is there one of our own: {error}"

    def _look(self, now: datetime) -> tuple[Good | None, str | None]:
        """Return the pair that lies in the files, or what is wrong with it."""
        if good := self._glance(now):
            return good, None
        from scanwright.certificates.inspection import PairRefused, check_pair

        try:
            pair = self.files.read()
            if pair is None:
                return None, "The certificate or its key is missing."
            check_pair(pair.chain, pair.key, now=now, names=self._names)
            return _good(pair), None
        except PairRefused as refusal:
            return None, refusal.message
        except OSError as error:  # unreadable, or refused by OpenSSL: an SSLError
            return None, f"{error.strerror or error}."

    def _show(self, good: Good) -> bool:
        if self.good and self.good.chain == good.chain:
            return False
        self.good = good
        log.info("showing certificate %s", good.fingerprint)
        return True


def _good(pair: Pair) -> Good:
    """Return what is known of a pair that was inspected."""
    from scanwright.certificates.inspection import fingerprint, is_issued_by_us

    leaf = pair.leaf
    return Good(
        chain=pair.chain,
        context=context_of(pair.chain, pair.key),
        fingerprint=fingerprint(leaf),
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
        is_own=is_issued_by_us(leaf),
    )


def _state_of(files: PairFiles) -> object:
    return [_stat(files.chain), _stat(files.key)]


def _stat(file: Path) -> object:
    try:
        found = file.stat()
    except OSError as error:
        return error.errno
    return found.st_mtime_ns, found.st_size, found.st_ino


def _coming_end(good: Good | None, now: datetime) -> str | None:
    """Report the end of a certificate that only its owner can renew."""
    if good is None or good.is_own or good.not_after - now > REPORT_BEFORE:
        return None
    return (
        f"The certificate expires on {good.not_after:%Y-%m-%d}. It is not "
        "ours to renew: replace it."
    )


def _now() -> datetime:
    return datetime.now(UTC)
