"""A description to begin with, and an adapter to fill in."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scanwright_conformance.target import Addresses, Device, Port, Target
from scanwright_conformance.target._adapter_wire import hello_in
from scanwright_conformance.target._schema import tables
from scanwright_conformance.target._template import (
    Draft,
    Values,
    adapter_skeleton,
    description_text,
    draft_of,
)

MEANINGS = {"tls": "It serves HTTPS.", "load": "It may be burdened."}


def read(draft: Draft) -> Any:
    """Return what TOML makes of a draft's text."""
    return tomllib.loads(description_text("t.toml", draft, MEANINGS))


def test_what_is_known_is_there_and_nothing_else() -> None:
    """All other keys are comments."""
    values: Values = {
        "target": {"name": 'a "b" \x7f'},
        "adapter": {"command": ["x", "y"]},
    }
    assert read(Draft(values, frozenset({"tls"}))) == {
        "target": {"name": 'a "b" \x7f'},
        "capabilities": {"has": ["tls"]},
        "adapter": {"command": ["x", "y"]},
    }


def test_every_key_and_capability_is_explained() -> None:
    """Whoever takes the sign away in front of a key has something that is right."""
    text = description_text("t.toml", Draft(), MEANINGS)
    # A line of prose has a blank behind its sign, a key has none.
    on = re.sub(r"(?m)^( *)#(?! )", r"\1", text)
    assert tomllib.loads(on).keys() == tables().keys()
    assert tomllib.loads(on)["capabilities"]["has"] == list(MEANINGS)
    for table, keys in tables().items():
        assert f"[{table}]" in text
        assert all(f"{key} = " in text for key in keys)
    assert '  # It may be burdened.\n  #"load"' in text


def test_a_probed_service_is_filled_in() -> None:
    """Its addresses, its scanners, and what was seen that it can do."""
    one, two = Device("One", 256, "{}"), Device("Two\nlines", 512, "{}")
    probed = Target(
        "h:1",
        Addresses({Port.API: "http://h:1"}),
        frozenset({"tls", "flatbed-only"}),
        devices={"scanner": one, "flatbed-only": one, "gray": two},
    )
    draft = draft_of(probed, (one.name, two.name))
    assert read(draft)["target"] == {"name": "h:1", "api": "http://h:1"}
    assert read(draft)["scanners"] == {"scanner": "One", "flatbed-only": "One"}
    text = description_text("t.toml", draft, MEANINGS)
    assert "# Listed are: One, Two?lines" in text


@pytest.mark.slow
def test_the_skeleton_says_hello_and_unsupported(tmp_path: Path) -> None:
    """It can be run before anything is filled in."""
    program = tmp_path / "adapter.py"
    program.write_text(adapter_skeleton(), encoding="utf-8")
    things = ("hello", "start", "stop", "kill", "start-second", "reset", "dance")
    asked = [{"id": number, "do": do} for number, do in enumerate(things)]
    asked.append({"id": 7, "do": "hook", "name": "load", "arguments": {}})
    done = subprocess.run(
        [sys.executable, str(program)],
        input="".join(json.dumps(request) + "\n" for request in asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    hello, *others = map(json.loads, done.stdout.splitlines())
    assert hello_in(hello).can == frozenset()
    assert [answer["id"] for answer in others] == list(range(1, 8))
    assert all(answer["unsupported"] for answer in others)
    assert done.stderr == ""
