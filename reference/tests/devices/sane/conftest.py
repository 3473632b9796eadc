"""Open test devices of SANE."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from multiprocessing import Pipe
from pathlib import Path
from typing import Any, Final

import pytest

from scanwright.devices.sane.library import Handle, Sane
from scanwright.errors import DeviceError

DRIVER_PROCESS: Final = Path(__file__).with_name("driver_process.py")
ANSWER_S: Final = 30.0


class DriverProcess:
    """A test device in a process of its own: a driver that hangs fails its test only.

    Every method of `Driver` in driver_process.py can be called here.
    """

    def __init__(self) -> None:
        self._connection, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(DRIVER_PROCESS), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
            )

    def __getattr__(self, name: str) -> Any:
        """Return what calls the method of that name."""
        return lambda *arguments: self._call(name, arguments)

    def close(self) -> None:
        """Hang up, and see the process end."""
        self._connection.close()
        try:
            self._process.wait(ANSWER_S)
        finally:
            self._process.kill()
            self._process.wait()

    def _call(self, name: str, arguments: tuple[object, ...]) -> object:
        self._connection.send((name, arguments))
        if not self._connection.poll(ANSWER_S):
            self._process.kill()
            pytest.fail(f"the driver did not come back from {name} in {ANSWER_S} s")
        answer = self._connection.recv()
        if isinstance(answer, DeviceError):
            raise answer
        return answer


@pytest.fixture
def sane(sane_config: Path) -> Iterator[Sane]:
    """The library, on the test devices."""
    del sane_config
    with closing(Sane()) as library:
        yield library


@pytest.fixture
def handle(sane: Sane) -> Iterator[Handle]:
    """The first test device, open; to scan with it, use `device`."""
    with closing(sane.open("test:0")) as opened:
        yield opened


@pytest.fixture
def device(sane_config: Path) -> Iterator[DriverProcess]:
    """The first test device as the port has it, in a process of its own."""
    del sane_config
    with closing(DriverProcess()) as opened:
        yield opened
