"""Checks of the page channel itself: who answers, who may open one, and its calls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._known_pictures import fill
from scanwright_conformance.checks.origins import allowed_origin
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_header,
    expect_member,
    expect_status,
)
from scanwright_conformance.expect_channel import (
    expect_refusal,
    expect_result,
    expect_schemas,
)
from scanwright_conformance.session import Stopped

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

HELLO: Final = "/hello"
TOUR: Final = (
    "tag.add",
    "tag.filter",
    "buffer.select",
    "buffer.estimate",
    "buffer.duplicate",
    "buffer.options",
    "edit.apply",
    "edit.measure",
    "file.save",
    "document.create",
    "buffer.undo",
    "buffer.redo",
    "call.cancel",
    "buffer.state",
)
"""Methods that all have a result, in an order in which they have."""
SCANS: Final = "there is a scanner"
FUTURE: Final = 987_654
"""A protocol that nobody speaks."""

BAD_CALLS: Final[tuple[tuple[str, str, dict[str, Any], str], ...]] = (
    ("missing", "document.create", {}, "name"),
    ("too long", "document.create", {"name": "x" * 101}, "name"),
    ("mistyped", "buffer.options", {"maximum": "3"}, "maximum"),
    ("too low", "buffer.options", {"maximum": -1}, "maximum"),
    ("no list", "buffer.select", {"images": "all"}, "images"),
    ("no image", "buffer.remove", {"images": ["x"]}, "images"),
    ("no tag", "tag.add", {"images": []}, "tag"),
)
"""Label, method, parameters, and the parameter that is wrong."""


@check("CHANNEL-hello")
class Hello(Check):
    """Whoever asks learns who answers, on every port."""

    async def stimulate(self, session: Session) -> None:
        """Ask on each port that there is."""
        ports = list(session.target.addresses.urls)
        session.fact("ports", [port.value for port in ports])
        for port in ports:
            await session.http("GET", HELLO, label=f"hello {port.value}", port=port)

    def judge(self, transcript: Transcript) -> None:
        """Each says the same kind of things."""
        for port in transcript.fact("ports"):
            hello = transcript[f"hello {port}"]
            expect_status(hello, 200)
            for name in ("service", "version", "instance"):
                said = expect_member(hello, name, str)
                expect(hello, said != "", f"{name} to say something", "nothing")
            spoken = expect_member(hello, "protocols", list)
            kinds = {type(each) for each in spoken}
            expect(hello, kinds == {int}, "numbers of protocols", spoken)


@check("CHANNEL-hello-foreign", after=("CHANNEL-hello",))
class HelloForeign(Check):
    """Who is refused may read that he is."""

    async def stimulate(self, session: Session) -> None:
        """Ask as a page of each kind."""
        for label, origin in (
            ("allowed", allowed_origin(session)),
            ("refused", session.target.origins.foreign),
        ):
            headers = {"Origin": origin}
            await session.http("GET", HELLO, label=label, headers=headers)

    def judge(self, transcript: Transcript) -> None:
        """Look for the permission to read, and for what is read."""
        for label in ("allowed", "refused"):
            hello = transcript[label]
            expect_status(hello, 200)
            allows = expect_header(hello, "Access-Control-Allow-Origin")
            expect_equal(hello, allows, "*", what="Access-Control-Allow-Origin")
            origin = expect_member(hello, "origin", str)
            expect_equal(hello, origin, label, what="origin")


@check("CHANNEL-origin")
class Origin(Check):
    """Who is not on the list gets no channel."""

    async def stimulate(self, session: Session) -> None:
        """Shake hands as a page of each kind."""
        await session.page("allowed", opens=False)
        foreign = session.target.origins.foreign
        await session.page("foreign", origin=foreign, opens=False)

    def judge(self, transcript: Transcript) -> None:
        """One is let in, the other is not."""
        for label, status in (("allowed", 101), ("foreign", 403)):
            talk = transcript.channel(label)
            expect_equal(talk, talk.status, status, what="status")


@check("CHANNEL-open-first")
class OpenFirst(Check):
    """A channel begins with its session, and has one."""

    async def stimulate(self, session: Session) -> None:
        """Call too early, open, and open once more."""
        page = await session.page(opens=False)
        await page.call("buffer.state", label="early")
        await page.open()
        await page.call("session.open", label="again", protocols=[1])
        await page.state("after")

    def judge(self, transcript: Transcript) -> None:
        """Both are refused, and neither does harm."""
        talk = transcript.channel("page")
        expect_refusal(talk, "early", -1011)
        expect_result(talk, "open")
        expect_refusal(talk, "again", -1011)
        expect_result(talk, "after")


@check("CHANNEL-protocols")
class Protocols(Check):
    """The newest protocol that both speak is spoken."""

    async def stimulate(self, session: Session) -> None:
        """Offer one that nobody speaks, and then those that are named, too."""
        page = await session.page(opens=False)
        answers: list[dict[str, Any]] = []

        def is_answer(told: dict[str, Any]) -> bool:
            answers.append(told)
            return told.get("id") == "unknown"

        await page.ask("session.open", label="unknown", protocols=[FUTURE])
        await page.until(is_answer)
        error = answers[-1].get("error") if answers else None
        spoken = _spoken(error if isinstance(error, dict) else {})
        if not spoken:
            raise Stopped("no protocols are named")
        offered = [FUTURE, *sorted(spoken)]
        await page.call("session.open", label="open", protocols=offered)

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusal, and for the highest one."""
        talk = transcript.channel("page")
        spoken = _spoken(expect_refusal(talk, "unknown", -2207))
        expect(talk, spoken != [], "the protocols that are spoken", "none")
        protocol = expect_result(talk, "open").get("protocol")
        expect_equal(talk, protocol, max(spoken), what="protocol")


@check("CHANNEL-errors")
class Errors(Check):
    """What is no call is said to be none."""

    async def stimulate(self, session: Session) -> None:
        """Send frames of each kind, and then a call."""
        page = await session.page()
        await page.say("{")
        await page.answered(None)
        for label, call in (
            ("old", {"jsonrpc": "1.0", "method": "buffer.state"}),
            ("nameless", {"jsonrpc": "2.0"}),
        ):
            await page.say(json.dumps({**call, "id": label}))
            await page.answered(label)
        await page.call("no.such.method", label="unknown")
        await page.state("after")

    def judge(self, transcript: Transcript) -> None:
        """Each has its code, and the call is answered."""
        talk = transcript.channel("page")
        expect_refusal(talk, None, -32700)
        expect_refusal(talk, "old", -32600)
        expect_refusal(talk, "nameless", -32600)
        expect_refusal(talk, "unknown", -32601)
        expect_result(talk, "after")


@check("CHANNEL-parameters", after=("CHANNEL-errors",))
class Parameters(Check):
    """What is wrong in a call is named, and changes nothing."""

    async def stimulate(self, session: Session) -> None:
        """Call with all kinds of wrong parameters."""
        page = await session.page()
        await page.state("before")
        for label, method, params, _ in BAD_CALLS:
            await page.call(method, label=label, **params)
        await page.state("after")

    def judge(self, transcript: Transcript) -> None:
        """Look for the names, and for the state."""
        talk = transcript.channel("page")
        for label, _, _, name in BAD_CALLS:
            message = str(expect_refusal(talk, label, -2113).get("message"))
            expect(talk, name in message, f"a message with {name!r}", message)
        before, after = expect_result(talk, "before"), expect_result(talk, "after")
        expect(talk, after == before, "the buffer as it was", after)


@check("CHANNEL-schema", after=("CHANNEL-load",))
class Schema(Check):
    """What is told is told as it is described."""

    async def stimulate(self, session: Session) -> None:
        """Go through the methods, with a scanner where there is one."""
        page = await session.page()
        images = await fill(page, 2)
        for method, params in _tour(images).items():
            await page.call(method, **params)
        has_scanner = "scanner" in session.target.capabilities
        session.fact(SCANS, has_scanner)
        if has_scanner:
            await page.call("scanner.list")
            await page.call("scanner.open", device=session.device())
            await page.call("scanner.close")

    def judge(self, transcript: Transcript) -> None:
        """Hold each frame against its schema; none may be missing."""
        talk = transcript.channel("page")
        expect_schemas(talk)
        for method in TOUR:
            expect_result(talk, method)
        if transcript.fact(SCANS):
            expect_result(talk, "scanner.open")


def _tour(images: list[str]) -> dict[str, dict[str, Any]]:
    """Return the parameters of each call of the tour."""
    some, png = {"images": images}, {"type": "image/png"}
    given: dict[str, dict[str, Any]] = {
        "tag.add": {**some, "tag": "red"},
        "tag.filter": {"tag": "red"},
        "buffer.select": some,
        "buffer.estimate": {**some, "options": png},
        "buffer.duplicate": some,
        "buffer.options": {"insert": "append"},
        "edit.apply": {**some, "edit": {"kind": "mirror"}},
        "edit.measure": {"image": images[0], "analysis": {"kind": "blank"}},
        "file.save": {"images": images[:1], "options": png},
        "document.create": {"name": "Second"},
        "call.cancel": {"call": "none"},
    }
    return {method: given.get(method, {}) for method in TOUR}


def _spoken(error: dict[str, Any]) -> list[int]:
    """Return the protocols that a refusal names."""
    data = error.get("data")
    named = data.get("protocols") if isinstance(data, dict) else None
    listed = named if isinstance(named, list) else []
    return [each for each in listed if type(each) is int]
