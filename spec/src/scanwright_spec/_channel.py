"""The page channel for machines: its methods and events, each with its JSON Schema."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, cast

from scanwright_spec._data import read_text

__all__ = ["channel", "channel_text", "params_schema", "result_schema"]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@cache
def channel_text() -> str:
    """Return the description as the YAML text that it is kept as."""
    return read_text("channel.yaml")


def channel() -> dict[str, Any]:
    """Return the description as a document of its own for each caller."""
    import yaml

    # The loader in C is six times faster; a PyYAML built without libyaml has none.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return cast("dict[str, Any]", yaml.load(channel_text(), loader))  # noqa: S506 - safe


@cache
def _read() -> dict[str, Any]:
    """Return the description as a document that is shared."""
    return channel()


def params_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of the parameters of a method or an event: not to change.

    Raises:
        KeyError: There is no such method and no such event.
    """
    document = _read()
    told = {**document["methods"], **document["events"]}[name]
    return _schema(document, told.get("params", {"type": "object"}))


def result_schema(method: str) -> dict[str, Any]:
    """Return the JSON Schema of a method's result: not to change.

    Raises:
        KeyError: There is no such method.
    """
    document = _read()
    return _schema(document, document["methods"][method]["result"])


def _schema(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": DIALECT, "$defs": document["$defs"], **part}
