"""Judges of the server's settings and version."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.server import (
    LEVELS,
    NO_LEVELS,
    LogLevel,
    LogLevelScale,
    ModuleVersions,
    PatchPartial,
    Settings,
    Version,
    VersionQuery,
)
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.transcript import Exchange


def level(label: str, value: Any, status: int = 200) -> Exchange:
    """Return an answer that shows the log level `value`."""
    return answered(label, status, json={"logLevel": value})


def refused(label: str, code: int = -2113) -> Exchange:
    """Return a refusal of a wrong parameter."""
    body = {"statusCode": 400, "code": code, "message": "no"}
    return answered(label, 400, json=body)


@pytest.mark.parametrize("value", [0, 1, 30])
def test_published_levels_are_settings(value: int) -> None:
    """Each of the three published log levels is one."""
    assert judged(Settings, level("settings", value)).is_met


@pytest.mark.parametrize("value", [7, 14, "1", True, None, 1.5])
def test_other_levels_are_no_settings(value: object) -> None:
    """Nothing but the three published numbers is a log level."""
    assert not judged(Settings, level("settings", value)).is_met


@pytest.mark.parametrize(
    "answer",
    [
        unanswered("settings"),
        answered("settings", 404, json={"logLevel": 1}),
        answered("settings", json={}),
        answered("settings", json=[1]),
        answered("settings", body=b"{"),
    ],
)
def test_settings_are_an_answered_object(answer: Exchange) -> None:
    """A hang, an error, and anything but an object with the level fail."""
    assert not judged(Settings, answer).is_met


def set_and_read(read_as: int | None = None) -> Judgement:
    """Judge the setting of all levels, with the last one read as `read_as`."""
    entries = [level(f"set-{each}", each) for each in LEVELS]
    reads = {each: each for each in LEVELS}
    if read_as is not None:
        reads[LEVELS[-1]] = read_as
    entries += [level(f"read-{each}", seen) for each, seen in reads.items()]
    return judged(LogLevel, *entries)


def test_a_level_that_was_set_is_read() -> None:
    """What was set is in the answer and in the next reading."""
    assert set_and_read().is_met


def test_a_level_that_was_set_and_is_not_read_fails() -> None:
    """An answer alone does not show that the level was set."""
    seen = set_and_read(read_as=30)
    assert (seen.is_met, seen.observed, seen.labels) == (
        False,
        "logLevel 30",
        ("read-1",),
    )


def test_levels_of_other_scales_are_refused_without_effect() -> None:
    """A refusal leaves the level that was there."""
    entries = [level("before", 1)]
    for each in NO_LEVELS:
        entries += [refused(f"set-{each}"), level(f"read-{each}", 1)]
    assert judged(LogLevelScale, *entries).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        level("set-14", 30),
        refused("set-14", code=-1001),
        answered("set-14", 422, json={"code": -2113}),
        level("read-14", 30),
        level(f"set-{NO_LEVELS[-1]}", 30),
    ],
    ids=["accepted", "other code", "other status", "refused and set", "the last"],
)
def test_a_level_of_another_scale_that_has_effect_fails(wrong: Exchange) -> None:
    """One that is not refused with 400 / -2113, or that changes the level, fails."""
    good = [level("before", 1)]
    for each in NO_LEVELS:
        good += [refused(f"set-{each}"), level(f"read-{each}", 1)]
    entries = {each.label: each for each in [*good, wrong]}
    assert not judged(LogLevelScale, *entries.values()).is_met


def test_an_empty_change_changes_nothing() -> None:
    """The level stays in the answer and afterwards."""
    assert judged(PatchPartial, level("empty", 30), level("after", 30)).is_met


def test_an_empty_change_that_restores_the_default_fails() -> None:
    """A member that is absent is no wish for its default."""
    seen = judged(PatchPartial, level("empty", 30), level("after", 1))
    assert (seen.is_met, seen.labels) == (False, ("after",))


def version(value: Any = "20260602", *, compatible: Any = True) -> Exchange:
    """Return an answer with a version."""
    return answered("version", json={"version": value, "compatible": compatible})


def test_a_version_is_a_date() -> None:
    """Eight digits that read as a date, and a boolean, are a version."""
    assert judged(Version, version()).is_met


@pytest.mark.parametrize(
    "value",
    [
        *("20261302", "2026-06-02", "2026062", "202606 2", "1.0", "", 20260602),
        *("٢٠٢٦٠٦٠٢", "\u0662\u0660\u0662\u06660602", "00000000"),
    ],
)
def test_what_reads_as_no_date_is_no_version(value: object) -> None:
    """Other texts, and numbers, are no version."""
    assert not judged(Version, version(value)).is_met


def test_compatible_is_a_boolean() -> None:
    """A word about compatibility is no boolean."""
    assert not judged(Version, version(compatible="yes")).is_met


def test_a_query_that_nobody_knows_is_not_looked_at() -> None:
    """The version comes in spite of the query, or the clause is not met."""
    assert judged(VersionQuery, version()).is_met
    assert not judged(VersionQuery, refused("version")).is_met
    assert not judged(VersionQuery, answered("version", json={})).is_met
    assert not judged(VersionQuery, version(20260602)).is_met


@pytest.mark.parametrize("check", [Version, VersionQuery, ModuleVersions])
def test_a_version_is_answered_with_200(check: type[Version | VersionQuery]) -> None:
    """An error is no version, whatever its body says."""
    body = {
        "version": "20260602",
        "compatible": True,
        "moduleVersions": {"core": ["1"]},
    }
    assert judged(check, answered("version", json=body)).is_met
    assert not judged(check, answered("version", 500, json=body)).is_met


def modules(value: Any) -> Judgement:
    """Judge an answer with these module versions."""
    return judged(ModuleVersions, answered("version", json={"moduleVersions": value}))


def test_modules_have_lists_of_versions() -> None:
    """Each module has one version at least, and the core is among them."""
    assert modules({"core": ["0.1.0"], "pdf": ["1.0", "1.1"]}).is_met


@pytest.mark.parametrize(
    "value",
    [
        *(None, [], {}, {"pdf": ["1"]}, {"core": []}, {"core": "1"}, {"core": [1]}),
        *({"core": ["1", 2]}, {"core": [""]}, {"core": ["1"], "pdf": []}),
    ],
)
def test_modules_of_another_form_fail(value: object) -> None:
    """Without the core, without versions, and in other types they fail."""
    assert not modules(value).is_met
