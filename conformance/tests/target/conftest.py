"""Adapters to try the suite on: a polite one, and what can be done to it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ADAPTER = """\
import json, os, signal, subprocess, sys, time

CHILD = [sys.executable, "-c", "import signal; signal.pause()"]
child = None
CAN = ["start", "start:caching", "start-second", "stop", "kill", "reset", "hook:load"]

def hello(request):
    return {"name": "polite", "version": "7.1", "protocol": 1, "can": CAN}

def start(request):
    global child
    child = subprocess.Popen(CHILD, stdout=subprocess.DEVNULL)
    return {"api": "http://127.0.0.1:1/api", "pid": child.pid, "manner": "x"}

def stop(request):
    global child
    if child:
        child.kill()
        child.wait()
        child = None
    return {}

def kill(request):
    return stop(request)

def second(request):
    return {"status": 7}

def reset(request):
    return {}

def hook(request):
    return {"value": [request["name"], request["arguments"]]}

THINGS = {"hello": hello, "start": start, "stop": stop, "kill": kill,
          "start-second": second, "reset": reset, "hook": hook}
# ADAPT
for line in sys.stdin:
    request = json.loads(line)
    answer = {"id": request["id"], "ok": True}
    answer |= THINGS[request["do"]](request)
    print(json.dumps(answer), flush=True)
stop({})
"""

Adapt = Callable[[str], tuple[str, ...]]


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """Give a process that ran before any target did, and has to survive the test."""
    with subprocess.Popen(["sleep", "600"]) as process:
        yield process
        process.kill()


@pytest.fixture
def adapt(tmp_path: Path) -> Adapt:
    """Give a function that changes the polite adapter and returns its command."""

    def make(change: str = "") -> tuple[str, ...]:
        program = tmp_path / "adapter.py"
        text = ADAPTER.replace("# ADAPT", change)
        program.write_text(text, encoding="utf-8")
        return sys.executable, str(program)

    return make
