"""What the user has said about each page, kept in one file of the home.

The service and the command line both read and write that file, each time whole and
under a lock, so that an answer given in a terminal counts for the next request. The
service never waits for the lock: whoever holds it may have been stopped.

An origin that nobody has judged becomes pending when it first asks. Pending origins
are bounded; the oldest makes room, for a page that still wants something asks again.

Implements: MANAGER-consent.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from scanwright.configuration.writing import alone, write_whole
from scanwright.errors import ScanwrightError
from scanwright.protocol.access import Access, Consent
from scanwright.protocol.origins import parse_origin

__all__ = ["FILE_NAME", "Consents", "ConsentsBusy", "Entry"]

logger = logging.getLogger(__name__)

FILE_NAME: Final = "consents.json"
"""Its name in the home."""

ONCE: Final = timedelta(minutes=15)
"""How long an origin may that was allowed once: time enough for one stack of paper."""

MAX_PENDING: Final = 64
MAX_ORIGIN: Final = 300

Key = tuple[str, Access]
Signature = tuple[int, int, int]


class ConsentsBusy(ScanwrightError):
    """Another program is writing the consents at this moment."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One origin, one kind of access, and what was said."""

    origin: str
    access: Access
    consent: Consent
    at: datetime
    until: datetime | None = None
    """When an allowance for once ends."""

    def holds(self, now: datetime) -> bool:
        """Tell whether it counts; a clock that was set back ends an allowance too."""
        return self.until is None or now < self.until <= now + ONCE


class Consents:
    """The consents of one home. `clock` tells the time of day.

    An answer waits for others who write for as long as `patience_s`.
    """

    def __init__(
        self,
        file: Path,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience_s: float = 0.0,
    ) -> None:
        self._file = file
        self._clock = clock
        self._patience_s = patience_s
        self._seen: Signature | None = None
        self._entries: dict[Key, Entry] = {}

    def entries(self) -> list[Entry]:
        """Return everything that holds now, what waits for an answer first.

        What waits is in the order in which it came: a question that comes meanwhile
        must not push itself under the finger of whoever is answering another.
        """
        self._refresh()
        now = self._clock()
        holding = [entry for entry in self._entries.values() if entry.holds(now)]
        waiting = [e for e in holding if e.consent is Consent.PENDING]
        answered = [e for e in holding if e.consent is not Consent.PENDING]
        return [*waiting, *sorted(answered, key=lambda e: (e.origin, e.access))]

    def check(self, origin: str, access: Access) -> Consent:
        """Return what was said about a page; one that is new becomes pending.

        Raises:
            ValueError: This origin cannot be remembered, so nobody can be asked.
        """
        key = (_checked(origin), access)
        self._refresh()
        entry = self._entries.get(key)
        if entry is not None and entry.holds(self._clock()):
            return entry.consent
        try:
            return self._ask(key)
        except (ConsentsBusy, OSError) as error:
            logger.warning("a page's question was not kept: %s", error)
        return Consent.PENDING

    def allow(self, origin: str, access: Access, *, once: bool = False) -> None:
        """Let an origin in, for good or for one stack of paper."""
        until = self._clock() + ONCE if once else None
        self._put((_checked(origin), access), Consent.ALLOWED, until)

    def deny(self, origin: str, access: Access) -> None:
        """Keep an origin out without asking again."""
        self._put((_checked(origin), access), Consent.DENIED)

    def forget(self, origin: str, access: Access) -> bool:
        """Forget what was said; return whether there was anything."""
        key = (_checked(origin), access)
        with self._change() as entries:
            return entries.pop(key, None) is not None

    def _ask(self, key: Key) -> Consent:
        """Make it pending, unless somebody has answered meanwhile."""
        now = self._clock()
        with self._change() as entries:
            entry = entries.get(key)
            if entry is not None and entry.holds(now):
                return entry.consent
            entries.pop(key, None)
            entries[key] = Entry(*key, Consent.PENDING, now)
            pending = [k for k, e in entries.items() if e.consent is Consent.PENDING]
            for oldest in pending[:-MAX_PENDING]:
                del entries[oldest]
        logger.info("a page asks for access: %s, %s", *key)
        return Consent.PENDING

    def _put(
        self,
        key: Key,
        consent: Consent,
        until: datetime | None = None,
    ) -> None:
        entry = Entry(*key, consent, self._clock(), until)
        with self._change() as entries:
            entries.pop(key, None)
            entries[key] = entry

    @contextlib.contextmanager
    def _change(self) -> Iterator[dict[Key, Entry]]:
        """Give the newest entries to be changed; write them afterwards."""
        try:
            with alone(self._file.parent, patience_s=self._patience_s):
                self._refresh()
                yield self._entries
                now = self._clock()
                kept = [_encode(e) for e in self._entries.values() if e.holds(now)]
                write_whole(self._file, json.dumps({"consents": kept}).encode())
        except BlockingIOError as error:
            raise ConsentsBusy(
                "Another program is changing the consents. Try again."
            ) from error
        finally:
            self._seen = None

    def _refresh(self) -> None:
        signature = _signature(self._file)
        if signature != self._seen or signature is None:
            self._entries = {(e.origin, e.access): e for e in _read(self._file)}
            self._seen = signature


def _checked(origin: str) -> str:
    if len(origin) > MAX_ORIGIN:
        raise ValueError("the origin is too long to be remembered")
    return parse_origin(origin)


def _signature(file: Path) -> Signature | None:
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _read(file: Path) -> list[Entry]:
    """Read the entries; a file that is none gives no consent to anybody."""
    try:
        return [_decode(item) for item in json.loads(file.read_bytes())["consents"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.warning("%s is damaged, nobody has consent: %s", file, error)
        return []


def _decode(item: dict[str, str]) -> Entry:
    until = item.get("until")
    return Entry(
        origin=parse_origin(item["origin"]),
        access=Access(item["access"]),
        consent=Consent(item["consent"]),
        at=_time(item["at"]),
        until=None if until is None else _time(until),
    )


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _encode(entry: Entry) -> dict[str, str]:
    item = {
        "origin": entry.origin,
        "access": entry.access.value,
        "consent": entry.consent.value,
        "at": entry.at.isoformat(),
    }
    return item if entry.until is None else {**item, "until": entry.until.isoformat()}
