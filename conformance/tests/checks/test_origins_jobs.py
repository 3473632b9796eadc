"""Judges of whom a job belongs to."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.origins_jobs import (
    BELOW,
    JobBound,
    JobWithoutOrigin,
)
from scanwright_conformance.transcript import Exchange


def bound() -> dict[str, Exchange]:
    """Return refusals on every path, and a job that is pending still."""
    labels = (*(f"get {below}" for below in BELOW), "patch", "delete")
    entries = [answered(each, 404, json={"code": -1034}) for each in labels]
    entries.append(answered("after", json={"status": "pending"}))
    return {each.label: each for each in entries}


def test_a_job_is_unknown_to_strangers() -> None:
    """404 / -1034 on every path, and a job as it was, meet the clause."""
    assert judged(JobBound, *bound().values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        answered("get /scanner/settings", json={"settings": "eA=="}),
        answered("get /next-page", 403, json={"code": -2137}),
        answered("patch", 409, json={"code": -1011}),
        answered("delete", 204),
        unanswered("get /next-page-info"),
        answered("after", json={"status": "running"}),
        answered("after", 410, json={"code": -1034}),
        answered("after", 410, json={"status": "pending"}),
    ],
    ids=["served", "forbidden", "other", "deleted", "waits", "started", "gone", "both"],
)
def test_a_job_that_a_stranger_can_touch_fails(wrong: Exchange) -> None:
    """One path that tells of the job, or a job that changed, fails."""
    seen = judged(JobBound, *(bound() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def used() -> dict[str, Exchange]:
    """Return two lives of jobs in which everything went well."""
    statuses = {"status": 200, "start": 200, "image": 200, "delete": 204}
    return {
        f"{who}-{step}": answered(f"{who}-{step}", status)
        for who in ("native", "page")
        for step, status in statuses.items()
    }


def test_a_job_without_an_origin_serves_all() -> None:
    """Native clients use a page's job, and a page a native client's."""
    assert judged(JobWithoutOrigin, *used().values()).is_met


@pytest.mark.parametrize("label", ["native-status", "native-delete", "page-image"])
def test_a_job_without_an_origin_that_is_refused_fails(label: str) -> None:
    """One refusal on either side fails."""
    wrong = answered(label, 404, json={"code": -1034})
    seen = judged(JobWithoutOrigin, *(used() | {label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (label,))
