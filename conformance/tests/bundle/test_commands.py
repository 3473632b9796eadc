"""The commands by the names that they are registered under."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from scanwright_conformance.bundle import commands


@pytest.mark.parametrize("name", commands.__all__)
def test_each_has_a_line_for_the_overview(name: str) -> None:
    """`scanwright --help` shows the first line of its docstring."""
    assert getattr(commands, name).__doc__.splitlines()[0].endswith(".")


def test_all_are_registered() -> None:
    """As subcommands of `scanwright`."""
    known = {
        each.name: each.value for each in entry_points(group="scanwright.commands")
    }
    for name in commands.__all__:
        assert known[name] == f"scanwright_conformance.bundle.commands:{name}"


@pytest.mark.parametrize("name", commands.__all__)
def test_wrong_arguments_end_with_their_own_status(name: str) -> None:
    """Each says so in its help."""
    with pytest.raises(SystemExit) as ended:
        getattr(commands, name)([])
    assert ended.value.code == 3


@pytest.mark.slow
def test_they_are_imported_lightly() -> None:
    """The overview loads them all, and must not wait for what they need."""
    program = (
        "import sys, scanwright_conformance.bundle.commands;"
        "print(sorted({'aiohttp', 'cryptography', 'PIL', 'scanwright_spec'}"
        " & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
