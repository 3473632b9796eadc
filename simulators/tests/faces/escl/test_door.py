"""The door listens to names of loopback and to the device's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators.errors import MessageError
from scanwright_simulators.faces.escl.door import (
    is_welcome,
    is_welcome_from,
    the_host,
)

OWN = "front-desk.local"


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost",
        "LOCALHOST:8080",
        "127.0.0.1:1",
        "127.1.2.3",
        "[::1]:80",
        "front-desk.local",
        "Front-Desk.local.:80",
    ],
)
def test_own_names_are_welcome(host: str) -> None:
    """Loopback by name or address, the mDNS name, and no name at all."""
    assert is_welcome(host, OWN)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "192.168.0.1",
        "[fe80::1]",
        "[::1",
        "user@localhost",
        "localhost/x",
        "other.local",
        "127.0.0.1.evil.example",
        " ",
    ],
)
def test_foreign_names_are_not(host: str) -> None:
    """A rebound name, an address of a network and nonsense are kept out."""
    assert not is_welcome(host, OWN)


@given(st.text(max_size=40))
def test_no_name_is_too_odd(host: str) -> None:
    """Whatever the header says, the door has an answer."""
    assert is_welcome(host, OWN) in {True, False}
    assert is_welcome_from(host, OWN) in {True, False}


def test_there_is_one_host() -> None:
    """No Host is for HTTP/1.0 only, and two are for nobody."""
    assert the_host(["a"], may_lack=False) == "a"
    assert the_host([], may_lack=True) == ""
    with pytest.raises(MessageError):
        the_host([], may_lack=False)
    with pytest.raises(MessageError):
        the_host(["a", "a"], may_lack=True)


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:1", f"http://{OWN}"],
)
def test_pages_of_this_machine_are_welcome(origin: str) -> None:
    """Whoever serves pages at loopback, or calls the device by its name, may use it."""
    assert is_welcome_from(origin, OWN)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost.evil.example",
        "http://localhost@evil.example",
        "http://192.168.0.1",
        "http://[::1",
        "chrome-extension://abcdef",
        "localhost",
        "null",
        "",
    ],
)
def test_pages_of_the_web_are_not(origin: str) -> None:
    """A page that has no place, or one elsewhere, is kept out."""
    assert not is_welcome_from(origin, OWN)
