"""Judges of the configuration file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.check import Check
from scanwright_conformance.checks.configuration import (
    ALSO_LISTED,
    DOMAIN,
    LISTED,
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
TIME = "2026-11-29T03:03:03.030Z"
TOLD = f"{TIME} WARNING /home/DSConfiguration.ini, line 3: {WRONG_KEY} is no truth"


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
        Fact("ports", {"api": 7000, "manager": 7001}),
        at(answered("port api", json={}), 7000),
        at(answered("port manager"), 7001),
        level("level", 30),
        level("level of 1", 1),
        allowed("origin listed", LISTED),
        allowed("origin also listed", ALSO_LISTED),
        refused("origin unlisted"),
        Fact("second address", "192.0.2.2"),
        Fact("second api", value=True),
        Fact("second api_tls", value=True),
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


@pytest.mark.parametrize(
    "told",
    [
        f"WARNING DSConfiguration.ini:3: {WRONG_KEY}",
        f"WARNING DSConfiguration.ini:3:24: {WRONG_KEY}",
        f"{TIME} line 3 of DSConfiguration.ini: {WRONG_KEY}",
    ],
)
def test_how_a_line_of_the_log_tells_does_not_matter(told: str) -> None:
    """The number may stand anywhere, in any form."""
    assert configured(WrongValue, Fact("log", ["nothing", told]))


@pytest.mark.parametrize("file", [None, "[DS]\nLogLevel=14\n"])
def test_a_key_that_is_not_in_the_file_has_no_line(file: str | None) -> None:
    """A log that names a line of it nevertheless names a wrong one."""
    told = Fact("log", [TOLD.replace("line 3", "line 1")])
    assert not configured(WrongValue, Fact("file", file), told)


def test_all_origins_have_the_listed_one_among_them() -> None:
    """An answer that every page may read lets the listed origin read it."""
    assert configured(Origins, allowed("origin listed", "*"))


def test_a_refusal_that_can_be_read_is_a_refusal() -> None:
    """The header alone does not let a listed origin in."""
    headers = {"Access-Control-Allow-Origin": LISTED}
    other = answered("origin listed", 403, json={"code": -2137}, headers=headers)
    assert not configured(Origins, other)


@pytest.mark.parametrize("check", CONFIGURED)
def test_a_service_that_does_not_start_fails(check: type[Check]) -> None:
    """Without an answer no setting is in effect."""
    assert not judged(check, stopped="the target did not start").is_met


@pytest.mark.parametrize(
    ("check", "other"),
    [
        (Ports, at(answered("port api", json={}), 18622)),
        (Ports, at(answered("port api", 404), 7000)),
        (Ports, at(answered("port manager"), 18624)),
        (LogLevel, level("level", 1)),
        (LogLevel, level("level of 1", 30)),
        (Origins, refused("origin listed")),
        (Origins, allowed("origin listed", "https://x.test")),
        (Origins, refused("origin also listed")),
        (Origins, allowed("origin unlisted", "*")),
        (ServerAddress, Fact("second api_tls", value=False)),
        (ServerAddress, answered("by second address", 403)),
        (ServerAddress, unanswered("port api")),
        (WrongValue, answered("wrong", 403)),
        (WrongValue, level("level", 1)),
        (WrongValue, Fact("log", [TOLD.replace("line 3", "line 2")])),
        (WrongValue, Fact("log", [TOLD.replace("line 3", "line 33")])),
        (WrongValue, Fact("log", [TOLD.replace(", line 3", "")])),
        (WrongValue, Fact("log", [TOLD.replace("DSConfiguration.ini", "a file")])),
        (WrongValue, Fact("log", [TOLD.replace(WRONG_KEY, "a key")])),
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
    [
        ("[DS]\nLogLevel=1\n", True),
        ("\n  [DS] \nLogLevel=1\n", True),
        ("; LogLevel=14 is verbose\n", True),
        ("\n# LogLevel=14 is verbose\n", True),
        ("[Other]\n", False),
        ("", False),
        (None, False),
    ],
)
def test_a_first_start_writes_the_file(text: str | None, *, is_met: bool) -> None:
    """With its section, or with lines that explain it."""
    assert judged(File, Fact("file", text)).is_met is is_met
