"""Uploads: the files of a form, as they come, into the folder of the simulation.

A name is only what it is called: its last part, without what could lead elsewhere. Each
file has a folder of its own, so two of one name do not meet.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import uuid
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from aiohttp import BodyPartReader, web

from scanwright_simulators.control.door import Refused
from scanwright_simulators.device import images, pdfs

__all__ = ["LIMIT_BYTES", "discard", "receive", "safe_name"]

LIMIT_BYTES: Final = 512 * 1024 * 1024
CHUNK_BYTES: Final = 1024 * 1024
LONGEST_NAME: Final = 100
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
    batch.mkdir(parents=True)
    try:
        return batch, await _keep_all(request, batch, limit_bytes)
    except (ValueError, AssertionError) as error:  # aiohttp's words for broken forms
        await discard(batch)
        raise Refused(400, f"the form cannot be read: {error}") from None
    except BaseException:  # also when the sender is gone: half a form is none
        await discard(batch)
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
        return plain[:LONGEST_NAME]
    return f"{stem[:LONGEST_NAME]}.{suffix}"


async def _keep_all(request: web.Request, batch: Path, limit_bytes: int) -> list[Path]:
    files: list[Path] = []
    left = limit_bytes
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.filename:
            raise Refused(400, "a form has files and nothing else")
        if len(files) == MOST_FILES:
            raise Refused(413, f"more than {MOST_FILES} files in one form")
        place = batch / str(len(files))
        place.mkdir()
        path = place / safe_name(part.filename)
        with path.open("wb") as file:
            while chunk := await part.read_chunk(CHUNK_BYTES):
                left -= len(chunk)
                if left < 0:
                    raise _too_large(limit_bytes)
                await _write(file, chunk)
        files.append(_with_suffix(path))
    if not files:
        raise Refused(400, "the form has no file in it")
    return files


async def _write(file: BinaryIO, chunk: bytes) -> None:
    try:
        await asyncio.to_thread(file.write, chunk)
    except OSError as error:
        reason = f"the files cannot be kept: {error.strerror}"
        raise Refused(413, reason) from error


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
