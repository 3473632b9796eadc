"""Two clients at once: never a lost, doubled or foreign page.

Known services answer 200 with five, eight or fourteen pages of a ten-page job here.
"""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests
from PIL import Image

from scanwright_simulators.device.identity import Identity, read_identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from live import Up

from live import ESCL, running_up

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROUNDS = 20
JOBS = "/api/device/scanners/jobs"
CONFIG = {"Resolution": 100, "PixelType": 1, "IfFeederEnabled": True}


@pytest.fixture(scope="module")
def pair() -> Iterator[Up]:
    """A service with at least two virtual feeders."""
    with running_up("--scenario", "forty") as running:
        yield running


def scan(up: Up, device: dict[str, Any]) -> list[Identity | None] | int:
    """Scan all pages; return their identities, or the status that refused the job."""
    body = {"device": device["device"], "config": CONFIG}
    with requests.Session() as session:
        created = session.post(up.api + JOBS, json=body, timeout=60)
        if created.status_code != 201:
            return created.status_code
        job = f"{up.api}{JOBS}/{created.json()['jobuid']}"
        pages = []
        while (page := session.get(f"{job}/next-page", timeout=60)).status_code == 200:
            pages.append(read_identity(Image.open(io.BytesIO(page.content))))
        assert page.status_code == 204
        assert session.delete(job, timeout=60).status_code == 204
    return pages


def check_pages(pages: list[Identity | None] | int, device: dict[str, Any]) -> None:
    """Every page is there once, in order, and comes from this device."""
    assert isinstance(pages, list)
    known = [page for page in pages if page is not None]
    assert len(known) == len(pages) == 10
    assert [page.sheet for page in known] == list(range(1, 11))
    serials = [page.serial for page in known]
    assert serials == list(range(serials[0], serials[0] + 10))
    assert len({page.device for page in known}) == 1
    assert {page.device for page in known} <= {device["name"], known[0].device}


def test_two_clients_on_two_devices(pair: Up) -> None:
    """Twenty times side by side: each gets its own ten pages, once and in order."""
    first, second = pair.devices(ESCL)[:2]
    with ThreadPoolExecutor(2) as clients:
        for _ in range(ROUNDS):
            results = list(clients.map(scan, [pair, pair], [first, second]))
            for pages, device in zip(results, (first, second), strict=True):
                check_pages(pages, device)
            origins = [pages[0].device for pages in results]  # type: ignore[index, union-attr]  # checked above
            assert origins[0] != origins[1]


def test_two_clients_on_one_device(pair: Up) -> None:
    """Twenty times on one device: one scans, the other gets 423 or its own turn."""
    device = pair.devices(ESCL)[0]
    refused = 0
    with ThreadPoolExecutor(2) as clients:
        for _ in range(ROUNDS):
            results = list(clients.map(scan, [pair, pair], [device, device]))
            served = [pages for pages in results if isinstance(pages, list)]
            refused += results.count(423)
            assert len(served) + results.count(423) == 2
            assert served
            for pages in served:
                check_pages(pages, device)
    assert refused > 0
