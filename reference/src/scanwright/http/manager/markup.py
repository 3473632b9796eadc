"""Markup that cannot be built wrong: text is escaped, elements are closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final

__all__ = [
    "Html",
    "code",
    "duration",
    "element",
    "facts",
    "join",
    "moment",
    "size",
    "table",
    "void",
]

UNITS: Final = ("bytes", "KiB", "MiB", "GiB")
SPANS: Final = ((86400, "d"), (3600, "h"), (60, "min"))


class Html(str):
    """Markup; every other string is text."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: str) -> Html:
    """Return an element; `class_` is the attribute class, `aria_label` aria-label."""
    return Html(f"<{name}{_spelled(attributes)}>{join(*children)}</{name}>")


def void(name: str, /, **attributes: str) -> Html:
    """Return an element that has no content, as `input`."""
    return Html(f"<{name}{_spelled(attributes)}>")


def join(*children: str) -> Html:
    """Return `children` one after the other, those that are text escaped."""
    return Html(
        "".join(
            child if isinstance(child, Html) else escape(child) for child in children
        )
    )


def table(label: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    """Return a table whose first column names its rows; `label` is the id of its name.

    Each cell carries its column's name, for screens too narrow for columns.
    """
    head = join(*(element("th", name, scope="col") for name in columns))
    body = []
    for first, *others in rows:
        cells = zip(columns[1:], others, strict=True)
        body.append(
            element(
                "tr",
                element("th", first, scope="row"),
                *(element("td", cell, data_column=name) for name, cell in cells),
            )
        )
    return element(
        "table",
        element("thead", element("tr", head)),
        element("tbody", *body),
        aria_labelledby=label,
    )


def facts(pairs: Iterable[tuple[str, str]]) -> Html:
    """Return names with their values."""
    rows = (
        element("div", element("dt", name), element("dd", value))
        for name, value in pairs
    )
    return element("dl", *rows)


def code(text: str) -> Html:
    """Return what somebody may type, or a program has said."""
    return element("code", text)


def moment(at: datetime) -> Html:
    """Return a time for people and programs; the page turns it into local time."""
    utc = at.astimezone(UTC)
    shown = f"{utc:%Y-%m-%d %H:%M:%S} UTC"
    return element("time", shown, datetime=f"{utc:%Y-%m-%dT%H:%M:%SZ}")


def duration(since: datetime, now: datetime) -> str:
    """Return how long something has lasted, in its two largest units."""
    rest = max(0, int((now - since).total_seconds()))
    parts: list[str] = []
    for span_s, unit in SPANS:
        amount, rest = divmod(rest, span_s)
        if amount or parts:
            parts.append(f"{amount} {unit}")
    return " ".join(parts[:2]) or "less than a minute"


def size(size_bytes: int) -> str:
    """Return an amount of data in its unit."""
    power = min(max(size_bytes.bit_length() - 1, 0) // 10, len(UNITS) - 1)
    amount = size_bytes / 1024**power
    return f"{amount:.1f} {UNITS[power]}" if power else f"{size_bytes} {UNITS[0]}"


def _spelled(attributes: dict[str, str]) -> str:
    return "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
