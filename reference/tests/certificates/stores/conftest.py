"""CAs to trust, and browsers that run or do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from scanwright.certificates.issuing import make_authority
from scanwright.certificates.stores.store import Authority

MakeProc = Callable[..., Path]


@pytest.fixture
def ca(now: datetime) -> Authority:
    """A CA of ours."""
    return Authority.from_pem(make_authority(now).chain.decode())


@pytest.fixture
def other(now: datetime) -> Authority:
    """Another one, of another installation."""
    return Authority.from_pem(make_authority(now).chain.decode())
