"""A full disk: what fits goes on, what does not fit says so, and room heals all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from hardship import JOBS, Service, serving, until
from live import ESCL, READY_S

pytestmark = pytest.mark.slow

SCENARIO = """
description = "A feeder whose pages do not fit on the disk"

[[scanner]]
name = "Feeder"
faces = ["escl"]
sheets = 12
page_time_s = 0.05
"""
DISK_BYTES = 96 * 1024 * 1024
WRITE_ERROR = -1022
OPTIONS = ("--port-base", "0", "--page-memory", "1", "--free-disk", "1")
NAMESPACE = ("unshare", "--mount", *(() if os.geteuid() == 0 else ("-Ur",)))
MOUNT = 'mount -t tmpfs -o size="$0",mode=700 none "$1" && shift && exec "$@"'


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service with a scanner, on a home that is a small disk of its own."""
    home, scenario = tmp_path / "home", tmp_path / "scenario.toml"
    home.mkdir()
    scenario.write_text(SCENARIO)
    probe = [*NAMESPACE, "sh", "-c", MOUNT, str(DISK_BYTES), str(home), "true"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("needs namespaces: sysctl kernel.unprivileged_userns_clone=1")
    simulate = [sys.executable, "-m", "scanwright", "simulate", str(scenario), "--"]
    with serving(home, *OPTIONS, prefix=[*simulate, *probe[:-1]]) as running:
        yield running


def inside(service: Service) -> Path:
    """Return the home as the service sees it, through its namespace."""
    return Path(f"/proc/{service.facts['pid']}/root{service.home}")


def fill(service: Service) -> Path:
    """Leave no byte on the disk; return the file that takes it all."""
    file = inside(service) / "filler"
    with file.open("ab", buffering=0) as filler:
        for size in (65536, 4096, 1):
            try:
                while filler.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    return file


def create_job(service: Service) -> str:
    """Start a job of all sheets in colour; return its address."""
    listed = requests.get(
        f"{service.api}/api/device/scanners", params={"type": ESCL}, timeout=READY_S
    ).json()
    config = {"IfFeederEnabled": True, "Resolution": 200, "PixelType": 2}
    body = {"device": listed[0]["device"], "config": config}
    answer = requests.post(service.api + JOBS, json=body, timeout=READY_S)
    assert answer.status_code == 201, answer.text
    return f"{service.api}{JOBS}/{answer.json()['jobuid']}"


def state(job: str) -> dict[str, Any]:
    """Return the status of a job that has ended."""
    found: list[dict[str, Any]] = []

    def has_ended() -> bool:
        found.append(requests.get(job, timeout=READY_S).json())
        return found[-1]["status"] not in {"pending", "running"}

    until(has_ended)
    return found[-1]


def pages(job: str) -> int:
    """Return how many pages can be had."""
    count = 0
    while True:
        url = f"{job}/content?type=image/jpeg&page={count}"
        answer = requests.get(url, timeout=READY_S)
        if answer.status_code != 200:
            return count
        assert answer.content.startswith(b"\xff\xd8")
        count += 1


def test_a_job_that_does_not_fit_is_faulted_and_room_heals(service: Service) -> None:
    """Its pages until then stay, the service answers, and the next job is complete."""
    filler = fill(service)
    job = create_job(service)
    told = state(job)
    assert (told["status"], told["code"]) == ("faulted", WRITE_ERROR)
    assert "disk space" in told["message"]
    assert pages(job) > 0
    assert service.get().status_code == 200
    assert requests.delete(job, timeout=READY_S).status_code == 204

    filler.unlink()
    second = create_job(service)
    assert state(second)["status"] == "completed"
    assert pages(second) == 12


def test_what_fits_in_memory_needs_no_disk(service: Service) -> None:
    """A client that takes its pages as they come is not disturbed."""
    fill(service)
    job = create_job(service)
    page = requests.get(f"{job}/next-page", timeout=READY_S)
    assert page.status_code == 200


def test_lost_log_lines_are_confessed(service: Service) -> None:
    """Logging never fails; what was lost is counted as soon as there is room."""
    log = inside(service) / "log" / "service.log"
    make_a_line(service)
    until(lambda: "invented" in log.read_text())
    filler = fill(service)
    before = log.read_bytes()
    for _ in range(100):
        make_a_line(service)
    filler.unlink()
    make_a_line(service)
    until(lambda: "records before could not be written" in log.read_text())
    assert log.read_bytes().startswith(before)


def make_a_line(service: Service) -> None:
    """Send a member that the service does not know, which it logs when verbose."""
    url = f"{service.api}/api/server"
    for _ in range(2):
        body = json.dumps({"logLevel": 30, "invented": 1})
        assert requests.patch(url, data=body, timeout=READY_S).status_code == 200


def test_main_comes_back_on_a_full_disk(service: Service) -> None:
    """To start again after a crash takes no room."""
    fill(service)
    os.kill(service.facts["pid"], signal.SIGKILL)
    assert service.get().status_code == 200


def test_a_full_disk_keeps_the_certificate(service: Service) -> None:
    """TLS is served on, with the same certificate, and the files are whole."""
    folder = inside(service) / "cert"
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    fill(service)
    trust = folder / "ca.pem"
    url = f"{service.facts['api_tls']}/api/server"
    assert requests.get(url, verify=str(trust), timeout=READY_S).status_code == 200
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_service_starts_on_a_full_disk(tmp_path: Path) -> None:
    """Whatever filled it since the last start: nothing new is needed on it."""
    home = tmp_path / "home"
    home.mkdir()
    twice = (
        'mount -t tmpfs -o size="$0",mode=700 none "$1" && cd "$1" && shift && '
        '{ timeout 8 "$@"; head -c 100M /dev/zero > filler; } > /dev/null 2>&1; '
        'exec "$@"'
    )
    again = [*NAMESPACE, "sh", "-c", twice, str(4 * 1024 * 1024), str(home)]
    with serving(home, *OPTIONS, prefix=again) as service:
        assert service.get().status_code == 200
