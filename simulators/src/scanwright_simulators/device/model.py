"""What a virtual scanner is: its name plate, its inputs, and what fails on purpose."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scanwright_simulators.device.identity import slug
from scanwright_simulators.device.settings import Input, Mode, Size

__all__ = ["Fault", "FaultKind", "Model"]

NAMESPACE: Final = uuid.UUID("5ca9d191-7a7a-5e51-b5e5-0a4e52000000")


class FaultKind(StrEnum):
    """What can go wrong when a page is due."""

    JAM = "jam"
    COVER_OPEN = "cover_open"
    DOUBLE_FEED = "double_feed"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that comes in place of page number `page` of every job."""

    kind: FaultKind
    page: int


@dataclass(frozen=True, slots=True)
class Model:
    """The name plate of a device and what it can do."""

    name: str
    make_and_model: str
    bed: Size
    inputs: tuple[Input, ...]
    resolutions_dpi: tuple[int, ...]
    modes: tuple[Mode, ...]

    @property
    def slug(self) -> str:
        """The name as identities spell it."""
        return slug(self.name)

    @property
    def uuid(self) -> str:
        """An identifier that depends on the name alone."""
        return str(uuid.uuid5(NAMESPACE, self.name))

    @property
    def has_feeder(self) -> bool:
        """Whether there is a tray."""
        return Input.FEEDER in self.inputs or Input.DUPLEX in self.inputs
