"""Open test devices of SANE."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scanwright.devices.sane.device import SaneDevice
from scanwright.devices.sane.library import Handle, Sane


@pytest.fixture
def sane(sane_config: Path) -> Iterator[Sane]:
    """The library, on the test devices."""
    del sane_config
    with closing(Sane()) as library:
        yield library


@pytest.fixture
def handle(sane: Sane) -> Iterator[Handle]:
    """The first test device, open."""
    with closing(sane.open("test:0")) as opened:
        yield opened


@pytest.fixture
def device(sane: Sane) -> Iterator[SaneDevice]:
    """The first test device as the port has it."""
    with closing(SaneDevice(sane, "test:0")) as opened:
        yield opened
