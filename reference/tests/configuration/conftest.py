"""A home whose configuration files a test writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scanwright.home import Home

Write = Callable[..., Home]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home without configuration files."""
    made = Home(tmp_path / "home")
    made.create()
    return made


@pytest.fixture
def write(home: Home) -> Write:
    """Write `[DS]` lines: installed, changed by the user, the last word."""

    def write_files(installed: str = "", user: str = "", **drop_ins: str) -> Home:
        texts = {home.configuration: installed, home.user_configuration: user}
        texts |= {home.drop_ins / f"{n}.ini": text for n, text in drop_ins.items()}
        for file, text in texts.items():
            if text:
                file.write_text(f"[DS]\n{text}\n")
        return home

    return write_files
