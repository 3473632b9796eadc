"""What of a page session is fetched and sent by HTTP: images, uploads, saved files.

All of it lies below the session's base, a path that nobody guesses. A page's requests
say its origin, and another origin finds nothing there; `<img>` says none, and may.

Implements: CHANNEL-image, CHANNEL-image-scaled, CHANNEL-base-secret, CHANNEL-load,
CHANNEL-save.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from aiohttp import hdrs, web

from scanwright.buffer.vault import PageGone
from scanwright.errors import BodyTooLarge, InvalidParameter, UnknownPath
from scanwright.http.answers import SLICE_BYTES, image_response, json_response
from scanwright.http.api import image_type, origin
from scanwright.http.routes import Endpoints
from scanwright.protocol.members import query_integer
from scanwright.sessions.session import PageSession
from scanwright.sessions.sessions import Sessions
from scanwright.sessions.shelf import SavedFile, Upload

__all__ = ["PageFiles"]

LARGEST_UPLOAD: Final = 2 << 30
PIECE_BYTES: Final = 1 << 20
ANY_SIZE: Final = 1 << 20
"""What a side of the box is when only the other one was named."""


@dataclass(frozen=True, slots=True)
class PageFiles:
    """The handlers."""

    sessions: Sessions
    largest_upload: int = LARGEST_UPLOAD

    def endpoints(self) -> Endpoints:
        """Return the table of paths."""
        base = "/page/{base}"
        return {
            f"{base}/images/{{image}}/{{version}}": {"GET": self.image},
            f"{base}/uploads": {"POST": self.upload},
            f"{base}/files/{{file}}": {"GET": self.file},
        }

    async def image(self, request: web.Request) -> web.StreamResponse:
        """Send an image, scaled to fit if that is asked for."""
        session = self._session(request)
        mime, box = image_type(request, default="image/png"), _box(request)
        image = session.album.images.get(request.match_info["image"])
        if image is None or str(image.version) != request.match_info["version"]:
            raise UnknownPath("This image is not in the buffer any more.")
        try:
            encoded = await session.store.encoded(image.page, mime, box)
        except PageGone as error:
            raise UnknownPath("This image is not in the buffer any more.") from error
        return await image_response(request, encoded, mime)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take a file in as it comes; nothing of it is looked at yet."""
        session = self._session(request)
        expected = request.content_length
        if expected is not None and expected > self.largest_upload:
            raise self._too_large()
        with session.shelf.new_file(expected) as fd:
            size = await self._receive(request, fd)
            if session.is_ended:
                raise UnknownPath("The session has ended.")
            name = session.shelf.add_upload(Upload(fd, size))
        return json_response({"upload": name, "bytes": size}, status=201)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Send a file that was saved."""
        saved = self._session(request).shelf.saved(request.match_info["file"])
        if saved is None:
            raise UnknownPath("This file was released.")
        # A descriptor of its own: the file may be released while it is sent.
        fd = os.dup(saved.fd)
        try:
            return await _send(request, saved, fd)
        finally:
            os.close(fd)

    async def _receive(self, request: web.Request, fd: int) -> int:
        size = 0
        while piece := await request.content.read(PIECE_BYTES):
            size += len(piece)
            if size > self.largest_upload:
                raise self._too_large()
            await asyncio.to_thread(_write, fd, piece)
        if size == 0:
            raise InvalidParameter("The file is empty.")
        return size

    def _session(self, request: web.Request) -> PageSession:
        base = f"/page/{request.match_info['base']}/"
        session = self.sessions.by_base(base, origin(request))
        if session is None:
            raise UnknownPath("There is no such session.")
        return session

    def _too_large(self) -> BodyTooLarge:
        limit = self.largest_upload >> 20
        return BodyTooLarge(f"The file is above {limit} MiB.")


def _box(request: web.Request) -> tuple[int, int] | None:
    """Read the size to fit into; -1 is any, as published."""
    width = _side(request, "width")
    height = _side(request, "height")
    if width is None and height is None:
        return None
    return width or ANY_SIZE, height or ANY_SIZE


def _side(request: web.Request, name: str) -> int | None:
    value = query_integer(request.query, name)
    if value is None or value == -1:
        return None
    if value < 1:
        raise InvalidParameter(f"Query parameter {name} must be -1, or at least 1.")
    return min(value, ANY_SIZE)


async def _send(request: web.Request, saved: SavedFile, fd: int) -> web.StreamResponse:
    disposition = f"attachment; filename*=UTF-8''{quote(saved.name)}"
    answer = web.StreamResponse(
        headers={
            hdrs.CACHE_CONTROL: "no-store",
            hdrs.CONTENT_DISPOSITION: disposition,
            # Whatever a page says it is, a browser is not to show it as a page.
            "Content-Security-Policy": "sandbox",
        }
    )
    answer.content_type = saved.type
    answer.content_length = saved.size
    await answer.prepare(request)
    for at in range(0, saved.size, SLICE_BYTES):
        await answer.write(await asyncio.to_thread(os.pread, fd, SLICE_BYTES, at))
    await answer.write_eof()
    return answer


def _write(fd: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(fd, view) :]
