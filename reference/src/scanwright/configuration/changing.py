"""Changing one setting: checked first, then written to user_config.ini.

The manager page and the command line come through here. The other keys and the comments
of the file stay. What a drop-in says cannot be changed: it is the administrator's last
word.

Implements: CONFIG-survives-restart, CONFIG-drop-in, CONFIG-wrong-value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from scanwright.configuration.ini import NotText, edited
from scanwright.configuration.layers import Layer, make_layer, read_content, read_layers
from scanwright.configuration.reading import read
from scanwright.configuration.settings import (
    SECTION,
    Setting,
    find_setting,
    near_key,
)
from scanwright.configuration.values import Problem, Reading, Source
from scanwright.configuration.writing import alone, write_whole
from scanwright.errors import ClientError, Code, InvalidParameter, ScanwrightError
from scanwright.home import Home

__all__ = [
    "InvalidSetting",
    "SettingLocked",
    "SettingNotWritten",
    "change_setting",
    "known_setting",
    "locked_keys",
]


class InvalidSetting(InvalidParameter):
    """There is no such key, or it does not accept the value; `problem` says which."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class SettingLocked(ClientError):
    """A drop-in has the last word on this key; `source` says where."""

    status: ClassVar[int] = 409
    code = Code.OUT_OF_SEQUENCE

    def __init__(self, key: str, source: Source) -> None:
        super().__init__(
            f"{key} is set in {source.file}, line {source.line}, which has the last "
            "word. Change it there, or remove it from there."
        )
        self.source = source


class SettingNotWritten(ScanwrightError):
    """The file could not be written; the setting is as it was."""


def change_setting(
    home: Home, key: str, value: str | None, *, patience_s: float = 0.0
) -> Reading:
    """Give a key a value, or none of its own; return what the files say then.

    It waits so long for somebody else who is changing one.

    Raises:
        InvalidSetting: No such key, or no such value.
        SettingLocked: A drop-in sets this key.
        SettingNotWritten: The file cannot be written; the message says why.
    """
    setting = known_setting(home, key)
    if setting.is_read_only:
        raise InvalidSetting(_problem(home, setting, ""))
    if value is not None:
        _check(home, setting, value.strip())
        if source := locked_keys(read_layers(home), home).get(setting.key):
            raise SettingLocked(setting.key, source)
    file = home.user_configuration
    try:
        with alone(home.folder, patience_s=patience_s):
            old = read_layers(home)
            data = edited(
                read_content(file) if file.exists() else b"",
                SECTION,
                setting.key,
                None if value is None else value.strip(),
            )
            reading = _read_with(home, old, data)
            _refuse_new_problems(read(old), reading)
            write_whole(file, data)
    except BlockingIOError as error:
        raise SettingNotWritten(
            f"Somebody else is changing {file} at this moment. Try again."
        ) from error
    except NotText as error:
        raise SettingNotWritten(
            f"{file} {error}. Move it away; the settings in it are lost."
        ) from error
    except OSError as error:
        raise SettingNotWritten(
            f"{file} cannot be written: {error.strerror}."
        ) from error
    return reading


def known_setting(home: Home, key: str) -> Setting[Any]:
    """Return the setting of this key.

    Raises:
        InvalidSetting: There is none; the message has the nearest.
    """
    setting = find_setting(key)
    if setting is None:
        file, near = home.user_configuration, near_key(key)
        raise InvalidSetting(Problem(file, 0, key, "", near, "is no known key"))
    return setting


def locked_keys(layers: Sequence[Layer], home: Home) -> Mapping[str, Source]:
    """Return the keys that a drop-in sets, and where."""
    return {
        setting.key: Source(layer.file, entry.line)
        for layer in layers
        if layer.file.parent == home.drop_ins
        for entry in layer.entries
        if entry.section.upper() == SECTION and (setting := find_setting(entry.key))
    }


def _check(home: Home, setting: Setting[Any], value: str) -> None:
    """Refuse what the key does not accept, and what would be more than one line."""
    if not value.isprintable():
        raise InvalidSetting(_problem(home, setting, value))
    try:
        setting.parse(value)
    except ValueError as error:
        raise InvalidSetting(_problem(home, setting, value)) from error


def _problem(home: Home, setting: Setting[Any], value: str) -> Problem:
    return Problem(home.user_configuration, 0, setting.key, value, setting.accepted)


def _read_with(home: Home, layers: Sequence[Layer], data: bytes) -> Reading:
    """Return what the files say when this is the content of user_config.ini."""
    file = home.user_configuration
    new = make_layer(file, data)
    below = [layer for layer in layers if layer.file == home.configuration]
    above = [layer for layer in layers if layer.file not in {home.configuration, file}]
    return read([*below, new, *above])


def _refuse_new_problems(old: Reading, new: Reading) -> None:
    """Refuse a port that another one has: right by itself, wrong beside the rest."""
    known = {(problem.file, problem.key, problem.value) for problem in old.problems}
    for problem in new.problems:
        if (problem.file, problem.key, problem.value) not in known:
            raise InvalidSetting(problem)
