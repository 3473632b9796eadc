"""A clock that jumps: certificates follow it, and nothing else cares."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509
from hardship import JOBS, Service, serving, until
from live import ESCL, READY_S

pytestmark = pytest.mark.slow

SCENARIO = """
description = "A feeder that is at work while the clock jumps"

[[scanner]]
name = "Feeder"
faces = ["escl"]
sheets = 8
page_time_s = 1.0
"""
JUMP_DAYS = 400
"""More than a leaf lives."""
NOTICED_S = 60.0
LIBRARIES = [
    *Path("/usr/lib").glob("*/faketime/libfaketime.so.1"),
    *Path("/usr/lib64").glob("faketime/libfaketime.so.1"),
]

needs_faketime = pytest.mark.skipif(
    not LIBRARIES, reason="needs libfaketime: apt-get install faketime"
)


class Clock:
    """The time that the service believes; ours stays as it is."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.jump(0)

    def jump(self, days: int) -> None:
        """Let it be so many days later than it is."""
        # Replaced as a whole: a process that reads half a time ends itself.
        new = self._file.with_suffix(".new")
        new.write_text(f"{days:+d}d")
        new.replace(self._file)

    @property
    def environ(self) -> dict[str, str]:
        """What makes a process believe it. Only the calendar jumps, as in reality."""
        return {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Else waits with a deadline end at once, also those for Python's lock of
            # the interpreter: under load main then does not get it for seconds.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    """A clock that shows the time."""
    return Clock(tmp_path / "clock")


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[Service]:
    """A service that goes by this clock, with a scanner that does not."""
    scenario = tmp_path / "feeder.toml"
    scenario.write_text(SCENARIO)
    simulate = [sys.executable, "-m", "scanwright", "simulate", str(scenario), "--"]
    believe = ["env", *(f"{name}={value}" for name, value in clock.environ.items())]
    with serving(tmp_path / "home", prefix=[*simulate, *believe]) as running:
        yield running


def leaf(service: Service) -> x509.Certificate:
    """Return the certificate that is shown now."""
    place = urlsplit(service.facts["api_tls"])
    shown = ssl.get_server_certificate((str(place.hostname), place.port or 0))
    return x509.load_pem_x509_certificate(shown.encode())


def is_valid_after(service: Service, days: int) -> bool:
    """Tell whether the certificate counts so many days from now."""
    then = datetime.now(UTC) + timedelta(days=days)
    found = leaf(service)
    return found.not_valid_before_utc <= then <= found.not_valid_after_utc


def create_job(service: Service) -> str:
    """Start a job of all sheets; return its address."""
    listed: list[dict[str, Any]] = requests.get(
        f"{service.api}/api/device/scanners", params={"type": ESCL}, timeout=READY_S
    ).json()
    body = {
        "device": listed[0]["device"],
        "jobTimeout": 60,
        "scannerFailureTimeout": 10,
        "config": {"IfFeederEnabled": True, "Resolution": 75},
    }
    answer = requests.post(service.api + JOBS, json=body, timeout=READY_S)
    assert answer.status_code == 201, answer.text
    return f"{service.api}{JOBS}/{answer.json()['jobuid']}"


@needs_faketime
def test_a_job_does_not_notice_that_the_clock_jumps(
    service: Service, clock: Clock
) -> None:
    """Time-outs count seconds that pass, not dates: every page comes."""
    job = create_job(service)
    main = service.main()
    for number in range(8):
        clock.jump(JUMP_DAYS if number % 2 == 0 else -JUMP_DAYS)
        page = requests.get(f"{job}/next-page", timeout=READY_S)
        assert page.status_code == 200, page.text
    assert requests.get(f"{job}/next-page", timeout=READY_S).status_code == 204
    assert requests.get(job, timeout=READY_S).json()["status"] == "completed"
    assert service.main() == main


@needs_faketime
def test_the_certificate_follows_the_clock(service: Service, clock: Clock) -> None:
    """Expired at once, it is made anew; so it is when the clock is put right again."""
    main = service.main()
    assert is_valid_after(service, 0)
    assert not is_valid_after(service, JUMP_DAYS)
    clock.jump(JUMP_DAYS)
    until(lambda: is_valid_after(service, JUMP_DAYS), NOTICED_S)
    clock.jump(0)
    until(lambda: is_valid_after(service, 0), NOTICED_S)
    assert service.get().status_code == 200
    assert service.main() == main
