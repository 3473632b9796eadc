"""What the members of a request may be, as openapi.yaml has it.

A rule takes the name of a member and its value, and raises Wrong with a sentence that
names the member when the value is none that it can have.
"""
# ruff: noqa: INP001 - part of a script, and no package

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

JsonObject = dict[str, Any]
Rule = Callable[[str, Any], None]


class Wrong(Exception):
    """A member has a value that it cannot have; the message names it."""


def boolean(name: str, value: Any) -> None:
    """Accept true and false."""
    if not isinstance(value, bool):
        raise Wrong(f"{name} is neither true nor false.")


def text(name: str, value: Any) -> None:
    """Accept a string."""
    if not isinstance(value, str):
        raise Wrong(f"{name} is no string.")


def is_integer(value: Any) -> bool:
    """Tell whether JSON Schema calls a value an integer: 1.0 is one, true is none."""
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def integer(least: int, most: int) -> Rule:
    """Accept the integers of a range."""

    def rule(name: str, value: Any) -> None:
        if not is_integer(value) or not least <= value <= most:
            raise Wrong(f"{name} is no integer from {least} to {most}.")

    return rule


def one_of(*values: Any) -> Rule:
    """Accept some values; numbers must be integers."""

    def rule(name: str, value: Any) -> None:
        is_number = any(isinstance(each, int) for each in values)
        if value not in values or (is_number and not is_integer(value)):
            raise Wrong(f"{name} is none of {', '.join(map(str, values))}.")

    return rule


def object_of(members: Mapping[str, Rule]) -> Rule:
    """Accept an object whose defined members follow their rules."""

    def rule(name: str, value: Any) -> None:
        if not isinstance(value, dict):
            raise Wrong(f"{name} is no object.")
        for inner, its_rule in members.items():
            if inner in value:
                its_rule(inner, value[inner])

    return rule


def count(name: str, value: Any) -> None:
    """Accept a number of pages, or -1 for all."""
    if not is_integer(value) or not (value == -1 or 1 <= value <= 32767):
        raise Wrong(f"{name} is neither -1 nor from 1 to 32767.")


def base64_text(name: str, value: Any) -> None:
    """Accept base64 in its one full form."""
    text(name, value)
    pattern = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
    if not re.fullmatch(pattern, value):
        raise Wrong(f"{name} is no base64.")


def capability_list(name: str, value: Any) -> None:
    """Accept an array of capabilities, each with a number and something to set."""
    if not isinstance(value, list):
        raise Wrong(f"{name} is no array.")
    for each in value:
        if not isinstance(each, dict) or "capability" not in each:
            raise Wrong(f"{name} has an entry without a capability.")
        CAPABILITY(name, each)
        if "curValue" not in each and not each.get("values"):
            raise Wrong(f"{name} has an entry without curValue and values.")


def array(name: str, value: Any) -> None:
    """Accept an array."""
    if not isinstance(value, list):
        raise Wrong(f"{name} is no array.")


ON_FAILURE: Final = one_of("ignore", "fail")

CAPABILITY: Final = object_of(
    {"capability": integer(1, 65535), "values": array, "exception": ON_FAILURE}
)

SETTINGS: Final[Mapping[str, Rule]] = {"logLevel": one_of(0, 1, 30)}

JOB_CREATION: Final[Mapping[str, Rule]] = {
    "autoRun": boolean,
    "requestFocusForScanningUI": boolean,
    "scannerFailureTimeout": integer(1, 3600),
    "jobTimeout": integer(0, 2592000),
    "device": text,
    "name": text,
    "checkFeederLoaded": boolean,
    "settings": base64_text,
    "caps": object_of({"exception": ON_FAILURE, "capabilities": capability_list}),
    "config": object_of(
        {
            "IfShowUI": boolean,
            "PixelType": one_of(*range(12), 16),
            "Resolution": integer(1, 65535),
            "IfFeederEnabled": boolean,
            "IfDuplexEnabled": boolean,
            "IfDisableSourceAfterAcquire": boolean,
            "IfGetImageInfo": boolean,
            "IfGetExtImageInfo": boolean,
            "extendedImageInfoQueryLevel": one_of(0, 1, 2),
            "SelectSourceByIndex": integer(0, 65535),
            "IfCloseSourceAfterAcquire": boolean,
            "PageSize": integer(0, 65535),
            "XferCount": count,
        }
    ),
}
