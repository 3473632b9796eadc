"""The service runs where no system package is installed: network scanners only."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from live import ESCL, GONE_S, READY_S, SANE, Up, first_line

pytestmark = pytest.mark.slow


def test_a_network_scanner_scans_without_libsane(tmp_path: Path, up: Up) -> None:
    """Where libsane cannot be loaded SANE is absent, and eSCL works as ever."""
    broken = tmp_path / "lib"
    broken.mkdir()
    (broken / "libsane.so.1").write_bytes(b"no library")
    url = json.loads(up.devices(ESCL)[0]["device"])["deviceInfo"]["address"]
    command = [sys.executable, "-m", "scanwright", "serve", "--json", "--mdns", "off"]
    home = str(tmp_path / "home")
    options = ["--port-base", "0", "--home", home, "--escl", f"One={url}"]
    with subprocess.Popen(
        [*command, *options],
        stdout=subprocess.PIPE,
        env=os.environ | {"LD_LIBRARY_PATH": str(broken)},
    ) as process:
        assert process.stdout is not None
        try:
            service = Up(process, json.loads(first_line(process.stdout, READY_S)))
            assert service.devices(SANE) == []
            jobs = f"{service.api}/api/device/scanners/jobs"
            body = {"config": {"Resolution": 75}}
            uid = requests.post(jobs, json=body, timeout=30).json()["jobuid"]
            page = requests.get(f"{jobs}/{uid}/next-page", timeout=30)
            assert page.headers["Content-Type"] == "image/png"
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(GONE_S) == 0
