"""What pages have asked for, and the user's answers."""

from __future__ import annotations

from collections.abc import Sequence

from scanwright.http.consents import Entry
from scanwright.http.manager.markup import Html, code, element, join, moment, table
from scanwright.http.manager.views.controls import (
    button,
    call,
    heading,
    note,
    setting,
)
from scanwright.protocol.access import Access, Consent

__all__ = ["PROMPTS", "prompts", "requests"]

PATH = "/admin/api/access"

PROMPTS = {
    Access.SCANNER: ("EnableScannerAccessAuth", "scanners", "use scanners"),
    Access.FILE: ("EnableFileAccessAuth", "files", "read and write files"),
    Access.WEBCAM: ("EnableWebcamAccessAuth", "webcams", "use webcams"),
}
"""Key, thing and deed of each kind of access."""


def requests(entries: Sequence[Entry]) -> Html:
    """Show what waits for an answer; nothing when nothing does."""
    pending = [entry for entry in entries if entry.consent is Consent.PENDING]
    if not pending:
        return Html()
    return join(
        heading("requests", "Pages ask for access"),
        element("ul", *map(_request, pending), class_="requests"),
    )


def _request(entry: Entry) -> Html:
    wish = PROMPTS[entry.access][2]
    return element(
        "li",
        element("p", element("strong", entry.origin), f" wants to {wish}."),
        element(
            "p",
            *(
                _answer(label, entry, answer)
                for label, answer in (
                    ("Allow", "allow"),
                    ("Allow once", "once"),
                    ("Deny", "deny"),
                )
            ),
            class_="buttons",
        ),
    )


def _answer(label: str, entry: Entry, answer: str) -> Html:
    request = call(
        "PUT",
        PATH,
        origin=entry.origin,
        access=entry.access.value,
        answer=answer,
    )
    thing = PROMPTS[entry.access][1]
    return button(label, request, aria_label=f"{label}: {entry.origin}, {thing}")


def prompts(
    wanted: frozenset[Access],
    entries: Sequence[Entry],
    *,
    may_change: bool,
) -> Html:
    """Show the three switches, and what was said so far."""
    off = {} if may_change else {"disabled": ""}
    switches = [
        element(
            "li",
            button(
                f"Ask before a page may {deed}",
                setting(key, "FALSE" if access in wanted else "TRUE"),
                role="switch",
                aria_checked="true" if access in wanted else "false",
                **off,
            ),
        )
        for access, (key, _, deed) in PROMPTS.items()
    ]
    said = [entry for entry in entries if entry.consent is not Consent.PENDING]
    rows = [
        (
            entry.origin,
            PROMPTS[entry.access][1],
            _consent(entry),
            _answer("Forget", entry, "forget"),
        )
        for entry in said
    ]
    columns = ("Origin", "What", "Answer", "Change")
    return join(
        heading("prompts", "Access prompts"),
        note(
            "A page that is asked about waits until you answer: here, or with ",
            code("scanwright access"),
            ".",
        ),
        element("ul", *switches, class_="switches"),
        element("h3", "Answers", id="name-answers"),
        table("name-answers", columns, rows) if rows else note("None so far."),
    )


def _consent(entry: Entry) -> Html:
    kind = "good" if entry.consent is Consent.ALLOWED else "bad"
    until = () if entry.until is None else (" until ", moment(entry.until))
    return join(element("span", entry.consent.value, class_=kind), *until)
