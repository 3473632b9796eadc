"""`scanwright admin`: an address with a token that no process list shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanwright.commands.admin import admin, open_privately
from scanwright.home import Home
from scanwright.http.admin_token import AdminToken

Output = pytest.CaptureFixture[str]


@pytest.fixture
def token(home: Home) -> str:
    """The token that the service has made."""
    return AdminToken(home.folder / "admin_token").ensure()


def test_the_address_carries_the_token(told: Any, token: str, capsys: Output) -> None:
    """Behind the hash, so that no request and no log has it."""
    assert admin(["--no-open", "--home", str(told.home.folder)]) == 0
    url = capsys.readouterr().out.strip()
    assert url.endswith(f"/admin/#token={token}")
    assert url.startswith("http://127.0.0.1:")


def test_a_new_token_replaces_the_old_one(
    told: Any,
    token: str,
    capsys: Output,
) -> None:
    """Whoever has the old one is out."""
    assert admin(["--json", "--new-token", "--home", str(told.home.folder)]) == 0
    url = json.loads(capsys.readouterr().out)["url"]
    assert not url.endswith(token)
    assert url.endswith(AdminToken(told.home.folder / "admin_token").read())


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
