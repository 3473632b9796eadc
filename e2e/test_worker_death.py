"""What happens to a driver stays with its job: the service goes on."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from live import ESCL, running_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from live import Up

pytestmark = pytest.mark.slow

SLOW_FEEDER = """
description = "A feeder that takes its time"

[[scanner]]
name = "Slow Feeder"
faces = ["escl"]
sheets = 3
page_time_s = 2.0
"""
JOBS = "/api/device/scanners/jobs"


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Up]:
    """A service with a slow scanner."""
    scenario = tmp_path / "slow.toml"
    scenario.write_text(SLOW_FEEDER)
    with running_up("--scenario", str(scenario)) as running:
        yield running


def scan_workers(service: int) -> list[int]:
    """Return the scan workers among the children of the service."""
    children = Path(f"/proc/{service}/task/{service}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"-scan" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def start(slow: Up) -> str:
    """Start a job, take its first page; return its address."""
    body = {
        "device": slow.devices(ESCL)[0]["device"],
        "scannerFailureTimeout": 4,
        "config": {"IfFeederEnabled": True, "Resolution": 75},
    }
    uid = requests.post(slow.api + JOBS, json=body, timeout=30).json()["jobuid"]
    job = f"{slow.api}{JOBS}/{uid}"
    assert requests.get(f"{job}/next-page", timeout=30).status_code == 200
    return job


def signal_workers(slow: Up, how: signal.Signals) -> None:
    """Send a signal to every scan worker of the service."""
    for worker in scan_workers(slow.facts["pid"]):
        os.kill(worker, how)


def check_faulted(job: str) -> None:
    """The reader is told, the job is faulted, the page that had come stays."""
    told = requests.get(f"{job}/next-page", timeout=30)
    assert (told.status_code, told.json()["code"] < 0) == (409, True)
    assert requests.get(job, timeout=30).json()["status"] == "faulted"
    content = f"{job}/content?type=image/png&page=0"
    assert requests.get(content, timeout=30).status_code == 200


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGKILL])
def test_a_dead_worker_faults_its_job_alone(slow: Up, how: signal.Signals) -> None:
    """The job of a worker that died is faulted, and the next one scans."""
    job = start(slow)
    signal_workers(slow, how)
    check_faulted(job)
    start(slow)


def test_a_frozen_worker_is_killed_at_its_deadline(slow: Up) -> None:
    """After scannerFailureTimeout the job is faulted, and the worker is gone."""
    job = start(slow)
    frozen = scan_workers(slow.facts["pid"])
    signal_workers(slow, signal.SIGSTOP)
    check_faulted(job)
    # The next job is not created before the scanner has been let go.
    body = {"device": slow.devices(ESCL)[0]["device"], "autoRun": False}
    assert requests.post(slow.api + JOBS, json=body, timeout=30).status_code == 201
    assert not set(frozen) & set(scan_workers(slow.facts["pid"]))
