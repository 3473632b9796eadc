"""What threads do with a page: seal it in the vault, or make a file of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from scanwright.buffer.packing import pack, unpack
from scanwright.buffer.vault import Sealed, Vault
from scanwright.errors import DeviceError
from scanwright.imaging.codecs import encode
from scanwright.imaging.jfif import with_density
from scanwright.protocol.scanning import PageFormat

__all__ = ["PageSource", "make_form", "seal"]

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


def seal(vault: Vault, source: PageSource) -> Sealed:
    """Write a page to the vault, with the device's own JPEG if there is one."""
    original = [source.original] if source.original else []
    return vault.seal([pack(source.room), original])


def make_form(vault: Vault, source: PageSource, mime: str) -> bytes:
    """Encode the page, or pass on the device's own JPEG when that is asked for."""
    if mime == "image/jpeg" and source.has_original:
        jpeg = source.original
        if source.sealed:
            jpeg = b"".join(vault.unseal(source.sealed, ORIGINAL))
        try:
            return with_density(jpeg or b"", source.format.resolution_dpi)
        except DeviceError as error:
            log.info("%s It is encoded anew.", error.message)
    if source.sealed:
        unpack(vault.unseal(source.sealed, PIXELS), source.room)
    return encode(source.room, source.format, mime)
