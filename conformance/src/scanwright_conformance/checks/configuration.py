"""Checks of the configuration file as the service starts with it."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._pairs import make_pair
from scanwright_conformance.checks._second_address import second_address
from scanwright_conformance.checks.server import SERVER, level_in
from scanwright_conformance.expect import (
    expect_equal,
    expect_error,
    expect_header,
    expect_status,
)
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.target import Port

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

__all__ = ["FILE", "LISTED", "ask_origins", "expect_allowed"]

FILE: Final = "DSConfiguration.ini"
SECTION: Final = "[DS]"
COMMENTS: Final = (";", "#")
LISTED: Final = "https://listed.example.test"
ALSO_LISTED: Final = "https://other.example.test:8443"
FOREIGN: Final = "https://unlisted.example.test"
WRONG_KEY: Final = "EnableScannerAccessAuth"
WRONG_VALUE: Final = "perhaps"
DOMAIN: Final = "scanner.example.test"
TIME: Final = re.compile(r"\d+-\d\d-\d\d|\d\d:\d\d:\d\d([.,]\d+)?")
"""Dates and times of day have numbers that could be those of lines."""


@check("CONFIG-file")
class File(Check):
    """There is a file to edit."""

    async def stimulate(self, session: Session) -> None:
        """Read it."""
        await session.home.text(FILE, label="file")

    def judge(self, transcript: Transcript) -> None:
        """Look for the section, or for comments."""
        text = transcript.fact("file")
        if text is None:
            raise Mismatch(FILE, "no such file", "file")
        lines = [line.strip() for line in text.splitlines()]
        if SECTION not in lines and not any(
            line.startswith(COMMENTS) for line in lines
        ):
            raise Mismatch(f"a section {SECTION}, or comments", text[:80], "file")


class _Configured(Check):
    """The service is started with a file that says everything about it."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Start it so, look at each setting, and read what the log says."""
        second = await asyncio.to_thread(second_address)
        session.fact("second address", second)
        certificate, key = make_pair(DOMAIN)
        await session.home.write("cert/domain.pem", certificate)
        await session.home.write("cert/domain_key.pem", key)
        settings = {
            "LogLevel": "14",
            "Access-Control-Allow-Origin": f"{LISTED},{ALSO_LISTED}",
            "Server": second,
            WRONG_KEY: WRONG_VALUE,
        }
        section = f"[{DOMAIN}]\ncert_name=domain.pem\nkey_name=domain_key.pem\n"
        ports = await session.service.configure(settings, section, label="configured")
        reached = {port.value: session.target.front(ports[port]) for port in ports}
        session.fact("ports", reached)
        await _ask_ports(session, ports)
        await session.http("GET", SERVER, label="level")
        await ask_origins(session, "origin", LISTED, FOREIGN)
        headers = {"Origin": ALSO_LISTED}
        await session.http("GET", SERVER, label="origin also listed", headers=headers)
        await _ask_second_address(session, second, ports)
        await session.http(
            "GET", "/api/device/scanners", label="wrong", headers={"Origin": LISTED}
        )
        await session.home.text(FILE, label="file")
        session.fact("log", await _log_lines_with(session, WRONG_KEY))
        await session.handshake(label="domain", server_name=DOMAIN)
        await session.handshake(label="usual")
        await session.service.configure({"LogLevel": "1"}, label="configured again")
        await session.http("GET", SERVER, label="level of 1")


@check("CONFIG-ports", deadline_s=90)
class Ports(_Configured):
    """The four ports are those of the file."""

    def judge(self, transcript: Transcript) -> None:
        """Each must answer, and be what its name says."""
        for name, number in transcript.fact("ports").items():
            answer = transcript[f"port {name}"]
            seen = urlsplit(answer.request.url).port
            expect_equal(answer, seen, number, what="port")
            expect_status(answer, 200)


@check("CONFIG-log-level", after=("CONFIG-ports",), deadline_s=90)
class LogLevel(_Configured):
    """The file's levels are the interface's."""

    def judge(self, transcript: Transcript) -> None:
        """14 is 30, and 1 is 1."""
        for label, level in (("level", 30), ("level of 1", 1)):
            answer = transcript[label]
            expect_equal(answer, level_in(answer), level, what="logLevel")


@check("CONFIG-origins", after=("CONFIG-ports",), deadline_s=90)
class Origins(_Configured):
    """The file's list is the allow list."""

    def judge(self, transcript: Transcript) -> None:
        """The listed origins get in, another does not."""
        expect_allowed(transcript["origin listed"], LISTED)
        expect_allowed(transcript["origin also listed"], ALSO_LISTED)
        expect_error(transcript["origin unlisted"], 403, -2137)


@check("CONFIG-server-address", after=("CONFIG-ports",), deadline_s=90)
class ServerAddress(_Configured):
    """The core pair is at the address that the file names, too."""

    def judge(self, transcript: Transcript) -> None:
        """It must be reached by both addresses."""
        address = transcript.fact("second address")
        for name in ("api", "api_tls"):
            if not transcript.fact(f"second {name}"):
                wanted = f"{name} open at {address}"
                raise Mismatch(wanted, "it is closed", f"second {name}")
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
        if not any(_tells(text, line) for text in transcript.fact("log")):
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


async def _ask_second_address(
    session: Session,
    address: str,
    ports: dict[Port, int],
) -> None:
    for port in (Port.API, Port.API_TLS):
        await session.connect(address, ports[port], label=f"second {port.value}")
    host = f"{address}:{ports[Port.API]}"
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


def _tells(text: str, line: int) -> bool:
    """Whether a line of the log has the file, the key, and the number of a line."""
    untimed = TIME.sub(" ", text)
    has_number = re.search(rf"(?<![\w.-]){line}(?![\w-]|\.\d)", untimed)
    return FILE in text and WRONG_KEY in text and has_number is not None


def _line_of(text: Any, key: str) -> int:
    lines = text.splitlines() if isinstance(text, str) else []
    return next(
        (number for number, line in enumerate(lines, 1) if line.startswith(key)), 0
    )
