"""What hands do at a keyboard and a mouse, in the words of WebDriver and of BiDi."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["click_on", "press_keys", "type_text"]

KEYS: Final = {
    "Backspace": "\ue003",
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Shift": "\ue008",
    "Control": "\ue009",
    "Alt": "\ue00a",
    "Escape": "\ue00c",
    "Space": " ",
    "PageUp": "\ue00e",
    "PageDown": "\ue00f",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
    "Insert": "\ue016",
    "Delete": "\ue017",
    "Meta": "\ue03d",
    **{f"F{number}": chr(0xE030 + number) for number in range(1, 13)},
}

Action = dict[str, Any]


def press_keys(combination: str) -> list[Action]:
    """Return the sources of actions for one key, as `Enter` or `Control+Shift+z`.

    Raises:
        KeyError: nobody knows a key of this name.
    """
    keys = [_key(name) for name in combination.split("+")]
    down = [{"type": "keyDown", "value": key} for key in keys]
    up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
    return [{"type": "key", "id": "keyboard", "actions": [*down, *up]}]


def type_text(text: str) -> list[Action]:
    """Return the sources of actions for a text, key by key."""
    strokes = [
        {"type": kind, "value": letter}
        for letter in text
        for kind in ("keyDown", "keyUp")
    ]
    return [{"type": "key", "id": "keyboard", "actions": strokes}]


def click_on(origin: Mapping[str, Any]) -> list[Action]:
    """Return the sources of actions for a click on the middle of an element."""
    actions = [
        {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerUp", "button": 0},
    ]
    return [{"type": "pointer", "id": "mouse", "actions": actions}]


def _key(name: str) -> str:
    return name if len(name) == 1 else KEYS[name]
