"""Clients that we did not write work unchanged with the service."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from dynamsoftservice import JobStatus, ScannerController, ScannerType
from live import SANE
from PIL import Image

if TYPE_CHECKING:
    from live import Up

pytestmark = pytest.mark.slow

FEEDER = {"IfShowUI": False, "Resolution": 100, "IfFeederEnabled": True}


@pytest.mark.parametrize("kind", [ScannerType.SANESCANNER, ScannerType.ESCLSCANNER])
@pytest.mark.parametrize("image_type", ["image/jpeg", "image/png"])
def test_the_published_python_client_runs_a_job(
    up: Up,
    kind: int,
    image_type: str,
) -> None:
    """It lists scanners, runs a pending job, fetches all pages and deletes the job."""
    with ScannerController(raise_errors=True) as client:
        device = client.getDevices(up.api, kind)[0]
        body: dict[str, Any] = {
            "license": "a key",
            "device": device["device"],
            "autoRun": False,
            "config": {**FEEDER, "XferCount": 3},
        }
        job = client.createJob(up.api, body)
        assert job["status"] == JobStatus.PENDING
        uid = job["jobuid"]
        assert client.getScannerCapabilities(up.api, uid, [257])
        client.updateJob(up.api, uid, {"status": JobStatus.RUNNING})
        pages = client.getImageStreams(up.api, uid, image_type)
        assert client.checkJob(up.api, uid)["status"] == JobStatus.COMPLETED
        assert client.deleteJob(up.api, uid)
    formats = [Image.open(io.BytesIO(page)).format for page in pages]
    assert formats == [image_type.removeprefix("image/").upper()] * 3


def test_the_published_python_client_reads_settings_and_infos(up: Up) -> None:
    """Server settings, version, scanner settings and page infos are what it expects."""
    with ScannerController(raise_errors=True) as client:
        assert client.getServerSettings(up.api)["logLevel"] in {0, 1, 30}
        device = client.getDevices(up.api, ScannerType.SANESCANNER)[0]["device"]
        body = {"device": device, "autoRun": False, "config": {"Resolution": 100}}
        uid = client.createJob(up.api, body)["jobuid"]
        assert client.getScannerSettings(up.api, uid)["settings"]
        client.updateJob(up.api, uid, {"status": JobStatus.RUNNING})
        assert client.getImageInfo(up.api, uid)["imageInfo"]["XResolution"] == 100
        assert client.deleteJob(up.api, uid)


def test_pyinsane2_reads_the_page_that_we_deliver(up: Up, tmp_path: Path) -> None:
    """Another SANE client gets the same pixels from the same test device."""
    file = tmp_path / "page.png"
    script = Path(__file__).with_name("pyinsane_page.py")
    python = [sys.executable, "-W", "ignore"]  # it was written for older versions
    subprocess.run(
        [
            *python,
            "-m",
            "scanwright",
            "simulate",
            "office",
            "--",
            *python,
            script,
            file,
        ],
        env=os.environ | {"PYINSANE_SINGLE_THREAD": "1"},
        check=True,
        timeout=60,
    )
    device = next(d for d in up.devices(SANE) if "test:0" in d["name"])
    config = {"PixelType": 2, "Resolution": 100, "PageSize": 5}
    jobs = f"{up.api}/api/device/scanners/jobs"
    body = {"device": device["device"], "config": config}
    uid = requests.post(jobs, json=body, timeout=30).json()["jobuid"]
    ours = requests.get(f"{jobs}/{uid}/next-page", timeout=30).content
    requests.delete(f"{jobs}/{uid}", timeout=30)
    with Image.open(io.BytesIO(ours)) as page, Image.open(file) as theirs:
        assert (page.mode, page.size) == (theirs.mode, theirs.size)
        assert page.tobytes() == theirs.tobytes()
        assert len(set(page.tobytes())) > 2
