"""The REST interface for machines: OpenAPI 3.1."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from scanwright_spec._data import read_text

__all__ = ["openapi", "openapi_text"]


@cache
def openapi_text() -> str:
    """Return the description as the YAML text that it is kept as."""
    return read_text("openapi.yaml")


def openapi() -> dict[str, Any]:
    """Return the description as a document of its own for each caller."""
    import yaml

    # The loader in C is six times faster; a PyYAML built without libyaml has none.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return cast("dict[str, Any]", yaml.load(openapi_text(), loader))  # noqa: S506 - safe
