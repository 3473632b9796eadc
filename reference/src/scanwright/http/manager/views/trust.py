"""Local access: the certificate of the TLS ports, and the browsers that trust it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from scanwright.http.manager.markup import (
    Html,
    code,
    element,
    facts,
    join,
    moment,
    table,
)
from scanwright.http.manager.ports import IdentityFacts, StoreState
from scanwright.http.manager.views.controls import (
    button,
    call,
    field,
    heading,
    note,
    submit,
)

__all__ = ["certificate", "stores"]

PATH = "/admin/api/certificate"


def certificate(identity: IdentityFacts, now: datetime, *, may_change: bool) -> Html:
    """Show the certificate, and the ways to another one."""
    left = (identity.not_after - now).days
    maker = "this installation" if identity.is_own else "you, or somebody for you"
    return join(
        heading("certificate", "Local access"),
        note("What the TLS ports show to pages that came by HTTPS."),
        note(identity.problem, kind="bad") if identity.problem else "",
        facts(
            [
                ("For", ", ".join(identity.names)),
                ("Subject", identity.subject),
                ("Issued by", identity.issuer),
                ("Made by", maker),
                ("Valid from", moment(identity.not_before)),
                ("Valid until", join(moment(identity.not_after), f" ({left} days)")),
                ("SHA-256", code(identity.fingerprint)),
            ]
        ),
        _changes(is_own=identity.is_own, may_change=may_change),
    )


def _changes(*, is_own: bool, may_change: bool) -> Html:
    back = (
        button("Renew now", call("POST", f"{PATH}/renew"))
        if is_own
        else button("Go back to our own", call("POST", f"{PATH}/restore"))
    )
    return element(
        "fieldset",
        element("legend", "Change the certificate"),
        element("p", back),
        element(
            "form",
            note("Use your own: two PEM files, or a zip of both."),
            field("Certificate", "certificate", type="file", accept=".pem,.crt,.cer"),
            field("Key", "key", type="file", accept=".pem,.key"),
            field("Zip", "archive", type="file", accept=".zip"),
            element("p", submit("Upload")),
            **call("PUT", PATH),
            data_encoding="form",
        ),
        **({} if may_change else {"disabled": ""}),
    )


def stores(reports: Sequence[StoreState]) -> Html:
    """Show which browsers trust the local CA."""
    name = heading("stores", "Trust of browsers")
    rows = [(report.store, report.state, _remark(report)) for report in reports]
    columns = ("Store", "State", "Remark")
    return join(
        name,
        table("name-stores", columns, rows)
        if rows
        else note("No browser was found here. ", code("scanwright certificate trust")),
    )


def _remark(report: StoreState) -> Html:
    parts = []
    if report.needs_browser_restart:
        parts.append(element("strong", "Restart the browser. "))
    if report.problem:
        parts.append(element("span", report.problem, class_="bad"))
    return join(*parts)
