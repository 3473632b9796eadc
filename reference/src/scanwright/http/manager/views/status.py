"""The parts of the welcome page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from scanwright.http.manager.facts import Facts, interface_name
from scanwright.http.manager.folders import Dump, Folder
from scanwright.http.manager.journal import LEVELS, Record
from scanwright.http.manager.markup import (
    Html,
    code,
    duration,
    element,
    join,
    moment,
    size,
    table,
)
from scanwright.http.manager.views.controls import (
    button,
    heading,
    note,
    setting,
)
from scanwright.log import LogLevel
from scanwright.modules import GROUP

__all__ = [
    "addresses",
    "folders",
    "log",
    "modules",
    "processes",
    "scanners",
    "state",
    "waiting",
]

ROLES: Final = {
    "api": "Interface",
    "api_tls": "Interface, TLS",
    "manager": "This page",
    "manager_tls": "This page, TLS",
}
TIMES: Final = {0: "never", 1: "once"}
FILTERS: Final = {
    "DEBUG": "Everything",
    "INFO": "Information and graver",
    "WARNING": "Warnings and errors",
    "ERROR": "Errors only",
}


def state(facts: Facts) -> Html:
    """Say that it runs, since when, and what waits for a restart."""
    restarts = (
        note(
            "A restart of the service is due: ",
            join(*_separated(code(key) for key in facts.restart_needed)),
            " changed.",
            kind="warn",
        )
        if facts.restart_needed
        else ""
    )
    return join(
        element("h2", "State", id="name-state", class_="unseen"),
        element(
            "p",
            element("span", "Running", class_="chip good"),
            " Version ",
            element("strong", facts.version),
            " since ",
            moment(facts.started),
            f" ({duration(facts.started, facts.now)}). "
            f"Processes that had to be started again: {facts.crashes or 'none'}.",
        ),
        restarts,
    )


def waiting(facts: Facts) -> Html:
    """Say that pages wait for consent, to somebody who may not know which."""
    if not facts.waiting:
        return Html()
    pages = "One page waits" if facts.waiting == 1 else f"{facts.waiting} pages wait"
    return join(
        heading("requests", "Access"),
        note(
            f"{pages} for your consent. See ",
            code("scanwright access list"),
            ", or open this page with ",
            code("scanwright admin"),
            ".",
            kind="warn",
        ),
    )


def processes(facts: Facts) -> Html:
    """List the processes of the service."""
    rows = [
        (
            process.role,
            str(process.pid),
            duration(process.started, facts.now),
            _times(process.restarts),
        )
        for process in facts.processes
    ]
    columns = ("Process", "Number", "Running for", "Restarted")
    return join(
        heading("processes", "Processes"),
        table("name-processes", columns, rows),
    )


def scanners(facts: Facts) -> Html:
    """List the scanners that were found when somebody last looked."""
    listing = facts.listing
    label = "Look for scanners" if listing.at is None else "Look again"
    form = element(
        "form",
        element("button", label, type="submit", id="look"),
        method="post",
        action="/scanners",
        data_method="POST",
        data_path="/admin/api/scanners",
        data_look="" if listing.at is None else "done",
    )
    return join(heading("scanners", "Scanners"), _listed(facts), form)


def _listed(facts: Facts) -> Html:
    listing = facts.listing
    if listing.at is None:
        return note("Nobody has looked for scanners since the service started.")
    if listing.problem:
        return note(listing.problem, kind="bad")
    if not listing.devices:
        return join(
            note("None found. ", code("scanwright doctor"), " says what may be wrong;"),
            note(code("scanwright up"), " starts the service with virtual ones."),
        )
    rows = [(device.name, interface_name(device.type)) for device in listing.devices]
    return join(
        table("name-scanners", ("Name", "Interface"), rows),
        note("Seen ", moment(listing.at)),
    )


def modules(facts: Facts) -> Html:
    """List the modules, and what would bring those that are missing."""
    missing = element("span", "not installed", class_="soft")
    rows = [
        (module.name, ", ".join(module.versions) or missing, module.purpose)
        for module in facts.modules
    ]
    return join(
        heading("modules", "Modules"),
        table("name-modules", ("Module", "Versions", "What it does"), rows),
        note(
            "What is not installed comes with a package that registers it in ",
            code(GROUP),
            ".",
        ),
    )


def addresses(facts: Facts) -> Html:
    """List the four addresses, and how to try them."""
    rows = [(ROLES.get(role, role), code(url)) for role, url in facts.addresses.items()]
    api = facts.addresses["api"]
    return join(
        heading("addresses", "Addresses"),
        table("name-addresses", ("What", "Where"), rows),
        note(
            "Programs that call the TLS ports need to trust ",
            element("a", "this installation's local CA", href="/ca.pem"),
            ". It can vouch for this machine's loopback addresses only.",
        ),
        element("h3", "Scan a page"),
        note(
            "In the browser: ",
            element("a", "the web scanner", href=f"/demos/scanner/?port={_port(api)}"),
            ". With programs:",
        ),
        element(
            "pre",
            f"scanners={api}/api/device/scanners\n"
            "curl -d '{}' $scanners/jobs\n"
            "curl -o page.png $scanners/jobs/JOBUID/next-page",
        ),
    )


def folders(found: Sequence[Folder], dumps: Sequence[Dump]) -> Html:
    """List the folders of the home, and the last crashes."""
    rows = [
        (each.name, code(str(each.path)), str(each.files), size(each.size_bytes))
        for each in found
    ]
    crashed = [(moment(dump.at), code(dump.name), dump.cause) for dump in dumps]
    return join(
        heading("folders", "Folders"),
        table("name-folders", ("Folder", "Where", "Files", "Size"), rows),
        element("h3", "Last dumps", id="name-dumps"),
        table("name-dumps", ("When", "File", "Cause"), crashed)
        if crashed
        else note("None. A process that crashes leaves one."),
    )


def log(records: Sequence[Record], *, level: str, facts: Facts) -> Html:
    """Show the recent log, and what is written to it."""
    options = [
        element(
            "option",
            text,
            value=name,
            **({"selected": ""} if name == level else {}),
        )
        for name, text in FILTERS.items()
    ]
    chosen = element("select", *options, id="log-level", data_filter="level")
    lines = [_line(record) for record in records]
    return join(
        heading("log", "Log"),
        element(
            "div",
            element("p", element("label", "Show ", for_="log-level"), chosen),
            _verbosity(facts),
            class_="row",
        ),
        element(
            "ol",
            *lines,
            class_="log",
            tabindex="0",
            role="list",
            aria_label="Log records, oldest first",
        )
        if lines
        else note("No record of this kind."),
    )


def _verbosity(facts: Facts) -> Html:
    is_verbose = facts.log_level is LogLevel.VERBOSE
    word = {LogLevel.OFF: "nothing", LogLevel.NORMAL: "what matters"}
    written = word.get(facts.log_level, "everything")
    if not facts.is_web_setup_enabled:
        return note(f"Written: {written}.")
    label = "Write what matters" if is_verbose else "Write everything"
    request = setting("LogLevel", "1" if is_verbose else "14")
    change = button(label, request, id="verbosity")
    return element("p", f"Written: {written}. ", change)


def _line(record: Record) -> Html:
    level = record.level if record.level in LEVELS else "INFO"
    return element(
        "li",
        element("span", record.time[11:19], class_="soft", title=record.time),
        " ",
        element("span", level, class_=f"level {level.lower()}"),
        " ",
        element("span", record.writer, class_="soft"),
        " ",
        element("span", record.text, class_="text"),
    )


def _port(url: str) -> str:
    return url.rpartition(":")[2]


def _times(count: int) -> str:
    return TIMES.get(count, f"{count} times")


def _separated(items: Iterable[str]) -> list[str]:
    """Return items with commas between them."""
    return [part for item in items for part in (", ", item)][1:]
