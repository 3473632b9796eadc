"""A certificate and its key, as a browser uploads them: two PEM files, or a zip.

Implements: TLS-replace.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from aiohttp import BodyPartReader, web
from aiohttp.http import HttpProcessingError

from scanwright.errors import BodyTooLarge, InvalidParameter
from scanwright.protocol.members import parse_object

__all__ = ["pair_from_zip", "read_pair"]

MAX_FILE_BYTES: Final = 256 * 1024
MULTIPART: Final = "multipart/form-data"
KEY_SUFFIX: Final = "_key.pem"
BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a compression that nobody uses
    RuntimeError,  # encrypted
    OSError,
    ValueError,
)
"""What zipfile raises for a file that is none, or damaged."""

Pair = tuple[bytes, bytes]


async def read_pair(request: web.Request) -> Pair:
    """Return certificate and key of a form, or of a JSON object of two texts."""
    if request.content_type == MULTIPART:
        files = await _read_form(request)
        if archive := files.get("archive"):
            return pair_from_zip(archive)
        certificate, key = files.get("certificate"), files.get("key")
    else:
        members = parse_object(await request.read())
        certificate, key = (
            (members.text(name) or "").encode(errors="replace")
            for name in ("certificate", "key")
        )
    if not certificate or not key:
        raise InvalidParameter("Give a certificate and its key, or a zip of both.")
    return certificate, key


def pair_from_zip(content: bytes) -> Pair:
    """Return the pair in a zip: `server.pem` and `server_key.pem`, in any folder.

    Other names will do when there is one key, called `*_key.pem`, and one other `.pem`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if name.endswith(".pem")]
            keys = [name for name in names if name.endswith(KEY_SUFFIX)]
            others = [name for name in names if not name.endswith(KEY_SUFFIX)]
            if len(keys) != 1 or len(others) != 1:
                raise InvalidParameter(
                    "The zip must hold server.pem and server_key.pem, and no other "
                    "PEM files."
                )
            return _extract(archive, others[0]), _extract(archive, keys[0])
    except BROKEN as error:
        raise InvalidParameter(f"The zip cannot be read: {error}") from error


def _extract(archive: zipfile.ZipFile, name: str) -> bytes:
    # What the directory says of a size may be a lie; what is read is not.
    with archive.open(name) as stream:
        content = stream.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise InvalidParameter(f"{name} in the zip is too large for a PEM file.")
    return content


async def _read_form(request: web.Request) -> dict[str, bytes]:
    """Read the files of a form into memory: a key must not pass through a disk."""
    files: dict[str, bytes] = {}
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name:
                files[part.name] = await _read_part(part)
    except (ValueError, HttpProcessingError) as error:
        raise InvalidParameter(f"The form cannot be read: {error}") from error
    return files


async def _read_part(part: BodyPartReader) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk():
        content += chunk
        if len(content) > MAX_FILE_BYTES:
            raise BodyTooLarge(f"{part.name} is above {MAX_FILE_BYTES // 1024} KiB.")
    return bytes(content)
