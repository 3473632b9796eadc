"""Uploads: the files of a form, as they come, into the folder of the simulation.

A name is only what it is called: its last part, without what could lead elsewhere, and
no longer than file systems allow. Each file has a folder of its own, so two of one name
do not meet.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Final

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from scanwright_simulators.control.door import Refused
from scanwright_simulators.device import images, pdfs

__all__ = ["LIMIT_BYTES", "discard", "receive", "safe_name"]

LIMIT_BYTES: Final = 512 * 1024 * 1024
CHUNK_BYTES: Final = 1024 * 1024
STEM_BYTES: Final = 200
"""Of 255 that file systems take; suffixes come behind."""
MOST_FILES: Final = 2000
UNSAFE: Final = re.compile(r"[^\w.()+ -]+")
PDF_MARK: Final = b"%PDF-"


async def receive(
    request: web.Request,
    folder: Path,
    *,
    limit_bytes: int = LIMIT_BYTES,
) -> tuple[Path, list[Path]]:
    """Return a new folder below `folder`, and the files of the form in it, in order.

    Raises:
        Refused: The form is too large, cannot be read, or has no file.
    """
    if (request.content_length or 0) > limit_bytes:
        raise _too_large(limit_bytes)
    batch = folder / uuid.uuid4().hex
    try:
        return batch, await _keep_all(request, batch, limit_bytes)
    except BaseException as error:  # also when the sender is gone: half a form is none
        await discard(batch)
        if (refused := _refusal(error)) is not None:
            raise refused from error
        raise


async def discard(batch: Path) -> None:
    """Remove what was received."""
    await asyncio.to_thread(shutil.rmtree, batch, ignore_errors=True)


def safe_name(name: str) -> str:
    """Return a name for a file that is called `name` elsewhere."""
    last = re.split(r"[/\\]", name)[-1]
    plain = UNSAFE.sub("_", last).strip(" .") or "file"
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 5:
        return _cut(plain)
    return f"{_cut(stem)}.{suffix}"


def _cut(name: str) -> str:
    return name.encode()[:STEM_BYTES].decode(errors="ignore")


async def _keep_all(request: web.Request, batch: Path, limit_bytes: int) -> list[Path]:
    files: list[Path] = []
    left = limit_bytes
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.filename:
            raise Refused(400, "a form has files and nothing else")
        if len(files) == MOST_FILES:
            raise Refused(413, f"more than {MOST_FILES} files in one form")
        place = batch / str(len(files))
        place.mkdir(parents=True)
        path = place / safe_name(part.filename)
        with path.open("wb") as file:
            while chunk := await part.read_chunk(CHUNK_BYTES):
                left -= len(chunk)
                if left < 0:
                    raise _too_large(limit_bytes)
                await asyncio.to_thread(file.write, chunk)
        files.append(_with_suffix(path))
    if not files:
        raise Refused(400, "the form has no file in it")
    return files


def _refusal(error: BaseException) -> Refused | None:
    """Return how the sender is told; None when that is not for us to say."""
    match error:
        case HttpProcessingError():
            return Refused(400, f"the form cannot be read: {error.message:.200}")
        case ValueError() | AssertionError():  # aiohttp's words for broken forms
            return Refused(400, f"the form cannot be read: {error}")
        case OSError():
            reason = error.strerror or error
            return Refused(413, f"the files cannot be kept: {reason}")
    return None


def _with_suffix(path: Path) -> Path:
    """Return the file under a name by which it is known as what it is."""
    if path.suffix.lower() in {*images.SUFFIXES, pdfs.SUFFIX}:
        return path
    with path.open("rb") as file:
        is_pdf = file.read(len(PDF_MARK)) == PDF_MARK
    if not is_pdf:
        return path
    with suppress(OSError):
        return path.rename(path.with_name(path.name + pdfs.SUFFIX))
    return path


def _too_large(limit_bytes: int) -> Refused:
    limit_mb = limit_bytes // 1024 // 1024
    return Refused(413, f"the files have more than {limit_mb} MB together")
