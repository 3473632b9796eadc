"""Hosts and origins: what is this machine, and who may call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.protocol.origins import (
    HostPolicy,
    OriginPolicy,
    host_policy,
    is_loopback_host,
    parse_origin,
)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:18622",
        "127.0.0.1",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:65535",
    ],
)
def test_loopback_hosts_are_served(host: str) -> None:
    """Names and addresses of the loopback interface pass, with and without a port."""
    assert is_loopback_host(host)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.0.2.1",
        "[::2]",
        "::1",
        "localhost:80:80",
        "localhost:",
        "user@localhost",
        "localhost/",
        "127.1",
        "2130706433",
    ],
)
def test_every_other_host_is_refused(host: str | None) -> None:
    """Names that may be rebound, other addresses and other spellings are refused."""
    assert not is_loopback_host(host)


@given(st.text())
def test_no_text_breaks_the_host_check(host: str) -> None:
    """Any text is a yes or a no."""
    assert HostPolicy().accepts(host) in {True, False}


def test_the_address_for_others_is_served_too() -> None:
    """In any spelling, and no other address with it."""
    hosts = host_policy("2001:db8::7")
    assert hosts.accepts("[2001:DB8:0::7]:18622")
    assert hosts.accepts("localhost")
    assert not hosts.accepts("[2001:db8::8]")


def test_names_with_certificates_are_served() -> None:
    """A domain of the configuration is this machine; what ends like it is not."""
    hosts = host_policy(None, ["Scan.Example"])
    assert hosts.accepts("scan.example:18623")
    assert not hosts.accepts("evil.scan.example")


def test_all_addresses_are_served_but_no_names() -> None:
    """Who listens everywhere is met under any address; only names can be rebound."""
    hosts = host_policy("0.0.0.0")  # noqa: S104 - the case
    assert hosts.accepts("192.0.2.7:18622")
    assert not hosts.accepts("evil.example")


def test_without_a_list_every_origin_may_call() -> None:
    """The published default is open."""
    assert OriginPolicy().allows("https://anything.example")


def test_with_a_list_only_its_origins_may_call() -> None:
    """Scheme, host and port all count."""
    policy = OriginPolicy(frozenset({"https://app.example"}))
    assert policy.allows("https://app.example")
    assert not policy.allows("http://app.example")
    assert not policy.allows("https://app.example:8443")
    assert not policy.allows("null")


@pytest.mark.parametrize("text", ["app.example", "https://", "https://a/b", "*", ""])
def test_what_is_no_origin_is_refused(text: str) -> None:
    """An origin has a scheme and a host and nothing else."""
    with pytest.raises(ValueError, match="no origin"):
        parse_origin(text)


def test_an_origin_is_normalised() -> None:
    """Case and a final slash do not matter."""
    assert parse_origin(" HTTPS://App.Example:8443/ ") == "https://app.example:8443"
    assert parse_origin("https://app.example:443") == "https://app.example"
    assert parse_origin("http://app.example:80") == "http://app.example"
    assert parse_origin("http://app.example:443") == "http://app.example:443"


@pytest.mark.parametrize(
    "odd",
    ["$(id)", ";id", "&id", "`id`", "'", ",b", "\x1b[m", "\x9b", "\u202e", "\udcff"],
)
def test_what_could_harm_a_terminal_is_no_origin(odd: str) -> None:
    """Whoever copies an origin into a command runs nothing but that command."""
    with pytest.raises(ValueError, match="no origin"):
        parse_origin(f"https://app{odd}.example")


@pytest.mark.parametrize(
    "text",
    ["https://xn--bcher-kva.example", "http://[::1]:8443", "moz-extension://0f-a_b"],
)
def test_whatever_browsers_send_is_an_origin(text: str) -> None:
    """Names of other alphabets, addresses, and extensions of browsers are."""
    assert parse_origin(text) == text
