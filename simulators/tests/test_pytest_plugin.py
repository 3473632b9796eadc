"""The pytest plugin, used as its users would: tests of tests."""

from __future__ import annotations

import os
import select
from pathlib import Path

import pytest

from scanwright_simulators import pytest_plugin

pytest_plugins = ["pytester"]

pytestmark = pytest.mark.slow

ESCL_ONLY = '@pytest.mark.scanner("escl-only")'
HEAD = "import os, subprocess, urllib.request\nimport pytest\n"


def run(pytester: pytest.Pytester, text: str, *options: str) -> pytest.RunResult:
    """Run a test file in a pytest of its own."""
    pytester.makepyfile(HEAD + text)
    return pytester.runpytest_subprocess("-p", "no:randomly", *options, timeout=60)


def test_a_scanner_is_ready_when_the_test_begins(pytester: pytest.Pytester) -> None:
    """Its address answers, it can be steered, and programs find it and nothing else."""
    text = f"""
{ESCL_ONLY}
def test_it(scanner):
    with urllib.request.urlopen(scanner.escl + "/ScannerStatus") as answer:
        assert answer.status == 200
    assert scanner.state()["name"] == scanner.name == "Virtual Office"
    assert scanner.environment["SCANWRIGHT_ESCL"] == "Virtual Office=" + scanner.escl
"""
    run(pytester, text).assert_outcomes(passed=1)


def test_each_test_has_the_device_as_at_the_beginning(
    pytester: pytest.Pytester,
) -> None:
    """What one test does is gone in the next."""
    text = f"""
{ESCL_ONLY}
@pytest.mark.parametrize("number", range(2))
def test_it(scanner, number):
    assert scanner.state()["state"] == "idle"
    assert scanner.faults() == []
    scanner.strike("jam")
    scanner.add_fault("stall", page=3)
"""
    run(pytester, text).assert_outcomes(passed=2)


def test_a_failure_shows_the_journal(pytester: pytest.Pytester) -> None:
    """What the device was asked is in the report of the test that failed."""
    text = f"""
{ESCL_ONLY}
def test_it(scanner):
    scanner.press("scan")
    assert False
"""
    result = run(pytester, text)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*Journal of Virtual Office*", "*pressed scan*"])


def test_a_device_can_be_named(pytester: pytest.Pytester) -> None:
    """Of a scenario in a file, which the configuration names."""
    pytester.makefile(
        ".toml",
        two="[[scanner]]\nname = 'One'\nfaces = ['escl']\n"
        "[[scanner]]\nname = 'Two'\nfaces = ['escl']\n",
    )
    pytester.makeini("[pytest]\nscanner_scenario = two.toml")
    text = """
def test_first(scanner):
    assert scanner.name == "One"

@pytest.mark.scanner(device="Two")
def test_second(scanner):
    assert scanner.state()["name"] == "Two"
"""
    run(pytester, text).assert_outcomes(passed=2)


def test_a_scenario_that_does_not_start_says_why(pytester: pytest.Pytester) -> None:
    """The reason is what the test fails with."""
    text = """
@pytest.mark.scanner("no-such-scenario")
def test_it(scanner):
    pass
"""
    result = run(pytester, text)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*no-such-scenario*does not start*"])


TALKATIVE = """
import sys
print("{}", flush=True)
sys.stderr.write("x" * 1_000_000)
open(sys.argv[1], "w").close()
sys.stdin.read()
"""
STUBBORN = """
import os, signal
print('{"pid": %d}' % os.getpid(), flush=True)
signal.pause()
"""


def test_a_simulation_may_complain_as_much_as_it_likes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on while nobody reads what it says."""
    monkeypatch.setattr(pytest_plugin, "PROGRAM", TALKATIVE)
    os.mkfifo(tmp_path / "fifo")
    reached = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    with pytest_plugin._simulation(str(tmp_path / "fifo")):
        is_reached, _, _ = select.select([reached], [], [], 10)
    os.close(reached)
    assert is_reached


def test_a_simulation_that_does_not_end_is_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A test run ends all the same."""
    monkeypatch.setattr(pytest_plugin, "PROGRAM", STUBBORN)
    monkeypatch.setattr(pytest_plugin, "END_S", 0.05)
    with pytest_plugin._simulation("any") as facts:
        os.kill(facts["pid"], 0)
    with pytest.raises(ProcessLookupError):
        os.kill(facts["pid"], 0)
