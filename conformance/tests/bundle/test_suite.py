"""The suite that bundles are judged by."""

from __future__ import annotations

from importlib.metadata import version

from scanwright_conformance.bundle.suite import this_suite


def test_it_is_the_one_that_is_installed() -> None:
    """Its version, and a check for each clause that it has."""
    suite = this_suite()
    assert suite["suite_version"] == version("scanwright")
    assert {each.id for each in suite["clauses"]} == set(suite["checks"])
