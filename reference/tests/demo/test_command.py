"""`scanwright demo-server`: starts, says where, and ends."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanwright.demo.command import demo_server

Output = pytest.CaptureFixture[str]
CODE = (
    "import sys; from scanwright.demo.command import demo_server;"
    "sys.exit(demo_server(sys.argv[1:]))"
)


@contextlib.contextmanager
def running(*words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run the command; yield its process, and what it says when it is ready."""
    command = [sys.executable, "-c", CODE, "--port", "0", "--json", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.slow
def test_it_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    """The line tells where; the database lies in the home."""
    with running("--home", str(tmp_path)) as (process, told):
        assert told["pid"] == process.pid
        url = f"{told['url']}documents"
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - http
            assert json.load(answer) == {"documents": [], "next": None}
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert (tmp_path / "demo.sqlite3").is_file()


def test_a_port_that_is_taken_is_said_so(tmp_path: Path, capsys: Output) -> None:
    """With the option that takes another one."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert demo_server(["--home", str(tmp_path), "--port", port]) == 1
    assert f"port {port}" in (said := capsys.readouterr().err)
    assert "--port" in said


def test_a_database_that_cannot_be_is_said_so(capsys: Output) -> None:
    """In one line, without a traceback."""
    words = ["--port", "0", "--database", "mysql://u:geheim@h/d"]
    assert demo_server(words) == 1
    assert "kind mysql" in (said := capsys.readouterr().err)
    assert "geheim" not in said


@pytest.mark.parametrize(
    "words",
    [
        ["--port", "x"],
        ["--port", "65535"],
        ["--most-bytes", "0"],
        ["--allow-origin", "nonsense"],
        ["--installers", "/nowhere/at/all", "--database", "mysql://h/d"],
    ],
)
def test_wrong_options_are_said_so(words: list[str], capsys: Output) -> None:
    """As argparse does it, with what is wrong."""
    with pytest.raises(SystemExit, match="2"):
        demo_server(words)
    assert "usage" in (said := capsys.readouterr().err)
    assert f"argument {words[0]}" in said or words[1] in said
