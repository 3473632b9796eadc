"""The published form of target.toml, and what the reader takes from it."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scanwright_conformance.certification import BUILT_IN
from scanwright_conformance.target._devices import ROLES
from scanwright_conformance.target._schema import SCHEMA_FILE, Kind, meanings, tables

SCHEMA: Any = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
API = {"api": "http://127.0.0.1:1"}
COMMAND = {"command": ["served"]}


def is_valid(description: Any) -> bool:
    """Tell whether the schema has nothing against a description."""
    return bool(Draft202012Validator(SCHEMA).is_valid(description))


def test_the_schema_is_one() -> None:
    """It follows the rules for schemas of its own draft."""
    Draft202012Validator.check_schema(SCHEMA)


def test_every_table_and_key_says_what_it_is_for() -> None:
    """A description can be written from the schema alone."""
    assert all(meanings().values())
    for keys in tables().values():
        for key in keys.values():
            assert key.meaning.endswith(".")
            assert key.kind.fits(key.example)


def test_the_scanners_have_the_roles_that_checks_know() -> None:
    """No role is missing, and none is made up."""
    assert set(tables()["scanners"]) == set(ROLES.values())


def test_the_built_in_description_follows_the_schema() -> None:
    """What certifies the reference is what others are told to write."""
    assert is_valid(tomllib.loads(BUILT_IN.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ({"target": API}, True),
        ({"start": COMMAND}, True),
        ({"adapter": COMMAND, "hardware": {"control": "http://h:1"}}, True),
        ({}, False),
        ({"target": {"name": "x"}}, False),
        ({"start": {}}, False),
        ({"start": COMMAND, "adapter": COMMAND}, False),
        ({"target": API, "scanners": {"fast": "x"}}, False),
        ({"target": {"api": "ftp://x"}}, False),
    ],
)
def test_the_schema_knows_right_from_wrong(description: Any, *, expected: bool) -> None:
    """Editors and other programs object to what the reader objects to."""
    assert is_valid(description) is expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.NUMBER, 1.5, True),
        (Kind.NUMBER, True, False),
        (Kind.STRING, "x", True),
        (Kind.STRING, ["x"], False),
        (Kind.ARRAY, ["x"], True),
        (Kind.ARRAY, ["x", 1], False),
        (Kind.ARRAY, "x", False),
    ],
)
def test_a_kind_knows_its_values(kind: Kind, value: object, *, expected: bool) -> None:
    """Values are taken as TOML gives them; true is no number."""
    assert kind.fits(value) is expected
