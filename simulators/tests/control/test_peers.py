"""Peers: the kernel's table says whose the other end of a connection is."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from scanwright_simulators.control.peers import TABLE, is_own_user, user_of

THEIRS, OURS = ("127.0.0.1", 0x9C40), ("127.0.0.1", 0x1F90)


def row(user: int, theirs: str = "0100007F:9C40", state: str = "01") -> str:
    """Return a line of the table."""
    return f"   1: {theirs} 0100007F:1F90 {state} 0:0 00:0 0 {user} 0 1\n"


class Connection(asyncio.Transport):
    """A connection between two addresses that nobody has."""

    def get_extra_info(self, name: str, default: object = None) -> object:
        """Return the addresses of its ends."""
        return {"peername": THEIRS, "sockname": OURS}.get(name, default)


def request() -> web.Request:
    """Return a request that came over such a connection."""
    return make_mocked_request("GET", "/", transport=Connection())


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


@pytest.mark.parametrize("state", ["04", "06", "08"])
def test_a_connection_that_ends_is_nobody_s(tmp_path: Path, state: str) -> None:
    """The kernel says root of ends that nobody holds any more."""
    table = tmp_path / "tcp"
    table.write_text(row(0, state=state))
    assert user_of(THEIRS, OURS, table=table) is None
    table.write_text(row(0, state=state) + row(1234))
    assert user_of(THEIRS, OURS, table=table) == 1234


@pytest.mark.parametrize(
    ("text", "is_ours"),
    [
        (row(os.geteuid()), True),
        (row(0), True),
        (row(os.geteuid() + 1), False),
        (row(os.geteuid(), state="06"), False),
        ("", False),
    ],
)
def test_where_the_kernel_tells_only_our_user_is_ours(
    tmp_path: Path, text: str, *, is_ours: bool
) -> None:
    """Who is not in the table is refused: such a connection may have been anybody's."""
    table = tmp_path / "tcp"
    table.write_text(text)
    assert is_own_user(request(), table=table) is is_ours


def test_where_the_kernel_does_not_tell_all_are_ours(tmp_path: Path) -> None:
    """As on systems without such a table."""
    assert is_own_user(request(), table=tmp_path / "missing")


def test_a_request_without_a_connection_is_nobody_s(tmp_path: Path) -> None:
    """It has ended meanwhile."""
    late = make_mocked_request("GET", "/")
    late._protocol.transport = None  # as after its end
    assert not is_own_user(late, table=tmp_path)
