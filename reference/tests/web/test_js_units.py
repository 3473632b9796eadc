"""The units of the browser's code, run by the test runner of Node: one test a file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from nodejs import node_program

pytestmark = pytest.mark.slow

FILES = sorted(Path(__file__).parent.joinpath("js").glob("*.test.mjs"))
TIMEOUT_S = 100


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_units_of_this_file_pass(path: Path) -> None:
    """Every unit of the file passes, and there is at least one."""
    command = [node_program("node"), "--test", "--test-reporter=tap", str(path)]
    done = subprocess.run(
        command, capture_output=True, check=False, text=True, timeout=TIMEOUT_S
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n# fail 0\n" in done.stdout
    assert "\n# pass 0\n" not in done.stdout


def test_there_are_files() -> None:
    """A folder that was moved does not pass for tests that pass."""
    assert {path.name.partition("_")[0] for path in FILES} >= {"sdk"}
