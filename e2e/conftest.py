"""The real thing, once for all tests that leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from live import Up, running_up


@pytest.fixture(scope="session")
def up() -> Iterator[Up]:
    """The default scenario, shared by the tests that leave it as it was."""
    with running_up() as running:
        yield running
