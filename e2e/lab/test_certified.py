"""The suite finds the installed package to be what the reference is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from lab.service import Service

pytestmark = pytest.mark.slow

URL = "http://127.0.0.1:18622"
CERTIFY_S = 300


def test_the_installed_service_is_certified(service: Service, tmp_path: Path) -> None:
    """Asked from outside, under all the restrictions of its unit."""
    certify = [sys.executable, "-m", "scanwright", "certify", "--profile", "scanwright"]
    done = subprocess.run(
        [*service.machine.in_its_network(), *certify, "--report", str(tmp_path), URL],
        timeout=CERTIFY_S,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    counts = json.loads((tmp_path / "report.json").read_text())["counts"]
    assert counts["PASS"] > 100
