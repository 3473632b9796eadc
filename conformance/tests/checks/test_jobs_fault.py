"""The judges of jobs that go wrong, and the twin of a scanner that is not there."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.jobs_fault import (
    LATE_S,
    PATIENCE_S,
    DeviceUnknown,
    FailureTimeout,
    FaultCodes,
    FaultOpen,
    absent_twin,
)
from scanwright_conformance.target import Unsupported
from scanwright_conformance.transcript import Entry, Exchange

Pictured = Callable[..., Exchange]


def ended(
    code: object = -1023,
    message: str = "It is switched off.",
    *,
    status: str = "faulted",
    at_s: float = 0.0,
) -> Exchange:
    """Return the status of a job at its end."""
    body = {"status": status, "code": code, "message": message}
    return answered("ended", json=body, started_s=at_s)


CREATED = answered("create", 201, json={"jobuid": "7"})


def silence(pictured: Pictured, end: Exchange) -> dict[str, Entry]:
    """Return a conversation with a scanner that falls silent after a page."""
    entries: tuple[Exchange, ...] = (
        CREATED,
        answered("info-1", json=[{}], started_s=0.5, seconds=0.5),
        end,
        pictured("page-1"),
        answered("page-end", 409, json={"code": -1023}),
    )
    return {entry.label: entry for entry in entries}


def test_silence_faults_a_job_in_time(pictured: Pictured) -> None:
    """A job is faulted two seconds after the last page, and keeps that page."""
    assert judged(FailureTimeout, *silence(pictured, ended(at_s=3.2)).values()).is_met


@pytest.mark.parametrize("at_s", [1.5, 16.0])
def test_silence_is_borne_as_long_as_was_asked_for(
    pictured: Pictured,
    at_s: float,
) -> None:
    """A fault at once, or after the usual 15 seconds, breaks the rule."""
    seen = judged(FailureTimeout, *silence(pictured, ended(at_s=at_s)).values())
    assert (seen.is_met, seen.labels) == (False, ("ended",))


@pytest.mark.parametrize(("at_s", "is_met"), [(11.5, False), (13.2, True)])
def test_silence_is_measured_and_not_the_time_of_day(
    pictured: Pictured, at_s: float, *, is_met: bool
) -> None:
    """A job that was created later is faulted later."""
    told = silence(pictured, ended(at_s=at_s))
    told["create"] = replace(CREATED, started_s=10.0)
    told["info-1"] = answered("info-1", json=[{}], started_s=10.5, seconds=0.5)
    assert judged(FailureTimeout, *told.values()).is_met is is_met


@pytest.mark.parametrize(("pace", "is_met"), [(3.0, True), (1.0, False)])
def test_a_slow_road_makes_a_fault_late(
    pictured: Pictured, pace: float, *, is_met: bool
) -> None:
    """How late it may be seen is stretched like every other limit."""
    end = replace(ended(at_s=1.0 + PATIENCE_S + 2 * LATE_S), pace=pace)
    assert judged(FailureTimeout, *silence(pictured, end).values()).is_met is is_met


@pytest.mark.parametrize("at_s", [PATIENCE_S * 0.9, PATIENCE_S, PATIENCE_S + LATE_S])
def test_silence_from_the_beginning_counts_from_there(at_s: float) -> None:
    """Without a page it begins with the job; it may be a little too short or long."""
    start = replace(CREATED, seconds=0.0)
    end = replace(ended(at_s=at_s), seconds=0.0)
    none = answered("page-end", 409, json={"code": -1023})
    assert judged(FailureTimeout, start, end, none).is_met
    slow = replace(end, started_s=0.1, seconds=at_s - 0.1)
    assert judged(FailureTimeout, start, slow, none).is_met


@pytest.mark.parametrize(
    "wrong",
    [ended(status="completed", at_s=3.2), answered("page-1"), answered("page-2")],
    ids=["completed", "no picture", "no second picture"],
)
def test_silence_ends_in_a_fault_and_readable_pages(
    pictured: Pictured, wrong: Exchange
) -> None:
    """Another end, and an announced page without a picture, break the rule."""
    entries = silence(pictured, ended(at_s=3.2))
    entries["info-2"] = answered("info-2", json=[{}], started_s=0.9, seconds=0.1)
    entries["page-2"] = pictured("page-2")
    assert judged(FailureTimeout, *entries.values()).is_met
    entries[wrong.label] = wrong
    assert judged(FailureTimeout, *entries.values()).labels == (wrong.label,)


def test_silence_costs_no_page_that_came_before(pictured: Pictured) -> None:
    """A page that was announced and cannot be read breaks the rule."""
    entries = silence(pictured, ended(at_s=3.2))
    del entries["page-1"]
    assert judged(FailureTimeout, *entries.values()).observed == "readable pages 0"


def test_a_dead_scanner_gives_a_job_that_says_so() -> None:
    """The job is created, faulted, and has a code and a message."""
    assert judged(FaultOpen, CREATED, ended()).is_met


@pytest.mark.parametrize(
    "end", [ended(0), ended(message=""), ended(status="completed")]
)
def test_a_fault_without_a_reason_is_none(end: Exchange) -> None:
    """A fault needs its state, a negative code and a message."""
    assert judged(FaultOpen, CREATED, end).labels == ("ended",)


def test_a_dead_scanner_does_not_refuse_the_job() -> None:
    """An error instead of a job breaks the rule."""
    refusal = answered("create", 500, json={})
    assert judged(FaultOpen, refusal, ended()).labels == ("create",)


def test_a_jam_has_its_own_code() -> None:
    """A jam is -1020 and nothing else."""
    assert judged(FaultCodes, ended(-1020)).is_met
    assert judged(FaultCodes, ended(-1001)).observed == "code -1001"


def refused(number: int) -> Exchange:
    """Return the refusal of a text that is no scanner."""
    body = {"statusCode": 400, "code": -2113}
    return answered(f"other-{number}", 400, json=body)


ABSENT = answered("absent", 201, json={"jobuid": "7"})


def test_an_absent_scanner_is_told_from_no_scanner() -> None:
    """An absent scanner faults the job, a text that is none is refused."""
    entries = (refused(1), refused(2), refused(3), ABSENT)
    assert judged(DeviceUnknown, *entries, ended(-1003)).is_met
    assert judged(DeviceUnknown, *entries, ended(-1023)).observed == "code -1023"
    served = answered("absent", json={"jobuid": "7"})
    assert judged(DeviceUnknown, *entries[:3], served, ended(-1003)).labels == (
        "absent",
    )


def test_a_text_that_is_no_scanner_makes_no_job() -> None:
    """A job from nonsense breaks the rule."""
    nonsense = answered("other-1", 201, json={"jobuid": "7"})
    others = (refused(2), refused(3))
    seen = judged(DeviceUnknown, nonsense, *others, ABSENT, ended(-1003))
    assert seen.labels == ("other-1",)
    last = answered("other-3", 201, json={"jobuid": "7"})
    seen = judged(DeviceUnknown, refused(1), refused(2), last, ABSENT, ended(-1003))
    assert seen.labels == ("other-3",)


def test_a_twin_has_the_form_and_another_name() -> None:
    """Every text in the twin differs, and base64 stays base64."""
    name = base64.b64encode(b"One").decode()
    info = {"address": "http://127.0.0.1:1/eSCL", "ProductName": name, "MajorNum": 2}
    value = {"deviceInfo": info, "deviceType": 512, "name": name}
    twin = json.loads(absent_twin(json.dumps(value)))
    assert twin["deviceType"] == 512
    assert twin["deviceInfo"]["MajorNum"] == 2
    assert twin["deviceInfo"]["address"] != info["address"]
    for text in (twin["name"], twin["deviceInfo"]["ProductName"]):
        assert base64.b64decode(text, validate=True) == b"absent"


@pytest.mark.parametrize("device", ["opaque", "[]", "{}", "3"])
def test_an_opaque_device_string_has_no_twin(device: str) -> None:
    """Nobody can change a string whose form is unknown."""
    with pytest.raises(Unsupported):
        absent_twin(device)
