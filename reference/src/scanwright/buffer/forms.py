"""What threads do with a page: seal it, read it back, or make a file of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from scanwright.buffer.packing import pack, unpack
from scanwright.buffer.scaling import shrink, widened
from scanwright.buffer.vault import (
    Key,
    Sealed,
    SealedInFile,
    SealedInMemory,
    Vault,
)
from scanwright.errors import DeviceError
from scanwright.imaging.codecs import encode
from scanwright.imaging.jfif import with_density
from scanwright.protocol.scanning import PageFormat

__all__ = ["PageSource", "make_form", "seal", "seal_in_memory", "thaw"]

PIXELS: Final = 0
ORIGINAL: Final = 1
"""The parts of a page's file in the vault."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PageSource:
    """Where a page is, frozen at the moment when a thread begins with it.

    `room` holds the pixels, or will when they have been read from `sealed`.
    """

    format: PageFormat
    room: memoryview
    sealed: Sealed | None
    original: bytes | None
    has_original: bool


def seal(vault: Vault, source: PageSource, key: Key | None = None) -> SealedInFile:
    """Write a page to the vault, with the device's own JPEG if there is one."""
    return vault.seal(_parts(source), key)


def seal_in_memory(vault: Vault, source: PageSource, key: Key) -> SealedInMemory:
    """Make a page small where it is, with the device's own JPEG if there is one."""
    return vault.seal_in_memory(_parts(source), key)


def thaw(vault: Vault, source: PageSource) -> bytes | None:
    """See that the room holds the pixels; return the page's own JPEG, if it has one."""
    if source.sealed is None:
        return source.original
    unpack(vault.unseal(source.sealed, PIXELS), source.room)
    return _original(vault, source)


def make_form(
    vault: Vault, source: PageSource, mime: str, size: tuple[int, int] | None = None
) -> bytes:
    """Encode the page, or pass on the device's own JPEG when that is asked for.

    With a `size` the page is scaled to it.
    """
    if mime == "image/jpeg" and source.has_original and size is None:
        try:
            return with_density(
                _original(vault, source) or b"", source.format.resolution_dpi
            )
        except DeviceError as error:
            log.info("%s It is encoded anew.", error.message)
    if source.sealed:
        unpack(vault.unseal(source.sealed, PIXELS), source.room)
    pixels, form = source.room, source.format
    if size:
        pixels, form = shrink(pixels, form, size)
    elif mime == "image/jpeg" and form.depth.bits_per_sample == 4:
        pixels, form = widened(pixels, form)
    return encode(pixels, form, mime)


def _parts(source: PageSource) -> list[list[bytes]]:
    return [pack(source.room), [source.original] if source.original else []]


def _original(vault: Vault, source: PageSource) -> bytes | None:
    if source.sealed and source.has_original:
        return b"".join(vault.unseal(source.sealed, ORIGINAL))
    return source.original
