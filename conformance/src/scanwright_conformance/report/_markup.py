"""Markup that cannot be built wrong: text is escaped, elements are closed."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scanwright_conformance.verdict import Verdict

__all__ = ["Html", "allowed", "css_class", "element", "join", "prose"]

# What HTML and XML forbid even when escaped; a target may answer with any bytes.
CONTROLS: Final = re.compile(
    r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
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
