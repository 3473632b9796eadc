"""Judges of the configuration file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.check import Check
from scanwright_conformance.checks.configuration import (
    DOMAIN,
    LISTED,
    SECOND_ADDRESS,
    WRONG_KEY,
    Domain,
    File,
    LogLevel,
    Origins,
    Ports,
    ServerAddress,
    WrongValue,
)
from scanwright_conformance.transcript import Entry, Exchange, Fact, Handshake

FILE = f"[DS]\nLogLevel=14\n{WRONG_KEY}=perhaps\n"
TOLD = f"WARNING DSConfiguration.ini, line 3: {WRONG_KEY} is TRUE or FALSE"


def level(label: str, value: object) -> Exchange:
    """Return settings with a log level."""
    return answered(label, json={"logLevel": value})


def allowed(label: str, origin: str) -> Exchange:
    """Return an answer that lets an origin read it."""
    headers = {"Access-Control-Allow-Origin": origin}
    return answered(label, json={}, headers=headers)


def refused(label: str) -> Exchange:
    """Return the answer to an origin that may not call."""
    return answered(label, 403, json={"code": -2137})


def at(exchange: Exchange, port: int) -> Exchange:
    """Return the exchange with another port."""
    url = f"http://127.0.0.1:{port}/"
    return replace(exchange, request=replace(exchange.request, url=url))


def shown(label: str, certificate: bytes | None) -> Handshake:
    """Return a handshake that showed this."""
    return Handshake(label, "127.0.0.1:1", label, "TLSv1.3", certificate, "no")


GOOD: dict[str, Entry] = {
    entry.label: entry
    for entry in (
        Fact("configured", {"api": "http://127.0.0.1:7000"}),
        Fact("ports", {"api": 7000}),
        at(answered("port api", json={}), 7000),
        level("level", 30),
        allowed("origin listed", LISTED),
        refused("origin unlisted"),
        Fact(f"{SECOND_ADDRESS} api", value=True),
        Fact(f"{SECOND_ADDRESS} api_tls", value=True),
        answered("by second address", json={}),
        answered("wrong", json=[]),
        Fact("file", FILE),
        Fact("log", [TOLD]),
        shown("domain", b"..." + DOMAIN.encode()),
        shown("usual", b"...localhost"),
    )
}


def configured(check: type[Check], *others: Entry) -> bool:
    """Judge what was seen of a configured service, `others` in place of the good."""
    entries = GOOD | {entry.label: entry for entry in others}
    return judged(check, *entries.values()).is_met


CONFIGURED = [Ports, LogLevel, Origins, ServerAddress, WrongValue, Domain]


@pytest.mark.parametrize("check", CONFIGURED)
def test_a_service_that_is_as_its_file_says_passes(check: type[Check]) -> None:
    """Each setting is in effect."""
    assert configured(check)


@pytest.mark.parametrize("check", CONFIGURED)
def test_a_service_that_does_not_start_fails(check: type[Check]) -> None:
    """Without an answer no setting is in effect."""
    assert not judged(check, stopped="the target did not start").is_met


@pytest.mark.parametrize(
    ("check", "other"),
    [
        (Ports, at(answered("port api", json={}), 18622)),
        (Ports, at(answered("port api", 404), 7000)),
        (LogLevel, level("level", 1)),
        (Origins, refused("origin listed")),
        (Origins, allowed("origin listed", "https://x.test")),
        (Origins, allowed("origin unlisted", "*")),
        (ServerAddress, Fact(f"{SECOND_ADDRESS} api_tls", value=False)),
        (ServerAddress, answered("by second address", 403)),
        (WrongValue, answered("wrong", 403)),
        (WrongValue, level("level", 1)),
        (WrongValue, Fact("log", [TOLD.replace("3", "2")])),
        (WrongValue, Fact("log", [TOLD.replace("DSConfiguration.ini", "a file")])),
        (WrongValue, Fact("log", [])),
        (Domain, shown("domain", b"...localhost")),
        (Domain, shown("usual", DOMAIN.encode())),
        (Domain, shown("domain", None)),
    ],
)
def test_a_setting_without_effect_fails(check: type[Check], other: Entry) -> None:
    """Each has its own judge."""
    assert not configured(check, other)


@pytest.mark.parametrize(
    ("text", "is_met"),
    [("; how it runs\n[DS]\n", True), ("[Other]\n", False), (None, False)],
)
def test_a_first_start_writes_the_file(text: str | None, *, is_met: bool) -> None:
    """With its section."""
    assert judged(File, Fact("file", text)).is_met is is_met
