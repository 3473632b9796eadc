"""How long a question and its answer take: what all deadlines are measured by."""

from __future__ import annotations

import time
from statistics import median
from typing import Final

__all__ = ["measured_s"]

QUESTIONS: Final = 5
TIMEOUT_S: Final = 5.0


async def measured_s(base_url: str) -> float | None:
    """Return the median of a few round trips in seconds, None without an answer."""
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    times = []
    try:
        # each on a connection of its own, as the checks ask
        connector = aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(
            timeout=timeout, connector=connector
        ) as client:
            for _ in range(QUESTIONS):
                began = time.monotonic()
                async with client.get(f"{base_url}/api/server", ssl=False) as answer:
                    await answer.read()
                times.append(time.monotonic() - began)
    except (aiohttp.ClientError, OSError, ValueError):
        return None
    return median(times)
