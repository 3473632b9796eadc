"""The engine: one virtual scanner, without a wire; its clock is handed in.

Theory of operation. A scanner holds at most one running job. A host starts it with its
settings and asks for page after page. A page is fed when it is asked for, or earlier
when the device scans ahead, and is under way (a `Capture`) until its host says that it
has all of it:

    event         the running job becomes    then
    ------------  -------------------------  -----------------------------------------
    start         -                          PROCESSING, or a Refusal
    next_page     PROCESSING                 a page, or
                  COMPLETED                  None: there are no more
                  ABORTED                    a fault was due in place of the page
                  PROCESSING                 busy or cold for now: ask again
    delivered     PROCESSING                 the page counts
    broken        ABORTED                    the fault in mid-page has come
    cancel        CANCELED                   what was scanned ahead is discarded
    abort         ABORTED                    likewise: the host is gone

Faults come from the script (`faults.py`) or from outside (`strike`). A condition stays
until `clear`, or with `clears = by_itself` until its host lets the job go or the next
job starts. Sheets that were in the path then lie on top of the tray again. With
`refill`, the pile lies in the tray again after each job that left no condition.

Invariants: sheets are conserved (`feeder.py`); serial numbers grow by one with every
page that was scanned; a page is delivered at most once; a back follows its front; no
page is fed after one that failed.

A scanner belongs to one thread. Pages are values: draw and encode them anywhere.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Final

from scanwright_simulators.device.content import Content
from scanwright_simulators.device.faults import (
    CONDITIONS,
    OF_FEEDERS,
    Clears,
    Due,
    Fault,
    FaultKind,
    FaultScript,
    Moment,
    Rule,
    refusal,
)
from scanwright_simulators.device.feeder import Feeder, Sheet
from scanwright_simulators.device.job import Capture, Job, JobState
from scanwright_simulators.device.journal import ENGINE, Journal
from scanwright_simulators.device.model import Model
from scanwright_simulators.device.offer import granted
from scanwright_simulators.device.settings import (
    Input,
    ScanSettings,
)
from scanwright_simulators.device.transport import FOR_NOW, Transport, whose
from scanwright_simulators.errors import (
    DeviceBusy,
    Refusal,
    SettingsRefused,
    TrayEmpty,
)

__all__ = ["DeviceState", "VirtualScanner"]

HISTORY: Final = 20
"""Jobs that a device remembers after they ended."""

IN_THE_PATH: Final = frozenset(
    {FaultKind.JAM, FaultKind.DOUBLE_FEED, FaultKind.COVER_OPEN},
)
"""Conditions of the feeder, which leave the glass alone."""


class DeviceState(StrEnum):
    """What a look at the device would show."""

    OFFLINE = "offline"
    COVER_OPEN = "cover_open"
    JAM = "jam"
    DOUBLE_FEED = "double_feed"
    HARDWARE = "hardware"
    LOCKED = "locked"
    BUSY = "busy"
    WARMING_UP = "warming_up"
    SCANNING = "scanning"
    SLEEPING = "sleeping"
    IDLE = "idle"


class VirtualScanner:
    """A scanner with a glass, a feeder, and a job at a time."""

    def __init__(
        self,
        model: Model,
        *,
        glass: Content,
        sheets: Sequence[Sheet],
        clock: Callable[[], float],
        journal: Journal | None = None,
        refill: bool = True,
        faults: Sequence[Fault] = (),
        seed: int = 0,
        is_offline: bool = False,
    ) -> None:
        self.model = model
        self.clock = clock
        self.journal = journal or Journal(clock)
        self.refill = refill
        self._seed = f"{seed}/{model.name}"
        self._initial = (glass, tuple(sheets), is_offline)
        self._listeners: list[Callable[[], None]] = []
        self.script = FaultScript(faults, seed=self._seed)
        self._resets = 0
        self._set_up()

    def _set_up(self) -> None:
        self.glass, sheets, is_offline = self._initial
        self.feeder = Feeder(sheets, self._tell)
        self.locked_by = ""
        self.buttons: Counter[str] = Counter()
        self._conditions: dict[FaultKind, Fault] = {}
        # A host of the time before a reset must not meet its job again.
        names = f"{self._seed}/{self._resets}"
        self._random = random.Random(names)  # noqa: S311  names, not secrets
        self._transport = Transport(
            self.model,
            self.feeder,
            self.script,
            strike=self._strike_condition,
            told=self._tell,
        )
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._running: Job | None = None
        self._switch_on()
        if is_offline:
            self._conditions[FaultKind.OFFLINE] = Fault(FaultKind.OFFLINE)

    def _switch_on(self) -> None:
        now_s = self.clock()
        self._warm_s = now_s + self.model.mechanics.warm_up_s
        self._last_used_s = self._warm_s
        self._is_asleep = False

    # What can be seen.

    @property
    def running(self) -> Job | None:
        """The job that holds the device."""
        return self._running

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All jobs that the device remembers, newest first."""
        return tuple(reversed(self._jobs.values()))

    @property
    def serial(self) -> int:
        """How many pages were ever scanned."""
        return self._transport.serial

    @property
    def is_loaded(self) -> bool:
        """Whether the tray has paper."""
        return bool(self.feeder.tray)

    @property
    def is_offline(self) -> bool:
        """Whether the device is unplugged."""
        return FaultKind.OFFLINE in self._conditions

    @property
    def is_sleeping(self) -> bool:
        """Whether the lamp is off to save power."""
        if self._running is not None:
            return False
        after_s = self.model.mechanics.sleep_after_s
        idle_s = self.clock() - self._last_used_s
        return self._is_asleep or bool(after_s and idle_s > after_s)

    @property
    def conditions(self) -> tuple[Fault, ...]:
        """Every condition that waits to be cleared, the gravest first."""
        order = list(DeviceState)
        return tuple(
            sorted(
                self._conditions.values(),
                key=lambda fault: order.index(DeviceState(fault.kind.value)),
            ),
        )

    @property
    def condition(self) -> Fault | None:
        """The gravest condition, if there is one."""
        return next(iter(self.conditions), None)

    @property
    def state(self) -> DeviceState:
        """What the device is doing, or what keeps it from doing anything."""
        if condition := self.condition:
            return DeviceState(condition.kind.value)
        if self.locked_by:
            return DeviceState.BUSY
        if self.clock() < self._warm_s:
            return DeviceState.WARMING_UP
        if self._running is not None:
            return DeviceState.SCANNING
        return DeviceState.SLEEPING if self.is_sleeping else DeviceState.IDLE

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change that a waiting face must look at."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # What a host does.

    def start(self, settings: ScanSettings, *, host: str = "host") -> Job:
        """Begin a job for `host`; raises a Refusal when the device cannot."""
        self._relieve()
        self._refuse_if_unable(settings)
        view = granted(self.model, settings)
        if settings.input is not Input.PLATEN and not self.is_loaded:
            raise TrayEmpty(f"the feeder of {self.model.name} is empty")
        if due := self.script.due(Moment(page=0, is_fed=settings.input.is_fed)):
            self._strike_condition(due.fault)
            raise self._refusal(due.fault)
        now_s = self.clock()
        if self.is_sleeping:
            self._warm_s = now_s + self.model.mechanics.warm_up_s
            self._is_asleep = False
        free_s = max(now_s, self._warm_s)
        job = Job(self._new_id(), host, settings, view, now_s, free_s)
        self._running = self._jobs[job.id] = job
        while len(self._jobs) > HISTORY:
            self._jobs.popitem(last=False)
        self._tell("job started", f"{host} started job {job.id}", **_wish(job))
        self._changed()
        return job

    def next_page(self, job: Job) -> Capture | None:
        """Return the next page of `job`, under way; None when there is none (any more).

        Raises a Refusal when something else came in place of the page.
        """
        if job is not self._running:
            return None
        self.look_ahead()
        while not job.queue and not job.is_dry:  # a blank page may be left out
            self._transport.feed(job, self.glass, max(self.clock(), job.free_s))
        if not job.queue:
            job.is_told = True
            self._complete(job)
            return None
        item = job.queue.popleft()
        if isinstance(item, Capture):
            job.in_transit.append(item)
            return item
        if item.fault is None or item.fault.kind not in FOR_NOW:
            job.error = item
            self._end(job, JobState.ABORTED)
        raise item

    def delivered(self, capture: Capture) -> bool:
        """Take note that a host has all of a page; say whether it counts.

        It does not when the job has ended meanwhile, or was told so before.
        """
        job = self._running
        if job is None or capture not in job.in_transit:
            return False
        job.in_transit.remove(capture)
        job.pages += 1
        self._last_used_s = self.clock()
        identity = capture.page.identity
        self._tell(
            "page delivered",
            f"{identity} reached {job.host}",
            job=job.id,
            **whose(identity),
        )
        self._changed()
        self._complete(job)
        return True

    def broken(self, capture: Capture) -> Refusal:
        """End the job of a page that its fault has reached; return what to tell."""
        fault = capture.due.fault if capture.due else Fault(FaultKind.RESET)
        error = self._refusal(fault)
        job = self._running
        if job is None or capture not in job.in_transit:
            return error
        self._strike_condition(fault)
        self._transport.discard(capture, f"{fault.kind} in mid-page")
        if fault.kind in CONDITIONS and capture.placed:
            self.feeder.hold(capture.placed)
        job.in_transit.remove(capture)
        job.error = error
        self._end(job, JobState.ABORTED)
        return error

    def has_more(self, job: Job) -> bool:
        """Say whether `job` has another page to give."""
        if job is not self._running:
            return False
        if job.queue or job.is_dry:
            return bool(job.queue)
        is_fed = job.settings.input is not Input.PLATEN
        return self.is_loaded if is_fed else job.fed == 0

    def cancel(self, job: Job) -> None:
        """End `job` as its host wishes, or let go of one that has ended."""
        self._end(job, JobState.CANCELED)
        if self._running is None:
            self._relieve()

    def abort(self, job: Job, reason: str = "its host is gone") -> None:
        """End `job` for that reason; a finished one stays as it is."""
        if job is self._running:
            job.reason = reason
        self._end(job, JobState.ABORTED)

    def take_button(self, name: str) -> bool:
        """Say whether a button was pressed since the last look at it."""
        was_pressed = self.buttons[name] > 0
        self.buttons[name] = 0
        if was_pressed:
            self._tell("button read", f"a host read the button {name}", button=name)
        return was_pressed

    # What people do to it.

    def load(self, sheets: Sequence[Sheet], *, append: bool = False) -> None:
        """Put `sheets` into the tray in place of all paper, or add them."""
        self.feeder.load(sheets, append=append)
        self._changed()

    def lay_on_glass(self, content: Content) -> None:
        """Put something else on the glass."""
        self.glass = content
        self._tell("glass", f"{content.label} lies on the glass")
        self._changed()

    def eject(self) -> int:
        """Take all paper out of the feeder; return how many sheets it was."""
        if self._running is not None and self._running.settings.input.is_fed:
            self.strike(Fault(FaultKind.COVER_OPEN, clears=Clears.BY_ITSELF))
        count = self.feeder.eject()
        self._changed()
        return count

    def press(self, button: str) -> None:
        """Press a button; it stays noted until a host looks at it."""
        if button not in self.model.buttons:
            known = ", ".join(self.model.buttons) or "none"
            raise SettingsRefused(f"no button {button}; there are: {known}")
        self.buttons[button] += 1
        self._tell("button pressed", f"somebody pressed {button}", button=button)
        self._changed()

    def plan(self, fault: Fault) -> Rule:
        """Add a rule to the script; raises SettingsRefused where it makes no sense."""
        self._refuse_if_feederless(fault)
        rule = self.script.add(fault)
        self._changed()
        return rule

    def strike(self, fault: Fault) -> None:
        """Let a condition come now, also in mid-page."""
        self._refuse_if_feederless(fault)
        if fault.kind not in CONDITIONS:
            known = ", ".join(sorted(kind.value for kind in CONDITIONS))
            raise SettingsRefused(f"{fault.kind} is no condition; there are: {known}")
        self.look_ahead()
        self._strike_condition(fault)
        if self._running is not None:
            self._interrupt(self._running, fault)
        self._changed()

    def clear(self, kind: FaultKind | None = None) -> None:
        """Clear one condition, or all but being unplugged, and lay the sheets back."""
        for fault in self.conditions:
            chosen = fault.kind is not FaultKind.OFFLINE if kind is None else False
            if chosen or fault.kind is kind:
                del self._conditions[fault.kind]
                kind_word = fault.kind.value
                self._tell("cleared", f"{kind_word} was cleared", kind=kind_word)
                if fault.kind is FaultKind.OFFLINE:
                    self._switch_on()
        if not self._conditions and self._running is None:
            self.feeder.put_back()
        self._changed()

    def lock(self, host: str) -> None:
        """Let another host hold the device; raises DeviceBusy while a job runs."""
        if self._running is not None:
            raise DeviceBusy(f"{self.model.name} works for {self._running.host}")
        self.locked_by = host
        self._tell("locked", f"{host} holds the device")
        self._changed()

    def unlock(self) -> None:
        """Let that host go."""
        self.locked_by = ""
        self._tell("unlocked", "nobody holds the device")
        self._changed()

    def sleep(self) -> None:
        """Switch the lamp off until the next job."""
        self._is_asleep = True
        self._tell("asleep", "the lamp is off")
        self._changed()

    def reset(self) -> None:
        """Be as at the beginning: paper, faults, dice, serial numbers, journal."""
        if self._running is not None:
            self._end(self._running, JobState.ABORTED)
        self.journal.forget(self.model.slug)
        self.script.reset()
        self._resets += 1
        self._set_up()
        self._tell("reset", "the device is as at the beginning")
        self._changed()

    def look_ahead(self) -> None:
        """Feed what the device has fed by now without being asked."""
        job, now_s = self._running, self.clock()
        if job is None:
            return
        ahead = self.model.mechanics.scan_ahead
        while not job.is_dry and job.fed and len(job.queue) < ahead:
            if job.free_s > now_s:
                return
            self._transport.feed(job, self.glass, job.free_s)

    # Within.

    def _refuse_if_feederless(self, fault: Fault) -> None:
        if fault.kind in OF_FEEDERS and not self.model.has_feeder:
            raise SettingsRefused(f"{self.model.name} has no feeder for a {fault.kind}")

    def _refuse_if_unable(self, settings: ScanSettings) -> None:
        if self.is_offline:
            raise self._refusal(self._conditions[FaultKind.OFFLINE])
        if self._running is not None:
            raise DeviceBusy(f"{self.model.name} works for {self._running.host}")
        if self.locked_by:
            raise DeviceBusy(f"{self.model.name} is held by {self.locked_by}")
        for fault in self.conditions:
            if settings.input.is_fed or fault.kind not in IN_THE_PATH:
                raise self._refusal(fault)

    def _strike_condition(self, fault: Fault) -> None:
        self._tell("fault", str(fault), kind=fault.kind.value)
        if fault.kind in CONDITIONS:
            self._conditions[fault.kind] = fault

    def _interrupt(self, job: Job, fault: Fault) -> None:
        """Stop what is moving: pages that were not all scanned will not be."""
        is_gone = fault.kind is FaultKind.OFFLINE
        if not is_gone and fault.kind in IN_THE_PATH and not job.settings.input.is_fed:
            return
        now_s = self.clock()
        for capture in job.in_transit:
            if is_gone or capture.ready_s > now_s:
                capture.due = Due(fault, capture.available(now_s))
        ready = [
            item
            for item in job.queue
            if isinstance(item, Capture) and item.ready_s <= now_s and not is_gone
        ]
        for item in reversed(job.queue):
            if isinstance(item, Capture) and item not in ready:
                item.due = Due(fault, item.available(now_s))
                self._transport.discard(item, f"{fault.kind} before it was scanned")
                if item.placed:
                    self.feeder.hold(item.placed)
        job.queue.clear()
        job.queue.extend((*ready, self._refusal(fault)))
        job.is_dry = True
        if is_gone:
            job.error = self._refusal(fault)
            for capture in job.in_transit:
                if capture.placed:
                    self.feeder.hold(capture.placed)
            self._end(job, JobState.ABORTED)

    def _end(self, job: Job, state: JobState) -> None:
        if job is not self._running:
            return
        waiting = [item for item in job.queue if isinstance(item, Capture)]
        for capture in reversed([*job.in_transit, *waiting]):
            self._transport.discard(capture, f"the job was {state.value.lower()}")
        job.queue.clear()
        job.in_transit.clear()
        job.state = state
        if job.error is not None:
            job.reason = str(job.error)
        self._running = None
        self._last_used_s = self.clock()
        self._tell(
            "job ended",
            f"job {job.id} is {state.value} after {job.pages} pages"
            + (f": {job.reason}" if job.reason else ""),
            near=self.script.unfired(job.fed),
            job=job.id,
            state=state.value,
            pages=job.pages,
        )
        if not self._conditions:
            self.feeder.put_back()
            if self.refill and not _is_interrupted(job):
                self.feeder.refill()
        self._changed()

    def _complete(self, job: Job) -> None:
        """End a job whose host knows that there is no more, and has all that was."""
        if job.is_told and not job.in_transit:
            self._end(job, JobState.COMPLETED)

    def _relieve(self) -> None:
        """Clear what clears by itself."""
        found = [f for f in self.conditions if f.clears is Clears.BY_ITSELF]
        for fault in found:
            self.clear(fault.kind)
        if found and self.refill and not self._conditions:
            self.feeder.refill()

    def _refusal(self, fault: Fault) -> Refusal:
        return refusal(self.model.name, fault)

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def _tell(
        self,
        what: str,
        text: str,
        *,
        near: Sequence[str] = (),
        **data: Any,
    ) -> None:
        slug = self.model.slug
        self.journal.add(ENGINE, what, text, device=slug, near=near, **data)

    def _changed(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _is_interrupted(job: Job) -> bool:
    """Say whether sheets of `job` wait to be scanned when its fault is cleared."""
    fault = job.error.fault if job.error else None
    return fault is not None and fault.kind in CONDITIONS


def _wish(job: Job) -> dict[str, Any]:
    settings, view = job.settings, job.view
    return {
        "job": job.id,
        "host": job.host,
        "input": settings.input.value,
        "mode": settings.mode.value,
        "resolution_dpi": settings.resolution_dpi,
        "width_px": view.width_px,
        "height_px": view.height_px,
    }
