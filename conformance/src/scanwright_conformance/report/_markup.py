"""Markup that cannot be built wrong: text is escaped, elements are closed."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any, Final

from scanwright_conformance.verdict import RollUp, Verdict

__all__ = [
    "Html",
    "allowed",
    "css_class",
    "element",
    "join",
    "json_block",
    "prose",
    "tone",
]

TONES: Final = {
    RollUp.CERTIFIED: Verdict.PASS,
    RollUp.SELECTION: Verdict.PASS,
    RollUp.FAILED: Verdict.FAIL,
    RollUp.INCOMPLETE: Verdict.WARN,
    RollUp.NOTHING: Verdict.NOT_APPLICABLE,
    RollUp.ERROR: Verdict.ERROR,
}

# What HTML and XML forbid even when escaped, and what turns the direction of text, so
# that one reads something else than there is; a target may answer with any bytes.
CONTROLS: Final = re.compile(
    r"[^\t\n\x20-\x7e\xa0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


class Html(str):
    """Markup; every other string is text."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: str) -> Html:
    """Return an element; `class_` is the attribute class, `aria_label` aria-label."""
    spelled = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for key, value in attributes.items()
    )
    return Html(f"<{name}{spelled}>{join(*children)}</{name}>")


def join(*children: str) -> Html:
    """Return `children` one after the other, those that are text escaped."""
    return Html(
        "".join(
            child if isinstance(child, Html) else _escaped(child) for child in children
        ),
    )


def prose(text: str) -> Html:
    """Return a clause's text as paragraphs, what stands in backticks as code."""
    return join(
        *(
            element("p", *_spans(paragraph))
            for paragraph in text.split("\n\n")
            if paragraph.strip()
        ),
    )


def css_class(verdict: Verdict) -> str:
    """Return the class that gives a verdict its colour."""
    return verdict.value.lower()


def tone(roll_up: RollUp) -> str:
    """Return the class that gives a roll-up its colour."""
    return css_class(TONES[roll_up])


def json_block(value: Any, class_: str) -> Html:
    """Return `value` for a script to read: no browser runs it, nothing ends it."""
    text = json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
    return Html(f'<script type="application/json" class="{class_}">{text}</script>')


def _spans(paragraph: str) -> list[str]:
    parts = re.split(r"`([^`]*)`", paragraph)
    return [
        element("code", part) if index % 2 else part for index, part in enumerate(parts)
    ]


def allowed(text: str) -> str:
    """Return `text` with what no document may hold replaced."""
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def _escaped(text: str) -> str:
    return escape(allowed(text))
