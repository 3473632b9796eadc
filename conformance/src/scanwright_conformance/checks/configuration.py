"""Checks of the configuration file as the service starts with it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._pairs import make_pair
from scanwright_conformance.checks.server import SERVER, level_in
from scanwright_conformance.expect import (
    expect_equal,
    expect_error,
    expect_header,
    expect_status,
)
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.target import Port, Unsupported

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

__all__ = ["FILE", "LISTED", "ask_origins", "expect_allowed"]

FILE: Final = "DSConfiguration.ini"
LISTED: Final = "https://listed.example.test"
FOREIGN: Final = "https://unlisted.example.test"
# Linux has the whole of 127/8; the service is not there unless it is told to.
SECOND_ADDRESS: Final = "127.0.0.2"
WRONG_KEY: Final = "EnableScannerAccessAuth"
WRONG_VALUE: Final = "perhaps"
DOMAIN: Final = "scanner.example.test"


@check("CONFIG-file")
class File(Check):
    """There is a file to edit."""

    async def stimulate(self, session: Session) -> None:
        """Read it."""
        await session.home.text(FILE, label="file")

    def judge(self, transcript: Transcript) -> None:
        """Look for the section."""
        text = transcript.fact("file")
        if text is None:
            raise Mismatch(FILE, "no such file", "file")
        if "[DS]" not in text:
            raise Mismatch("a section [DS]", text[:80], "file")


class _Configured(Check):
    """The service is started with a file that says everything about it."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Start it so, look at each setting, and read what the log says."""
        _expect_bindable(SECOND_ADDRESS)
        certificate, key = make_pair(DOMAIN)
        await session.home.write("cert/domain.pem", certificate)
        await session.home.write("cert/domain_key.pem", key)
        settings = {
            "LogLevel": "14",
            "Access-Control-Allow-Origin": f"{LISTED},https://other.example.test:8443",
            "Server": SECOND_ADDRESS,
            WRONG_KEY: WRONG_VALUE,
        }
        section = f"[{DOMAIN}]\ncert_name=domain.pem\nkey_name=domain_key.pem\n"
        ports = await session.service.configure(settings, section, label="configured")
        session.fact("ports", {port.value: number for port, number in ports.items()})
        await _ask_ports(session, ports)
        await session.http("GET", SERVER, label="level")
        await ask_origins(session, "origin", LISTED, FOREIGN)
        await _ask_second_address(session, ports)
        await session.http(
            "GET", "/api/device/scanners", label="wrong", headers={"Origin": LISTED}
        )
        await session.home.text(FILE, label="file")
        session.fact("log", await _log_lines_with(session, WRONG_KEY))
        await session.handshake(label="domain", server_name=DOMAIN)
        await session.handshake(label="usual")


@check("CONFIG-ports", deadline_s=90)
class Ports(_Configured):
    """The four ports are those of the file."""

    def judge(self, transcript: Transcript) -> None:
        """Each must answer, and be what its name says."""
        transcript.fact("configured")
        for name, number in transcript.fact("ports").items():
            answer = transcript[f"port {name}"]
            seen = urlsplit(answer.request.url).port
            expect_equal(answer, seen, number, what="port")
            expect_status(answer, 200)


@check("CONFIG-log-level", after=("CONFIG-ports",), deadline_s=90)
class LogLevel(_Configured):
    """The file's verbose is the interface's."""

    def judge(self, transcript: Transcript) -> None:
        """14 is 30."""
        answer = transcript["level"]
        expect_equal(answer, level_in(answer), 30, what="logLevel")


@check("CONFIG-origins", after=("CONFIG-ports",), deadline_s=90)
class Origins(_Configured):
    """The file's list is the allow list."""

    def judge(self, transcript: Transcript) -> None:
        """A listed origin gets in, another does not."""
        expect_allowed(transcript["origin listed"], LISTED)
        expect_error(transcript["origin unlisted"], 403, -2137)


@check("CONFIG-server-address", after=("CONFIG-ports",), deadline_s=90)
class ServerAddress(_Configured):
    """The core pair is at the address that the file names, too."""

    def judge(self, transcript: Transcript) -> None:
        """It must be reached by both addresses."""
        for name in ("api", "api_tls"):
            if not transcript.fact(f"{SECOND_ADDRESS} {name}"):
                wanted = f"{name} open at {SECOND_ADDRESS}"
                raise Mismatch(wanted, "it is closed", f"{SECOND_ADDRESS} {name}")
        expect_status(transcript["by second address"], 200)
        expect_status(transcript["port api"], 200)


@check("CONFIG-wrong-value", after=("CONFIG-ports",), deadline_s=90)
class WrongValue(_Configured):
    """A typing error costs one key, and is told."""

    def judge(self, transcript: Transcript) -> None:
        """The key has its default, the others their values, the log the place."""
        expect_status(transcript["wrong"], 200)
        answer = transcript["level"]
        expect_equal(answer, level_in(answer), 30, what="logLevel")
        line = _line_of(transcript.fact("file"), WRONG_KEY)
        told = [
            text
            for text in transcript.fact("log")
            if FILE in text and WRONG_KEY in text and str(line) in text
        ]
        if not told:
            seen = "; ".join(transcript.fact("log")) or "nothing about the key"
            wanted = f"a line of the log with {FILE}, {line} and {WRONG_KEY}"
            raise Mismatch(wanted, seen, "log")


@check("TLS-domain", after=("CONFIG-ports",), deadline_s=90)
class Domain(_Configured):
    """A host name has the certificate that the file gives it."""

    def judge(self, transcript: Transcript) -> None:
        """The name has one certificate, the rest another."""
        for label, holds in (("domain", True), ("usual", False)):
            shown = transcript.handshake(label)
            if shown.certificate_der is None:
                raise Mismatch("a handshake", shown.problem, label)
            if (DOMAIN.encode() in shown.certificate_der) is not holds:
                seen = "another one" if holds else f"that of {DOMAIN}"
                raise Mismatch("the certificate of the name", seen, label)


async def ask_origins(session: Session, label: str, listed: str, other: str) -> None:
    """Ask for the settings as a page of each origin."""
    for name, origin in (("listed", listed), ("unlisted", other)):
        headers = {"Origin": origin}
        await session.http("GET", SERVER, label=f"{label} {name}", headers=headers)


def expect_allowed(exchange: Exchange, origin: str) -> None:
    """Object unless pages of `origin` may read this answer."""
    expect_status(exchange, 200)
    value = expect_header(exchange, "Access-Control-Allow-Origin")
    if value not in {"*", origin}:
        raise Mismatch(f"{origin} to be allowed", value, exchange.label)


async def _ask_ports(session: Session, ports: dict[Port, int]) -> None:
    for port in ports:
        is_core = port in {Port.API, Port.API_TLS}
        path = SERVER if is_core else "/"
        if port in session.target.addresses.urls:
            await session.http("GET", path, label=f"port {port.value}", port=port)


async def _ask_second_address(session: Session, ports: dict[Port, int]) -> None:
    for port in (Port.API, Port.API_TLS):
        label = f"{SECOND_ADDRESS} {port.value}"
        await session.connect(SECOND_ADDRESS, ports[port], label=label)
    host = f"{SECOND_ADDRESS}:{ports[Port.API]}"
    await session.http("GET", SERVER, label="by second address", headers={"Host": host})


async def _log_lines_with(session: Session, word: str) -> list[str]:
    """Return the lines of the whole log that have `word`."""
    entries = await session.home.listing("log", label="log files")
    lines = []
    for each in entries:
        if each["kind"] == "file":
            text = (await session.home.content(each["path"])).decode("utf-8", "replace")
            lines += [line for line in text.splitlines() if word in line]
    return lines


def _expect_bindable(address: str) -> None:
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError as error:
            raise Unsupported(f"this machine has no address {address}") from error


def _line_of(text: Any, key: str) -> int:
    lines = text.splitlines() if isinstance(text, str) else []
    return next(
        (number for number, line in enumerate(lines, 1) if line.startswith(key)), 0
    )
