"""Starting an engine by its name."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

from engines.chromium import running_chromium
from engines.firefox import running_firefox
from engines.interface import Engine, EngineName, Settings
from engines.webkit import running_webkit

Starter = Callable[[Settings], AbstractAsyncContextManager[Engine]]

__all__ = ["running"]


@contextlib.asynccontextmanager
async def running(name: EngineName, settings: Settings) -> AsyncIterator[Engine]:
    """Yield a running browser; skip the test where it, or a part of it, is missing.

    Raises:
        NotOffered: this engine cannot be set up in this way.
    """
    starters: dict[EngineName, Starter] = {
        "chromium": running_chromium,
        "firefox": running_firefox,
        "webkit": running_webkit,
    }
    async with starters[name](settings) as engine:
        yield engine
