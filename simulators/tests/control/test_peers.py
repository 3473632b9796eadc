"""Peers: the kernel's table says whose the other end of a connection is."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request

from scanwright_simulators.control.peers import TABLE, is_own_user, user_of

THEIRS, OURS = ("127.0.0.1", 0x9C40), ("127.0.0.1", 0x1F90)


def row(user: int, theirs: str = "0100007F:9C40") -> str:
    """Return a line of the table."""
    return f"   1: {theirs} 0100007F:1F90 01 0:0 00:0 0 {user} 0 1\n"


@pytest.mark.skipif(not TABLE.exists(), reason="this system has no such table")
def test_a_connection_of_our_own_is_ours() -> None:
    """As the running kernel tells it."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
        server.accept()[0] as end,
    ):
        found = user_of(client.getsockname(), end.getsockname())
    assert found == os.geteuid()


def test_another_user_s_connection_is_theirs(tmp_path: Path) -> None:
    """Found among the others."""
    table = tmp_path / "tcp"
    table.write_text("  sl  local_address ...\n" + row(7, "0100007F:0001") + row(1234))
    assert user_of(THEIRS, OURS, table=table) == 1234


@pytest.mark.parametrize("text", ["", "no table\n", row(1, "0100007F:0001")])
def test_what_cannot_be_seen_is_nobody_s(tmp_path: Path, text: str) -> None:
    """Also where the table has another form."""
    table = tmp_path / "tcp"
    table.write_text(text)
    assert user_of(THEIRS, OURS, table=table) is None
    assert user_of(THEIRS, OURS, table=tmp_path / "missing") is None


def test_a_request_without_a_connection_is_nobody_s(tmp_path: Path) -> None:
    """It has ended meanwhile."""
    request = make_mocked_request("GET", "/")
    request._protocol.transport = None  # as after its end
    assert not is_own_user(request, table=tmp_path)
