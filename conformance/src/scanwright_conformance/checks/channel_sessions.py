"""Checks of page sessions: taken up, held, bound to an origin, and ended."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._known_pictures import expect_loaded, fill
from scanwright_conformance.checks.jobs_wishes import ask_for_job, one_page
from scanwright_conformance.expect import expect, expect_equal, expect_status
from scanwright_conformance.expect_channel import (
    expect_empty,
    expect_images,
    expect_outcome,
    expect_result,
    opened_images,
)
from scanwright_conformance.session import Stopped
from scanwright_conformance.target import Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanwright_conformance.session import Page, Session
    from scanwright_conformance.transcript import Exchange, Transcript

BACK_S: Final = 2.5
"""When a page comes back: well within the three seconds."""
WIPED_S: Final = 20.0
TAKEN_OVER: Final = 4001
PENDING: Final = one_page(autoRun=False)


class _Gone(Check):
    """Two pages go at once; one of them comes back soon, the other one too late."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Wait for what becomes of the session that nobody takes up."""
        kept, left = await session.page("kept"), await session.page("left")
        await fill(kept, 2)
        path = await self._lent(session, left)
        await left.leave()
        await kept.leave()
        went_s = session.recorder.now()
        await self._until(
            session, path, "a while", lambda _: session.recorder.now() - went_s > BACK_S
        )
        secret = kept.secrets["session"]
        await session.page("back", resume={"session": secret})
        await self._until(session, path, "gone", lambda each: _status(each) == 404)
        await session.page("late", resume=left.secrets)
        if "scanner" in session.target.capabilities:
            await ask_for_job(session, PENDING, label="free")

    async def _lent(self, session: Session, page: Page) -> str:
        """Give a page an image and a scanner; return the path of the image."""
        (image,) = await fill(page, 1)
        if "scanner" in session.target.capabilities:
            await page.call("scanner.open", device=session.device())
        path = await page.path_of(image, label="state")
        return f"{page.opened['base']}{path}"

    async def _until(
        self,
        session: Session,
        path: str,
        label: str,
        is_there: Callable[[Exchange], bool],
    ) -> None:
        """Look at an image until something is the case, or the time is over."""
        with suppress(Stopped):
            await session.poll(
                path, is_there, wanted=label, label=label, within_s=WIPED_S
            )


@check("CHANNEL-resume", after=("CHANNEL-load",), deadline_s=60)
class Resume(_Gone):
    """A page that comes back soon has lost nothing."""

    def judge(self, transcript: Transcript) -> None:
        """The buffer is the same, at the same place."""
        kept, back = transcript.channel("kept"), transcript.channel("back")
        opened = expect_outcome(back, "resumed")
        images = expect_loaded(kept, 2)
        expect_equal(back, opened_images(back), images, what="images")
        base = expect_result(kept, "open").get("base")
        expect_equal(back, opened.get("base"), base, what="base")


@check("CHANNEL-session-wiped", after=("CHANNEL-image",), deadline_s=60)
class SessionWiped(_Gone):
    """Who does not come back leaves nothing."""

    def judge(self, transcript: Transcript) -> None:
        """Its image is gone, its scanner is free, and its session unknown."""
        expect_result(transcript.channel("left"), "scanner.open")
        expect_status(transcript["gone"], 404)
        late = transcript.channel("late")
        expect_outcome(late, "unknown")
        expect_empty(late)
        expect_status(transcript["free"], 201)


@check("CHANNEL-take-over", after=("CHANNEL-load",))
class TakeOver(Check):
    """A page that proves to be itself need not wait for its old connection."""

    async def stimulate(self, session: Session) -> None:
        """Connect once more with all that the page knows."""
        page = await session.page()
        await fill(page, 2)
        await session.page("again", resume=page.secrets)
        await page.until_closed()

    def judge(self, transcript: Transcript) -> None:
        """The second has the buffer, and the first is told why it is closed."""
        page, again = transcript.channel("page"), transcript.channel("again")
        expect_outcome(again, "resumed")
        images = expect_loaded(page, 2)
        expect_equal(again, opened_images(again), images, what="images")
        expect_equal(page, page.close_code, TAKEN_OVER, what="close code")


@check("CHANNEL-resume-elsewhere", after=("CHANNEL-load",))
class ResumeElsewhere(Check):
    """A copy of a tab does not take its original's buffer away."""

    async def stimulate(self, session: Session) -> None:
        """Connect with what a tab stores, while its page is there."""
        page = await session.page()
        await fill(page, 1)
        secret = page.secrets["session"]
        await session.page("copy", resume={"session": secret})
        await page.state("still")

    def judge(self, transcript: Transcript) -> None:
        """The copy has a session of its own, and the page its images."""
        page, copy = transcript.channel("page"), transcript.channel("copy")
        opened = expect_outcome(copy, "elsewhere")
        expect_empty(copy)
        ours, theirs = expect_result(page, "open"), opened
        for name in ("session", "base"):
            is_other = ours.get(name) != theirs.get(name)
            expect(copy, is_other, f"another {name}", theirs.get(name))
        images = expect_loaded(page, 1)
        expect_equal(page, expect_images(page, "still"), images, what="images")


@check("CHANNEL-session-bound", after=("CHANNEL-load",))
class SessionBound(Check):
    """What one origin's page knows is of no use to another's."""

    async def stimulate(self, session: Session) -> None:
        """Take a session up as a page of another origin."""
        if len(session.target.origins.allowed) < 2:
            raise Unsupported("the target's description names no second origin")
        owner, stranger = session.target.origins.allowed[:2]
        page = await session.page(origin=owner)
        await fill(page, 1)
        await session.page("stranger", origin=stranger, resume=page.secrets)
        await page.state("still")

    def judge(self, transcript: Transcript) -> None:
        """It is unknown there, and stays where it is."""
        page, stranger = transcript.channel("page"), transcript.channel("stranger")
        expect_outcome(stranger, "unknown")
        expect_empty(stranger)
        images = expect_loaded(page, 1)
        expect_equal(page, expect_images(page, "still"), images, what="images")


@check("CHANNEL-close", after=("CHANNEL-image",))
class Close(Check):
    """A session that is closed is over."""

    async def stimulate(self, session: Session) -> None:
        """Close it, and look for what it had."""
        page = await session.page()
        (image,) = await fill(page, 1)
        path = await page.path_of(image, label="state")
        await page.fetch(path, label="before")
        await page.call("session.close", label="close")
        await page.fetch(path, label="after")
        await session.page("late", resume=page.secrets)

    def judge(self, transcript: Transcript) -> None:
        """Nothing is found."""
        expect_status(transcript["before"], 200)
        expect_result(transcript.channel("page"), "close")
        expect_status(transcript["after"], 404)
        late = transcript.channel("late")
        expect_outcome(late, "unknown")
        expect_empty(late)


def _status(exchange: Exchange) -> int:
    return exchange.answer.status if exchange.answer else 0
