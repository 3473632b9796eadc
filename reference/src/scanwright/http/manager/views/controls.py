"""Buttons and fields that call the manager's interface; the page's script does it."""

from __future__ import annotations

import json
from typing import Final

from scanwright.http.manager.markup import Html, element, void

__all__ = ["button", "call", "field", "heading", "note", "setting", "submit"]

SETTINGS: Final = "/admin/api/settings"


def call(method: str, path: str, **body: object) -> dict[str, str]:
    """Return the attributes of something that makes a request."""
    attributes = {"data_method": method, "data_path": path}
    return {**attributes, "data_body": json.dumps(body)} if body else attributes


def button(label: str, request: dict[str, str], **attributes: str) -> Html:
    """Return a button that makes a request."""
    return element("button", label, type="button", **request, **attributes)


def setting(key: str, value: str | None) -> dict[str, str]:
    """Return the request that gives a key of the configuration this value, or none."""
    given = {} if value is None else {"value": value}
    return call("PATCH", SETTINGS, key=key, **given)


def submit(label: str) -> Html:
    """Return the button that sends its form."""
    return element("button", label, type="submit")


def field(label: str, name: str, **attributes: str) -> Html:
    """Return an input and what it is for."""
    identity = f"field-{name}"
    return element(
        "p",
        element("label", label, for_=identity),
        void("input", id=identity, name=name, **attributes),
        class_="field",
    )


def heading(part: str, text: str) -> Html:
    """Return the heading that names a part."""
    return element("h2", text, id=f"name-{part}", tabindex="-1")


def note(*children: str, kind: str = "soft") -> Html:
    """Return a remark."""
    return element("p", *children, class_=kind)
