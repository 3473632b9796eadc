"""Calls that bring files in and make files of images.

What a page uploads is read in an add-on worker with limits; what it saves is written in
one. Images stay what they are: a save that fails loses nothing of the buffer. An upload
is used once, well or not, to load it or to append to it.

Implements: CHANNEL-load, CHANNEL-load-refused, CHANNEL-save, CHANNEL-save-append,
CHANNEL-save-name, CHANNEL-release.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from typing import Final

from scanwright.buffer.pages import StoredPage
from scanwright.errors import InvalidParameter, ScanwrightError
from scanwright.imaging.files.estimate import estimated_bytes
from scanwright.processes.addons import ReadRequest
from scanwright.protocol.access import Access
from scanwright.protocol.file_names import file_name
from scanwright.protocol.save_requests import parse_save_options
from scanwright.protocol.saving import SaveOptions, check_appending, check_pages
from scanwright.sessions.landing import Landing
from scanwright.sessions.run import CallFailed, Method, Methods, Run, nothing
from scanwright.sessions.session import PageSession
from scanwright.sessions.shelf import SavedFile, Upload

__all__ = ["METHODS"]

DEFAULT_DPI: Final = 200
LONGEST_NAME: Final = 255
LONGEST_PASSWORD: Final = 127
PIECE_BYTES: Final = 1 << 20


async def _load(run: Run) -> object:
    session, params = run.session, run.params
    upload_name = params.text("upload") or ""
    name = run.optional_text("name", longest=LONGEST_NAME) or ""
    password = run.optional_text("password", longest=LONGEST_PASSWORD) or ""
    dpi = params.integer("resolutionDpi", minimum=36, maximum=1200, default=DEFAULT_DPI)
    tag = run.optional_text("tag")
    replaced = run.one("replace") if "replace" in params else None
    if replaced is not None:
        session.album.image(replaced)
    landing = Landing(run, tag=tag, replaced=replaced)
    upload = session.shelf.take_upload(upload_name)
    try:
        request = ReadRequest(upload.fd, name, password, dpi)
        read = session.services.addons.read(request)
        async with contextlib.aclosing(read) as pages:
            async for page in pages:
                landing.take(session.store.put(page, key=session.key))
                run.progress(landing.count, None)
    except ScanwrightError as error:
        raise CallFailed(error, {"images": landing.images}) from error
    finally:
        os.close(upload.fd)
    return {"images": landing.images}


async def _save(run: Run) -> object:
    session = run.session
    ids, options = run.images(), parse_save_options(run.params.nested("options"))
    name = run.optional_text("name", longest=LONGEST_NAME) or "scan"
    chosen = session.album.chosen(ids)
    check_pages(options, len(chosen))
    pages = [image.page for image in chosen]
    with (
        _existing(run, options) as existing,
        _held(session, pages),
        session.shelf.new_file(_estimate(pages, options, existing)) as fd,
    ):
        await session.services.addons.write(
            len(pages),
            lambda index: session.store.view(pages[index]),
            options,
            fd,
            existing_fd=existing.fd if existing else None,
            progress=lambda done: run.progress(done, len(pages)),
        )
        digest = await asyncio.to_thread(_sha256, fd)
        size = os.fstat(fd).st_size
    saved = SavedFile(fd, size, file_name(name, options.type), options.type)
    return {
        "path": f"files/{session.shelf.add_saved(saved)}",
        "name": saved.name,
        "type": saved.type,
        "bytes": size,
        "sha256": digest,
    }


async def _release(run: Run) -> object:
    path = run.params.text("path") or ""
    run.session.shelf.release(path.removeprefix("files/"))
    return nothing()


async def _estimated(run: Run) -> object:
    options = parse_save_options(run.params.nested("options"))
    chosen = run.session.album.chosen(run.images())
    return {"bytes": _estimate([image.page for image in chosen], options)}


def _estimate(
    pages: Sequence[StoredPage], options: SaveOptions, existing: Upload | None = None
) -> int:
    formats = [page.format for page in pages]
    return (existing.size if existing else 0) + sum(
        estimated_bytes(each.width_px, each.height_px, each.depth, options)
        for each in formats
    )


@contextlib.contextmanager
def _existing(run: Run, options: SaveOptions) -> Iterator[Upload | None]:
    """Take the upload that is to be appended to, if there is one, and close it."""
    name = run.params.text("append")
    if name is None:
        yield None
        return
    check_appending(options)
    try:
        upload = run.session.shelf.take_upload(name)
    except InvalidParameter:
        run.params.refuse("append", "names no file that was uploaded here")
    try:
        yield upload
    finally:
        os.close(upload.fd)


@contextlib.contextmanager
def _held(session: PageSession, pages: Sequence[StoredPage]) -> Iterator[None]:
    """Keep the pages, whatever the user does with the images meanwhile."""
    for page in pages:
        session.store.hold(page)
    try:
        yield
    finally:
        for page in pages:
            session.store.drop(page)


def _sha256(fd: int) -> str:
    digest, at = hashlib.sha256(), 0
    while piece := os.pread(fd, PIECE_BYTES, at):
        digest.update(piece)
        at += len(piece)
    return digest.hexdigest()


METHODS: Final[Methods] = {
    "file.load": Method(_load, Access.FILE),
    "file.save": Method(_save, Access.FILE),
    "file.release": Method(_release, Access.FILE),
    "buffer.estimate": Method(_estimated),
}
