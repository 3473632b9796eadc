"""A report as one file: what every HTML report has around what it says.

Nothing is loaded from anywhere, and the page says so to the browser: of scripts only
the one of this suite runs, by its hash, whatever a target may have answered.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from scanwright_conformance.report._markup import Html, element

__all__ = ["page"]


def page(title: str, *body: str, script: str) -> str:
    """Return a document with `body`, the common style, and a script by file name."""
    program = _data(script)
    head = element(
        "head",
        Html('<meta charset="utf-8">'),
        Html(
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(program)}">'
        ),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="referrer" content="no-referrer">'),
        element("title", title),
        element("style", _data("report.css")),
    )
    whole = element("body", *body, element("script", program))
    return f"<!doctype html>\n{element('html', head, whole, lang='en')}\n"


def _policy(program: str) -> str:
    digest = b64encode(sha256(program.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _data(name: str) -> Html:
    path = files("scanwright_conformance.report") / "_data" / name
    return Html(path.read_text(encoding="utf-8"))
