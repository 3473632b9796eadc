"""Calls that keep images beyond the session, and bring them back.

A place is a document of the storage, so it survives restarts of the service; it belongs
to the origin that made it. What is saved takes the place of what was there, and until
all of it is written what was there stays.

Implements: CHANNEL-storage, CHANNEL-storage-password, CHANNEL-storage-restart.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Final

from scanwright.buffer.slots import ScannedPage
from scanwright.errors import PasswordRefused, ScanwrightError, UnknownDocument
from scanwright.protocol.access import Access
from scanwright.sessions.album import Image
from scanwright.sessions.landing import Landing
from scanwright.sessions.run import CallFailed, Method, Methods, Run, nothing
from scanwright.storage.contents import KeptPage
from scanwright.storage.document import Document
from scanwright.storage.storage import LONGEST_PASSWORD

__all__ = ["METHODS"]

IMAGES: Final = "images"
"""The member of a place's metadata that says which image each page was."""


async def _create(run: Run) -> object:
    session = run.session
    document = await session.services.storage.create(
        password=_password(run), origin=session.origin
    )
    return {"storage": document.uid}


async def _exists(run: Run) -> object:
    """Tell whether it can be opened: a wrong password is an error, not an absence."""
    try:
        await _open(run)
    except UnknownDocument:
        return {"exists": False}
    return {"exists": True}


async def _save(run: Run) -> object:
    session = run.session
    ids = run.optional_images()
    album = session.album
    chosen = album.chosen(list(album.document.images) if ids is None else ids)
    for image in chosen:
        session.store.hold(image.page)
    try:
        document = await _open(run)
        await _overwrite(run, document, chosen)
    finally:
        for image in chosen:
            session.store.drop(image.page)
    return nothing()


async def _overwrite(run: Run, document: Document, images: Sequence[Image]) -> None:
    session = run.session
    before = document.contents.pages
    names: dict[str, str] = {}
    try:
        for done, image in enumerate(images):
            async with session.store.view(image.page) as view:
                await document.insert(view.format, view.pixels, view.original)
            names[document.contents.pages[-1].uid] = image.id
            run.progress(done + 1, len(images))
        await document.set_metadata({IMAGES: names})
    except BaseException:
        # What was there before stays as it was. Asked anew: a page whose insertion was
        # cancelled is there all the same.
        known = {page.uid for page in before}
        now = await _open(run)
        for page in now.contents.pages:
            if page.uid not in known:
                await now.remove(page.uid)
        raise
    for page in before:
        await document.remove(page.uid)


async def _load(run: Run) -> object:
    session = run.session
    landing = Landing(run)
    document = await _open(run)
    known = _known(document)
    former_ids: dict[str, str] = {}
    pages = document.contents.pages
    try:
        for page in pages:
            read = await _read(run, document, page)
            image = landing.take(session.store.put(read, key=session.key))
            if image is not None:
                former_ids[image] = known.get(page.uid, page.uid)
            run.progress(landing.count, len(pages))
    except ScanwrightError as error:
        raise CallFailed(error, {"images": landing.images}) from error
    loaded = landing.images
    former = [former_ids[image] for image in loaded]
    return {"images": loaded, "former": former}


async def _read(run: Run, document: Document, page: KeptPage) -> ScannedPage:
    slots = run.session.services.slots
    slot = slots.acquire(page.format.size_bytes)
    try:
        original = await document.read(page, slot.view[: page.format.size_bytes])
    except BaseException:
        slots.release(slot)
        raise
    return ScannedPage(slot, page.format, original)


def _known(document: Document) -> dict[str, str]:
    """Return which image each page was; a place made by REST does not say."""
    metadata = document.contents.metadata
    names = metadata.get(IMAGES) if isinstance(metadata, dict) else None
    if not isinstance(names, dict):
        return {}
    return {str(uid): str(image) for uid, image in names.items()}


async def _remove(run: Run) -> object:
    session = run.session
    with _in_own_words():
        await session.services.storage.delete(
            run.one("storage"), password=_password(run), origin=session.origin
        )
    return nothing()


async def _open(run: Run) -> Document:
    session = run.session
    with _in_own_words():
        return await session.services.storage.open(
            run.one("storage"), password=_password(run), origin=session.origin
        )


@contextlib.contextmanager
def _in_own_words() -> Iterator[None]:
    """Say of a password what a page can do: it sends no headers, as REST does."""
    try:
        yield
    except PasswordRefused as error:
        raise PasswordRefused("The password is wrong or missing.") from error


def _password(run: Run) -> str:
    return run.optional_text("password", longest=LONGEST_PASSWORD) or ""


METHODS: Final[Methods] = {
    "storage.create": Method(_create, Access.FILE),
    "storage.exists": Method(_exists, Access.FILE),
    "storage.save": Method(_save, Access.FILE),
    "storage.load": Method(_load, Access.FILE),
    "storage.remove": Method(_remove, Access.FILE),
}
