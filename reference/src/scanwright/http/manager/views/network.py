"""External access, origins, and what is wrong in the configuration."""

from __future__ import annotations

from collections.abc import Sequence

from scanwright.http.manager.firewall import Hint
from scanwright.http.manager.markup import Html, code, element, join
from scanwright.http.manager.ports import Settings
from scanwright.http.manager.views.controls import (
    button,
    call,
    field,
    heading,
    note,
    setting,
    submit,
)

__all__ = ["configuration", "external", "origins"]

ORIGINS = "/admin/api/origins"


def external(settings: Settings, hints: Sequence[Hint], *, may_change: bool) -> Html:
    """Show who may reach the service from outside, and how to let them."""
    state = (
        note("Only this machine reaches the service.")
        if settings.server is None
        else note(
            "Other machines reach the service at ",
            code(settings.server),
            ". Administration stays on this machine.",
            kind="warn",
        )
    )
    form = element(
        "form",
        field(
            "Address to listen on besides loopback",
            "value",
            value=settings.server or "",
            placeholder="192.0.2.7",
            autocomplete="off",
        ),
        element(
            "p",
            submit("Save"),
            button("Loopback only", setting("Server", None)),
            class_="buttons",
        ),
        **call("PATCH", "/admin/api/settings", key="Server"),
    )
    return join(
        heading("external", "External access"),
        state,
        element(
            "fieldset",
            element("legend", "Listen outside"),
            form,
            **_disabled(may_change=may_change),
        ),
        element("h3", "Firewall"),
        note("Other machines also need these ports open. With:"),
        *map(_hint, hints),
    )


def _hint(hint: Hint) -> Html:
    here = " (installed here)" if hint.is_installed else ""
    return join(
        element("h4", f"{hint.firewall}{here}"),
        element("pre", "\n".join(hint.commands)),
    )


def origins(settings: Settings, *, may_change: bool) -> Html:
    """Show which pages may call, and change it."""
    allowed = settings.policy.allowed
    return join(
        heading("origins", "Origins"),
        note("Every origin may call this service.", kind="warn")
        if allowed is None
        else element("ul", *_allowed(sorted(allowed), may_change=may_change)),
        element(
            "fieldset",
            element("legend", "Change the list"),
            element(
                "form",
                field(
                    "Origin of a page that may call",
                    "add",
                    placeholder="https://app.example.com",
                    autocomplete="off",
                    inputmode="url",
                ),
                element("p", submit("Add"), _open(is_open=allowed is None)),
                **call("POST", ORIGINS),
            ),
            **_disabled(may_change=may_change),
        ),
        note("The first origin that is added keeps all others out.")
        if allowed is None
        else "",
    )


def _allowed(listed: Sequence[str], *, may_change: bool) -> list[Html]:
    return [
        element(
            "li",
            code(origin),
            " ",
            button(
                "Remove",
                call("POST", ORIGINS, remove=origin),
                aria_label=f"Remove {origin}",
                **_disabled(may_change=may_change and len(listed) > 1),
            ),
        )
        for origin in listed
    ]


def _open(*, is_open: bool) -> Html:
    if is_open:
        return Html()
    request = setting("Access-Control-Allow-Origin", "*")
    return button("Let every origin call", request)


def configuration(
    problems: Sequence[str],
    restart: Sequence[str],
    *,
    may_change: bool,
) -> Html:
    """Show what is wrong in the files, what waits, and whether changes are allowed."""
    wrong = [element("li", problem, class_="bad") for problem in problems]
    due = [element("li", code(key), " counts after a restart.") for key in restart]
    locked = note(
        "Changes through this page are switched off. To switch them on, type ",
        code("scanwright config set EnableWebSetup TRUE"),
        ". Questions of pages can be answered all the same.",
        kind="warn",
    )
    if may_change and not wrong and not due:
        return Html()
    return join(
        heading("configuration", "Configuration"),
        "" if may_change else locked,
        element("ul", *wrong, *due) if wrong or due else "",
    )


def _disabled(*, may_change: bool) -> dict[str, str]:
    return {} if may_change else {"disabled": ""}
