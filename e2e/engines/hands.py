"""A user's hands at the keyboard and the mouse of a hidden screen.

What a browser asks in its own name lies in no page: drivers do not reach it, hands do.
"""

from __future__ import annotations

import asyncio
import os
import subprocess

from engines.interface import NotOffered
from engines.processes import need

__all__ = ["Hands", "hands_at"]

COMMAND_S = 30.0


class Hands:
    """The hands of the user who sits before this screen."""

    def __init__(self, screen: str) -> None:
        """Use the keyboard and the mouse of the screen of this name."""
        self._screen = screen

    async def press(self, *keys: str) -> None:
        """Press keys one after another, as `alt+shift+a` and `Return`.

        They go to the window that has the focus: it is the only one.
        """
        await self._do("key", *keys)

    async def click(self, x_px: int, y_px: int) -> None:
        """Click on a place, counted from the left and from the top of the screen."""
        await self._do("mousemove", str(x_px), str(y_px), "click", "1")

    async def _do(self, *words: str) -> None:
        process = await asyncio.create_subprocess_exec(
            "xdotool",
            *words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "DISPLAY": self._screen},
        )
        async with asyncio.timeout(COMMAND_S):
            output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()


def hands_at(screen: str | None) -> Hands:
    """Return hands at a screen; skip the test where there is no xdotool.

    Raises:
        NotOffered: the browser has no window.
    """
    if screen is None:
        raise NotOffered("a browser without a window asks nobody")
    need("xdotool", "xdotool")
    return Hands(screen)
