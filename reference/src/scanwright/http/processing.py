"""The REST interface of generation 2: endpoint 22, which tells blank pages.

Implements: PROC-blank, PROC-blank-limits, PROC-blank-defaults, PROC-blank-document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from aiohttp import web

from scanwright.buffer.pages import PageView
from scanwright.errors import InternalError
from scanwright.http.answers import json_response
from scanwright.http.api import log_unknown
from scanwright.http.page_sources import PageSources
from scanwright.http.routes import Endpoints
from scanwright.protocol.edits import Analysis, BlankByBlocks, Measured
from scanwright.protocol.members import Members, parse_object

__all__ = ["Measurer", "Processing", "parse_blank"]

HIGHEST_PX: Final = 100_000
"""No page is higher."""
DEFAULTS: Final = BlankByBlocks()


class Measurer(Protocol):
    """Measures pages: `Addons`, the add-on workers."""

    async def measure(self, page: PageView, analysis: Analysis) -> Measured:
        """Answer a question about a page."""


@dataclass(frozen=True, slots=True)
class Processing:
    """The handlers."""

    sources: PageSources
    measurer: Measurer

    def endpoints(self) -> Endpoints:
        """Return the table of paths."""
        return {"/api/process/check-blank": {"POST": self.check_blank}}

    async def check_blank(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 22."""
        members = parse_object(await request.read())
        question = parse_blank(members)
        source = self.sources.any(request, members)
        log_unknown(members)
        async with source as page:
            found = await self.measurer.measure(page, question)
        if found.is_blank is None:
            raise InternalError("The measurement had no result.")
        return json_response({"result": found.is_blank})


def parse_blank(members: Members) -> BlankByBlocks:
    """Take the `settings`: two heights in pixels, and where one is missing, a default.

    A default gives way to the height that was given, where it contradicts it.
    """
    settings = members.nested("settings")
    low = settings.integer("minBlockHeight", minimum=1, maximum=HIGHEST_PX)
    high = settings.integer("maxBlockHeight", minimum=1, maximum=HIGHEST_PX)
    if low is None:
        low = min(DEFAULTS.min_height_px, high or HIGHEST_PX)
    if high is None:
        high = max(DEFAULTS.max_height_px, low)
    if low > high:
        settings.refuse("minBlockHeight", "must not be above maxBlockHeight")
    return BlankByBlocks(low, high)
