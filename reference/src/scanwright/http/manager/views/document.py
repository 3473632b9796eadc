"""The two documents: their frame, and the places of their parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scanwright.http.manager.markup import Html, code, element, join, void
from scanwright.http.manager.views.controls import button, call, field, note, submit

__all__ = ["ADMIN_PARTS", "WELCOME_PARTS", "admin_page", "welcome_page"]

WELCOME_PARTS: Final = (
    *("state", "requests", "scanners", "processes", "sessions", "addresses"),
    *("modules", "folders", "log"),
)
ADMIN_PARTS: Final = {
    "requests": "Pages that ask",
    "configuration": "Configuration",
    "certificate": "Local access",
    "stores": "Trust of browsers",
    "external": "External access",
    "origins": "Origins",
    "prompts": "Access prompts",
}
"""Parts of the administration, and what leads to them."""


def welcome_page(parts: Mapping[str, Html]) -> Html:
    """Return the page of the state; it reads well without its script."""
    return _document(
        "Scanwright service",
        "/",
        element("div", *(_place(name, parts) for name in WELCOME_PARTS), class_="grid"),
        element(
            "p",
            "Log, folders and settings are for whoever runs this service: ",
            code("scanwright admin"),
            " opens them.",
            class_="soft signed-out",
        ),
        parts="/parts",
    )


def admin_page() -> Html:
    """Return the page of the administration; it fills when somebody signs in."""
    links = [
        element("li", element("a", text, href=f"#{name}"), data_for=name)
        for name, text in ADMIN_PARTS.items()
    ]
    return _document(
        "Scanwright administration",
        "/admin/",
        _sign_in(),
        element(
            "div",
            element(
                "nav",
                element("ul", *links),
                element("p", button("Sign out", call("DELETE", "/admin/api/session"))),
                aria_label="Settings",
            ),
            element("div", *(_place(name, {}) for name in ADMIN_PARTS)),
            class_="columns signed-in",
            hidden="",
        ),
        parts="/admin/parts",
    )


def _sign_in() -> Html:
    return element(
        "section",
        element("h2", "Sign in", id="name-sign-in", tabindex="-1"),
        note("In a terminal on this machine, type:"),
        element("pre", "scanwright admin"),
        note("It opens this page with its token. Or paste the token here:"),
        element(
            "form",
            field("Token", "token", type="password", autocomplete="off", required=""),
            element("p", submit("Sign in")),
            **call("POST", "/admin/api/session"),
        ),
        element("noscript", note("The administration needs JavaScript.", kind="warn")),
        class_="card signed-out",
        aria_labelledby="name-sign-in",
    )


def _place(name: str, parts: Mapping[str, Html]) -> Html:
    content = parts.get(name, Html())
    return element(
        "section",
        content,
        id=name,
        class_=f"card {name}",
        data_part=name,
        aria_labelledby=f"name-{name}",
        **({} if content else {"hidden": ""}),
    )


def _document(title: str, here: str, *content: str, parts: str) -> Html:
    links = [
        element(
            "a",
            text,
            href=path,
            **({"aria_current": "page"} if path == here else {}),
        )
        for path, text in (("/", "Status"), ("/admin/", "Administration"))
    ]
    head = element(
        "head",
        void("meta", charset="utf-8"),
        void("meta", name="viewport", content="width=device-width, initial-scale=1"),
        void("meta", name="color-scheme", content="light dark"),
        element("title", title),
        void("link", rel="icon", type="image/svg+xml", href="/static/icon.svg"),
        void("link", rel="stylesheet", href="/static/manager.css"),
        element("script", src="/static/manager.js", type="module"),
    )
    body = element(
        "body",
        element("a", "Skip to the content", href="#content", class_="skip"),
        element(
            "header",
            void("img", src="/static/icon.svg", alt="", width="40", height="40"),
            element("h1", title),
            element("nav", *links, aria_label="Pages"),
        ),
        element(
            "main",
            element("p", role="status", id="news"),
            element("p", role="alert", id="trouble"),
            *content,
            id="content",
            tabindex="-1",
        ),
        data_parts=parts,
    )
    return join(Html("<!doctype html>\n"), element("html", head, body, lang="en"))
