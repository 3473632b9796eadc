"""Badges: a few words, the right ones."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from scanwright_conformance.report._badge import (
    COLOURS,
    badge_as_json,
    badge_as_svg,
    badge_message,
)
from scanwright_conformance.results import Run
from scanwright_conformance.scope import COMPATIBLE, Scope
from scanwright_conformance.verdict import RollUp, Verdict
from scanwright_spec import Assurance


def clean(run: Run, scope: Scope) -> Run:
    """Return the run with every clause met, in this scope."""
    results = tuple(replace(each, verdict=Verdict.PASS) for each in run.results)
    return Run(replace(run.plan, scope=scope), results, 1.0)


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        (Scope(), "certified: scanwright (L2)"),
        (Scope(("wire",), Assurance.L1), "certified: wire (L1)"),
        (Scope(("wire", "certificates")), "certified: wire, certificates (L2)"),
        (Scope(COMPATIBLE), "certified: wire, certificates (L2)"),
        (Scope(only=frozenset({"PORTS"})), "selection met"),
    ],
)
def test_who_is_certified_reads_what_for(run: Run, scope: Scope, message: str) -> None:
    """Profiles and level are named, and nothing that was not asked about."""
    assert badge_message(clean(run, scope)) == message


def test_who_failed_reads_how_often(run: Run) -> None:
    """What binds is counted, warnings are not."""
    broken = [e for e in run.results if e.verdict in {Verdict.FAIL, Verdict.FLAKY}]
    binding = sum(each.is_binding for each in broken)
    assert badge_message(run) == f"failed {binding}"


def test_traces_are_no_certificate(run: Run) -> None:
    """Who leaves traces is incomplete on its badge, too."""
    left = replace(clean(run, Scope()), traces=("a job",))
    assert badge_message(left) == "incomplete"


def test_the_picture_speaks_to_everybody(run: Run) -> None:
    """It is well-formed, and its words are there for who cannot see it."""
    root = ET.fromstring(badge_as_svg(run))  # noqa: S314 - made a line above
    assert root.get("role") == "img"
    assert root.get("aria-label") == f"scanwright: {badge_message(run)}"
    assert root.get("height") == "20"


def test_the_endpoint_has_what_shields_asks_for(run: Run) -> None:
    """The four members of the endpoint's schema."""
    value = badge_as_json(run)
    assert value["schemaVersion"] == 1
    assert (value["label"], value["message"]) == ("scanwright", badge_message(run))
    assert value["color"] == COLOURS[RollUp.FAILED][1:]


@pytest.mark.parametrize("roll_up", RollUp)
def test_every_colour_can_be_read(roll_up: RollUp) -> None:
    """White on it has a contrast of 4.5 to 1 or better."""
    digits = COLOURS[roll_up][1:]
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5
