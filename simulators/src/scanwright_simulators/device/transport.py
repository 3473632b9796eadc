"""The transport: moves sheets past the lamp and makes pages of them, or fails to.

What a feed does is decided before anything moves: which sides are due, how long they
take, and whether the script has a fault for one of them. In duplex both sides pass at
once, so a fault in place of either page strikes the sheet, and neither is scanned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from scanwright_simulators.device.content import Content
from scanwright_simulators.device.faults import (
    CONDITIONS,
    Due,
    Fault,
    FaultKind,
    FaultScript,
    Moment,
    refusal,
)
from scanwright_simulators.device.feeder import Feeder, Placed
from scanwright_simulators.device.identity import Identity
from scanwright_simulators.device.job import Capture, Job, Page
from scanwright_simulators.device.model import Model
from scanwright_simulators.device.settings import MM_PER_INCH, Input, Side
from scanwright_simulators.errors import ContentError, PageLost

__all__ = ["FOR_NOW", "Transport", "whose"]

FOR_NOW: Final = frozenset({FaultKind.BUSY, FaultKind.WARMING_UP})
"""Kinds that end no job: the host may ask again."""

IN_A_PAGE: Final = frozenset({FaultKind.OVERLAP, FaultKind.SLOW, FaultKind.GARBAGE})
"""Kinds that never come in place of a page."""


class Transport:
    """The moving parts of one device; `serial` counts every page ever scanned."""

    def __init__(
        self,
        model: Model,
        feeder: Feeder,
        script: FaultScript,
        *,
        strike: Callable[[Fault], None],
        told: Callable[..., Any],
    ) -> None:
        self.serial = 0
        self._model = model
        self._feeder = feeder
        self._script = script
        self._strike = strike
        self._tell = told

    def feed(self, job: Job, glass: Content, begins_s: float) -> None:
        """Scan the next sheet of `job` from `begins_s` on; its pages join the queue."""
        sides = self._due_sides(job, glass)
        if not sides:
            job.is_dry = True
            return
        height_mm = job.view.height_px / job.view.resolution_dpi * MM_PER_INCH
        ends_s = begins_s + self._model.mechanics.page_s(height_mm)
        due, back = self._due_fault(job, len(sides), begins_s, ends_s)
        if due is not None and due.byte is None and self._comes_instead(job, due.fault):
            return
        if due is not None and due.fault.kind is FaultKind.SLOW:
            rate = due.fault.rate or 1
            ends_s, due = begins_s + job.view.size_bytes / rate, None
        placed = self._feeder.feed() if job.settings.input.is_fed else None
        for number, (side, content) in enumerate(sides):
            mine = due if number == back else None
            pages = len(job.queue)
            self._capture(job, placed, (side, content), (begins_s, ends_s), mine)
            has_come = len(job.queue) > pages  # else it was blank, and left out
            if mine and has_come and mine.fault.kind is not FaultKind.OVERLAP:
                job.is_dry = True
            if job.is_dry:
                break
        if placed is not None:
            self._feeder.pass_out(placed)
        if due is not None and due.fault.kind is FaultKind.OVERLAP:
            self._pass_hidden()
        job.free_s = ends_s

    def discard(self, capture: Capture, reason: str) -> None:
        """Explain a page that will not arrive.

        One that a condition stopped never was a page: its number is free again.
        """
        identity = capture.page.identity
        is_stopped = capture.due is not None and capture.due.fault.kind in CONDITIONS
        if is_stopped and identity.serial == self.serial:
            self.serial -= 1
        self._tell(
            "page discarded",
            f"{identity} did not arrive: {reason}",
            **whose(identity),
        )

    def _due_sides(self, job: Job, glass: Content) -> list[tuple[Side, Content]]:
        """Return what the next feed would scan, nothing at the end of the job."""
        source = job.settings.input
        if source is Input.PLATEN:
            return [] if job.fed else [(Side.FRONT, glass)]
        if not self._feeder.tray:
            return []
        sheet = self._feeder.tray[0].sheet
        front = (Side.FRONT, sheet.front)
        return [front, (Side.BACK, sheet.back)] if source is Input.DUPLEX else [front]

    def _due_fault(
        self,
        job: Job,
        sides: int,
        begins_s: float,
        ends_s: float,
    ) -> tuple[Due | None, int]:
        """Return the fault of this feed, and which of its sides it strikes."""
        for side in range(sides):
            moment = Moment(
                page=job.fed + 1 + side,
                is_fed=job.settings.input.is_fed,
                begins_s=begins_s - job.begun_s,
                ends_s=ends_s - job.begun_s,
                size_bytes=job.view.size_bytes,
            )
            if due := self._script.due(moment):
                return _in_page(due, job.view.size_bytes), side
        return None, 0

    def _comes_instead(self, job: Job, fault: Fault) -> bool:
        """Let a fault come in place of a page; say whether it is of that sort."""
        if fault.kind in IN_A_PAGE:
            return False
        if fault.kind is FaultKind.EMPTY:
            self._tell("fault", "the feeder says that it is empty", kind="empty")
            job.is_dry = True
            return True
        if fault.kind in CONDITIONS and job.settings.input.is_fed:
            for _ in range(2 if fault.kind is FaultKind.DOUBLE_FEED else 1):
                self._feeder.feed()
        self._strike(fault)
        job.is_dry = fault.kind not in FOR_NOW
        job.queue.append(refusal(self._model.name, fault))
        return True

    def _capture(
        self,
        job: Job,
        placed: Placed | None,
        side: tuple[Side, Content],
        span_s: tuple[float, float],
        due: Due | None,
    ) -> None:
        which, content = side
        job.fed += 1
        sheet = placed.number if placed else 0
        identity = Identity(self._model.slug, sheet, which, self.serial + 1)
        try:
            if job.settings.skip_blank and content.is_blank():
                self._tell(
                    "page left out",
                    f"sheet {sheet}, side {which} is blank and left out, as was asked",
                    sheet=sheet,
                    side=which.value,
                )
                return
            page = Page(identity, job.view, content.strips(job.view, identity))
        except ContentError as error:
            self._tell("page lost", str(error), sheet=sheet, side=which.value)
            job.queue.append(PageLost(str(error)))
            job.is_dry = True
            return
        self.serial += 1
        job.queue.append(Capture(page, placed, *span_s, due))
        self._tell("page scanned", f"{identity}", job=job.id, **whose(identity))

    def _pass_hidden(self) -> None:
        """Let one more sheet pass under the one before it, seen by nobody."""
        hidden = self._feeder.feed()
        if hidden is not None:
            self._feeder.pass_out(hidden)
            self._tell(
                "page lost",
                f"sheet {hidden.number} passed hidden under the one before it",
                sheet=hidden.number,
            )


def _in_page(due: Due, size_bytes: int) -> Due:
    """Give kinds that only make sense in mid-page a place there, and others none."""
    if due.fault.kind is FaultKind.OVERLAP:
        return replace(due, byte=None)
    if due.byte is None and due.fault.kind in {FaultKind.RESET, FaultKind.TRUNCATED}:
        return replace(due, byte=size_bytes // 2)
    if due.byte is None and due.fault.kind is FaultKind.STALL:
        return replace(due, byte=0)
    return due


def whose(identity: Identity) -> dict[str, Any]:
    """Return what a journal entry says of a page."""
    return {
        "identity": str(identity),
        "sheet": identity.sheet,
        "side": identity.side.value,
        "serial": identity.serial,
    }
