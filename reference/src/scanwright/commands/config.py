"""`scanwright config`: looks at the settings of a service, and changes them.

A running service takes a change up within a second or so; nobody has to tell it.

Implements: CONFIG-live, CONFIG-drop-in, CONFIG-wrong-value.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from scanwright.commands.running import PATIENCE_S, add_home, find_home
from scanwright.errors import ScanwrightError
from scanwright.home import Home

__all__ = ["config"]

EXAMPLES: Final = """\
examples:
  scanwright config list                      every key, its value, where it is from
  scanwright config get LogLevel
  scanwright config set LogLevel 14           verbose, from now on
  scanwright config set Access-Control-Allow-Origin https://app.example.com
  scanwright config set Port_mp_1 28622       counts after a restart
  scanwright config unset LogLevel            what the other files say counts again
  scanwright config path                      the files, the strongest last
  scanwright config check                     what is wrong, with file and line
  scanwright config check new.ini             the same of a file not yet in its place

Changes are written to user_config.ini. What a file in DSConfiguration.d says cannot be
changed here. Exit status: 0, or 1 when something is wrong, or 2 for a wrong call.
"""

Answer = tuple[str, object, int]
"""Text for people, the same as JSON, and the exit status."""


def config(argv: Sequence[str]) -> int:
    """Show, change and check the settings of the service."""
    given = _parse(argv)
    home = Home(find_home(given.home, os.environ).folder.absolute())
    # Imported before root becomes somebody else, who may not read our own code.
    from scanwright.configuration import changing  # noqa: F401

    # A file that is not in its place yet is read as who has written it.
    is_elsewhere = given.action == "check" and given.words
    try:
        with contextlib.nullcontext() if is_elsewhere else home.as_owner():
            text, data, status = _ACTIONS[given.action](home, given.words)
    except (ScanwrightError, OSError) as error:
        print(f"scanwright config: {error}", file=sys.stderr)
        return 1
    print(json.dumps(data, indent=2) if given.json else text)
    return status


def _list(home: Home, words: Sequence[str]) -> Answer:
    """Show every key; those that differ from the default say where that is from."""
    from scanwright.configuration.changing import locked_keys
    from scanwright.configuration.layers import read_layers
    from scanwright.configuration.reading import read

    del words
    layers = read_layers(home)
    reading = read(layers)
    locked = locked_keys(layers, home)
    rows = [
        {
            "key": key,
            "value": value,
            "file": str(source.file) if (source := reading.sources.get(key)) else None,
            "line": source.line if source else None,
            "locked": key in locked,
        }
        for key, value in reading.values.items()
    ]
    width = max(len(str(row["key"])) for row in rows)
    lines = [
        f"{row['key']!s:<{width}}  {row['value'] or '-'!s:<20}  {_place(row)}".rstrip()
        for row in rows
    ]
    return "\n".join(lines), rows, 0


def _place(row: Mapping[str, object]) -> str:
    if row["file"] is None:
        return "default"
    place = f"{row['file']}, line {row['line']}"
    return f"{place} (locked)" if row["locked"] else place


def _get(home: Home, words: Sequence[str]) -> Answer:
    """Show the value of one key, and nothing else."""
    from scanwright.configuration.changing import known_setting
    from scanwright.configuration.reading import read_configuration

    key = known_setting(home, words[0]).key
    value = read_configuration(home).values[key]
    return value, {"key": key, "value": value}, 0


def _set(home: Home, words: Sequence[str]) -> Answer:
    return _change(home, words[0], words[1])


def _unset(home: Home, words: Sequence[str]) -> Answer:
    return _change(home, words[0], None)


def _change(home: Home, key: str, value: str | None) -> Answer:
    """Change one key, and say what follows."""
    from scanwright.configuration.changing import change_setting, known_setting

    setting = known_setting(home, key)
    reading = change_setting(home, key, value, patience_s=PATIENCE_S)
    effect = (
        "A running service must be restarted for it."
        if setting.needs_restart
        else "A running service takes it up at once."
    )
    data = {
        "key": setting.key,
        "value": reading.values[setting.key],
        "needs_restart": setting.needs_restart,
        "file": str(home.user_configuration),
    }
    return f"{setting.key}={reading.values[setting.key]}. {effect}", data, 0


def _path(home: Home, words: Sequence[str]) -> Answer:
    """Show the files, the strongest last."""
    from scanwright.configuration.layers import read_layers

    del words
    there = {layer.file for layer in read_layers(home)}
    files = [home.configuration, home.user_configuration, home.drop_ins]
    files += sorted(there - set(files))
    data = [{"file": str(file), "exists": file.exists()} for file in files]
    lines = [f"{file}{'' if file.exists() else ' (not there)'}" for file in files]
    return "\n".join(lines), data, 0


def _check(home: Home, words: Sequence[str]) -> Answer:
    """Show what is wrong, in the files of the home or in another one."""
    from scanwright.configuration.layers import read_layer, read_layers
    from scanwright.configuration.reading import read

    layers = [read_layer(Path(words[0]))] if words else read_layers(home)
    problems = read(layers).problems
    data = [
        {
            "file": str(problem.file),
            "line": problem.line,
            "key": problem.key,
            "value": problem.value,
            "accepted": problem.accepted,
            "message": str(problem),
        }
        for problem in problems
    ]
    text = "\n".join(map(str, problems)) or "Nothing is wrong."
    return text, data, 1 if problems else 0


Action = Callable[[Home, Sequence[str]], Answer]

_ACTIONS: Final[Mapping[str, Action]] = {
    "list": _list,
    "get": _get,
    "set": _set,
    "unset": _unset,
    "path": _path,
    "check": _check,
}
_WORDS: Final = {"get": (1, 1), "set": (2, 2), "unset": (1, 1), "check": (0, 1)}
"""How many words an action takes, at least and at most."""


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scanwright config",
        description="Show, change and check the settings of the service.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("action", choices=_ACTIONS)
    add("words", nargs="*", metavar="KEY [VALUE]", help="or FILE, for check")
    add("--json", action="store_true", help="answer in JSON")
    add_home(parser)
    given = parser.parse_args(argv)
    least, most = _WORDS.get(given.action, (0, 0))
    if not least <= len(given.words) <= most:
        wanted = {"get": "KEY", "unset": "KEY", "set": "KEY VALUE", "check": "[FILE]"}
        parser.error(f"usage: {given.action} {wanted.get(given.action, '')}".rstrip())
    return given
