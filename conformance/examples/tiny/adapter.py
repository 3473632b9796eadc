"""Controls tiny_service.py for the suite, on the standard library alone.

The suite writes a request a line on the standard input, and reads an answer a line from
the standard output; ADAPTERS.md tells which. Words after the name of this file go to
the service: `adapter.py --flaw` starts one with a flaw.
"""
# ruff: noqa: INP001 - a script, and no package

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]

SERVICE: Final = Path(__file__).with_name("tiny_service.py")
ORIGINS: Final = ("https://one.example.test", "https://two.example.test")
STOP_TIMEOUT_S: Final = 10.0


class Unsupported(Exception):
    """What was asked for does not exist here."""


class Adapter:
    """One service at a time."""

    def __init__(self, options: list[str]) -> None:
        self.options = options
        self.service: subprocess.Popen[bytes] | None = None
        self.requests: dict[str, Callable[[Json], Json]] = {
            "hello": self.hello,
            "start": self.start,
            "stop": self.stop,
            "kill": self.kill,
        }

    def answer(self, request: Json) -> Json:
        """Answer a request, whatever it is."""
        try:
            todo = self.requests.get(request["do"], self.refuse)
            return {"id": request["id"], "ok": True, **todo(request)}
        except Unsupported as reason:
            return {"id": request["id"], "unsupported": str(reason)}
        except (OSError, ValueError) as error:
            return {"id": request["id"], "error": str(error)}

    def hello(self, _: Json) -> Json:
        """Say who we are and what we can."""
        can = ["start", "stop", "kill"]
        return {"name": "tiny service", "version": "1.0.0", "protocol": 1, "can": can}

    def refuse(self, _: Json) -> Json:
        """Say that there is no such thing here."""
        raise Unsupported("the tiny service has nothing like that")

    def start(self, request: Json) -> Json:
        """Start the service; its first line tells what the suite wants to know."""
        if request["manner"] != "usual":
            raise Unsupported("the tiny service reads no configuration file")
        self.kill(request)
        words = [word for origin in ORIGINS for word in ("--allow-origin", origin)]
        self.service = subprocess.Popen(
            [sys.executable, str(SERVICE), *words, *self.options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # ours is for answers alone
            env={**os.environ, "TMPDIR": request["temporary"]},
        )
        line = self.service.stdout.readline() if self.service.stdout else b""
        if not line:
            raise OSError(f"the service ended with status {self.service.wait()}")
        said: Json = json.loads(line)
        return said

    def stop(self, _: Json) -> Json:
        """End the service as its users do, by force if it does not listen."""
        if self.service is None:
            return {}
        self.service.terminate()
        try:
            self.service.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return {"by_itself": False, **self.kill({})}
        return self.kill({})

    def kill(self, _: Json) -> Json:
        """End the service at once, and let go of it."""
        if self.service is not None:
            self.service.kill()
            self.service.wait()
            if self.service.stdout:
                self.service.stdout.close()
            self.service = None
        return {}


def main() -> None:
    """Answer until there are no more requests; leave nothing behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    adapter = Adapter(sys.argv[1:])
    try:
        for line in sys.stdin:
            print(json.dumps(adapter.answer(json.loads(line))), flush=True)
    finally:
        adapter.kill({})


if __name__ == "__main__":
    main()
