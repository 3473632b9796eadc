"""ScannerStatus and ScanImageInfo: the engine's state in eSCL's words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from scanwright_simulators.device import (
    DeviceState,
    FaultKind,
    Job,
    JobState,
    Mode,
    VirtualScanner,
)
from scanwright_simulators.faces.escl.documents import PWG, SCAN, add, add_all, root_of

__all__ = ["ADF_FAULTS", "adf_state", "image_info", "status"]

STATES: Final = {
    DeviceState.OFFLINE: "Down",
    DeviceState.COVER_OPEN: "Stopped",
    DeviceState.JAM: "Stopped",
    DeviceState.DOUBLE_FEED: "Stopped",
    DeviceState.HARDWARE: "Stopped",
    DeviceState.LOCKED: "Stopped",
    DeviceState.BUSY: "Processing",
    # sane-airscan knows this word from an HP LaserJet MFP M630 that is warming up.
    DeviceState.WARMING_UP: "Testing",
    DeviceState.SCANNING: "Processing",
    DeviceState.SLEEPING: "Idle",
    DeviceState.IDLE: "Idle",
}
"""What `pwg:State` says."""

ADF_FAULTS: Final = {
    FaultKind.COVER_OPEN: "ScannerAdfHatchOpen",
    FaultKind.JAM: "ScannerAdfJam",
    FaultKind.DOUBLE_FEED: "ScannerAdfMultipickDetected",
}
"""What `scan:AdfState` says of a feeder that failed."""

STATE_REASONS: Final = {
    DeviceState.OFFLINE: "Offline",
    DeviceState.COVER_OPEN: "CoverOpen",
    DeviceState.JAM: "MediaJam",
    DeviceState.DOUBLE_FEED: "MultipleFeedError",
    DeviceState.HARDWARE: "LampError",
    DeviceState.LOCKED: "InterlockLocked",
    DeviceState.WARMING_UP: "LampWarming",
}
JOB_REASONS: Final = {
    JobState.PROCESSING: "JobScanning",
    JobState.COMPLETED: "JobCompletedSuccessfully",
    JobState.CANCELED: "JobCanceledByUser",
    JobState.ABORTED: "AbortedBySystem",
}


def status(
    scanner: VirtualScanner,
    jobs: Sequence[Job],
    *,
    seems_empty: bool = False,
) -> ET.Element:
    """Return the ScannerStatus document of a device that tells of these jobs.

    `seems_empty`: the feeder says that it has no paper, whatever lies in it.
    """
    root = root_of("ScannerStatus")
    state = scanner.state
    add(root, PWG, "State", STATES[state])
    reasons = [STATE_REASONS[state]] if state in STATE_REASONS else ["None"]
    add_all(root, PWG, "StateReasons/StateReason", reasons)
    if scanner.model.has_feeder:
        word = adf_state(scanner, seems_empty=seems_empty)
        add(root, SCAN, "AdfState", word)
    if jobs:
        inside = add(root, SCAN, "Jobs")
        for job in jobs:
            _add_job(inside, job, scanner)
    return root


def adf_state(scanner: VirtualScanner, *, seems_empty: bool = False) -> str:
    """Return eSCL's word for what the feeder is doing."""
    kinds = {fault.kind for fault in scanner.conditions}
    for kind, word in ADF_FAULTS.items():
        if kind in kinds:
            return word
    running = scanner.running
    if running and running.settings.input.is_fed:
        return "ScannerAdfProcessing"
    is_loaded = scanner.is_loaded and not seems_empty
    return "ScannerAdfLoaded" if is_loaded else "ScannerAdfEmpty"


def image_info(job: Job, *, is_blank: bool | None = None) -> ET.Element:
    """Return the ScanImageInfo document: the size of the pages of `job`.

    `is_blank` tells of the newest page, where the host has asked for that.
    """
    view = job.view
    bits = {Mode.BW: 1, Mode.GRAY: 8, Mode.COLOR: 24}[view.mode]
    root = ET.Element(f"{{{SCAN}}}ScanImageInfo")
    add(root, PWG, "JobUri", f"/eSCL/ScanJobs/{job.id}")
    add(root, PWG, "JobUuid", job.id)
    add(root, SCAN, "ActualWidth", view.width_px)
    add(root, SCAN, "ActualHeight", view.height_px)
    add(root, SCAN, "ActualBytesPerLine", (view.width_px * bits + 7) // 8)
    if is_blank is not None:
        add(root, SCAN, "BlankPageDetected", str(is_blank).lower())
    return root


def _add_job(parent: ET.Element, job: Job, scanner: VirtualScanner) -> None:
    info = add(parent, SCAN, "JobInfo")
    add(info, PWG, "JobUri", f"/eSCL/ScanJobs/{job.id}")
    add(info, PWG, "JobUuid", job.id)
    add(info, SCAN, "Age", int(scanner.clock() - job.begun_s))
    add(info, PWG, "ImagesCompleted", job.pages)
    add(info, PWG, "ImagesToTransfer", int(scanner.has_more(job)))
    add(info, PWG, "JobState", job.state.value)
    add_all(info, PWG, "JobStateReasons/JobStateReason", _job_reasons(job))


def _job_reasons(job: Job) -> list[str]:
    """Say why a job is where it is: by what it was stopped, too."""
    reasons = [JOB_REASONS[job.state]]
    fault = job.error.fault if job.error else None
    if fault is not None and fault.kind.value in STATE_REASONS:
        reasons.append(STATE_REASONS[DeviceState(fault.kind.value)])
    return reasons
