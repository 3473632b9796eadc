"""A home to look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home as a first start leaves it, but for certificates."""
    made = Home(tmp_path / "home")
    made.create()
    return made
