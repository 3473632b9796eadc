"""The pytest plugin: a virtual scanner as a fixture, ready when the test begins.

    def test_my_program(scanner):
        scanner.load("invoice.pdf")
        scanner.add_fault("jam", page=3)
        subprocess.run(["my-program"], env=scanner.environment)
        assert scanner.state()["state"] == "jam"

The simulation runs in a process of its own, with its own ports and sockets, once for
each scenario of a test run. Before each test the device is as at the beginning. When a
test fails, the journal of its scanner is part of the report.

Another scenario, or one device of several:

    @pytest.mark.scanner("forty", device="Virtual Office 7")

`scanner_scenario` in the configuration of pytest names the usual one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from scanwright_simulators.control.client import ControlClient

__all__ = ["Scanner"]

PROGRAM: Final = (
    "import sys; from scanwright_simulators.cli import simulate; "
    "sys.exit(simulate(sys.argv[1:]))"
)
END_S: Final = 15.0
LINES: Final = 200
"""Journal entries in a report, the newest."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A virtual scanner in a running simulation.

    `environment` is what a program needs to find this simulation's devices and no
    others. `escl` and `sane` are the addresses of this one, empty where it has no such
    face. Everything that `ControlClient` can do is a method here, too.
    """

    name: str
    escl: str
    sane: str
    environment: Mapping[str, str]
    control: ControlClient = field(repr=False)

    def __getattr__(self, name: str) -> Any:
        """Do what the control can do to this device."""
        return getattr(self.control, name)

    def story(self) -> str:
        """Return the newest entries of the journal as lines of text."""
        entries = self.control.journal().entries[-LINES:]
        return "\n".join(_line(entry) for entry in entries)


class Simulations:
    """The simulations of a test run, each started when first needed."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._running: dict[str, Mapping[str, Any]] = {}

    def of(self, scenario: str) -> Mapping[str, Any]:
        """Return what the simulation of that scenario said when it was ready."""
        if scenario not in self._running:
            facts = self._stack.enter_context(_simulation(scenario))
            self._running[scenario] = facts
        return self._running[scenario]

    def close(self) -> None:
        """End them all."""
        self._stack.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what names the usual scenario."""
    text = "scenario of the fixture `scanner`: a name or a file"
    parser.addini("scanner_scenario", text, default="office")


def pytest_configure(config: pytest.Config) -> None:
    """Tell of the marker."""
    config.addinivalue_line(
        "markers",
        "scanner(scenario, device=None): what the fixture `scanner` shall be",
    )


@pytest.fixture(scope="session")
def scanner_simulations() -> Iterator[Simulations]:
    """The simulations of this run."""
    simulations = Simulations()
    yield simulations
    simulations.close()


@pytest.fixture
def scanner(
    request: pytest.FixtureRequest,
    scanner_simulations: Simulations,
) -> Scanner:
    """A virtual scanner as at the beginning of its scenario."""
    marker = request.node.get_closest_marker("scanner")
    arguments = marker.args if marker else ()
    wanted = marker.kwargs.get("device") if marker else None
    scenario = arguments[0] if arguments else request.config.getini("scanner_scenario")
    try:
        facts = scanner_simulations.of(str(scenario))
    except SimulationFailed as error:
        pytest.fail(str(error), pytrace=False)
    found = _scanner(facts, wanted)
    found.control.reset()
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the journal of the scanner to the report of a test that failed."""
    report = yield
    used = getattr(item, "funcargs", {}).get("scanner")
    if report.failed and isinstance(used, Scanner):
        report.sections.append((f"Journal of {used.name}", _story(used)))
    return report


class SimulationFailed(Exception):
    """A simulation did not start; the message is what it said."""


@contextmanager
def _simulation(scenario: str) -> Iterator[Mapping[str, Any]]:
    # Into a file, not a pipe: a pipe that nobody reads is full some day.
    with tempfile.TemporaryFile("w+", errors="replace") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, scenario, "--json", "--until-eof"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
        with process:
            try:
                line = process.stdout.readline() if process.stdout else ""
                if not line:
                    process.wait(END_S)
                    said.seek(0)
                    reason = said.read().strip()
                    message = f"the scenario {scenario!r} does not start: {reason}"
                    raise SimulationFailed(message)
                yield json.loads(line)
            finally:
                _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """Ask a simulation to end, and insist after a while; its keeper clears up then."""
    try:
        process.communicate(timeout=END_S)  # closes its standard input
    except subprocess.TimeoutExpired:
        process.kill()


def _scanner(facts: Mapping[str, Any], wanted: str | None) -> Scanner:
    """Return one device of a simulation, the first when none is named."""
    from scanwright_simulators.control.client import ControlClient

    name = wanted or ControlClient(facts["control"]).devices()[0]["name"]
    addresses = {
        device["type"]: device["address"]
        for device in facts["devices"]
        if device["name"] == name
    }
    base = {n: v for n, v in os.environ.items() if not n.startswith("SANE_")}
    return Scanner(
        name=name,
        escl=addresses.get("escl", ""),
        sane=addresses.get("sane", ""),
        environment={**base, **facts["environment"]},
        control=ControlClient(facts["control"], name),
    )


def _story(scanner: Scanner) -> str:
    from scanwright_simulators.errors import SimulatorError

    try:
        return scanner.story()
    except SimulatorError as error:
        return f"not to be had: {error}"


def _line(entry: Mapping[str, Any]) -> str:
    near = "".join(f"\n{'':>12}near: {text}" for text in entry["near"])
    when = f"{entry['t_s']:>9.3f}"
    return f"{when}  {entry['source']:<8} {entry['what']}: {entry['text']}{near}"
