"""An address of this machine beside 127.0.0.1, for services that may listen there."""

from __future__ import annotations

import socket
from typing import Final

from scanwright_conformance.target import Unsupported

__all__ = ["second_address"]

SPARE: Final = "127.0.0.2"
"""Linux has the whole of 127/8; nobody listens there who is not told to.

An address outside would open the service to the network, if only for a moment.
"""


def second_address() -> str:
    """Return an address that a service has only if it is told to; else Unsupported."""
    with socket.socket() as probe:
        try:
            probe.bind((SPARE, 0))
        except OSError as error:
            raise Unsupported(f"this machine has no address {SPARE}") from error
    return SPARE
