"""ScannerStatus: the engine's state in eSCL's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from scanwright_simulators.device import (
    DeviceState,
    Fault,
    FaultKind,
    Input,
    Mechanics,
    Mode,
    Model,
    ScanSettings,
    VirtualScanner,
)
from scanwright_simulators.errors import DeviceFault
from scanwright_simulators.faces.escl.documents import PWG, SCAN
from scanwright_simulators.faces.escl.status import STATES, image_info, status
from scanwright_simulators.faces.in_process import ManualClock

ScannerMaker = Callable[..., VirtualScanner]

SPACES = {"scan": SCAN, "pwg": PWG}
GLASS = ScanSettings(Input.PLATEN, Mode.COLOR, 75)
FEEDER = ScanSettings(Input.FEEDER, Mode.GRAY, 75)


def find(root: ET.Element, path: str) -> list[str]:
    """Return the texts at `path`."""
    return [element.text or "" for element in root.iterfind(path, SPACES)]


def told(scanner: VirtualScanner) -> ET.Element:
    """Return the status that tells of all jobs."""
    return status(scanner, scanner.jobs)


def test_status_follows_the_job(make_scanner: ScannerMaker, clock: ManualClock) -> None:
    """The status tells the device's state, the feeder's, and every job's."""
    scanner = make_scanner(sheets=1, refill=False)
    assert find(told(scanner), "pwg:State") == ["Idle"]
    job = scanner.start(FEEDER)
    assert find(told(scanner), "pwg:State") == ["Processing"]
    assert find(told(scanner), "scan:AdfState") == ["ScannerAdfProcessing"]
    assert find(told(scanner), ".//pwg:ImagesToTransfer") == ["1"]
    capture = scanner.next_page(job)
    assert capture is not None
    scanner.delivered(capture)
    clock.now_s = 7.9
    scanner.next_page(job)
    assert find(told(scanner), "scan:AdfState") == ["ScannerAdfEmpty"]
    assert find(told(scanner), ".//pwg:JobState") == ["Completed"]
    assert find(told(scanner), ".//pwg:ImagesCompleted") == ["1"]
    assert find(told(scanner), ".//scan:Age") == ["7"]
    assert find(told(scanner), ".//pwg:JobUuid") == [job.id]


def test_jobs_are_told_newest_first(make_scanner: ScannerMaker) -> None:
    """The history goes back in time."""
    scanner = make_scanner()
    jobs = []
    for _ in range(3):
        jobs.append(scanner.start(GLASS))
        scanner.cancel(jobs[-1])
    assert find(told(scanner), ".//pwg:JobUuid") == [job.id for job in jobs[::-1]]
    assert set(find(told(scanner), ".//pwg:JobStateReason")) == {"JobCanceledByUser"}


@pytest.mark.parametrize(
    ("kind", "state", "reason"),
    [
        (FaultKind.JAM, "ScannerAdfJam", "MediaJam"),
        (FaultKind.COVER_OPEN, "ScannerAdfHatchOpen", "CoverOpen"),
        (FaultKind.DOUBLE_FEED, "ScannerAdfMultipickDetected", "MultipleFeedError"),
        (FaultKind.HARDWARE, "ScannerAdfLoaded", "LampError"),
        (FaultKind.LOCKED, "ScannerAdfLoaded", "InterlockLocked"),
    ],
)
def test_faults_have_names(
    make_scanner: ScannerMaker,
    kind: FaultKind,
    state: str,
    reason: str,
) -> None:
    """A failed device is Stopped, its feeder says why, and so does its job."""
    scanner = make_scanner(faults=(Fault(kind, 1),))
    job = scanner.start(FEEDER)
    with pytest.raises(DeviceFault):
        scanner.next_page(job)
    assert find(told(scanner), "pwg:State") == ["Stopped"]
    assert find(told(scanner), "scan:AdfState") == [state]
    assert find(told(scanner), ".//pwg:StateReason") == [reason]
    assert find(told(scanner), ".//pwg:JobStateReason") == ["AbortedBySystem", reason]


def test_every_state_has_a_word() -> None:
    """No state of the engine is left without one of eSCL."""
    assert STATES.keys() == set(DeviceState)


def test_a_cold_device_is_testing(make_scanner: ScannerMaker, model: Model) -> None:
    """While the lamp warms up the device is neither idle nor broken."""
    cold = replace(model, mechanics=Mechanics(warm_up_s=5))
    root = told(make_scanner(of=cold))
    assert find(root, "pwg:State") == ["Testing"]
    assert find(root, ".//pwg:StateReason") == ["LampWarming"]


def test_a_glass_job_leaves_the_feeder_alone(make_scanner: ScannerMaker) -> None:
    """The feeder is loaded while a page is scanned from the glass."""
    scanner = make_scanner()
    scanner.start(GLASS)
    assert find(told(scanner), "scan:AdfState") == ["ScannerAdfLoaded"]


def test_a_flatbed_has_no_feeder_state(
    make_scanner: ScannerMaker,
    model: Model,
) -> None:
    """Who has no feeder says nothing of it."""
    scanner = make_scanner(of=replace(model, inputs=(Input.PLATEN,)))
    assert find(told(scanner), "scan:AdfState") == []


def test_a_feeder_can_claim_to_be_empty(make_scanner: ScannerMaker) -> None:
    """What the sensor says counts, not what lies in the tray."""
    root = status(make_scanner(), (), seems_empty=True)
    assert find(root, "scan:AdfState") == ["ScannerAdfEmpty"]


def test_image_info_tells_the_size(make_scanner: ScannerMaker) -> None:
    """A host can ask how large the pages of a job are, and whether one was blank."""
    job = make_scanner().start(GLASS)
    root = image_info(job)
    assert find(root, "scan:ActualWidth") == ["620"]
    assert find(root, "scan:ActualBytesPerLine") == ["1860"]
    assert find(root, "scan:BlankPageDetected") == []
    assert find(image_info(job, is_blank=True), "scan:BlankPageDetected") == ["true"]
