"""The bubble in which a browser asks whether a page may reach this machine.

It lies in no page, so it is answered by hand. In its first half second it takes no
answer, lest that be a slip: hands try again until it has been taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from engines.bidi import Link
from engines.hands import Hands
from engines.interface import Choice, Page
from engines.scripts import ScriptedPage

__all__ = ["answer_chromium", "answer_firefox"]

ANSWER_S = 60.0
TAKEN_S = 3.0
"""How long an answer may take to have its effect."""
HEARD_S = 1.0
"""How long a key may take to get to a page."""

HARMLESS: Final = "Control_L"
FOCUS_BUBBLE: Final = "alt+shift+a"
KEYS: Final[Mapping[Choice, tuple[str, ...]]] = {
    "block": (FOCUS_BUBBLE, "Return"),
    "allow": (FOCUS_BUBBLE, "Tab", "Return"),
}
"""Chromium's bubble begins with the button that is safe."""

GUARD: Final = """
window.strayKeys = new Set();
window.guard = new AbortController();
addEventListener("keydown", (event) => {
  strayKeys.add(event.key);
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true, signal: guard.signal });"""
"""What gets to the page, for want of a bubble, is noted and does nothing there."""
UNGUARD: Final = "guard.abort();"
IN_PAGE: Final = "strayKeys.size > 0"
EFFECT: Final = """(strayKeys.size > 0 ? "stray" :
  navigator.permissions.query({ name: "loopback-network" })
    .then(({ state }) => state !== "prompt" && "taken"))"""

BUTTONS: Final[Mapping[Choice, str]] = {"allow": "primary", "block": "secondary"}
BUBBLE: Final = "#notification-popup[panelopen] #loopback-network-notification"
PLACE: Final = """((button) => {{
  if (!button?.getClientRects().length) return null;
  const {{ width, height }} = button.getBoundingClientRect();
  return [button.screenX + width / 2, button.screenY + height / 2];
}})(document.querySelector("{bubble} .popup-notification-{kind}-button"))"""
CLOSED: Final = f'!document.querySelector("{BUBBLE}")'


async def answer_chromium(page: Page, hands: Hands, choice: Choice) -> None:
    """Answer by the keyboard: the bubble is painted into the window, unseen by drivers.

    It is there when a key does not get to the page any more, and it has taken the
    answer when the page's permission is another one.

    Raises:
        TimeoutError: it was not there in time, or took no answer.
    """
    async with asyncio.timeout(ANSWER_S):
        while await _effect_of_keys(page, hands, choice) == "stray":
            pass


async def _effect_of_keys(page: Page, hands: Hands, choice: Choice) -> str:
    await page.evaluate(GUARD)
    try:
        await hands.press(HARMLESS)
        if await _becomes(page, IN_PAGE, within_s=HEARD_S):
            return "stray"
        await hands.press(*KEYS[choice])
        while (effect := await _becomes(page, EFFECT)) is None:
            await hands.press("Return")
    finally:
        await page.evaluate(UNGUARD)
    return str(effect)


async def answer_firefox(link: Link, hands: Hands, choice: Choice) -> None:
    """Answer by the mouse: the document of the window says where the button lies.

    Raises:
        TimeoutError: it was not there in time, or took no answer.
    """
    tree = await link.ask("browsingContext.getTree", **{"moz:scope": "chrome"})
    window = _Window(link, tree["contexts"][0]["context"])
    place = PLACE.format(bubble=BUBBLE, kind=BUTTONS[choice])
    async with asyncio.timeout(ANSWER_S):
        spot = await window.wait_for(place, timeout_s=ANSWER_S)
        while spot is not None:
            await hands.click(*map(int, spot))
            is_taken = await _becomes(window, CLOSED)
            spot = None if is_taken else await window.evaluate(f"return {place};")


async def _becomes(
    page: Page | ScriptedPage, script: str, *, within_s: float = TAKEN_S
) -> Any:
    """Return what an expression becomes in a short time; None, it stays untrue."""
    try:
        return await page.wait_for(script, timeout_s=within_s)
    except TimeoutError:
        return None


class _Window(ScriptedPage):
    """What Firefox shows around its pages: a document like theirs."""

    def __init__(self, link: Link, context: str) -> None:
        super().__init__()
        self._link = link
        self._context = context

    async def _run(self, expression: str, timeout_s: float) -> str:
        async with asyncio.timeout(timeout_s):
            answer = await self._link.ask(
                "script.evaluate",
                expression=expression,
                target={"context": self._context},
                awaitPromise=True,
            )
        text: str = answer["result"]["value"]
        return text
