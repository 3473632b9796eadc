"""The archive: a zip of which every byte follows from its members.

Names are in a fixed order, times are the first that a zip can have, and there is
nothing beside what is needed: no extra fields, no comments of members, no attributes
but those of an ordinary file. So whatever else a zip can hide is found by writing the
same members again and comparing. The comment of the whole, which `seal.py` fills, is
no part of it but for its length.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from struct import Struct
from struct import error as struct_error
from typing import Final

__all__ = ["BundleError", "pack", "unpack"]

MEMBERS_LIMIT: Final = 32
SIZE_LIMIT: Final = 1024 * 1024 * 1024
"""Of all members together, unpacked."""
NAME: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)*")

# APPNOTE.TXT of PKWARE, 4.3.7, 4.3.12 and 4.3.16
LOCAL: Final = Struct("<4s5H3I2H")
CENTRAL: Final = Struct("<4s6H3I5H2I")
END: Final = Struct("<4s4H2IH")
LOCAL_MARK: Final = b"PK\x03\x04"
CENTRAL_MARK: Final = b"PK\x01\x02"
END_MARK: Final = b"PK\x05\x06"

NEEDED: Final = 20
MADE_BY: Final = 3 << 8 | NEEDED
"""UNIX, whose attributes say what kind of file a member is."""
DEFLATED: Final = 8
TIME: Final = 0
DATE: Final = 1 << 5 | 1
"""The first of January 1980."""
ATTRIBUTES: Final = 0o100644 << 16
RAW: Final = -15
"""zlib's word for deflate without a header."""


class BundleError(Exception):
    """A file is no bundle, or not the one that was signed; the message says why."""


@dataclass(frozen=True, slots=True)
class _Packed:
    """One member as it lies in the archive."""

    name: bytes
    crc: int
    size: int
    data: bytes

    @property
    def facts(self) -> tuple[int, ...]:
        """What both headers of a member begin with, after the version of the writer."""
        sizes = (self.crc, len(self.data), self.size)
        return NEEDED, 0, DEFLATED, TIME, DATE, *sizes, len(self.name), 0


def pack(members: Mapping[str, bytes], *, comment_size: int) -> bytes:
    """Return the archive of `members` up to its comment, which has to follow."""
    if sum(map(len, members.values())) > SIZE_LIMIT:
        raise BundleError(f"the run is too large for a bundle: over {SIZE_LIMIT} bytes")
    packed = tuple(_pack(name.encode(), data) for name, data in members.items())
    return _assembled(packed, comment_size)


def unpack(archive: bytes, *, comment_size: int) -> dict[str, bytes]:
    """Return the members of an archive that `pack` made, or raise BundleError."""
    packed = tuple(_packed_members(archive))
    members = {each.name.decode(): b"" for each in packed}
    if len(members) < len(packed):
        raise BundleError("a member is there twice")
    room = SIZE_LIMIT
    for each in packed:
        members[each.name.decode()] = _unpack(each, room)
        room -= each.size
    if _assembled(packed, comment_size) != archive:
        raise BundleError(
            "the zip is not built as a bundle is: it has links, comments, attributes "
            "or bytes that no member needs",
        )
    return members


def _pack(name: bytes, data: bytes) -> _Packed:
    packer = zlib.compressobj(9, zlib.DEFLATED, RAW)
    packed = packer.compress(data) + packer.flush()
    return _Packed(name, zlib.crc32(data), len(data), packed)


def _packed_members(archive: bytes) -> Iterator[_Packed]:
    """Yield what lies in the archive one behind the other, from its first byte."""
    at = 0
    for _ in range(MEMBERS_LIMIT + 1):
        if archive[at : at + len(LOCAL_MARK)] != LOCAL_MARK:
            break
        try:
            header = LOCAL.unpack_from(archive, at)
        except struct_error:
            raise BundleError("the zip ends within a member") from None
        crc, packed_size, size, name_size, extra_size = header[6:]
        begin = at + LOCAL.size
        at = begin + name_size + extra_size + packed_size
        name = archive[begin : begin + name_size]
        if not NAME.fullmatch(name):
            shown = name.decode("ascii", "replace")
            raise BundleError(f"a member may not be called {shown!r}")
        yield _Packed(name, crc, size, archive[at - packed_size : at])
    else:
        raise BundleError(f"the zip has more than {MEMBERS_LIMIT} members")
    if at == 0:
        raise BundleError("it does not begin as a zip does")


def _unpack(packed: _Packed, room: int) -> bytes:
    name = packed.name.decode()
    if packed.size > room:
        raise BundleError(
            f"{name} is too large: the limit of all is {SIZE_LIMIT} bytes"
        )
    unpacker = zlib.decompressobj(RAW)
    try:
        # one byte more than it says, to see whether it says the truth
        data = unpacker.decompress(packed.data, packed.size + 1)
    except zlib.error as error:
        raise BundleError(f"{name} cannot be unpacked: {error}") from error
    is_whole = unpacker.eof and not unpacker.unused_data
    if not is_whole or len(data) != packed.size or zlib.crc32(data) != packed.crc:
        raise BundleError(f"{name} has not the size and checksum that the zip says")
    return data


def _assembled(packed: tuple[_Packed, ...], comment_size: int) -> bytes:
    parts, directory = [], []
    at = 0
    for each in packed:
        head = LOCAL.pack(LOCAL_MARK, *each.facts) + each.name
        parts += [head, each.data]
        tail = (0, 0, 0, ATTRIBUTES, at)
        directory += [
            CENTRAL.pack(CENTRAL_MARK, MADE_BY, *each.facts, *tail),
            each.name,
        ]
        at += len(head) + len(each.data)
    listed = b"".join(directory)
    count = len(packed)
    end = END.pack(END_MARK, 0, 0, count, count, len(listed), at, comment_size)
    return b"".join([*parts, listed, end])
