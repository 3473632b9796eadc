"""Checks of what outlives a page session: places for images, and restarts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._known_pictures import (
    expect_drawing,
    expect_loaded,
    fetch_all,
    fill,
)
from scanwright_conformance.expect import expect, expect_equal
from scanwright_conformance.expect_channel import (
    expect_empty,
    expect_images,
    expect_instance,
    expect_outcome,
    expect_refusal,
    expect_result,
)

if TYPE_CHECKING:
    from scanwright_conformance.session import Page, Session
    from scanwright_conformance.transcript import Transcript

RIGHT: Final = "a password of the page"
WRONG: Final = "another password"


@check("CHANNEL-storage", after=("CHANNEL-load",))
class Storage(Check):
    """What was put away is brought back."""

    async def stimulate(self, session: Session) -> None:
        """Put images away in one session, and bring them back in another."""
        place = await _put_away(await session.page(), 3)
        page = await session.page("later")
        await _bring_back(page, place)

    def judge(self, transcript: Transcript) -> None:
        """They are the same, and say which they were."""
        _expect_back(transcript, 3)
        images = expect_loaded(transcript.channel("page"), 3)
        later = transcript.channel("later")
        former = expect_result(later, "back").get("former")
        expect_equal(later, former, images, what="former")


@check("CHANNEL-storage-password", after=("CHANNEL-storage",))
class StoragePassword(Check):
    """A place opens by its password."""

    async def stimulate(self, session: Session) -> None:
        """Try another password, none, and the right one."""
        page = await session.page()
        place = await _put_away(page, 1, password=RIGHT)
        await page.call("storage.load", label="wrong", storage=place, password=WRONG)
        await page.call("storage.load", label="none", storage=place)
        await _bring_back(page, place, password=RIGHT)

    def judge(self, transcript: Transcript) -> None:
        """Only the right one opens."""
        talk = transcript.channel("page")
        for label in ("wrong", "none"):
            expect_refusal(talk, label, -1043)
        expect_images(talk, "back")


class _Restarted(Check):
    """A service is started anew, and a page comes back to it."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Put images away, restart, and take the session up."""
        page = await session.page()
        has_places = "documents" in session.target.capabilities
        place = await _put_away(page, 2) if has_places else ""
        secrets = page.secrets
        await session.service.stop()
        await session.service.start()
        later = await session.page("later", resume=secrets)
        if has_places:
            await _bring_back(later, place)

    def judge(self, transcript: Transcript) -> None:
        """Say nothing."""


@check("CHANNEL-lost", after=("CHANNEL-load",), deadline_s=90)
class Lost(_Restarted):
    """A session does not outlive the service, and that can be told."""

    def judge(self, transcript: Transcript) -> None:
        """The session is unknown, and the service another."""
        before = expect_instance(transcript.channel("page"))
        later = transcript.channel("later")
        expect_outcome(later, "unknown")
        expect_empty(later)
        after = expect_instance(later)
        expect(later, after != before, "another instance than before", after)


@check("CHANNEL-storage-restart", after=("CHANNEL-storage",), deadline_s=90)
class StorageRestart(_Restarted):
    """A place outlives the service."""

    def judge(self, transcript: Transcript) -> None:
        """All that was put there is there."""
        _expect_back(transcript, 2)


async def _put_away(page: Page, count: int, **password: Any) -> str:
    """Put so many drawings into a place; return its id."""
    await fill(page, count)
    made = await page.needed("storage.create", **password)
    place = str(made.get("storage"))
    await page.needed("storage.save", storage=place, **password)
    return place


async def _bring_back(page: Page, place: str, **password: Any) -> None:
    """Load what is in a place, and take the place away."""
    await page.call("storage.load", label="back", storage=place, **password)
    await fetch_all(page, "page")
    await page.call("storage.remove", storage=place, **password)


def _expect_back(transcript: Transcript, count: int) -> None:
    """Object when the first drawings were not brought back in their order."""
    later = transcript.channel("later")
    images = expect_images(later, "back")
    expect_equal(later, len(images), count, what="images:")
    expect_equal(later, expect_images(later, "page"), images, what="images")
    for number in range(1, count + 1):
        expect_drawing(transcript[f"page-{number}"], number)
