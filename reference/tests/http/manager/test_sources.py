"""Where the pages draw from: stores are not looked at more often than needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scanwright.http.manager.ports import StoreState
from scanwright.http.manager.sources import STORES_KEPT, Stores

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Trust:
    """Counts the looks."""

    looks = 0

    def reports(self) -> list[StoreState]:
        """Look."""
        self.looks += 1
        return []


@pytest.mark.parametrize(
    ("passed", "looks"),
    [
        (timedelta(), 1),
        (STORES_KEPT / 2, 1),
        (STORES_KEPT, 2),
        (timedelta(seconds=-1), 2),
    ],
)
async def test_stores_are_looked_at_seldom(passed: timedelta, looks: int) -> None:
    """A look is good for a while; when the clock went back it is not."""
    times = iter([NOW, NOW + passed])
    trust = Trust()
    stores = Stores(trust, lambda: next(times))
    await stores.reports()
    await stores.reports()
    assert trust.looks == looks
