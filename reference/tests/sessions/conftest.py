"""Sessions on scanners in memory, with add-on work done in this process."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scanwright.buffer.pages import StoredPage
from scanwright.buffer.slots import ScannedPage
from scanwright.protocol.members import Members
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source
from scanwright.sessions.album import Image
from scanwright.sessions.methods import METHODS
from scanwright.sessions.run import Run
from scanwright.sessions.services import Services
from scanwright.sessions.session import PageSession
from scanwright_spec import params_schema, result_schema

A4 = PageFormat(2480, 3508, Depth(PixelType.RGB, 8), (300, 300), Source.FEEDER)
SMALL = PageFormat(20, 10, Depth(PixelType.GRAY, 8), (100, 100), Source.FLATBED)


@pytest.fixture
def make_image() -> Callable[[], Image]:
    """Return a maker of images, each with an id and a page of its own."""
    numbers = itertools.count(1)
    return lambda: Image(f"{next(numbers):012x}", StoredPage(A4))


@dataclass
class Desk:
    """A session, what it was told, and a way to call its methods as a page does."""

    session: PageSession
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session.tell = self._tell

    async def call(self, method: str, **params: object) -> Any:
        """Call a method; parameters, events and the result keep to the schema."""
        Draft202012Validator(params_schema(method)).validate(params)
        run = Run(self.session, Members(params), len(self.events))
        result = await METHODS[method].act(run)
        Draft202012Validator(result_schema(method)).validate(result)
        return result

    async def add(
        self, count: int, *, shade: int | None = None, at: int | None = None
    ) -> list[str]:
        """Put small gray images into the buffer; all of one shade, or 1, 2, 3..."""
        store, slots = self.session.store, self.session.services.slots
        pages = []
        for number in range(1, count + 1):
            slot = slots.acquire(SMALL.size_bytes)
            value = number if shade is None else shade
            slot.view[: SMALL.size_bytes] = bytes([value]) * SMALL.size_bytes
            pages.append(store.put(ScannedPage(slot, SMALL), key=self.session.key))
        return self.session.receive(pages, at, tag=None, group=object())

    async def shades(self) -> list[int]:
        """Return the first sample of each image of the open document."""
        album, shades = self.session.album, []
        for image_id in album.document.images:
            async with self.session.store.view(album.image(image_id).page) as view:
                shades.append(view.pixels[0])
        return shades

    def told(self, name: str) -> list[dict[str, Any]]:
        """Return the parameters of all events of a name."""
        return [params for event, params in self.events if event == name]

    def _tell(self, name: str, params: Any) -> None:
        Draft202012Validator(params_schema(name)).validate(params)
        self.events.append((name, params))


@pytest.fixture
async def desk(services: Services) -> AsyncIterator[Desk]:
    """A session of a page of app.example.test."""
    session = PageSession(services, "https://app.example.test")
    yield Desk(session)
    session.end()
    assert services.store.stats().pages == 0
