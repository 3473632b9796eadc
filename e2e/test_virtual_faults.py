"""What goes wrong in a virtual scanner arrives at the page as the right error.

Through the real service, on both faces: pages before a fault are kept, the fault has
its code, all of it within a deadline, and a jam that was cleared costs no page.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
import requests
from fault_table import LATER, THE_END, Row, read_table
from live import ESCL, READY_S, SANE, Up, running_up
from PIL import Image

from scanwright_simulators.control.client import ControlClient
from scanwright_simulators.device.identity import Identity, read_identity

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SCENARIO = """
[[scanner]]
name = "Ten Pages"
sheets = 10

[[scanner]]
name = "Moving"
sheets = 4
page_time_s = 1.0
"""
FACES = {"escl": (ESCL, ""), "sane": (SANE, "Scanwright ")}
SILENCE_S = 3
"""After so long a silence of the device the service gives up, in these jobs."""
BUSY_S = 12
"""More than the service asks a busy device again."""
DEADLINE_S = 15.0
JOBS = "/api/device/scanners/jobs"

OFFLINE, LOCKED = -1023, -1004


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """The service on two virtual scanners, each with both faces."""
    scenario = tmp_path_factory.mktemp("scenario") / "two.toml"
    scenario.write_text(SCENARIO)
    with running_up("--scenario", str(scenario)) as running:
        yield running


@pytest.fixture(params=FACES)
def face(request: pytest.FixtureRequest) -> str:
    """Each of the faces."""
    return str(request.param)


class Bench:
    """One virtual scanner: steered by its control, scanned through the service."""

    def __init__(self, up: Up, face: str, name: str) -> None:
        mask, vendor = FACES[face]
        self.control = ControlClient(up.facts["control"], name)
        self.control.reset()
        self._api = up.api + JOBS
        self._device = next(
            device["device"]
            for device in up.devices(mask)
            if device["name"] == f"{vendor}{name}"
        )

    def start(self, silence_s: int = SILENCE_S) -> str:
        """Start a feeder job; return its address."""
        body = {
            "device": self._device,
            "scannerFailureTimeout": silence_s,
            "config": {"IfFeederEnabled": True, "Resolution": 75, "PixelType": 1},
        }
        answer = requests.post(self._api, json=body, timeout=READY_S)
        assert answer.status_code == 201, answer.text
        return f"{self._api}/{answer.json()['jobuid']}"

    def scan(self, silence_s: int = SILENCE_S) -> tuple[list[Identity], int]:
        """Scan until the end; return the pages, and the code of the end: 0 is good."""
        job = self.start(silence_s)
        try:
            return take_all(job)
        finally:
            requests.delete(job, timeout=READY_S)


def take_all(job: str) -> tuple[list[Identity], int]:
    """Return the pages that a job still gives, and the code that it ends with."""
    pages: list[Identity] = []
    while (answer := ask(job)).status_code == 200:
        pages.append(identity(answer.content))
    if answer.status_code == 204:
        return pages, 0
    told: dict[str, Any] = answer.json()
    status = requests.get(job, timeout=READY_S).json()
    assert (answer.status_code, status["status"]) == (409, "faulted")
    assert status["code"] == told["code"]
    return pages, int(told["code"])


def ask(job: str) -> requests.Response:
    """Ask for the next page, which comes or fails within the deadline."""
    begun = monotonic()
    answer = requests.get(f"{job}/next-page", timeout=2 * DEADLINE_S)
    assert monotonic() - begun < DEADLINE_S
    return answer


def identity(content: bytes) -> Identity:
    """Return whose page it is."""
    found = read_identity(Image.open(io.BytesIO(content)))
    assert found is not None
    return found


@pytest.mark.parametrize("byte", [None, 100_000])
@pytest.mark.parametrize("kind", ["jam", "double_feed", "cover_open"])
def test_a_cleared_fault_costs_no_page(
    up: Up, face: str, kind: str, byte: int | None
) -> None:
    """At page 3 of 10, before it or in it: all ten arrive exactly once, in order."""
    bench = Bench(up, face, "Ten Pages")
    trigger = {} if byte is None else {"byte": byte}
    bench.control.add_fault(kind, page=3, times=1, **trigger)
    before, code = bench.scan()
    assert code < 0
    assert bench.control.state()["state"] == kind
    bench.control.clear()
    after, end = bench.scan()
    assert end == 0
    numbers = [(page.sheet, page.serial) for page in (*before, *after)]
    assert numbers == [(number, number) for number in range(1, 11)]


@pytest.mark.parametrize("row", read_table(), ids=lambda row: row.fault)
def test_each_fault_ends_as_the_table_says(up: Up, face: str, row: Row) -> None:
    """At page 3, within the deadline, with the two pages before it kept."""
    bench = Bench(up, face, "Ten Pages")
    bench.control.add_fault(**row.rule)
    expected = row.service[face]
    pages, code = bench.scan(BUSY_S if expected == LATER else SILENCE_S)
    whole = list(range(1, 11))
    ends = {LATER: (whole, 0), THE_END: ([1, 2], 0)}
    told = ends[expected] if expected in ends else ([1, 2], int(expected))
    assert ([page.sheet for page in pages], code) == told


def test_a_plug_pulled_in_mid_page(up: Up, face: str) -> None:
    """Pulled while a page moves: the pages so far are kept, and the code says why."""
    bench = Bench(up, face, "Moving")
    job = bench.start()
    first = ask(job)
    assert first.status_code == 200
    bench.control.unplug()
    pages, code = take_all(job)
    assert code == OFFLINE
    kept = requests.get(f"{job}/content?type=image/png&page=0", timeout=READY_S)
    assert identity(kept.content) == identity(first.content)
    requests.delete(job, timeout=READY_S)
    bench.control.plug()
    again, end = bench.scan()
    assert end == 0
    delivered = [identity(first.content), *pages, *again]
    assert [page.sheet for page in delivered] == [1, 2, 3, 4]


def test_a_host_that_holds_the_device(up: Up, face: str) -> None:
    """A device that another host holds is in use; when it is let go, it scans."""
    bench = Bench(up, face, "Ten Pages")
    bench.control.lock("the office next door")
    pages, code = bench.scan(BUSY_S)
    assert (pages, code) == ([], LOCKED)
    bench.control.unlock()
    assert len(bench.scan()[0]) == 10
