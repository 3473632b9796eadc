"""Which service a command is about, and whether it answers."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from scanwright.commands.running import (
    NotAnswering,
    NotRunning,
    ask_status,
    find_home,
    find_running,
)
from scanwright.home import Home


def test_a_home_that_is_named_is_meant(tmp_path: Path) -> None:
    """By the option first, then by the environment."""
    named = {"SCANWRIGHT_HOME": "/there"}
    assert find_home(Path("/here"), named, system=tmp_path) == Home(Path("/here"))
    assert find_home(None, named, system=tmp_path) == Home(Path("/there"))


def test_the_machines_service_is_meant_where_the_user_has_none(tmp_path: Path) -> None:
    """Their own one goes first while it runs."""
    environ = {"XDG_STATE_HOME": str(tmp_path)}
    own, system = tmp_path / "scanwright", tmp_path / "system"
    assert find_home(None, environ, system=system).folder == own
    system.mkdir()
    assert find_home(None, environ, system=system).folder == system
    own.mkdir()
    (own / "port.lock").touch()
    assert find_home(None, environ, system=system).folder == own


def test_a_service_says_where_it_answers(told: Any) -> None:
    """And answers there with its state."""
    running = find_running(told.home)
    assert running.pid == 4711
    assert ask_status(running)["version"] == "0.1.0"


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"pid": 1, "ports": []}'])
def test_without_a_word_there_is_no_service(home: Home, content: str | None) -> None:
    """The message says how to start one."""
    if content is not None:
        home.port_lock.write_text(content)
    with pytest.raises(NotRunning, match="scanwright serve"):
        find_running(home)


def test_who_was_killed_runs_no_more(home: Home) -> None:
    """A lock that is left over is not believed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    home.port_lock.write_text(json.dumps({"pid": 12, "ports": [1, 2, port, 4]}))
    with pytest.raises(NotRunning, match="12"):
        ask_status(find_running(home))


def test_who_says_nothing_does_not_answer(home: Home) -> None:
    """A service that is stuck is not one that does not run."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        home.port_lock.write_text(json.dumps({"pid": 12, "ports": [1, 2, port, 4]}))
        with pytest.raises(NotAnswering):
            ask_status(find_running(home), timeout_s=0.05)


def test_an_error_is_no_answer(told: Any) -> None:
    """Another program may have the port."""
    told.status = 500
    with pytest.raises(NotAnswering, match="500"):
        ask_status(find_running(told.home))


@pytest.mark.parametrize("facts", [[], {}, {"state": "running"}])
def test_another_answer_is_another_program(told: Any, facts: object) -> None:
    """One that has the port says something, but nothing of a service."""
    told.facts = facts
    with pytest.raises(NotAnswering, match="another program"):
        ask_status(find_running(told.home))


def test_another_protocol_is_no_answer(home: Home) -> None:
    """Whatever the program that has the port speaks."""
    with (
        ThreadPoolExecutor() as others,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        port = server.getsockname()[1]
        home.port_lock.write_text(json.dumps({"pid": 12, "ports": [1, 2, port, 4]}))
        others.submit(_greet, server)
        with pytest.raises(NotAnswering, match="SSH-2"):
            ask_status(find_running(home))


def test_a_file_is_no_home(tmp_path: Path) -> None:
    """No service runs on it."""
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(NotRunning):
        find_running(Home(file))


def _greet(server: socket.socket) -> None:
    server.settimeout(30)
    connection, _ = server.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"SSH-2.0-other\r\n")
