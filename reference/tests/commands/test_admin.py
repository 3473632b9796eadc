"""`scanwright admin`: an address that opens one session, shown to nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanwright.commands.admin import admin, open_privately
from scanwright.home import Home
from scanwright.http.admin_token import AdminToken, Sessions

Output = pytest.CaptureFixture[str]


@pytest.fixture
def token(home: Home) -> AdminToken:
    """The token that the service has made."""
    token = AdminToken(home.folder / "admin_token")
    token.ensure()
    return token


def test_the_address_opens_one_session(
    told: Any,
    token: AdminToken,
    capsys: Output,
) -> None:
    """It holds a ticket behind the hash, so that no request and no log has it."""
    assert admin(["--no-open", "--home", str(told.home.folder)]) == 0
    address, _, ticket = capsys.readouterr().out.strip().partition("#token=")
    assert address.startswith("http://127.0.0.1:")
    assert token.read() not in ticket
    sessions = Sessions(token.read)
    assert sessions.redeem(ticket)
    assert not sessions.redeem(ticket)


def test_a_new_token_replaces_the_old_one(
    told: Any,
    token: AdminToken,
    capsys: Output,
) -> None:
    """Whoever has the old one is out, and the address is of the new one."""
    old = token.read()
    assert admin(["--json", "--new-token", "--home", str(told.home.folder)]) == 0
    ticket = json.loads(capsys.readouterr().out)["url"].partition("#token=")[2]
    assert token.read() != old
    assert Sessions(token.read).redeem(ticket)


def test_the_browser_gets_a_private_file(home: Home) -> None:
    """Its command line says nothing that others may not read."""
    opened: list[str] = []
    file = open_privately(home, "http://127.0.0.1:1/admin/#token=T", opened.append)
    assert opened == [file.as_uri()]
    assert "token=T" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_without_a_service_there_is_nothing_to_open(home: Home, capsys: Output) -> None:
    """The message says how to start one."""
    assert admin(["--home", str(home.folder)]) == 1
    assert "scanwright serve" in capsys.readouterr().err


def test_a_service_that_has_no_token_is_said_to(told: Any, capsys: Output) -> None:
    """A home that somebody has tidied up too well."""
    assert admin(["--no-open", "--home", str(told.home.folder)]) == 1
    assert "admin_token" in capsys.readouterr().err
