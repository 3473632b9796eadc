"""The address that a service has only if it is told to."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

from scanwright_conformance.checks._second_address import second_address
from scanwright_conformance.target import Unsupported


def test_it_is_one_of_this_machine() -> None:
    """A service can listen there, and does not do so by itself."""
    address = second_address()
    with socket.socket() as probe:
        probe.bind((address, 0))
    assert address != "127.0.0.1"
    assert ipaddress.ip_address(address).is_loopback


class Strict(socket.socket):
    """A socket of a machine that has 127.0.0.1 alone."""

    def bind(self, address: Any) -> None:
        """Find no such address."""
        raise OSError(49, f"no address {address}")


def test_a_machine_with_one_address_can_show_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Which is no failure of the service."""
    monkeypatch.setattr(socket, "socket", Strict)
    with pytest.raises(Unsupported, match="has no address"):
        second_address()
