"""A session records what it does and takes away what it made."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from scanwright_conformance.session import JOBS, Session, Stopped
from scanwright_conformance.target import Addresses, Device, Port, Target, Unsupported

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


class Service:
    """Makes jobs and documents, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.polls = 0

    async def handle(self, request: web.Request) -> web.Response:
        """Answer as a service would."""
        self.asked.append((request.method, request.path_qs))
        self.headers.append(dict(request.headers))
        self.bodies.append(await request.read())
        match request.method, request.path:
            case "POST", "/DWTAPI/ScanJobs":
                return web.Response(status=201, text="old")
            case "POST", "/api/storage/documents":
                return web.json_response({"uid": "doc"}, status=201)
            case "POST", _:
                return web.json_response({"jobuid": "new"}, status=201)
            case "DELETE", _:
                return web.Response(status=204)
            case "GET", path if path.endswith("/next-page"):
                self.polls += 1
                return web.Response(status=200 if self.polls < 3 else 204)
        self.polls += 1
        state = "running" if self.polls < 4 else "completed"
        return web.json_response({"status": state})


def target_at(url: str, key: str = "") -> Target:
    """Return a target with one scanner."""
    return Target(
        "t",
        Addresses({Port.API: url}),
        frozenset(),
        licence_key=key,
        devices={"scanner": Device("One", 1, "{one}")},
    )


async def test_headers_and_body_are_sent_as_given(serve: Serve) -> None:
    """Nothing is added to a request but what HTTP demands."""
    service = Service()
    async with Session(target_at(await serve(service.handle))) as session:
        await session.http(
            "PATCH",
            "/x",
            label="x",
            query={"a": "1,2"},
            headers={"Host": "evil.test", "Origin": "https://o.test"},
            body=b"{",
        )
    assert service.asked == [("PATCH", "/x?a=1%2C2")]
    sent = service.headers[0]
    assert (sent["Host"], sent["Origin"]) == ("evil.test", "https://o.test")
    assert not {"User-Agent", "Accept", "Accept-Encoding", "Content-Type"} & set(sent)
    assert service.bodies == [b"{"]


async def test_json_has_a_content_type_that_can_be_changed(serve: Serve) -> None:
    """JSON is labelled as such unless the check says otherwise."""
    service = Service()
    async with Session(target_at(await serve(service.handle))) as session:
        await session.http("PATCH", "/x", label="a", json={"b": 1})
        other = {"content-type": "text/plain"}
        await session.http("PATCH", "/x", label="b", json=None, headers=other)
    kinds = [headers["Content-Type"] for headers in service.headers]
    assert kinds == ["application/json", "text/plain"]
    assert service.bodies == [b'{"b": 1}', b"null"]


async def test_what_was_made_is_deleted(serve: Serve) -> None:
    """Jobs of both generations and documents do not outlive the session."""
    service = Service()
    async with Session(target_at(await serve(service.handle))) as session:
        await session.create_job()
        await session.http("POST", "/DWTAPI/ScanJobs?timeout=9", label="old", json={})
        await session.http("POST", "/api/storage/documents", label="d", json={})
    deleted = {path for method, path in service.asked if method == "DELETE"}
    assert deleted == {
        f"{JOBS}/new",
        "/DWTAPI/ScanJobs/old",
        "/api/storage/documents/doc",
    }


async def test_what_is_deleted_already_is_left_alone(serve: Serve) -> None:
    """The cleanup repeats no successful DELETE."""
    service = Service()
    async with Session(target_at(await serve(service.handle))) as session:
        job = await session.create_job()
        await job.delete()
    assert [method for method, _ in service.asked] == ["POST", "DELETE"]


async def test_a_job_is_made_for_the_scanner_of_its_role(serve: Serve) -> None:
    """The device string of the listing is sent, with the licence that is needed."""
    service = Service()
    async with Session(target_at(await serve(service.handle), "key")) as session:
        job = await session.create_job({"autoRun": False})
        assert (job.uid, job.path) == ("new", f"{JOBS}/new")
    assert json.loads(service.bodies[0]) == {"device": "{one}", "autoRun": False}
    assert service.headers[0]["DWT-PRODUCT-KEY"] == "key"


@pytest.mark.parametrize("answer", [{}, {"jobuid": ""}, {"jobuid": 5}, [], "x"])
async def test_an_answer_without_a_job_stops_the_stimulus(
    serve: Serve,
    answer: Any,
) -> None:
    """Without a job there is nothing more to say."""

    async def handle(_: web.Request) -> web.Response:
        return web.json_response(answer, status=201)

    async with Session(target_at(await serve(handle))) as session:
        with pytest.raises(Stopped, match="made no job"):
            await session.create_job()


async def test_polling_ends_with_the_state(serve: Serve) -> None:
    """The answer that ended the wait has the label; repetitions are not kept."""
    service = Service()
    async with Session(target_at(await serve(service.handle))) as session:
        job = await session.create_job()
        await job.until("completed")
        labels = [entry.label for entry in session.recorder.transcript().entries]
    assert labels == ["create", "ended.3", "ended"]


async def test_a_state_that_never_comes_stops_the_stimulus(serve: Serve) -> None:
    """The last answer is the evidence."""
    service = Service()
    async with Session(target_at(await serve(service.handle))) as session:
        job = await session.create_job()
        with pytest.raises(Stopped, match=r"not faulted within 0\.1 s"):
            await job.until("faulted", within_s=0.1)
        assert "ended" in session.recorder.transcript()


async def test_polling_nobody_stops_at_once(serve: Serve) -> None:
    """A target that went away is not asked until the deadline."""
    url = await serve(Service().handle)
    async with Session(target_at(url)) as session:
        job = await session.create_job()
        session.target.addresses = Addresses({Port.API: "http://127.0.0.1:9"})
        with pytest.raises(Stopped, match="does not answer"):
            await job.until_gone()


async def test_pages_are_numbered_and_end(serve: Serve) -> None:
    """The first answer that is no page has a label of its own."""
    service = Service()
    async with Session(target_at(await serve(service.handle))) as session:
        job = await session.create_job()
        pages = await job.pages()
        transcript = session.recorder.transcript()
    assert [page.label for page in pages] == ["page-1", "page-2"]
    assert transcript.series("page") == pages
    assert transcript["page-end"].answer is not None


async def test_pages_without_an_end_stop_the_stimulus(serve: Serve) -> None:
    """A target that never says 204 does not hold the suite for ever."""
    service = Service()
    service.polls = -1000
    async with Session(target_at(await serve(service.handle))) as session:
        job = await session.create_job()
        with pytest.raises(Stopped, match="still more"):
            await job.pages(limit=5)


async def test_no_answer_is_recorded_and_not_raised(serve: Serve) -> None:
    """A stimulus goes on; its judge finds the problem."""

    async def handle(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async with Session(target_at(await serve(handle))) as session:
        closed = await session.http("GET", "/", label="closed")
        session.target.addresses = Addresses({Port.API: "http://127.0.0.1:9"})
        refused = await session.http("GET", "/", label="refused")
    assert closed.problem == "the connection closed without an answer"
    assert refused.problem == "no answer: Connection refused"


async def test_an_attached_target_cannot_be_stopped(serve: Serve) -> None:
    """What somebody else started is left running."""
    async with Session(target_at(await serve(Service().handle))) as session:
        with pytest.raises(Unsupported):
            await session.service.stop()


async def test_other_ports_are_tried_and_recorded(serve: Serve) -> None:
    """Whether a TCP port accepts is a fact."""
    url = await serve(Service().handle)
    async with Session(target_at(url)) as session:
        host, _, number = session.host().partition(":")
        assert await session.connect(host, int(number), label="open")
        assert not await session.connect(host, 9, label="closed")
        transcript = session.recorder.transcript()
    assert (transcript.fact("open"), transcript.fact("closed")) == (True, False)


class Weathered:
    """A detour to a service, which is lost on the way but for what goes past it."""

    mishaps = ()

    def __init__(self, port: int) -> None:
        self.port = port

    async def addresses(self, direct: Addresses) -> Addresses:
        """Lead to nobody."""
        return direct

    def front(self, _: int) -> int:
        """Be where nobody is."""
        return 9

    def past(self, host: str, port: int) -> tuple[str, int]:
        """Tell where the service is."""
        return (host, self.port) if port == 9 else (host, port)


async def test_what_is_no_conversation_goes_past_a_detour(serve: Serve) -> None:
    """Whether a port is open is asked of the target, and the cleanup reaches it."""
    service = Service()
    url = await serve(service.handle)
    target = target_at(url)
    async with Session(target) as session:
        await session.create_job()
        target.addresses = Addresses({Port.API: "http://127.0.0.1:9"})
        target.detour = Weathered(int(url.rpartition(":")[2]))
        assert await session.connect("127.0.0.1", 9, label="open")
        assert not await session.connect("127.0.0.1", 10, label="closed")
    assert service.asked[-1] == ("DELETE", f"{JOBS}/new")
