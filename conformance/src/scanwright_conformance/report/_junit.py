"""The run as JUnit XML: what a CI server shows. Only PASS is a test that passed."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from scanwright_conformance.report._markup import allowed
from scanwright_conformance.report._words import (
    curl_lines,
    profiles_in_words,
    titled,
)
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.results import Result, Run

__all__ = ["run_as_junit"]

# What was not run has shown nothing, and a build must not be green for it.
# A WARN fails no build, but it is no pass either: JUnit has only "skipped" for that.
ELEMENTS: Final = {
    Verdict.FAIL: "failure",
    Verdict.FLAKY: "failure",
    Verdict.ERROR: "error",
    Verdict.NOT_RUN: "error",
}


def run_as_junit(run: Run) -> str:
    """Return `run` as a JUnit document, a suite for each area."""
    root = ET.Element(
        "testsuites", name=allowed(f"certification of {run.subject.name}")
    )
    for area, results in groupby(run.results, key=lambda result: result.clause.area):
        _add_properties(_add_suite(root, area, list(results)), run)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document.decode() + "\n"


def _add_suite(root: ET.Element, area: str, results: Sequence[Result]) -> ET.Element:
    kinds = [_element(result) for result in results]
    suite = ET.SubElement(
        root,
        "testsuite",
        name=area,
        tests=str(len(results)),
        failures=str(kinds.count("failure")),
        errors=str(kinds.count("error")),
        skipped=str(kinds.count("skipped")),
        time=f"{sum(result.seconds for result in results):.3f}",
    )
    for result, kind in zip(results, kinds, strict=True):
        case = ET.SubElement(
            suite,
            "testcase",
            classname=f"scanwright.{area}",
            name=result.clause.id,
            time=f"{result.seconds:.3f}",
        )
        if kind:
            message = allowed(f"{result.verdict.value}: {_why(result)}")
            ET.SubElement(case, kind, message=message).text = _text(result)
    return suite


def _add_properties(suite: ET.Element, run: Run) -> None:
    """Say what repeats the run, before the cases, where readers of JUnit expect it."""
    values = {
        "target": titled(run.subject),
        "assurance": run.subject.assurance,
        "profiles": profiles_in_words(run.plan.scope),
        "seed": str(run.plan.seed),
        "suite": run.suite_version,
    }
    properties = ET.Element("properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=allowed(value))
    suite.insert(0, properties)


def _text(result: Result) -> str:
    commands = [f"$ {line}" for line in curl_lines(result)]
    return allowed("\n".join([result.clause.text, *commands]))


def _element(result: Result) -> str:
    if result.is_met:
        return ""
    return ELEMENTS.get(result.verdict, "skipped")


def _why(result: Result) -> str:
    judgement = result.judgement
    if judgement is None or judgement.is_met:
        return result.reason
    seen = f"expected {judgement.expected}, observed {judgement.observed}"
    return f"{seen} ({result.reason})" if result.reason else seen
