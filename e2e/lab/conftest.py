"""Machines for the tests: plain ones, and ones with the package installed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from lab.machine import Machine, Start
from lab.packages import Packages, make_packages
from lab.root import build_root, missing
from lab.service import Service

COLD_S: Final = 900
"""The first test waits for the root and the packages to be built."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test of the lab the time to be the first one."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(COLD_S))


@pytest.fixture(scope="session")
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Return what shows a line to whoever waits."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def show(line: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\n{line}", flush=True)

    return show


@pytest.fixture(scope="session")
def lab_root(say: Callable[[str], None]) -> Path:
    """Return the minimal Debian that all machines are made of."""
    if reason := missing():
        pytest.skip(reason)
    return build_root(say)


@pytest.fixture(scope="session")
def packages(
    lab_root: Path,
    tmp_path_factory: pytest.TempPathFactory,
    say: Callable[[str], None],
) -> Iterator[Packages]:
    """Freeze the service of this tree once, and pack it twice."""
    del lab_root  # without a lab, no packages
    folder = tmp_path_factory.mktemp("packages")
    say("Building the packages for the lab")
    yield make_packages(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Return what switches on a machine over some layers."""

    @contextmanager
    def on(*layers: Path) -> Iterator[Machine]:
        folder = tmp_path_factory.mktemp("machine")
        with Machine(folder, layers) as machine:
            yield machine
        shutil.rmtree(folder)

    return on


@pytest.fixture
def machine(lab_root: Path, start: Start) -> Iterator[Machine]:
    """Return a machine on which nothing is installed."""
    with start(lab_root) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def with_deb(
    lab_root: Path, packages: Packages, start: Start
) -> Iterator[tuple[Path, ...]]:
    """Return the layers of a machine that was shut down after `dpkg -i`."""
    with start(lab_root) as machine:
        machine.copy_in(packages.deb(packages.version), "/root/scanwright.deb")
        machine.run("dpkg -i /root/scanwright.deb; rm /root/scanwright.deb")
        machine.power_off()
        yield machine.layers


@pytest.fixture
def service(with_deb: tuple[Path, ...], start: Start) -> Iterator[Service]:
    """Return the service of a machine that has just booted with the package on it."""
    with start(*with_deb) as machine:
        yield Service(machine)


@pytest.fixture(scope="module")
def lasting(with_deb: tuple[Path, ...], start: Start) -> Iterator[Service]:
    """Return the same, for all tests of a module: they leave it running well."""
    with start(*with_deb) as machine:
        yield Service(machine)
