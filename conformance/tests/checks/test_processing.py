"""The judge of sources of processing calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.check import judgement_of
from scanwright_conformance.checks.processing import SourceUnknown
from scanwright_conformance.session import Session
from scanwright_conformance.target import Addresses, Port, Target
from scanwright_conformance.transcript import Exchange, Fact

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

ASKED = Fact("requests", ["read-barcode-1", "check-blank-1"])
BARCODE, BLANK = (answered(each, 400, json={"code": -2113}) for each in ASKED.value)


def test_what_is_no_page_is_refused() -> None:
    """400 / -2113 from both operations meets the clause."""
    assert judged(SourceUnknown, ASKED, BARCODE, BLANK).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        answered("check-blank-1", 404, json={"code": -1034}),
        answered("check-blank-1", 400, json={"code": -1040}),
        answered("check-blank-1", json={"result": True}),
        unanswered("check-blank-1"),
    ],
    ids=["404", "code", "read", "silent"],
)
def test_what_is_no_page_and_is_read_fails(wrong: Exchange) -> None:
    """Another status or code, a result, and a hang fail."""
    seen = judged(SourceUnknown, ASKED, BARCODE, wrong)
    assert (seen.is_met, seen.labels) == (False, ("check-blank-1",))


@pytest.mark.parametrize(("status", "is_met"), [(400, True), (404, False)])
async def test_the_stimulus_names_no_page(
    serve: Serve,
    status: int,
    *,
    is_met: bool,
) -> None:
    """Both operations are asked for sources that nothing can be read from."""
    asked = set()

    async def refuse(request: web.Request) -> web.StreamResponse:
        asked.add((request.path, (await request.json())["source"]))
        return web.json_response({"code": -2113}, status=status)

    addresses = Addresses({Port.API: await serve(refuse)})
    async with Session(Target("processing", addresses, frozenset())) as session:
        await SourceUnknown().stimulate(session)
        transcript = session.recorder.transcript()
    assert judgement_of(SourceUnknown(), transcript).is_met is is_met
    assert ("/api/process/check-blank", "file:///etc/hosts") in asked
