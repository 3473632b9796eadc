"""How the one executable is run."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from scanwright.supervision.program import daemon_command, keep, spawn


def test_it_is_run_by_this_python() -> None:
    """With the module of the daemon, and nothing from the current folder."""
    command = daemon_command("-scan", "7")
    assert command == [sys.executable, "-P", "-m", "scanwright.daemon", "-scan", "7"]


def test_frozen_it_is_a_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a package without Python it lies beside whatever runs."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/scanwright/scanwright")
    assert daemon_command("-scan") == ["/opt/scanwright/scanwrightd", "-scan"]


def test_a_child_gets_the_descriptors_it_is_given_and_no_others() -> None:
    """And keeps them from its own children."""
    given, other = os.eventfd(0), os.eventfd(0)
    program = (
        "import os, sys\n"
        "from scanwright.supervision.program import keep\n"
        f"keep({given}); sys.exit(os.path.exists('/proc/self/fd/{given}') * 2"
        f" + os.path.exists('/proc/self/fd/{other}') + os.get_inheritable({given}) * 4)"
    )
    pid = spawn([sys.executable, "-c", program], given)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 2
    os.close(given)
    os.close(other)


def test_keeping_is_not_closing() -> None:
    """The descriptor stays usable."""
    event = os.eventfd(0)
    os.set_inheritable(event, True)  # noqa: FBT003 - it takes no keyword
    keep(event)
    os.eventfd_write(event, 1)
    assert not os.get_inheritable(event)
    os.close(event)


def test_the_title_is_the_published_command_line() -> None:
    """`ps` shows the name and the arguments."""
    program = (
        "from pathlib import Path\n"
        "from scanwright.supervision.program import set_title\n"
        "set_title('-asmonitor', '5', '6')\n"
        "print(Path('/proc/self/cmdline').read_text().rstrip(chr(0)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program, "a long argument" * 5],
        capture_output=True,
        check=True,
    )
    assert shown.stdout == b"scanwrightd -asmonitor 5 6\n"
