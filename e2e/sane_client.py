"""Scans a feeder with a SANE library that others wrote; a process by itself.

    python sane_client.py python-sane|pyinsane2 DEVICE SOURCE FOLDER

Pages of 75 dpi in gray go to FOLDER as PNG files. The last line of the output says in
JSON how many there are and what the library said at the end.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image


def main(argv: Sequence[str]) -> int:
    """Scan, and say how it ended."""
    library, device, source, folder = argv
    scan = {"python-sane": with_python_sane, "pyinsane2": with_pyinsane2}[library]
    pages, end = 0, ""
    try:
        for page in scan(device, source):
            pages += 1
            page.convert("L").save(Path(folder) / f"{pages}.png")
    except Exception as error:  # noqa: BLE001  whatever a library raises is the answer
        end = f"{type(error).__name__}: {error} {getattr(error, 'status', '')}"
    print(json.dumps({"pages": pages, "end": end}), flush=True)
    os._exit(0)  # some libraries wait for ever for what has failed


def with_python_sane(device: str, source: str) -> Iterator[Image.Image]:
    """Yield pages through python-sane's C module: its iterator hides the errors."""
    sane: Any = importlib.import_module("sane")
    sane.init()
    scanner = sane.open(device)
    scanner.source, scanner.mode, scanner.resolution = source, "Gray", 75
    while True:
        try:
            scanner.start()
        except Exception as error:
            if "out of documents" in str(error):
                return
            raise
        yield scanner.snap(no_cancel=True)


def with_pyinsane2(device: str, source: str) -> Iterator[Image.Image]:
    """Yield pages through pyinsane2 in its single-thread mode."""
    os.environ["PYINSANE_SINGLE_THREAD"] = "1"
    pyinsane2: Any = importlib.import_module("pyinsane2")
    pyinsane2.init()
    scanner = pyinsane2.Scanner(name=device)
    for name, value in {"source": source, "mode": "Gray", "resolution": 75}.items():
        scanner.options[name].value = value
    session = scanner.scan(multiple=True)
    seen = 0
    while True:
        try:
            session.scan.read()
        except EOFError:
            while seen < len(session.images):
                yield session.images[seen]
                seen += 1
        except StopIteration:
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
