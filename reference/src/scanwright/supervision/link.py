"""The link between main and monitor: what they say, and how descriptors travel.

A SOCK_SEQPACKET pair. A beat is one byte; everything else is a JSON object with
its kind in `is`. Neither side ever waits for the other: what finds no room is
dropped, for whoever does not read is found silent soon enough.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket

__all__ = ["Link", "Packet"]

BEAT = b"."
LARGEST_BYTES = 1 << 17
MOST_DESCRIPTORS = 64
INT_BYTES = 4


class Packet:
    """What came: its kind (`beat`, or as sent), its body, its descriptors."""

    __slots__ = ("body", "descriptors", "kind")

    def __init__(
        self, kind: str, body: dict[str, object], descriptors: list[int]
    ) -> None:
        self.kind = kind
        self.body = body
        self.descriptors = descriptors


class Link:
    """One end."""

    def __init__(self, sock: socket.socket) -> None:
        sock.settimeout(0)
        self._socket = sock
        self.is_over = False
        """Whether the other end has hung up."""

    @staticmethod
    def pair() -> tuple[Link, Link]:
        """Return both ends of a new link."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        return Link(ours), Link(theirs)

    @staticmethod
    def at(descriptor: int) -> Link:
        """Return the end that this process has inherited."""
        return Link(socket.socket(fileno=descriptor))

    def fileno(self) -> int:
        """Return the descriptor, to wait for it."""
        return self._socket.fileno()

    def beat(self) -> None:
        """Say that we are alive."""
        with contextlib.suppress(OSError):
            self._socket.send(BEAT)

    def send(self, kind: str, body: dict[str, object], *descriptors: int) -> None:
        """Say something, with copies of descriptors; a dead reader is no error."""
        packet = json.dumps({"is": kind, **body}).encode()
        with contextlib.suppress(OSError):
            socket.send_fds(self._socket, [packet], list(descriptors))

    def receive(self) -> list[Packet]:
        """Return all that has come. Whoever gets descriptors closes them."""
        packets: list[Packet] = []
        while not self.is_over:
            try:
                self.is_over = not self._receive_one(packets)
            except BlockingIOError:
                break  # that was all, for now
            except ConnectionResetError:
                # It died without having read what we had sent. The kernel says so
                # first, once, and then hands out what it had sent before.
                continue
        return packets

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _receive_one(self, packets: list[Packet]) -> bool:
        room = socket.CMSG_SPACE(INT_BYTES * MOST_DESCRIPTORS)
        flags = socket.MSG_CMSG_CLOEXEC
        data, extras, _, _ = self._socket.recvmsg(LARGEST_BYTES, room, flags)
        descriptors = [
            int.from_bytes(held[at : at + INT_BYTES], "little")
            for level, kind, held in extras
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
            for at in range(0, len(held) - INT_BYTES + 1, INT_BYTES)
        ]
        if data == BEAT:
            packets.append(Packet("beat", {}, descriptors))
        elif data:
            packets.append(_parsed(data, descriptors))
        return bool(data)


def _parsed(data: bytes, descriptors: list[int]) -> Packet:
    try:
        body = json.loads(data)
        return Packet(str(body.pop("is")), body, descriptors)
    except (ValueError, KeyError, TypeError, AttributeError):
        for descriptor in descriptors:
            os.close(descriptor)
        return Packet("gibberish", {}, [])
