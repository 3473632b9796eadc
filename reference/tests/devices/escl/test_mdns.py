"""Scanners that announce themselves."""

from __future__ import annotations

import socket
import sys
import threading

import pytest

from scanwright.devices.escl import mdns
from scanwright.devices.escl.address import EsclAddress

zeroconf = pytest.importorskip("zeroconf")

V4, V6 = socket.inet_aton("192.0.2.7"), socket.inet_pton(socket.AF_INET6, "2001:db8::7")


@pytest.mark.parametrize(
    ("addresses", "properties", "expected"),
    [
        ([V6, V4], {"rs": "eSCL"}, "http://192.0.2.7:8080/eSCL"),
        ([V4], {"rs": "/a/b/"}, "http://192.0.2.7:8080/a/b"),
        ([V4], {}, "http://192.0.2.7:8080/eSCL"),
        ([V6], {"rs": "eSCL"}, "http://[2001:db8::7]:8080/eSCL"),
    ],
)
def test_address_of_an_announcement(
    addresses: list[bytes], properties: dict[str, str], expected: str
) -> None:
    """Address, port and root come from the announcement, the name from its instance."""
    info = zeroconf.ServiceInfo(
        "_uscan._tcp.local.",
        "My Scanner._uscan._tcp.local.",
        port=8080,
        addresses=addresses,
        properties=properties,
    )
    assert mdns.address_of(info, "http") == EsclAddress("My Scanner", expected)


def test_announcement_without_address_is_none() -> None:
    """Who does not say where it is cannot be reached."""
    info = zeroconf.ServiceInfo("_uscan._tcp.local.", "A._uscan._tcp.local.")
    assert mdns.address_of(info, "http") is None


def test_missing_zeroconf_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra there is advice."""
    monkeypatch.setitem(sys.modules, "zeroconf", None)
    with pytest.raises(mdns.MdnsMissing, match=r"scanwright\[mdns\]"):
        mdns.browse(0, threading.Event())
