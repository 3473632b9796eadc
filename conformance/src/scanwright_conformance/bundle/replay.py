"""Recorded exchanges, asked once more of a service that runs now.

A session like that of a check asks, so that what the service makes is taken away again.
Where a recorded answer tells the state of something, it is waited for: the service may
be slower today.

Whoever made the bundle does not choose who is asked: a request may have a licence key
in it. A recorded address is a name for a port of the target, and one of this computer
where no target is given.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from scanwright_conformance.bundle.comparison import (
    Deviation,
    deviations,
    is_agreeing,
)
from scanwright_conformance.bundle.filling import filled
from scanwright_conformance.bundle.substitution import (
    Substitution,
    devices_of_today,
    places_of_today,
)
from scanwright_conformance.redact import redact
from scanwright_conformance.session import Session, Stopped
from scanwright_conformance.target import (
    Addresses,
    Port,
    Target,
    control_for,
    described_target,
    probe,
    read_description,
)
from scanwright_conformance.transcript import (
    Channel,
    Exchange,
    Fact,
    Request,
    Transcript,
)
from scanwright_spec import CAPABILITIES

if TYPE_CHECKING:
    from scanwright_conformance.results import Subject

__all__ = ["Repetition", "Unrepeatable", "chosen", "live_target", "repeat"]

PATIENCE_S: Final = 10.0
WAITED_FOR: Final = re.compile(r"(.+)\.(?:\d+|before)")
"""The labels of answers before the one that was waited for."""
TAKEN_AWAY: Final = re.compile(r"cleanup-\d+")
"""What the session did at its end, and does again by itself."""
BASE: Final = re.compile(r'"base"\s*:\s*"(/[^"\\]+/)"')
"""Below which the session of a page has its images and files."""
SHORTENED: Final = re.compile("\N{HORIZONTAL ELLIPSIS} \\d+ bytes in all$".encode())
"""The end of a body of which only the beginning was kept."""


class Unrepeatable(Exception):
    """A bundle has no address that may be asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """One exchange of then and its like of today; both without secrets.

    `hindrance` says why there is none of today.
    """

    recorded: Exchange
    live: Exchange | None = None
    deviations: tuple[Deviation, ...] = ()
    hindrance: str = ""

    @property
    def is_agreeing(self) -> bool:
        """Whether both answers are the same in what matters."""
        return not self.hindrance and is_agreeing(self.deviations)

    @property
    def is_silent(self) -> bool:
        """Whether nobody answered who did so then."""
        is_answered = self.live is not None and self.live.answer is not None
        return self.recorded.answer is not None and not is_answered


def chosen(transcript: Transcript, labels: Sequence[str]) -> tuple[Exchange, ...]:
    """Return the exchanges with these labels; without any, the whole conversation.

    What lay below the base of a page's session is left out: that has ended.
    """
    bases = _bases(transcript)
    exchanges = [
        each
        for each in transcript.exchanges
        if not any(base in each.request.url for base in bases)
    ]
    if labels:
        return tuple(each for each in exchanges if each.label in labels)
    known = {each.label for each in exchanges}
    return tuple(
        each
        for each in exchanges
        if not TAKEN_AWAY.fullmatch(each.label)
        and not ((match := WAITED_FOR.fullmatch(each.label)) and match[1] in known)
    )


def _bases(transcript: Transcript) -> set[str]:
    """Return the paths of the sessions of pages."""
    return {
        base
        for entry in transcript.entries
        if isinstance(entry, Channel)
        for frame in entry.frames
        for base in BASE.findall(frame.text)
    }


@asynccontextmanager
async def live_target(place: str | None, subject: Subject) -> AsyncIterator[Target]:
    """Give the service at a URL or of a target.toml, or the one that was recorded.

    A target that is described with a command runs as long as this lasts. Unrepeatable,
    where the recorded one is none of this computer.
    """
    if place is None:
        urls = _addresses(subject)
        if far := [url for url in urls.values() if not _is_loopback(url)]:
            raise Unrepeatable(
                f"the bundle names {far[0]}, which is not on this computer; "
                "say with --target who is to be asked",
            )
        target = Target(subject.name, Addresses(urls), frozenset())
        await _find_scanners(target, subject)
        yield target
    elif place.startswith(("http://", "https://")):
        target = await probe(place)
        await _find_scanners(target, subject)
        yield target
    else:
        description = read_description(Path(place), frozenset(CAPABILITIES))
        target = described_target(description)
        async with AsyncExitStack() as stack:
            if (control := control_for(description)) is None:
                await target.discover()
            else:
                target.control = await stack.enter_async_context(control)
                await target.start()
            yield target


def _addresses(subject: Subject) -> dict[Port, str]:
    """Return the base URLs of a bundle, or raise Unrepeatable: anybody can make one."""
    known = {port.value for port in Port}
    for name, url in subject.addresses.items():
        if name not in known:
            raise Unrepeatable(f"the bundle names a port {name!r}, which no target has")
        if not _is_url(url):
            raise Unrepeatable(f"the bundle has no URL for {name}: {url!r}")
    return {Port(name): url for name, url in subject.addresses.items()}


def _is_url(word: object) -> bool:
    """Whether `word` is the address of a port."""
    try:
        parts = urlsplit(str(word))
        is_possible = parts.port != 0
    except ValueError:
        return False
    return is_possible and parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


async def _find_scanners(target: Target, subject: Subject) -> None:
    """Cast those that are listed as then, and else as they are found."""
    known = target.devices
    target.roles = subject.devices
    await target.discover()
    target.devices = {**known, **target.devices}


async def repeat(
    target: Target,
    transcript: Transcript,
    exchanges: Sequence[Exchange],
    *,
    subject: Subject,
    secrets: Mapping[str, str],
) -> tuple[Repetition, ...]:
    """Ask `target` what the `exchanges` of `transcript` asked, one after the other.

    SecretMissing, before anything is asked, where a request needs one; Unrepeatable,
    where the bundle has addresses that are none.
    """
    _addresses(subject)
    for exchange in exchanges:
        filled(exchange.request, secrets)
    places = _places(transcript, subject)
    now = {port.value: url for port, url in target.addresses.urls.items()}
    words = devices_of_today(transcript, subject.devices, target.devices)
    for then in places:
        words.update(places_of_today(then, now))
    substitution = Substitution(words)
    found = []
    async with Session(target) as session:
        for exchange in exchanges:
            repeated = _Repeated(exchange, transcript, places)
            found.append(await repeated.by(session, substitution, secrets))
    return tuple(found)


def _places(transcript: Transcript, subject: Subject) -> list[Mapping[str, str]]:
    """Return base URLs by port: a managed service had others after each start."""
    ports = {port.value for port in Port}
    started = [
        entry.value
        for entry in transcript.entries
        if isinstance(entry, Fact)
        and isinstance(entry.value, dict)
        and entry.value
        and entry.value.keys() <= ports
        and all(map(_is_url, entry.value.values()))
    ]
    return [subject.addresses, *started]


@dataclass(frozen=True, slots=True)
class _Repeated:
    exchange: Exchange
    transcript: Transcript
    places: Sequence[Mapping[str, str]]

    async def by(
        self,
        session: Session,
        substitution: Substitution,
        secrets: Mapping[str, str],
    ) -> Repetition:
        """Ask, and compare with what was answered then."""
        recorded = self.exchange
        if SHORTENED.search(recorded.request.body):
            return Repetition(recorded, hindrance="its body was too large to be kept")
        port = self._port()
        if port not in session.target.addresses.urls:
            return Repetition(recorded, hindrance=f"the target has no {port.value}")
        request = filled(substitution.applied(recorded.request), secrets)
        base, path = session.target.addresses.url(port), _path(request)
        if request.raw is None and not _is_at(base, path):
            hindrance = f"what it asked for is no path: {recorded.request.url!r}"
            return Repetition(recorded, hindrance=hindrance)
        live = await self._asked(session, request, port)
        substitution.learn(recorded, live)
        shown = redact(Transcript((live,)), secrets.values())[live.label]
        return Repetition(recorded, shown, deviations(recorded, live))

    def _port(self) -> Port:
        for place in self.places:
            for name, url in place.items():
                if self.exchange.request.url.startswith(f"{url.rstrip('/')}/"):
                    return Port(name)
        is_tls = self.exchange.request.url.startswith("https:")
        return Port.API_TLS if is_tls else Port.API

    async def _asked(self, session: Session, request: Request, port: Port) -> Exchange:
        label, timeout_s = self.exchange.label, PATIENCE_S + 2 * self.exchange.seconds
        if request.raw is not None:
            return await session.raw(
                request.raw, label=label, port=port, timeout_s=timeout_s
            )
        path = _path(request)
        state = _state(self.exchange)
        is_plain = request.method == "GET" and port is Port.API and not request.headers
        if state and is_plain:
            return await self._waited_for(session, path, state)
        return await session.http(
            request.method,
            path,
            label=label,
            headers=dict(request.headers),
            body=request.body,
            port=port,
            timeout_s=timeout_s,
        )

    async def _waited_for(self, session: Session, path: str, state: str) -> Exchange:
        """Ask until the state is that of then, at least twice as long as it took."""
        label, then = self.exchange.label, _status(self.exchange)
        series = [
            each.started_s
            for each in self.transcript.exchanges
            if (match := WAITED_FOR.fullmatch(each.label)) and match[1] == label
        ]
        took_s = self.exchange.started_s - min([*series, self.exchange.started_s])
        try:
            return await session.poll(
                path,
                # another status is an answer, and no state that passes
                lambda live: _status(live) != then or _state(live) == state,
                wanted=state,
                label=label,
                within_s=PATIENCE_S + 2 * took_s,
            )
        except Stopped:
            recorded = session.recorder.transcript().exchanges
            labels = (label, f"{label}.1")
            return next(each for each in recorded if each.label in labels)


def _path(request: Request) -> str:
    """Return what a request asks for at whatever address."""
    return re.sub(r"^\w+://[^/?#]*", "", request.url)


def _is_at(base: str, path: str) -> bool:
    """Whether `path` behind `base` still leads to the host of `base`.

    In `http://127.0.0.1:18622@elsewhere/` everything before the @ is a user.
    """
    is_path = path.startswith("/")
    return is_path and urlsplit(base + path).netloc == urlsplit(base).netloc


def _status(exchange: Exchange) -> int | None:
    return None if exchange.answer is None else exchange.answer.status


def _state(exchange: Exchange) -> str:
    value = exchange.json_or_none()
    state = value.get("status") if isinstance(value, dict) else None
    return state if isinstance(state, str) else ""
