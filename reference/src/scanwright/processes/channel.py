"""The channel between main and a worker: what is said, and how it travels.

A SOCK_SEQPACKET pair of UNIX sockets: messages keep their borders, and descriptors
travel with them. Every message is one JSON object; its type is in the member `is`.

    main to worker                         worker to main
    ─────────────────────────────────────────────────────────────────────────────
    ListDevices   types, network           Devices     what was found
    Open          a device, its debt       Opened      its description
    Configure     settings                 Configured  what the driver made of them
    Scan                                   Need        room for a page of this size
    Grant +fd     the room, with its id    Alive       data is coming (now and then)
                                           Page [+fd]  the room is full; the device's
                                                       own JPEG comes as a descriptor
                                           Owes        what is to be put in order
                                                       should the worker die now
                                           Ended       no more pages
    Cancel        end the scan early       Ended, unless it has ended already
    Close                                  Closed
    Forget        a slot that is no more
                                           Failed      instead of any answer

This is what a scan worker is told; an add-on worker, see `addon_messages`, has other
commands, and `Need`, `Grant`, `Page`, `Ended`, `Cancel`, `Forget`, `Failed` in common.
Only `Cancel`, `Grant` and `Forget` may come while the worker is at work. The end of the
channel is the end of the worker: main is dead, or wants it dead.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import dataclass
from typing import Final, get_args

from scanwright.devices.escl.address import EsclAddress
from scanwright.processes.addon_messages import (
    EditPage,
    Found,
    MeasurePage,
    NextSheet,
    Progress,
    ReadFile,
    Sheet,
    WriteFile,
)
from scanwright.processes.wire import from_json, to_json
from scanwright.protocol.scanning import (
    DeviceDescription,
    DeviceId,
    DeviceType,
    PageFormat,
    ScanSettings,
)

__all__ = [
    "Alive",
    "Cancel",
    "Channel",
    "Close",
    "Closed",
    "Configure",
    "Configured",
    "Devices",
    "Ended",
    "Failed",
    "Forget",
    "Grant",
    "ListDevices",
    "Message",
    "Need",
    "Open",
    "Opened",
    "Owes",
    "Page",
    "Scan",
    "decode",
    "encode",
]

INT_BYTES: Final = 4
MOST_DESCRIPTORS: Final = 2
"""With one message."""
LARGEST_BYTES: Final = 1 << 17
"""Below the least default size of a socket's buffer."""


@dataclass(frozen=True, slots=True)
class ListDevices:
    """List the devices of these types afresh."""

    types: DeviceType
    escl: tuple[EsclAddress, ...]
    mdns: bool


@dataclass(frozen=True, slots=True)
class Open:
    """Open a device, and put in order first what a dead worker has left behind."""

    device: DeviceId
    debt: str = ""


@dataclass(frozen=True, slots=True)
class Configure:
    """Set the open device."""

    settings: ScanSettings


@dataclass(frozen=True, slots=True)
class Scan:
    """Deliver pages."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Room for a page, as asked for by `Need`."""

    slot: int
    size: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the scan early."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the open device, if there is one."""


@dataclass(frozen=True, slots=True)
class Forget:
    """A slot is no more: its mapping keeps memory for nothing."""

    slot: int


@dataclass(frozen=True, slots=True)
class Devices:
    """What was found, and what was not and why, for the log."""

    devices: tuple[DeviceId, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """The device is open."""

    description: DeviceDescription


@dataclass(frozen=True, slots=True)
class Configured:
    """The device is set."""

    settings: ScanSettings


@dataclass(frozen=True, slots=True)
class Need:
    """A page of this size is about to come."""

    size: int


@dataclass(frozen=True, slots=True)
class Owes:
    """What the device keeps for this worker, in its adapter's words; "" is nothing."""

    debt: str


@dataclass(frozen=True, slots=True)
class Alive:
    """The device has sent something."""


@dataclass(frozen=True, slots=True)
class Page:
    """A slot holds a page."""

    slot: int
    format: PageFormat


@dataclass(frozen=True, slots=True)
class Ended:
    """The scan is over."""


@dataclass(frozen=True, slots=True)
class Closed:
    """No device is open."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What was asked for went wrong; `kind` is the class of the error."""

    code: int
    message: str
    kind: str = ""


Message = (
    ListDevices
    | Open
    | Configure
    | Scan
    | Grant
    | Cancel
    | Close
    | Forget
    | Devices
    | Opened
    | Configured
    | Need
    | Alive
    | Owes
    | Page
    | Ended
    | Closed
    | Failed
    | EditPage
    | MeasurePage
    | ReadFile
    | WriteFile
    | Sheet
    | Found
    | NextSheet
    | Progress
)
TYPES: Final[dict[str, type[Message]]] = {
    kind.__name__: kind for kind in get_args(Message)
}


def encode(message: Message) -> bytes:
    """Return a message as one packet."""
    body = {"is": type(message).__name__, "of": to_json(message)}
    return json.dumps(body, separators=(",", ":")).encode()


def decode(packet: bytes) -> Message:
    """Return the message in a packet; ValueError if there is none."""
    body = json.loads(packet)
    name = body.get("is") if isinstance(body, dict) else None
    if not isinstance(name, str) or name not in TYPES:
        raise ValueError("a packet without a known type")
    return from_json(TYPES[name], body.get("of"))


class Channel:
    """One end of the channel; blocks or not as its socket does."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def fileno(self) -> int:
        """Return the socket's descriptor, to wait for it."""
        return self._socket.fileno()

    def send(self, message: Message, *descriptors: int) -> None:
        """Send a message, and copies of the descriptors with it."""
        socket.send_fds(self._socket, [encode(message)], list(descriptors))

    def receive(self) -> tuple[Message, list[int]] | None:
        """Return the next message and its descriptors, or None at the end.

        Whoever gets descriptors closes them.
        """
        # Not by socket.recv_fds: it takes flags, and ignores them.
        packet, extras, _, _ = self._socket.recvmsg(
            LARGEST_BYTES,
            socket.CMSG_SPACE(INT_BYTES * MOST_DESCRIPTORS),
            socket.MSG_CMSG_CLOEXEC,
        )
        descriptors = [
            int.from_bytes(data[at : at + INT_BYTES], sys.byteorder)
            for level, kind, data in extras
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
            for at in range(0, len(data) - INT_BYTES + 1, INT_BYTES)
        ]
        try:
            return (decode(packet), descriptors) if packet else None
        except ValueError:
            for descriptor in descriptors:
                os.close(descriptor)
            raise

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
