"""All page sessions: opened, taken up again, and ended when nobody comes back.

A session is found by its secret, and by the origin that opened it. Three kinds of
comers hold a secret, and they are told apart:

- the page itself, after its connection broke: it has the holder's secret, too, which is
  never stored, and takes over at once;
- the same tab after a reload: it waits a moment for its former connection to end, and
  has forgotten the paths of files, so these are closed;
- a copy of the tab, which browsers make with all that the tab has stored: the session
  is held by the page that it was copied from, and the copy gets another session.

Implements: CHANNEL-resume, CHANNEL-resume-elsewhere, CHANNEL-take-over,
CHANNEL-session-bound, CHANNEL-session-wiped.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Self

from scanwright.errors import TooManyConnections
from scanwright.sessions.overview import SessionFacts, overview
from scanwright.sessions.services import Services
from scanwright.sessions.session import PageSession, Tell, new_secret

__all__ = ["Attendance", "Farewell", "Outcome", "Sessions"]

logger = logging.getLogger(__name__)

MOST_SESSIONS: Final = 64
GRACE_S: Final = 8.0
"""How long a session waits for its page to come back."""
RELOAD_S: Final = 1.0
"""How long a reloaded page waits for its own former connection to end."""


class Outcome(StrEnum):
    """What became of a wish to take a session up again."""

    NEW = "new"
    RESUMED = "resumed"
    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"


class Farewell(StrEnum):
    """Why a page's connection is ended by the service."""

    TAKEN_OVER = "another connection of the same page has come"
    ENDED = "the session has ended"
    STOPPING = "the service ends"


@dataclass(slots=True, eq=False)
class Attendance:
    """A page's presence in its session, from one connection to its end."""

    session: PageSession
    holder: str
    outcome: Outcome
    dismiss: Callable[[Farewell], None]
    """Ends the connection."""


class Sessions:
    """Owner of all page sessions. Use as an async context manager.

    `on_first` is called when a page comes and there was none, `on_last` when the last
    has gone, and when one has gone that held a scanner: the last that its worker had.
    """

    def __init__(
        self,
        services: Services,
        *,
        grace_s: float = GRACE_S,
        reload_s: float = RELOAD_S,
        on_first: Callable[[], None] = lambda: None,
        on_last: Callable[[], None] = lambda: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.services = services
        self._grace_s = grace_s
        self._reload_s = reload_s
        self._on_first = on_first
        self._on_last = on_last
        self._clock = clock
        self._sessions: dict[str, PageSession] = {}
        self._by_base: dict[str, PageSession] = {}
        self._present: dict[PageSession, Attendance] = {}
        self._left: dict[PageSession, asyncio.Event] = {}
        self._timers: dict[PageSession, asyncio.TimerHandle] = {}
        self._running: dict[PageSession, set[asyncio.Task[object]]] = {}
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        for session in list(self._sessions.values()):
            session.send("service.stopping", {})
            self.end(session, Farewell.STOPPING)
        await self._tasks.__aexit__(None, None, None)

    def __len__(self) -> int:
        return len(self._sessions)

    async def open(
        self,
        origin: str | None,
        *,
        secret: str | None,
        holder: str | None,
        tell: Tell,
        dismiss: Callable[[Farewell], None],
    ) -> Attendance:
        """Begin a session, or take up the one with this secret if that can be.

        Raises:
            TooManyConnections: There is no place for one more session.
        """
        outcome = Outcome.NEW
        if secret is not None:
            session = self._find(origin, secret)
            outcome = await self._claim(session, holder) if session else Outcome.UNKNOWN
            if session is not None and outcome is Outcome.RESUMED:
                if not _is_same(holder, session.holder):
                    session.shelf.clear()  # a reload: nobody knows the paths any more
                return self._attend(session, outcome, tell, dismiss)
        return self._attend(self._begin(origin), outcome, tell, dismiss)

    def leave(self, attendance: Attendance) -> None:
        """Note that a page's connection has ended; its session waits for a while."""
        session = attendance.session
        if self._present.get(session) is not attendance:
            return  # another connection has taken over
        self._absent(session)
        loop = asyncio.get_running_loop()
        self._timers[session] = loop.call_later(self._grace_s, self.end, session)

    def end(
        self, session: PageSession, farewell: Farewell | None = Farewell.ENDED
    ) -> None:
        """End a session: stop its calls, and wipe what it has. Twice is once.

        Without a farewell the page's connection is left to the caller.
        """
        if self._sessions.pop(session.secret, None) is None:
            return
        logger.info("session %s ends", session.secret[:6])
        del self._by_base[session.base]
        timer = self._timers.pop(session, None)
        if timer is not None:
            timer.cancel()
        attendance = self._present.get(session)
        self._absent(session)
        for task in self._running.pop(session, set()):
            task.cancel()
        session.end()
        if attendance is not None and farewell is not None:
            attendance.dismiss(farewell)
        if session.has_held_job or not self._sessions:
            self._on_last()

    def by_base(self, base: str, origin: str | None) -> PageSession | None:
        """Return the session of this path that this origin may use.

        A request that says no origin is one for a picture of a page, or of a program
        that knows the path: the path is the secret.
        """
        session = self._by_base.get(base)
        if session is None or (origin is not None and origin != session.origin):
            return None
        return session

    def run(
        self, session: PageSession, work: Callable[[], Awaitable[object]]
    ) -> asyncio.Task[object]:
        """Do something for a session; it is cancelled when the session ends."""

        async def act() -> object:
            return await work()

        task = self._tasks.create_task(act())
        tasks = self._running.setdefault(session, set())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    def running(self, session: PageSession) -> int:
        """Return how many calls of a session are under way."""
        return len(self._running.get(session, ()))

    def overview(self) -> list[SessionFacts]:
        """Return what may be told of the sessions, the oldest first."""
        return overview(self._sessions.values(), self.services.store.usage())

    def warn_of_disk(self, free_bytes: int) -> None:
        """Tell every page that nothing more can go to the disk."""
        for session in self._sessions.values():
            self._warn(session, free_bytes)

    def warn_at_first(self, session: PageSession) -> None:
        """Tell a page that has come what it has missed: that the disk is full."""
        disk = self.services.store.disk
        if disk.is_low():
            self._warn(session, disk.free_bytes)

    def _warn(self, session: PageSession, free_bytes: int) -> None:
        needed = self.services.store.disk.least_bytes
        session.send("disk.low", {"freeBytes": free_bytes, "neededBytes": needed})

    def _find(self, origin: str | None, secret: str) -> PageSession | None:
        session = self._sessions.get(secret)
        return session if session and session.origin == origin else None

    async def _claim(self, session: PageSession, holder: str | None) -> Outcome:
        """Make the session free for the comer, if it may have it."""
        present = self._present.get(session)
        if present is None:
            return Outcome.RESUMED
        if _is_same(holder, present.holder):
            self._absent(session)
            present.dismiss(Farewell.TAKEN_OVER)
            return Outcome.RESUMED
        try:
            async with asyncio.timeout(self._reload_s):
                await self._left[session].wait()
        except TimeoutError:
            return Outcome.ELSEWHERE
        # Meanwhile it may have ended, or a third one have come.
        if session.is_ended or session in self._present:
            return Outcome.ELSEWHERE
        return Outcome.RESUMED

    def _begin(self, origin: str | None) -> PageSession:
        if len(self._sessions) >= MOST_SESSIONS:
            raise TooManyConnections(
                f"{MOST_SESSIONS} pages are open already. Close some."
            )
        session = PageSession(self.services, origin, started=self._clock())
        if not self._sessions:
            self._on_first()
        self._sessions[session.secret] = session
        self._by_base[session.base] = session
        logger.info("session %s begins for %s", session.secret[:6], origin)
        return session

    def _attend(
        self,
        session: PageSession,
        outcome: Outcome,
        tell: Tell,
        dismiss: Callable[[Farewell], None],
    ) -> Attendance:
        timer = self._timers.pop(session, None)
        if timer is not None:
            timer.cancel()
        attendance = Attendance(session, new_secret(), outcome, dismiss)
        self._present[session] = attendance
        self._left[session] = asyncio.Event()
        session.tell = tell
        session.holder = attendance.holder
        return attendance

    def _absent(self, session: PageSession) -> None:
        self._present.pop(session, None)
        session.tell = None
        left = self._left.pop(session, None)
        if left is not None:
            left.set()


def _is_same(one: str | None, other: str | None) -> bool:
    """Whether a comer has proved to be the page that holds, or held, a session."""
    if one is None or other is None:
        return False
    return hmac.compare_digest(one.encode(), other.encode())
