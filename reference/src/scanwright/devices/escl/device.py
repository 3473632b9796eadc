"""An eSCL scanner as a `Device`.

A job: the feeder's state is asked for, since some scanners accept a job without paper;
POST ScanJobs; GET NextDocument until 404; DELETE. In between the field has its ways:
503 while a page is loading, and 404 or 410 for a page that is still being scanned,
which only the job's state tells from the end.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from scanwright.devices.escl.address import EsclAddress
from scanwright.devices.escl.capabilities import (
    Capabilities,
    Status,
    parse_capabilities,
    parse_status,
)
from scanwright.devices.escl.client import Answer, EsclClient
from scanwright.devices.escl.ticket import write_ticket
from scanwright.devices.port import Cancelled, PageSink
from scanwright.errors import Code, DeviceError
from scanwright.imaging.decode import inspect
from scanwright.protocol.scanning import (
    DeviceDescription,
    InputDescription,
    Range,
    Region,
    ScanSettings,
    Source,
)

__all__ = ["EsclDevice"]

BUSY_S: Final = 3.0
"""How long a busy scanner is asked again for a job."""
STILL_SCANNING_S: Final = 10.0
"""How long a job in state Processing may answer 404 before that is its end."""
FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 1.0
FAREWELL_S: Final = 1.0
ASKED: Final = "asked beside "
"""Begins the debt of a job that was asked for: then come those that there were."""
UNFINISHED: Final = frozenset({"Pending", "Processing"})
BROKEN_OFF: Final = frozenset({"Aborted", "Canceled"})

log = logging.getLogger(__name__)


class EsclDevice:
    """A scanner that speaks eSCL."""

    def __init__(self, address: EsclAddress, debt: str = "") -> None:
        self._address = address
        self._client = EsclClient(address)
        if debt:
            # The job of a process that died in mid-scan: the scanner would wait for
            # its host, a minute long as a rule, and refuse everybody meanwhile.
            self._settle(debt)
        self._cancelled = threading.Event()
        self._settings: ScanSettings | None = None
        self._region = Region(0.0, 0.0, 0.0, 0.0)
        self._capabilities = self._ask_capabilities()

    def describe(self) -> DeviceDescription:
        """Say what the scanner can do, and whether there is paper in its feeder."""
        description = self._capabilities.description
        if not any(each.source is not Source.FLATBED for each in description.inputs):
            return description
        loaded = {"ScannerAdfLoaded": True, "ScannerAdfEmpty": False}
        state = self._status().adf_state
        return replace(description, feeder_loaded=loaded.get(state))

    def configure(self, settings: ScanSettings) -> ScanSettings:
        """Keep the settings for the job, fitted to what the scanner has."""
        source = self._capabilities.description.input(settings.source)
        if source is None or settings.depth not in source.depths:
            raise DeviceError(
                f"{self._address.name} does not scan {settings.depth.pixel_type.name} "
                f"at {settings.depth.bits_per_sample} bits from its {settings.source}.",
                code=Code.CAPABILITY_UNSUPPORTED,
            )
        self._region = _fitted(settings.region, source)
        self._settings = replace(
            settings,
            resolution_dpi=_nearest(settings.resolution_dpi, source.resolutions_dpi),
            region=self._region,
        )
        return self._settings

    def scan(self, sink: PageSink) -> None:
        """Deliver pages; see the port."""
        settings = self._settings
        if settings is None:
            raise DeviceError("The scanner was not configured.")
        if settings.source is Source.FLATBED:
            others = self._jobs()
        else:
            status = self._status()
            self._look_into_feeder(status)
            others = status.jobs
        ticket = write_ticket(settings, self._region, self._capabilities)
        job = self._post(ticket, others, sink)
        sink.owes(job)
        try:
            self._fetch_pages(job, settings, sink)
        finally:
            self._delete(job)
            sink.owes("")

    def cancel(self) -> None:
        """End the request under way; the job is deleted by the scan itself."""
        self._cancelled.set()
        self._client.interrupt()

    def close(self) -> None:
        """Nothing is left open between requests."""

    def _ask_capabilities(self) -> Capabilities:
        answer = self._client.get("ScannerCapabilities")
        if answer.status != 200:
            raise self._refusal(answer, "ScannerCapabilities")
        return parse_capabilities(answer.body)

    def _status(self) -> Status:
        answer = self._client.get("ScannerStatus")
        if answer.status != 200:
            raise self._refusal(answer, "ScannerStatus")
        return parse_status(answer.body)

    def _look_into_feeder(self, status: Status) -> None:
        fault = status.adf_fault(self._address.name)
        if fault:
            raise fault
        if status.adf_state == "ScannerAdfEmpty":
            raise self._empty()

    def _jobs(self) -> Mapping[str, str] | None:
        """Return the states of its jobs, None when the scanner does not say."""
        with contextlib.suppress(DeviceError):
            return self._status().jobs
        return None

    def _post(self, ticket: bytes, others: Iterable[str] | None, sink: PageSink) -> str:
        """Ask for a job beside `others` and return its path."""
        begun, pause_s = time.monotonic(), FIRST_PAUSE_S
        while (answer := self._post_once(ticket, others, sink)).status == 503:
            if time.monotonic() - begun > BUSY_S:
                raise DeviceError(
                    f"{self._address.name} is in use by somebody else.",
                    code=Code.SCANNER_LOCKED,
                )
            pause_s = self._pause(pause_s)
            others = self._jobs()
        if answer.status in {400, 409}:
            raise DeviceError(
                f"{self._address.name} refuses these settings ({answer.status}).",
                code=Code.CAPABILITY_UNSUPPORTED,
            )
        if answer.status != 201 or not answer.location:
            raise self._refusal(answer, "ScanJobs")
        return _path_of(answer.location, self._address.path)

    def _post_once(
        self, ticket: bytes, others: Iterable[str] | None, sink: PageSink
    ) -> Answer:
        """Ask for a job; should we die before we know its path, it is a new one.

        Where the others are not known nobody could tell it from theirs.
        """
        if others is not None:
            sink.owes(ASKED + " ".join(others))
        # Not to be interrupted: a job whose Location is lost blocks the scanner.
        poster = EsclClient(self._address)
        answer = poster.request("POST", f"{self._address.path}/ScanJobs", ticket)
        if answer.status != 201:
            sink.owes("")
        return answer

    def _fetch_pages(self, job: str, settings: ScanSettings, sink: PageSink) -> None:
        limit = 1 if settings.source is Source.FLATBED else settings.page_limit
        number = 0
        while limit is None or number < limit:
            data = self._next_document(job, number, sink)
            if data is None:
                break
            self._deliver(data, number, settings, sink)
            number += 1

    def _next_document(self, job: str, number: int, sink: PageSink) -> bytes | None:
        """Return the next page's file, or None when there are no more."""
        pause_s, missing_since = FIRST_PAUSE_S, 0.0
        while True:
            answer = self._ask_page(job, sink)
            if answer.status == 200:
                return answer.body
            if answer.status in {404, 410}:
                missing_since = missing_since or time.monotonic()
                waited_s = time.monotonic() - missing_since
                if self._is_at_end(job, number, waited_s):
                    return None
            elif answer.status != 503:
                self._raise_adf_fault()
                raise self._refusal(answer, "NextDocument")
            # Not a sign of life: who only ever says "later" is silent.
            pause_s = self._pause(pause_s)

    def _ask_page(self, job: str, sink: PageSink) -> Answer:
        """Ask for the next page; one that broke off may have been stopped by a jam."""
        try:
            return self._client.request("GET", f"{job}/NextDocument", alive=sink.alive)
        except DeviceError as error:
            raise self._fault_behind() or error from error

    def _fault_behind(self) -> DeviceError | None:
        """Return what the feeder says is wrong, if the scanner says anything at all."""
        asker = EsclClient(self._address, timeout_s=FAREWELL_S)
        with contextlib.suppress(DeviceError):
            answer = asker.get("ScannerStatus")
            if answer.status == 200:
                return parse_status(answer.body).adf_fault(self._address.name)
        return None

    def _is_at_end(self, job: str, number: int, waited_s: float) -> bool:
        """Tell the end of a job from a page that is still being scanned."""
        status = self._status()
        fault = status.adf_fault(self._address.name)
        if fault:
            raise fault
        state = status.jobs.get(job.rpartition("/")[2], "")
        if state in BROKEN_OFF:
            raise DeviceError(
                f"{self._address.name} has ended the job by itself ({state}).",
                code=Code.OPERATION_ERROR,
            )
        if state in UNFINISHED and waited_s < STILL_SCANNING_S:
            return False
        if number > 0:
            return True
        if status.adf_state == "ScannerAdfEmpty":
            raise self._empty()
        raise DeviceError(
            f"{self._address.name} has no page for this job.", code=Code.READ_ERROR
        )

    def _deliver(
        self, data: bytes, number: int, settings: ScanSettings, sink: PageSink
    ) -> None:
        picture = inspect(data)
        side = number % 2 if settings.source is Source.DUPLEX else 0
        dpi = (settings.resolution_dpi, settings.resolution_dpi)
        form = picture.page(settings.source, side, dpi)
        picture.decode_into(sink.space(form.size_bytes))
        sink.page(form, data if picture.kind == "JPEG" else None)

    def _settle(self, debt: str) -> None:
        """Delete the job of a dead process, or what came when it asked for one."""
        if not debt.startswith(ASKED):
            self._delete(debt)
            return
        known = debt.removeprefix(ASKED).split()
        for name, state in (self._jobs() or {}).items():
            if state in UNFINISHED and name not in known:
                self._delete(f"{self._address.path}/ScanJobs/{name}")

    def _delete(self, job: str) -> None:
        """Clean up at the scanner; a job that is gone already is fine."""
        farewell = EsclClient(self._address, timeout_s=FAREWELL_S)
        with contextlib.suppress(DeviceError):
            farewell.request("DELETE", job)

    def _raise_adf_fault(self) -> None:
        fault = self._status().adf_fault(self._address.name)
        if fault:
            raise fault

    def _pause(self, pause_s: float) -> float:
        """Wait, unless cancelled; return how long to wait the next time."""
        if self._cancelled.wait(pause_s):
            raise Cancelled
        return min(2 * pause_s, LONGEST_PAUSE_S)

    def _empty(self) -> DeviceError:
        return DeviceError(
            f"{self._address.name} has no paper in its feeder.", code=Code.FEEDER_EMPTY
        )

    def _refusal(self, answer: Answer, what: str) -> DeviceError:
        return DeviceError(
            f"{self._address.name} answered {answer.status} to {what}.",
            code=Code.OPERATION_ERROR,
        )


def _path_of(location: str, root: str) -> str:
    """Return the path in a Location; its host is wrong too often, so ours counts.

    Not by urlsplit: some scanners write IPv6 addresses that are no URL at all.
    """
    _, has_host, rest = location.partition("://")
    path = "/" + rest.partition("/")[2] if has_host else location
    return (path if path.startswith("/") else f"{root}/{path}").rstrip("/")


def _nearest(dpi: int, offered: tuple[int, ...] | Range) -> int:
    if isinstance(offered, Range):
        step = offered.step or 1
        inside = min(max(dpi, offered.minimum), offered.maximum)
        return round(offered.minimum + round((inside - offered.minimum) / step) * step)
    return min(offered, key=lambda value: abs(value - dpi))


def _fitted(region: Region | None, source: InputDescription) -> Region:
    """Return the part of the region that is on the glass."""
    if region is None:
        return Region(0.0, 0.0, source.width_mm, source.height_mm)
    left = min(max(region.left_mm, 0.0), source.width_mm)
    top = min(max(region.top_mm, 0.0), source.height_mm)
    width = min(region.width_mm, source.width_mm - left)
    height = min(region.height_mm, source.height_mm - top)
    if width <= 0 or height <= 0:
        raise DeviceError(
            "The region is beyond the scanner's glass.",
            code=Code.CAPABILITY_UNSUPPORTED,
        )
    return Region(left, top, width, height)
