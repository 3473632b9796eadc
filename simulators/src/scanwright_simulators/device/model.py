"""What a virtual scanner is: its name plate, what it can do, and how fast it is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from scanwright_simulators.device.identity import slug
from scanwright_simulators.device.settings import Input, Mode, Size

__all__ = ["BUTTONS", "Mechanics", "Model"]

NAMESPACE: Final = uuid.UUID("5ca9d191-7a7a-5e51-b5e5-0a4e52000000")
BUTTONS: Final = ("scan", "copy", "pdf")


@dataclass(frozen=True, slots=True)
class Mechanics:
    """How fast a device works. Zeros: everything takes no time.

    A page takes `page_time_s`, and its height at `transport_mm_s` on top of that. The
    lamp is warm after `warm_up_s`, and cold again `sleep_after_s` after the last job
    (0: never). `scan_ahead` is how many pages are scanned before a host asks for them.
    """

    page_time_s: float = 0.0
    transport_mm_s: float = 0.0
    warm_up_s: float = 0.0
    sleep_after_s: float = 0.0
    scan_ahead: int = 0

    def page_s(self, height_mm: float) -> float:
        """Return how long a page of that height takes."""
        moving_s = height_mm / self.transport_mm_s if self.transport_mm_s else 0.0
        return self.page_time_s + moving_s


@dataclass(frozen=True, slots=True)
class Model:
    """The name plate of a device and what it can do.

    `depths` are the bits a sample that gray and colour have: 8, or 8 and 16.
    """

    name: str
    make_and_model: str
    bed: Size
    inputs: tuple[Input, ...]
    resolutions_dpi: tuple[int, ...]
    modes: tuple[Mode, ...]
    depths: tuple[int, ...] = (8,)
    buttons: tuple[str, ...] = BUTTONS
    mechanics: Mechanics = Mechanics()

    @property
    def slug(self) -> str:
        """The name as identities and addresses spell it."""
        return slug(self.name)

    @property
    def uuid(self) -> str:
        """An identifier that depends on the name alone."""
        return str(uuid.uuid5(NAMESPACE, self.name))

    @property
    def has_feeder(self) -> bool:
        """Whether there is a tray."""
        return Input.FEEDER in self.inputs or Input.DUPLEX in self.inputs
