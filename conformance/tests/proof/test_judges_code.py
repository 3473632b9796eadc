"""The code that judges: which functions, and for which clauses."""

from __future__ import annotations

from scanwright_conformance.checks import load_checks
from scanwright_conformance.proof.judges_code import judge_code

CODE = {each.judge: each for each in judge_code()}


def test_every_clause_has_a_judge() -> None:
    """Each clause is judged by a method `judge` that can be changed."""
    judged = {
        clause
        for name, code in CODE.items()
        if name.endswith(".judge")
        for clause in code.clauses
    }
    assert judged == load_checks().keys()


def test_an_inherited_judge_is_there_once() -> None:
    """Two checks with one judge are one judge for two clauses."""
    assert CODE["ports.ManagerHttp.judge"].clauses == {
        "PORTS-manager-http",
        "PORTS-manager-tls",
    }
    assert "ports.ManagerTls.judge" not in CODE


def test_what_judges_call_is_part_of_them() -> None:
    """Functions of the module, of others, and methods of values are followed."""
    assert "SERVER-settings" in CODE["server.level_in"].clauses
    assert "ORIGIN-foreign-no-effect" in CODE["server.level_in"].clauses
    assert "JOBS-caps-apply" in CODE["jobs_offers.Offer.some"].clauses
    assert len(CODE["expect.expect_status"].clauses) > 50


def test_what_only_stimuli_call_is_none() -> None:
    """Functions that no judge calls are not changed."""
    assert "ports._is_outside" not in CODE
    assert "jobs_caps._settings" not in CODE


def test_what_only_speaks_to_people_is_none() -> None:
    """Functions that make messages are not changed."""
    assert "expect._shown" not in CODE
    assert "expect.describe" not in CODE
