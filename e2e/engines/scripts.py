"""What the pages of all engines do alike: they run scripts, and answer by JSON."""

from __future__ import annotations

import abc
import base64
import json
import time
from pathlib import Path
from typing import Any, Final

from engines.interface import Message, ScriptFailed

__all__ = ["ACTION_S", "ContextLost", "ScriptedPage", "quoted", "write_base64"]

ACTION_S: Final = 30.0
"""How long anything may take that a user does at once."""

ASK: Final = """(async () => {{
  try {{
    const value = await (async () => {{ {script}
    }})();
    return JSON.stringify({{ url: location.href, value: value ?? null }});
  }} catch (error) {{
    return JSON.stringify({{ url: location.href, error: String(error) }});
  }}
}})()"""

POLL: Final = """
const end = performance.now() + {timeout_ms};
for (;;) {{
  const value = await ({script});
  if (value) return {{ isTrue: true, value }};
  if (performance.now() > end) return {{ isTrue: false }};
  await new Promise((resume) => setTimeout(resume, 20));
}}"""

FIND: Final = """((selector) => {{
  const find = (root) => {{
    const hit = root.querySelector(selector);
    if (hit) return hit;
    for (const each of root.querySelectorAll('*')) {{
      const inner = each.shadowRoot && find(each.shadowRoot);
      if (inner) return inner;
    }}
    return null;
  }};
  return find(document);
}})({selector})"""

USABLE: Final = "((e) => e !== null && e.getClientRects().length > 0 && !e.disabled)"
LEVELS: Final = {"log": "info", "warning": "warn"}


class ContextLost(Exception):
    """The page went elsewhere while a script was running."""


def write_base64(path: Path, data: str) -> None:
    """Write what came as text."""
    path.write_bytes(base64.b64decode(data))


def quoted(value: object) -> str:
    """Return a value as JavaScript writes it."""
    return json.dumps(value)


class ScriptedPage(abc.ABC):
    """A page that can run an expression, and what follows from that alone."""

    def __init__(self) -> None:
        """Begin with an empty page and an empty console."""
        self.url = "about:blank"
        self.messages: list[Message] = []

    def note(self, level: str, text: str) -> None:
        """Note a line of the console, whatever the engine calls its level."""
        self.messages.append(Message(LEVELS.get(level, level), text))

    @abc.abstractmethod
    async def _run(self, expression: str, timeout_s: float) -> str:
        """Return the string that the promise of an expression gives."""

    async def evaluate(self, script: str) -> Any:
        """Run the body of an async function; return what it returns, by JSON."""
        return await self._ask(script, ACTION_S)

    async def wait_for(self, script: str, *, timeout_s: float = ACTION_S) -> Any:
        """Return the value of a JavaScript expression as soon as it is truthy."""
        end = time.monotonic() + timeout_s
        while (left_s := end - time.monotonic()) > 0:
            poll = POLL.format(timeout_ms=left_s * 1000, script=script)
            try:
                answer = await self._ask(poll, left_s + ACTION_S)
            except ContextLost:
                continue
            if answer["isTrue"]:
                return answer.get("value")  # JSON leaves out what it cannot say
        raise TimeoutError(f"not within {timeout_s} s: {script}")

    async def _ask(self, script: str, timeout_s: float) -> Any:
        answer = json.loads(await self._run(ASK.format(script=script), timeout_s))
        self.url = answer["url"]
        if "error" in answer:
            raise ScriptFailed(answer["error"])
        return answer["value"]

    async def _until(self, selector: str, *, usable: bool = True) -> str:
        """Wait for an element, which a user can use; return the expression for it."""
        element = FIND.format(selector=quoted(selector))
        tested = USABLE if usable else "((e) => e !== null)"
        await self.wait_for(f"{tested}({element})")
        return element
