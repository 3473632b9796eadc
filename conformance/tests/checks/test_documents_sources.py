"""The judge of what is put into documents, and its stimulus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, web

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.check import judgement_of
from scanwright_conformance.checks.documents_sources import SourceInvalid
from scanwright_conformance.session import Session
from scanwright_conformance.target import Addresses, Port, Target
from scanwright_conformance.transcript import Entry, Fact

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

REFUSED: dict[str, Entry] = {
    "tried": Fact("tried", 2),
    **{
        label: answered(label, 400, json={"code": -2113})
        for label in ("wrong-1", "wrong-2")
    },
    "after": answered("after", json={"pages": []}),
    "visitors": Fact("visitors", []),
}


@pytest.mark.parametrize(
    "wrong",
    [
        answered("wrong-1", json={"pages": [{"uid": "a"}]}),
        answered("wrong-2", 404, json={"code": -2113}),
        answered("wrong-2", 400, json={"code": -1040}),
        answered("after", json={"pages": [{"uid": "a"}]}),
        answered("after", 404, json={"code": -1040}),
        Fact("visitors", ["127.0.0.1"]),
    ],
)
def test_what_is_no_page_stays_outside(wrong: Entry) -> None:
    """Refusals, no page, no visit; anything else fails."""
    assert judged(SourceInvalid, *REFUSED.values()).is_met
    assert not judged(SourceInvalid, *(REFUSED | {wrong.label: wrong}).values()).is_met


@pytest.mark.parametrize("is_curious", [False, True])
async def test_who_fetches_is_noticed(serve: Serve, *, is_curious: bool) -> None:
    """A service that asks our own port for the page is a visitor there."""
    seen: list[Any] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            return web.json_response({"pages": []})
        if not request.path.endswith("/pages"):
            return web.json_response({"uid": "1", "pages": []}, status=201)
        source = (await request.json()).get("source")
        seen.append(source)
        own = isinstance(source, str) and source.startswith("http://127.0.0.1")
        if is_curious and own and "page.png" in source:
            async with ClientSession() as client:
                with pytest.raises(ClientError):
                    await client.get(source)
        return web.json_response({"code": -2113}, status=400)

    addresses = Addresses({Port.API: await serve(handle)})
    async with Session(Target("sources", addresses, frozenset())) as session:
        await SourceInvalid().stimulate(session)
        transcript = session.recorder.transcript()
    assert judgement_of(SourceInvalid(), transcript).is_met is not is_curious
    assert {"file:///etc/hosts", ""} <= {each for each in seen if isinstance(each, str)}
