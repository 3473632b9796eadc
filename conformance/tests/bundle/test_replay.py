"""Repeating: the same questions to another service, with its own ids."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from scanwright_conformance.bundle.filling import SecretMissing
from scanwright_conformance.bundle.replay import (
    Repetition,
    Unrepeatable,
    chosen,
    live_target,
    repeat,
)
from scanwright_conformance.canned import answered, resulted, talk, unanswered
from scanwright_conformance.results import Subject
from scanwright_conformance.target import Addresses, Port, Target
from scanwright_conformance.transcript import Entry, Exchange, Fact, Request, Transcript

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

THEN = "http://127.0.0.1:1"
JOBS = "/api/device/scanners/jobs"
SUBJECT = Subject("tiny", {"api": THEN}, (), {}, "L1")


def asked(exchange: Exchange, method: str, path: str, body: bytes = b"") -> Exchange:
    """Return an answered exchange with the request that it belongs to."""
    return replace(exchange, request=Request(method, THEN + path, body=body))


CREATE = asked(answered("create", 201, json={"jobuid": "old-job"}), "POST", JOBS, b"{}")
STATUS = asked(
    answered("ended", json={"status": "completed"}), "GET", f"{JOBS}/old-job"
)
EARLIER = replace(STATUS, label="ended.1")
CLEANUP = asked(answered("cleanup-1", 204), "DELETE", f"{JOBS}/old-job")
CONVERSATION = Transcript((CREATE, EARLIER, Fact("fact", 1), STATUS, CLEANUP))


class Jobs:
    """A service that makes jobs, which end after a while."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.seen: list[str] = []
        self._asked = itertools.count()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer as a service does that knows its own jobs."""
        self.seen.append(f"{request.method} {request.path}")
        if request.method == "POST":
            return web.json_response({"jobuid": "new-job"}, status=201)
        if request.method == "DELETE":
            return web.Response(status=204)
        if request.path.endswith("/old-job"):
            return web.json_response({}, status=404)
        state = "completed" if next(self._asked) else "running"
        return web.json_response({"status": state})


async def repeated(
    url: str,
    transcript: Transcript,
    exchanges: Sequence[Exchange],
    secrets: Mapping[str, str] | None = None,
) -> tuple[Repetition, ...]:
    """Repeat at `url`."""
    target = Target("live", Addresses({Port.API: url}), frozenset())
    return await repeat(
        target, transcript, exchanges, subject=SUBJECT, secrets=secrets or {}
    )


def test_a_whole_conversation_is_what_was_asked_for_a_reason() -> None:
    """Neither answers that were waited through, nor what a session takes away."""
    assert chosen(CONVERSATION, ()) == (CREATE, STATUS)
    assert chosen(CONVERSATION, ["ended.1", "fact"]) == (EARLIER,)


async def test_ids_of_today_are_used(serve: Serve) -> None:
    """The job that is asked for is the one that was made, and it is taken away."""
    jobs = Jobs()
    exchanges = chosen(CONVERSATION, ())
    found = await repeated(await serve(jobs.answer), CONVERSATION, exchanges)
    assert [each.is_agreeing for each in found] == [True, True]
    assert set(jobs.seen[1:-1]) == {f"GET {JOBS}/new-job"}
    assert jobs.seen[-1] == f"DELETE {JOBS}/new-job"


async def test_an_exchange_alone_asks_for_what_was_then(serve: Serve) -> None:
    """A service of today does not know it."""
    (found,) = await repeated(await serve(Jobs().answer), CONVERSATION, [EARLIER])
    assert (found.is_agreeing, found.is_silent) == (False, False)
    assert found.live is not None
    assert found.live.answer is not None
    assert found.live.answer.status == 404


async def test_who_does_not_answer_is_silent() -> None:
    """Which is another thing than to disagree; silence then as now agrees."""
    url = "http://127.0.0.1:9"
    (found,) = await repeated(url, CONVERSATION, [CREATE])
    assert (found.is_silent, found.is_agreeing) == (True, False)
    gone = replace(unanswered("gone"), request=CREATE.request)
    (found,) = await repeated(url, Transcript((gone,)), [gone])
    assert (found.is_silent, found.is_agreeing) == (False, True)


async def test_secrets_are_sent_and_not_shown(serve: Serve) -> None:
    """The service needs the key, the reader does not."""
    keys: list[str | None] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        keys.append(request.headers.get("DWT-PRODUCT-KEY"))
        return web.json_response({"echo": keys[-1]})

    headers = (("DWT-PRODUCT-KEY", "[redacted]"),)
    request = Request("GET", f"{THEN}/api/server", headers)
    licensed = replace(answered("x", json={"echo": "[redacted]"}), request=request)
    url = await serve(handler)
    secrets = {"licence": "t0123"}
    (found,) = await repeated(url, Transcript((licensed,)), [licensed], secrets)
    assert (keys, found.is_agreeing) == (["t0123"], True)
    assert "t0123" not in str(found.live)


async def test_nothing_is_asked_without_a_secret(serve: Serve) -> None:
    """Half a conversation would help nobody."""
    jobs = Jobs()
    request = Request("GET", THEN, (("Authorization", "[redacted]"),))
    secret = replace(answered("x"), request=request)
    with pytest.raises(SecretMissing):
        await repeated(
            await serve(jobs.answer), Transcript((CREATE, secret)), [CREATE, secret]
        )
    assert jobs.seen == []


async def test_exact_bytes_are_sent_as_they_were(serve: Serve) -> None:
    """On a connection of their own; the Host in them is of today."""
    hosts: list[str] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        hosts.append(request.host)
        return web.Response(headers={"Connection": "close"})

    raw = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n"
    exchange = replace(answered("raw"), request=Request("GET", THEN, raw=raw))
    url = await serve(handler)
    (found,) = await repeated(url, Transcript((exchange,)), [exchange])
    assert found.live is not None
    assert hosts == [url.removeprefix("http://")]


async def test_ports_of_later_starts_are_known() -> None:
    """A service that was started anew had other addresses than at first."""
    url = "http://127.0.0.1:2"
    request = Request("GET", f"{url}/admin")
    manager = replace(answered("x"), request=request)
    entries: tuple[Entry, ...] = (Fact("started", {"manager": url}), manager)
    (found,) = await repeated("http://127.0.0.1:9", Transcript(entries), [manager])
    assert found.hindrance == "the target has no manager"
    assert not found.is_agreeing


async def test_a_port_that_nobody_knows_is_the_first_of_its_kind() -> None:
    """TLS or not is all that is known then."""
    request = Request("GET", "https://127.0.0.1:77/api/server")
    exchange = replace(answered("x"), request=request)
    (found,) = await repeated("http://127.0.0.1:9", Transcript((exchange,)), [exchange])
    assert found.hindrance == "the target has no api_tls"


async def test_a_body_that_was_not_kept_cannot_be_sent() -> None:
    """Of a large request there is the beginning."""
    body = "xxx… 5000000 bytes in all".encode()
    large = asked(answered("large"), "PATCH", "/api/server", body)
    (found,) = await repeated("http://127.0.0.1:9", Transcript((large,)), [large])
    assert "too large" in found.hindrance


async def test_the_target_is_that_of_then_unless_another_is_named(
    serve: Serve,
    tmp_path: Path,
) -> None:
    """By its address, or by its description."""
    url = await serve(Jobs().answer)
    path = tmp_path / "target.toml"
    path.write_text(f'[target]\napi = "{url}"\n[licence]\nkey = "t0"\n')
    subject = replace(SUBJECT, addresses={"api": url})
    async with live_target(None, subject) as target:
        assert target.addresses.url(Port.API) == url
    async with live_target(str(path), SUBJECT) as target:
        assert (target.addresses.url(Port.API), target.licence_key) == (url, "t0")
    async with live_target(url, SUBJECT) as target:
        assert target.addresses.url(Port.API) == url


@pytest.mark.parametrize(
    "url",
    ["@{evil}/steal", ".example.test/steal", "", "x://{here}@{evil}/steal"],
)
async def test_a_request_goes_to_the_target_and_to_nobody_else(
    serve: Serve,
    url: str,
) -> None:
    """Whatever a bundle calls a URL: with the licence key it asks at no other host."""
    asked_there: list[str] = []

    async def steal(request: web.Request) -> web.StreamResponse:
        asked_there.append(request.path)
        return web.json_response({})

    here, evil = await serve(Jobs().answer), await serve(steal)
    names = {"here": here.removeprefix("http://"), "evil": evil.removeprefix("http://")}
    headers = (("DWT-PRODUCT-KEY", "[redacted]"),)
    request = Request("POST", url.format(**names), headers, b"{}")
    exchange = replace(answered("x"), request=request)
    (found,) = await repeated(
        here, Transcript((exchange,)), [exchange], {"licence": "t0123"}
    )
    assert asked_there == []
    assert found.live is None or found.live.request.url == f"{here}/steal"
    assert (found.live is None) == ("is no path" in found.hindrance)


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        ({"api": "http://scanner.example.test:18622"}, "not on this computer"),
        ({"api": THEN, "manager": "http://192.0.2.1"}, "192.0.2.1, which is not on"),
        ({"api": "http://localhost@192.0.2.1"}, "not on this computer"),
        ({"backdoor": THEN}, "a port 'backdoor', which no target has"),
        ({"api": "http://127.0.0.1:port"}, "no URL for api"),
        ({"api": "file:///etc/passwd"}, "no URL for api"),
    ],
)
async def test_addresses_of_a_bundle_are_of_this_computer(
    addresses: dict[str, str],
    words: str,
) -> None:
    """Elsewhere is nobody asked whom the caller did not name."""
    with pytest.raises(Unrepeatable, match=words):
        async with live_target(None, replace(SUBJECT, addresses=addresses)):
            pass


async def test_a_port_that_no_target_has_is_refused_for_any_target() -> None:
    """Before anything is asked."""
    target = Target("live", Addresses({Port.API: THEN}), frozenset())
    subject = replace(SUBJECT, addresses={"backdoor": THEN})
    with pytest.raises(Unrepeatable, match="backdoor"):
        await repeat(target, CONVERSATION, [CREATE], subject=subject, secrets={})


async def test_what_is_no_address_is_none_of_a_later_start(serve: Serve) -> None:
    """A fact may say anything."""
    entries = (Fact("started", {"api": "http://127.0.0.1:port"}), CREATE)
    (found,) = await repeated(await serve(Jobs().answer), Transcript(entries), [CREATE])
    assert found.is_agreeing


# It says no `pid`: the family of the target is the command, and nobody else.
SERVICE = """\
import json, signal
signal.signal(signal.SIGINT, lambda *_: exit(0))
print(json.dumps({{"api": "{url}"}}), flush=True)
signal.pause()
"""


@pytest.mark.slow
async def test_a_target_with_a_command_is_started(serve: Serve, tmp_path: Path) -> None:
    """And ended when all is asked."""
    url = await serve(Jobs().answer)
    (tmp_path / "service.py").write_text(SERVICE.format(url=url))
    path = tmp_path / "target.toml"
    path.write_text('[start]\ncommand = ["{python}", "{here}/service.py"]\n')
    async with live_target(str(path), SUBJECT) as target:
        control = target.control
        assert control is not None
        assert target.addresses.url(Port.API) == url
        assert len(control.processes()) == 1
    assert control.processes() == ()


def test_what_lay_below_a_session_is_not_chosen() -> None:
    """The session has ended, and its base leads nowhere."""
    opened = resulted("open", base="/page/secret/")
    below, other = answered("page/secret/images/1"), answered("api/server")
    transcript = Transcript((talk("page", opened), below, other))
    assert chosen(transcript, ()) == (other,)
    assert chosen(transcript, [below.label, other.label]) == (other,)
