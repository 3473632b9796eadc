"""Files in memory as answers: sent in slices, to clients that take them."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from typing import Final

from aiohttp import hdrs, web

from scanwright.http.answers import SLICE_BYTES

__all__ = ["file_response", "memory_file"]

STALLED_S: Final = 20.0
"""A client that takes no slice for so long has its connection closed."""


@contextlib.contextmanager
def memory_file(name: str) -> Iterator[int]:
    """Lend the descriptor of an empty file that is nowhere on a disk."""
    fd = os.memfd_create(name, os.MFD_CLOEXEC)
    try:
        yield fd
    finally:
        os.close(fd)


async def file_response(
    request: web.Request, fd: int, mime: str, *, stalled_s: float = STALLED_S
) -> web.StreamResponse:
    """Send the whole of a file, whatever its offset is.

    Raises:
        ConnectionResetError: The client has taken nothing for `stalled_s`.
    """
    size = os.fstat(fd).st_size
    answer = web.StreamResponse(headers={hdrs.CACHE_CONTROL: "no-store"})
    answer.content_type = mime
    answer.content_length = size
    await answer.prepare(request)
    for start in range(0, size, SLICE_BYTES):
        try:
            async with asyncio.timeout(stalled_s):
                await answer.write(os.pread(fd, SLICE_BYTES, start))
        except TimeoutError as error:
            raise ConnectionResetError("the client takes nothing") from error
    await answer.write_eof()
    return answer
