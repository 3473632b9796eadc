"""The description of the page channel: valid, closed in itself, and well named."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator

from scanwright_spec import channel, error_codes, params_schema, result_schema

DOCUMENT = channel()
METHODS = sorted(DOCUMENT["methods"])
EVENTS = sorted(DOCUMENT["events"])


@pytest.mark.parametrize("name", METHODS + EVENTS)
def test_parameters_have_a_valid_schema(name: str) -> None:
    """The parameters of each method and event are described by valid JSON Schema."""
    Draft202012Validator.check_schema(params_schema(name))


@pytest.mark.parametrize("name", METHODS)
def test_results_have_a_valid_schema(name: str) -> None:
    """The result of each method is described by valid JSON Schema."""
    Draft202012Validator.check_schema(result_schema(name))


def test_every_reference_leads_somewhere() -> None:
    """Each `$ref` names a definition, and each definition is referred to."""
    named = {reference.removeprefix("#/$defs/") for reference in _references(DOCUMENT)}
    assert named == set(DOCUMENT["$defs"])


@pytest.mark.parametrize("name", METHODS + EVENTS)
def test_names_and_summaries(name: str) -> None:
    """A name is two words with a dot, but for `progress`; a summary is a sentence."""
    told = {**DOCUMENT["methods"], **DOCUMENT["events"]}[name]
    assert name == "progress" or re.fullmatch(r"[a-z]+\.[a-z]+([A-Z][a-z]+)?", name)
    assert told["summary"].endswith(".")


def test_error_codes_are_known() -> None:
    """Errors are those of JSON-RPC 2.0, section 5.1, or of the table of codes."""
    known = {code.code for code in error_codes()} | {-32700, -32600, -32601}
    assert set(DOCUMENT["errors"]) <= known


def test_an_unknown_name_has_no_schema() -> None:
    """A method that does not exist has neither parameters nor a result."""
    with pytest.raises(KeyError):
        params_schema("session.steal")
    with pytest.raises(KeyError):
        result_schema("progress")


def test_documents_are_not_shared() -> None:
    """Who changes the description that he was given changes it for nobody else."""
    channel()["methods"].clear()
    assert channel()["methods"]


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
