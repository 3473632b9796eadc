"""Checks of the configuration file: read at the start, taken up live, left alone."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._pairs import make_pair
from scanwright_conformance.checks.server import SERVER, level_in
from scanwright_conformance.deadline import Expired, until
from scanwright_conformance.expect import (
    expect_equal,
    expect_error,
    expect_header,
    expect_status,
)
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.session import configuration_text
from scanwright_conformance.target import Manner, Port, Unsupported

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

FILE: Final = "DSConfiguration.ini"
DROP_IN: Final = "DSConfiguration.d/50-check.ini"
LISTED: Final = "https://listed.example.test"
ADDED: Final = "https://added.example.test"
FOREIGN: Final = "https://unlisted.example.test"
# Linux has the whole of 127/8; the service is not there unless it is told to.
SECOND_ADDRESS: Final = "127.0.0.2"
WRONG_KEY: Final = "EnableScannerAccessAuth"
WRONG_VALUE: Final = "perhaps"
DOMAIN: Final = "scanner.example.test"
LIVE_S: Final = 5.0


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
        await _ask_origins(session, "origin", LISTED, FOREIGN)
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
        _expect_allowed(transcript["origin listed"], LISTED)
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


class _Changed(Check):
    """The file changes while the service runs, and the service starts again."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Change it live, break it live, and start anew with a drop-in."""
        settings = {"LogLevel": "14", "Access-Control-Allow-Origin": LISTED}
        ports = await session.service.configure(settings, label="configured")
        await session.http("GET", SERVER, label="before")
        more = {"LogLevel": "1", "Access-Control-Allow-Origin": f"{LISTED},{ADDED}"}
        await session.home.write(FILE, configuration_text(ports, more))
        await _until_level(session, 1, label="live")
        await _until_allowed(session, ADDED, label="live origin")
        wrong = {**more, "LogLevel": "loud"}
        await session.home.write(FILE, configuration_text(ports, wrong))
        await _until_level(session, 30, label="live wrong", within_s=LIVE_S / 2)
        await session.home.write(FILE, configuration_text(ports, more))
        drop_in = f"[DS]\nAccess-Control-Allow-Origin={ADDED}\nLogLevel=14\n"
        await session.home.write(DROP_IN, drop_in)
        await session.home.text(FILE, label="file before")
        await session.home.text(DROP_IN, label="drop-in before")
        await session.service.stop(label="stop again")
        await session.service.start(Manner.BARE, label="started again")
        await session.http("GET", SERVER, label="drop-in level")
        await _ask_origins(session, "drop-in", ADDED, LISTED)
        await session.home.text(FILE, label="file after")
        await session.home.text(DROP_IN, label="drop-in after")


@check("CONFIG-live", after=("CONFIG-log-level", "CONFIG-origins"), deadline_s=120)
class Live(_Changed):
    """A change counts soon."""

    def judge(self, transcript: Transcript) -> None:
        """Look at the level and at the list after the change."""
        before, live = transcript["before"], transcript["live"]
        expect_equal(before, level_in(before), 30, what="logLevel")
        expect_equal(live, level_in(live), 1, what="logLevel")
        _expect_allowed(transcript["live origin"], ADDED)


@check("CONFIG-live-wrong", after=("CONFIG-log-level",), deadline_s=120)
class LiveWrong(_Changed):
    """A change that is none changes nothing."""

    def judge(self, transcript: Transcript) -> None:
        """The level is what it was."""
        before, after = transcript["live"], transcript["live wrong"]
        expect_equal(after, level_in(after), level_in(before), what="logLevel still")


@check("CONFIG-drop-in", after=("CONFIG-log-level", "CONFIG-origins"), deadline_s=120)
class DropIn(_Changed):
    """The drop-in has the last word."""

    def judge(self, transcript: Transcript) -> None:
        """Its level and its list count, and not those of the file."""
        answer = transcript["drop-in level"]
        expect_equal(answer, level_in(answer), 30, what="logLevel")
        _expect_allowed(transcript["drop-in listed"], ADDED)
        expect_error(transcript["drop-in unlisted"], 403, -2137)


@check("CONFIG-survives-restart", after=("CONFIG-ports",), deadline_s=120)
class SurvivesRestart(_Changed):
    """The service leaves the files of people alone."""

    def judge(self, transcript: Transcript) -> None:
        """They must be the same to the letter."""
        for name in ("file", "drop-in"):
            before = transcript.fact(f"{name} before")
            after = transcript.fact(f"{name} after")
            if before is None or before != after:
                seen = "it is gone" if after is None else "it is changed"
                raise Mismatch(f"the {name} as it was", seen, f"{name} after")


async def _ask_ports(session: Session, ports: dict[Port, int]) -> None:
    for port in ports:
        is_core = port in {Port.API, Port.API_TLS}
        path = SERVER if is_core else "/"
        if port in session.target.addresses.urls:
            await session.http("GET", path, label=f"port {port.value}", port=port)


async def _ask_origins(session: Session, label: str, listed: str, other: str) -> None:
    for name, origin in (("listed", listed), ("unlisted", other)):
        headers = {"Origin": origin}
        await session.http("GET", SERVER, label=f"{label} {name}", headers=headers)


async def _ask_second_address(session: Session, ports: dict[Port, int]) -> None:
    for port in (Port.API, Port.API_TLS):
        label = f"{SECOND_ADDRESS} {port.value}"
        await session.connect(SECOND_ADDRESS, ports[port], label=label)
    host = f"{SECOND_ADDRESS}:{ports[Port.API]}"
    await session.http("GET", SERVER, label="by second address", headers={"Host": host})


async def _until_level(
    session: Session,
    level: int,
    *,
    label: str,
    within_s: float = LIVE_S,
) -> None:
    """Ask for the level until it is `level` or the time is over; record the last."""

    def is_there(exchange: Exchange) -> bool:
        body = exchange.json_or_none()
        return isinstance(body, dict) and body.get("logLevel") == level

    await _until_answer(session, is_there, {}, label=label, within_s=within_s)


async def _until_allowed(session: Session, origin: str, *, label: str) -> None:
    def is_there(exchange: Exchange) -> bool:
        return exchange.answer is not None and exchange.answer.status == 200

    headers = {"Origin": origin}
    await _until_answer(session, is_there, headers, label=label, within_s=LIVE_S)


async def _until_answer(
    session: Session,
    is_there: Any,
    headers: dict[str, str],
    *,
    label: str,
    within_s: float,
) -> None:
    async def attempt() -> bool | None:
        session.recorder.drop(label)
        answer = await session.http("GET", SERVER, label=label, headers=headers)
        return True if is_there(answer) else None

    try:
        await until(attempt, within_s=within_s)
    except Expired:
        return  # the judge sees by the last answer that it never came


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


def _expect_allowed(exchange: Exchange, origin: str) -> None:
    expect_status(exchange, 200)
    value = expect_header(exchange, "Access-Control-Allow-Origin")
    if value not in {"*", origin}:
        raise Mismatch(f"{origin} to be allowed", value, exchange.label)


def _line_of(text: Any, key: str) -> int:
    lines = text.splitlines() if isinstance(text, str) else []
    return next(
        (number for number, line in enumerate(lines, 1) if line.startswith(key)), 0
    )
