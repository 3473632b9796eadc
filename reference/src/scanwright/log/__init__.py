"""The service's logs: one scale of levels, one line a record, files that end.

Each kind of process has its file, which several of them may share. What no log may hold
does not reach it (`conceal`), and a full disk costs lines, never the service.

Implements: FILES-log.
"""

from __future__ import annotations

from scanwright.log._file import open_append, tail
from scanwright.log._process import ROOT, current_level, set_level, set_up
from scanwright.log._scale import LogForm, LogLevel
from scanwright.log._secrets import conceal, redact

__all__ = [
    "ROOT",
    "LogForm",
    "LogLevel",
    "conceal",
    "current_level",
    "open_append",
    "redact",
    "set_level",
    "set_up",
    "tail",
]
