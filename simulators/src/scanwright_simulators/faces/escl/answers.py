"""Answers that are no success: from what was raised to a status and a reason. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from scanwright_simulators.device import FaultKind, Job, JobState
from scanwright_simulators.device.journal import nearest
from scanwright_simulators.errors import (
    DeviceBusy,
    MessageError,
    Refusal,
    SettingsRefused,
    SimulatorError,
    TrayEmpty,
    UnknownJob,
)
from scanwright_simulators.faces.escl.quirks import Early
from scanwright_simulators.faces.escl.states import fault_status
from scanwright_simulators.faces.words import LONGEST, printable, shown

__all__ = [
    "PATHS",
    "ROOT",
    "Answer",
    "explained",
    "no_page",
    "no_path",
]

ROOT: Final = "/eSCL"
JOB: Final = f"{ROOT}/ScanJobs/{{id}}"
PATHS: Final[Mapping[str, str]] = {
    "/": "GET",
    "/icon.png": "GET",
    f"{ROOT}/ScannerCapabilities": "GET",
    f"{ROOT}/ScannerStatus": "GET",
    f"{ROOT}/ScanJobs": "POST",
    JOB: "DELETE",
    f"{JOB}/NextDocument": "GET",
    f"{JOB}/ScanImageInfo": "GET",
}
"""Every path that there is, with the method that it knows."""

RETRY: Final = {"Retry-After": "1"}
ONE_JOB: Final = re.compile(r"(/ScanJobs/)[^/]+", re.IGNORECASE)

STATUS: Final[tuple[tuple[type[Exception], int], ...]] = (
    (DeviceBusy, 503),
    (UnknownJob, 404),
    (SettingsRefused, 409),
    (TrayEmpty, 409),
    (MessageError, 400),
    (TimeoutError, 408),
    (SimulatorError, 500),
)


class Answer(Exception):  # it is raised where no page is served, error or not
    """An answer without a document.

    `near` is for the journal. With `is_silent` the host is not told the reason.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        *,
        near: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        is_silent: bool = False,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = printable(reason)
        self.near = tuple(near)
        self.headers = dict(headers or {})
        self.is_silent = is_silent

    @classmethod
    def of(cls, early: Early) -> Answer:
        """Return what a quirk wants answered."""
        return cls(early.status, early.reason, headers=early.headers)


def explained(error: Exception) -> Answer:
    """Return what a host is told of `error`."""
    if isinstance(error, Answer):
        return error
    near = error.near if isinstance(error, Refusal) else ()
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    if isinstance(error, Refusal) and error.fault is not None:
        status = fault_status(error.fault)
    headers = RETRY if status == 503 and _is_for_now(error) else None
    return Answer(status, str(error), near=near, headers=headers)


def no_page(job: Job) -> Answer:
    """Return what a host is told that asks an ended job for a page.

    The end that was to come has no text: libsane's own `escl` backend takes whatever
    comes with a 404 for a picture.
    """
    reason = f"job {job.id} is {job.state.value} after {job.pages} pages"
    if job.state is JobState.COMPLETED:
        return Answer(404, reason, is_silent=True)
    return Answer(410, reason)


def no_path(method: str, path: str) -> Answer:
    """Return what a host is told that asks for something that is not there."""
    generic = ONE_JOB.sub(r"\1{id}", path[:LONGEST])
    if allowed := PATHS.get(generic):
        return Answer(
            405,
            f"{shown(path)} knows {allowed}, not {method[:20]}",
            near=[f"{allowed} {generic}"],
            headers={"Allow": allowed},
        )
    by_lower = {known.lower(): known for known in PATHS}
    found = [by_lower[low] for low in nearest(generic.lower(), list(by_lower))]
    return Answer(404, f"there is no {shown(path)}", near=found)


def _is_for_now(error: Exception) -> bool:
    """Say whether asking again is all that is needed."""
    fault = error.fault if isinstance(error, Refusal) else None
    is_cold = fault is not None and fault.kind is FaultKind.WARMING_UP
    return is_cold or isinstance(error, DeviceBusy)
