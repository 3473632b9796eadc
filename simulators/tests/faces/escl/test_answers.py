"""From what was raised to what a host is told."""

from __future__ import annotations

import pytest

from scanwright_simulators.device import Fault, FaultKind
from scanwright_simulators.device.faults import refusal
from scanwright_simulators.errors import (
    ContentError,
    DeviceBusy,
    MessageError,
    SettingsRefused,
    TrayEmpty,
    UnknownJob,
)
from scanwright_simulators.faces.escl.answers import (
    Answer,
    explained,
    no_path,
)
from scanwright_simulators.faces.escl.quirks import Early


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DeviceBusy("x"), 503),
        (UnknownJob("x"), 404),
        (SettingsRefused("x"), 409),
        (TrayEmpty("x"), 409),
        (MessageError("x"), 400),
        (TimeoutError("x"), 408),
        (ContentError("x"), 500),
        (refusal("x", Fault(FaultKind.HARDWARE)), 500),
        (refusal("x", Fault(FaultKind.JAM, http_status=418)), 418),
    ],
)
def test_every_error_has_a_status(error: Exception, status: int) -> None:
    """Each kind has its status, and the reason goes with it."""
    answer = explained(error)
    assert answer.status == status
    assert "x" in answer.reason


@pytest.mark.parametrize(
    ("kind", "says_when"),
    [
        (FaultKind.BUSY, True),
        (FaultKind.WARMING_UP, True),
        (FaultKind.LOCKED, False),
        (FaultKind.JAM, False),
    ],
)
def test_what_passes_by_itself_says_when(kind: FaultKind, says_when: bool) -> None:  # noqa: FBT001  a table of cases
    """Retry-After is for what is over soon, not for what somebody must undo."""
    headers = explained(refusal("x", Fault(kind))).headers
    assert ("Retry-After" in headers) is says_when


def test_an_answer_stays_as_it_is() -> None:
    """What is an answer already needs no explanation, and so do quirks' answers."""
    answer = Answer.of(Early(418, "tea", {"X-Pot": "1"}))
    assert explained(answer) is answer
    assert (answer.status, answer.reason, answer.headers) == (
        418,
        "tea",
        {"X-Pot": "1"},
    )


def test_near_paths_are_told() -> None:
    """A path that is none leads to those that are close."""
    assert no_path("GET", "/eSCL/ScanerStatus").near[0] == "/eSCL/ScannerStatus"
    job = no_path("GET", "/eSCL/ScanJobs/123/NextDocumnet")
    assert job.near[0] == "/eSCL/ScanJobs/{id}/NextDocument"
    assert no_path("GET", "/qwertz/uiop").near == ()


def test_other_methods_are_told_the_right_one() -> None:
    """A path that is there says which method it knows."""
    answer = no_path("POST", "/eSCL/ScanJobs/123/NextDocument")
    assert (answer.status, answer.headers) == (405, {"Allow": "GET"})
    assert answer.near == ("GET /eSCL/ScanJobs/{id}/NextDocument",)


def test_long_paths_are_shown_short() -> None:
    """The journal is no place for a path of thousands of letters."""
    assert len(no_path("GET", "/" + "x" * 9000).reason) < 300


def test_odd_bytes_are_made_printable() -> None:
    """What aiohttp could not decode can be sent and written down all the same."""
    assert Answer(403, "l\udc93calhost").reason == "l\\udc93calhost"
