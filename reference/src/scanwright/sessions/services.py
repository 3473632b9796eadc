"""What page sessions work with: the parts of the service that they share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scanwright.buffer.pages import PageStore
from scanwright.buffer.slots import SlotPool
from scanwright.jobs.registry import Jobs
from scanwright.processes.addons import Addons
from scanwright.storage.storage import Storage

__all__ = ["Services"]


@dataclass(frozen=True, slots=True)
class Services:
    """The parts; `cache` is the folder for files that are too large for memory."""

    jobs: Jobs
    store: PageStore
    slots: SlotPool
    addons: Addons
    storage: Storage
    cache: Path
