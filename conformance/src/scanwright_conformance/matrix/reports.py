"""The combined report: the cells side by side, and a folder with the reports of each.

It says nothing of where the cells were carried out, so it is the same from one machine
as from a cluster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from scanwright_conformance.matrix.cells import Matrix, folders
from scanwright_conformance.matrix.outcome import CellResult, worst
from scanwright_conformance.report import (
    comparison_as_html,
    comparison_as_json,
    comparison_as_markdown,
    write_reports,
)
from scanwright_conformance.report._json import as_bytes, counts_as_json
from scanwright_conformance.report._junit import run_as_junit
from scanwright_conformance.report._markdown import code, row
from scanwright_conformance.report._markup import allowed
from scanwright_conformance.report._words import counted, titled
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import EXIT_STATUS, RollUp

__all__ = ["FORMAT", "MatrixRun", "matrix_as_json", "write_matrix"]

FORMAT: Final = "scanwright-matrix/1"
COUNTED: Final = ("tests", "failures", "errors", "skipped")


@dataclass(frozen=True, slots=True)
class MatrixRun:
    """A matrix with what came of its cells, in the same order."""

    matrix: Matrix
    results: tuple[CellResult, ...]

    @property
    def roll_up(self) -> RollUp:
        """What follows from the worst of the cells."""
        return worst(result.roll_up for result in self.results)

    @property
    def folders(self) -> tuple[str, ...]:
        """The names of the folders of the cells."""
        return folders(self.matrix.cells)

    @property
    def columns(self) -> tuple[Run, ...]:
        """The runs under the names of their cells, to be compared."""
        return tuple(_named(each.run, each.cell.name) for each in self.results)


def write_matrix(found: MatrixRun, folder: Path) -> tuple[Path, ...]:
    """Write everything into `folder`; return the combined reports, for people first."""
    for name, result in zip(found.folders, found.results, strict=True):
        write_reports(result.run, folder / name)
    contents = {
        "matrix.html": comparison_as_html(found.columns).encode("utf-8", "replace"),
        "matrix.json": as_bytes(matrix_as_json(found)),
        "junit.xml": _junit(found).encode("utf-8", "replace"),
        "matrix.md": _markdown(found).encode("utf-8", "replace"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return tuple(folder / name for name in contents)


def matrix_as_json(found: MatrixRun) -> dict[str, Any]:
    """Return all but transcripts as JSON values; `matrix.schema.json` has them."""
    return {
        "format": FORMAT,
        "name": found.matrix.name,
        "roll_up": found.roll_up.value,
        "exit_status": EXIT_STATUS[found.roll_up],
        "cells": [
            {
                "name": result.cell.name,
                "folder": name,
                "target": titled(result.run.subject),
                "roll_up": result.roll_up.value,
                "exit_status": EXIT_STATUS[result.roll_up],
                "problem": result.problem,
                "seed": result.run.plan.seed,
                "counts": counts_as_json(result.run.counts),
            }
            for name, result in zip(found.folders, found.results, strict=True)
        ],
        "comparison": comparison_as_json(found.columns),
    }


def _named(run: Run, name: str) -> Run:
    subject = replace(run.subject, name=name, version="")
    return replace(run, plan=replace(run.plan, subject=subject))


def _markdown(found: MatrixRun) -> str:
    lines = [row(["Cell", "Roll-up", "Verdicts", "Target"]), row([":--"] * 4)]
    lines += [_line(result) for result in found.results]
    title = f"# {code(found.matrix.name)}: {found.roll_up.value}"
    return "\n\n".join([title, "\n".join(lines), comparison_as_markdown(found.columns)])


def _line(result: CellResult) -> str:
    said = code(result.problem) if result.problem else counted(result.run.counts)
    name, target = code(result.cell.name), code(titled(result.run.subject))
    return row([name, f"**{result.roll_up.value}**", said, target])


def _junit(found: MatrixRun) -> str:
    """Return a document with a suite for each cell."""
    root = ET.Element("testsuites", name=allowed(found.matrix.name))
    for name, result in zip(found.folders, found.results, strict=True):
        # The suites for areas that one run has, as one suite.
        document = ET.fromstring(run_as_junit(result.run))  # noqa: S314 - ours
        root.append(_suite(result.cell.name, name, list(document)))
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text.decode() + "\n"


def _suite(name: str, prefix: str, areas: Sequence[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", name=allowed(name))
    for key in COUNTED:
        suite.set(key, str(sum(int(area.get(key, 0)) for area in areas)))
    suite.set("time", f"{sum(float(area.get('time', 0)) for area in areas):.3f}")
    suite.extend(areas[0].findall("properties"))
    for area in areas:
        for case in area.iter("testcase"):
            # CI servers tell cases apart by these two names
            case.set("classname", f"{prefix}.{area.get('name')}")
            suite.append(case)
    return suite
