"""Judges of documents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from aiohttp import web
from PIL import Image

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.check import Check, judgement_of
from scanwright_conformance.checks.documents import (
    NO_PASSWORDS,
    QUALITIES,
    InsertPosition,
    PasswordAlways,
    PasswordHeaderNames,
    QualityDirection,
)
from scanwright_conformance.checks.documents_wishes import NEW_PASSWORD as NEW
from scanwright_conformance.checks.documents_wishes import OLD_PASSWORD as OLD
from scanwright_conformance.session import Session
from scanwright_conformance.target import Addresses, Device, Port, Target
from scanwright_conformance.transcript import Exchange

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


def document(label: str, *pages: str) -> Exchange:
    """Return a document with these pages."""
    body = {"uid": "19053f0a1b2c", "pages": [{"uid": each} for each in pages]}
    return answered(label, json=body)


SECOND, THIRD = document("insert-2", "a", "b"), document("insert-3", "c", "a", "b")
FOURTH = document("insert-4", "c", "d", "a", "b")
APPENDED = document("insert-3", "a", "b", "c")


def test_positions_count_from_one() -> None:
    """1 is before the first page, 2 between the first and the second."""
    assert judged(InsertPosition, SECOND, THIRD, FOURTH).is_met


@pytest.mark.parametrize(
    ("third", "fourth"),
    [
        (document("insert-3", "a", "c", "b"), FOURTH),
        (APPENDED, FOURTH),
        (APPENDED, document("insert-4", "a", "d", "b", "c")),
        (THIRD, document("insert-4", "c", "a", "d", "b")),
        (THIRD, document("insert-4", "d", "c", "a", "b")),
        (answered("insert-3", 400, json={"code": -2113}), FOURTH),
        (answered("insert-3", json={"pages": "c a b"}), FOURTH),
        (THIRD, document("insert-4", "x", "d", "a", "b")),
        (THIRD, document("insert-4", "c", "d", "a")),
    ],
    ids=[
        *("from 0", "appended", "1 is the end", "2 from 0", "2 as 1"),
        *("refused", "no list", "another first", "last lost"),
    ],
)
def test_other_positions_fail(third: Exchange, fourth: Exchange) -> None:
    """Counting from 0, or not at all, fails."""
    assert not judged(InsertPosition, SECOND, third, fourth).is_met


def test_two_pages_are_there_before() -> None:
    """A page that was lost before shows nothing of positions; an error is no list."""
    one = document("insert-2", "a")
    third, fourth = document("insert-3", "c", "a"), document("insert-4", "c", "d", "a")
    assert not judged(InsertPosition, one, third, fourth).is_met
    pages = {"pages": [{"uid": "a"}, {"uid": "b"}]}
    error = answered("insert-2", 409, json=pages)
    assert judged(InsertPosition, error, THIRD, FOURTH).labels == ("insert-2",)


def jpeg(label: str, quality: int, width: int = 64) -> Exchange:
    """Return a picture with this quality."""
    return answered(label, body=encoded(quality, width))


def encoded(quality: int, width: int = 64) -> bytes:
    """Return a picture as a JPEG."""
    image = Image.linear_gradient("L").rotate(30).resize((width, 64))
    data = BytesIO()
    image.save(data, "JPEG", quality=quality)
    return data.getvalue()


def test_more_quality_gives_more_bytes() -> None:
    """A file that grows with its quality meets the clause."""
    answers = [jpeg(f"quality-{each}", each) for each in QUALITIES]
    assert judged(QualityDirection, *answers).is_met


@pytest.mark.parametrize(
    "given",
    [(95, 50, 10), (80, 80, 80), (10, 95, 50)],
    ids=["compression", "not looked at", "disorder"],
)
def test_another_direction_of_quality_fails(given: tuple[int, ...]) -> None:
    """More compression, and a quality that is not looked at, fail."""
    pairs = zip(QUALITIES, given, strict=True)
    answers = [jpeg(f"quality-{asked}", used) for asked, used in pairs]
    assert not judged(QualityDirection, *answers).is_met


def test_quality_is_no_size_of_picture() -> None:
    """A larger picture is not a better one."""
    answers = [jpeg(f"quality-{each}", 80, width=each) for each in QUALITIES]
    assert not judged(QualityDirection, *answers).is_met


def locked() -> dict[str, Exchange]:
    """Return refusals of every access without the password, and what was locked."""
    labels = [f"{name}-{number}" for name in NO_PASSWORDS for number in range(1, 7)]
    refusals = {each: answered(each, 403, json={"code": -1043}) for each in labels}
    delete = answered("delete", 204)
    return refusals | {"info": document("info", "a"), "delete": delete}


def test_a_locked_document_opens_with_its_password_alone() -> None:
    """403 / -1043 for each access, and the document as it was."""
    assert judged(PasswordAlways, *locked().values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        document("without-1", "a"),
        answered("without-6", 204),
        answered("wrong-5", 204),
        answered("wrong-2", 401, json={"code": -1043}),
        answered("without-4", 403, json={"code": -2800}),
        document("info"),
        answered("delete", 403, json={"code": -1043}),
        unanswered("without-3"),
    ],
    ids=lambda wrong: wrong.label,
)
def test_a_locked_document_with_an_open_door_fails(wrong: Exchange) -> None:
    """One access without the password fails, and one that is refused with it."""
    seen = judged(PasswordAlways, *(locked() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def test_an_access_that_was_not_tried_shows_nothing() -> None:
    """All six of both kinds belong to the clause."""
    entries = locked()
    del entries["wrong-6"]
    assert not judged(PasswordAlways, *entries.values()).is_met
    entries = locked()
    del entries["without-3"]
    assert judged(PasswordAlways, *entries.values()).labels == ("without-6",)


@pytest.mark.parametrize("name", [NEW, OLD])
def test_a_password_is_taken_under_both_names(name: str) -> None:
    """Both show the document; a refusal under either fails."""
    good = {each: document(each) for each in (NEW, OLD)}
    assert judged(PasswordHeaderNames, *good.values()).is_met
    refused = {name: answered(name, 403, json={"code": -1043})}
    assert judged(PasswordHeaderNames, *(good | refused).values()).labels == (name,)
    for status, body in ((500, {"uid": "19053f0a1b2c"}), (200, {})):
        wrong = {name: answered(name, status, json=body)}
        assert judged(PasswordHeaderNames, *(good | wrong).values()).labels == (name,)


class Storage:
    """A service with documents, and the defects that it is told to have."""

    def __init__(self, defect: str = "") -> None:
        self.defect = defect
        self.documents: dict[str, tuple[str, list[str]]] = {}
        self.numbers = count(1)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer as a service with the storage module does."""
        _, _, below = request.path.partition("/storage/documents")
        uid, _, part = below.strip("/").partition("/")
        if "/storage/" not in request.path:
            return self.job(request)
        body: dict[str, Any] = await request.json() if request.can_read_body else {}
        if not uid:
            return self.create(str(body.get("password", "")))
        password, pages = self.documents[uid]
        if password and password != self.password_in(request, part):
            return web.json_response({"code": -1043}, status=403)
        return self.use(request, uid, pages, body.get("insertPos"))

    def job(self, request: web.Request) -> web.StreamResponse:
        """Create a job, tell its one page, or delete it."""
        if request.path.endswith("/next-page-info"):
            return web.json_response([{"url": f"{request.url}?page=1"}])
        if request.method == "GET":
            return web.json_response({"status": "completed"})
        return web.json_response({"jobuid": "7"}, status=201)

    def create(self, password: str) -> web.StreamResponse:
        """Make a document."""
        uid = f"document-{next(self.numbers)}"
        self.documents[uid] = password, []
        return web.json_response({"uid": uid, "pages": []}, status=201)

    def password_in(self, request: web.Request, part: str) -> str:
        """Return what opens a document."""
        if self.defect == "open to DELETE" and request.method == "DELETE" and not part:
            return self.documents[request.path.rpartition("/")[2]][0]
        former = "" if self.defect == "new name only" else request.headers.get(OLD, "")
        return request.headers.get(NEW, former)

    def use(
        self,
        request: web.Request,
        uid: str,
        pages: list[str],
        position: int | None,
    ) -> web.StreamResponse:
        """Do what was asked for with the pages."""
        if request.path.endswith("/content"):
            quality = int(request.query["quality"])
            return web.Response(
                body=encoded(100 - quality if self.defect == "compression" else quality)
            )
        if request.method == "POST":
            base = 0 if self.defect == "from 0" else 1
            place = len(pages) if position is None else position - base
            pages.insert(place, f"page-{next(self.numbers)}")
        if request.method == "DELETE":
            del self.documents[uid]
            return web.Response(status=204)
        listed = [{"uid": page} for page in pages]
        return web.json_response({"uid": uid, "pages": listed})


async def is_met(check: type[Check], url: str) -> bool:
    """Try `check` on the service at `url`."""
    target = Target(
        name="storage",
        addresses=Addresses({Port.API: url}),
        capabilities=frozenset({"scanner", "documents"}),
        devices={"scanner": Device("Glass", 0x100, "{}")},
    )
    async with Session(target) as session:
        await check().stimulate(session)
        return judgement_of(check(), session.recorder.transcript()).is_met


@pytest.mark.parametrize(
    ("check", "defect"),
    [
        (InsertPosition, "from 0"),
        (QualityDirection, "compression"),
        (PasswordAlways, "open to DELETE"),
        (PasswordHeaderNames, "new name only"),
    ],
)
async def test_a_stimulus_brings_its_defect_to_light(
    serve: Serve,
    check: type[Check],
    defect: str,
) -> None:
    """A sound storage meets the clause and is left empty, one with the defect fails."""
    sound = Storage()
    assert await is_met(check, await serve(sound.handle))
    assert not sound.documents
    assert not await is_met(check, await serve(Storage(defect).handle))
