"""A store of a browser: asked to trust a CA of ours, or to forget it.

What may be asked for twice is done once, and what was never there needs no removal:
each store looks before it writes. It removes exactly the certificate that it is given,
and nothing that resembles it.
"""

from __future__ import annotations

import base64
import textwrap
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scanwright.certificates.stores.browsers import Browser
from scanwright.errors import ScanwrightError

__all__ = [
    "Authority",
    "State",
    "Store",
    "StoreReport",
    "StoreUnusable",
    "der_of",
]

PEM_BEGIN: Final = "-----BEGIN CERTIFICATE-----"
PEM_END: Final = "-----END CERTIFICATE-----"


class StoreUnusable(ScanwrightError):
    """A store cannot be read or changed; the message says what to do."""


class State(StrEnum):
    """Whether a store trusts a CA."""

    TRUSTED = "trusted"
    UNTRUSTED = "not trusted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Authority:
    """A CA as stores know it: its certificate, and the name that it goes by.

    Only one that `is_confined` to the loopback interface may be trusted: where root
    does that for every user, an account that can write the file of our CA must not
    come to speak for any server of the world.
    """

    name: str
    der: bytes
    is_confined: bool = True

    @classmethod
    def from_pem(cls, pem: str) -> Authority:
        """Read it from a certificate of ours.

        Raises:
            StoreUnusable: It is none.
        """
        from scanwright.certificates.inspection import (
            PairRefused,
            authority_name,
            certificates_of,
            is_confined,
        )

        try:
            certificate = certificates_of(pem.encode())[0]
        except PairRefused as refusal:
            raise StoreUnusable(refusal.message) from refusal
        name = authority_name(certificate)
        return cls(name, der_of(pem), is_confined(certificate))

    @property
    def pem(self) -> str:
        """The certificate as text."""
        lines = textwrap.wrap(self.base64, 64)
        return "\n".join([PEM_BEGIN, *lines, PEM_END, ""])

    @property
    def base64(self) -> str:
        """The certificate as policies of Chromium want it."""
        return base64.b64encode(self.der).decode("ascii")


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What became of a wish; `problem` says why it was not fulfilled."""

    store: str
    state: State
    needs_browser_restart: bool = False
    problem: str | None = None


class Store(ABC):
    """A place where browsers look up whom to trust."""

    def __init__(self, label: str, browser: Browser, *, uid: int | None = None) -> None:
        self.label = label
        self._browser = browser
        self._uid = uid

    def browser_starts(self) -> list[float]:
        """Return when the processes that use this store were started."""
        return self._browser.starts(uid=self._uid)

    def trust(self, ca: Authority) -> StoreReport:
        """Have the CA trusted, now and after every start of the browser."""
        if not ca.is_confined:
            problem = f"{ca.name} could sign for more than loopback names."
            return StoreReport(self.label, State.UNTRUSTED, problem=problem)
        try:
            if self._holds(ca):
                return StoreReport(self.label, State.TRUSTED)
            self._add(ca)
            return StoreReport(self.label, State.TRUSTED, bool(self.browser_starts()))
        except (StoreUnusable, OSError) as error:
            return StoreReport(self.label, State.UNTRUSTED, problem=_say(error))

    def untrust(self, ca: Authority) -> StoreReport:
        """Have the CA forgotten; everything else stays."""
        try:
            was_there = self._remove(ca)
        except (StoreUnusable, OSError) as error:
            return StoreReport(self.label, State.UNKNOWN, problem=_say(error))
        is_due = was_there and bool(self.browser_starts())
        return StoreReport(self.label, State.UNTRUSTED, is_due)

    def state(self, ca: Authority) -> StoreReport:
        """Look, and change nothing."""
        try:
            is_trusted = self._holds(ca)
        except (StoreUnusable, OSError) as error:
            return StoreReport(self.label, State.UNKNOWN, problem=_say(error))
        return StoreReport(self.label, State.TRUSTED if is_trusted else State.UNTRUSTED)

    @abstractmethod
    def _holds(self, ca: Authority) -> bool:
        """Whether the CA is trusted."""

    @abstractmethod
    def _add(self, ca: Authority) -> None:
        """Add a CA that is not trusted."""

    @abstractmethod
    def _remove(self, ca: Authority) -> bool:
        """Remove a CA wherever it is; say whether there was anything to remove."""


def der_of(pem: str) -> bytes:
    """Return the bytes of a certificate that is given as text."""
    body = pem.partition(PEM_BEGIN)[2].partition(PEM_END)[0]
    return base64.b64decode(body)


def _say(error: StoreUnusable | OSError) -> str:
    if isinstance(error, PermissionError):
        return f"{error.filename} may not be changed by this user; root may."
    return str(error)
