"""The owner of a port: found by the kernel's tables, or said to be hidden."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from scanwright.http.owner import LONGEST, find_owner

HEADER = (
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt uid"
)
ROW = "   0: 0100007F:{port:04X} 00000000:0000 {state} 0:0 00:0 00000000 0 0 {number} 1"


def process(proc: Path, *, number: int, command: str) -> None:
    """A process that has a socket open."""
    (proc / "42" / "fd").mkdir(parents=True)
    (proc / "42" / "fd" / "3").symlink_to(f"socket:[{number}]")
    (proc / "42" / "cmdline").write_text(command)


def table(proc: Path, *, port: int, state: str, number: int) -> None:
    """The kernel's table with one socket."""
    (proc / "net").mkdir(parents=True)
    row = ROW.format(port=port, state=state, number=number)
    (proc / "net" / "tcp").write_text(f"{HEADER}\n{row}\n")


def test_the_process_that_listens_is_named() -> None:
    """Its number and its command line are in the words."""
    command = Path("/proc/self/cmdline").read_bytes().split(b"\0")[0].decode()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        words = find_owner(listener.getsockname()[1])
    assert f"process {os.getpid()}" in words
    assert command[:40] in words


def test_the_process_is_found_by_the_numbers_of_its_sockets(tmp_path: Path) -> None:
    """Port, state and number lead to it."""
    table(tmp_path, port=18622, state="0A", number=777)
    process(tmp_path, number=777, command="nc\0-l\0" + "18622\0")
    assert find_owner(18622, tmp_path) == "nc -l 18622 (process 42)"


def test_a_client_on_the_port_is_not_the_owner(tmp_path: Path) -> None:
    """Only sockets that listen count."""
    table(tmp_path, port=18622, state="01", number=777)
    process(tmp_path, number=777, command="nc")
    assert "another user" in find_owner(18622, tmp_path)


def test_an_owner_that_cannot_be_seen_is_said_to_be_hidden(tmp_path: Path) -> None:
    """Without a process there is advice; nothing is raised without any table."""
    table(tmp_path, port=18622, state="0A", number=777)
    assert "ss -ltnp" in find_owner(18622, tmp_path)
    assert "ss -ltnp" in find_owner(18622, tmp_path / "net")


def test_a_long_command_line_is_cut(tmp_path: Path) -> None:
    """The message stays one that can be read."""
    table(tmp_path, port=18622, state="0A", number=777)
    process(tmp_path, number=777, command="x" * 5000)
    assert len(find_owner(18622, tmp_path)) < LONGEST + 30
