"""What the process of a cell does: certifies, and writes events to standard output.

`python -m scanwright_conformance.matrix.work` reads one line of JSON, the cell, from
its standard input. When that ends, or SIGTERM comes, it takes away what it started, and
ends, too.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, TextIO

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.certification import certify_target
from scanwright_conformance.event_codec import EventWriter
from scanwright_conformance.matrix.cells import Cell, cell_of_json
from scanwright_conformance.target import DescriptionError

if TYPE_CHECKING:
    from scanwright_conformance.events import Listener

__all__ = ["assignment_for", "main"]

RELATIVE_CA: Final = re.compile(r"""^(\s*ca\s*=\s*["'])(?!/)""", re.MULTILINE)


def main() -> int:
    """Certify as the first line of the standard input says."""
    # What anything else prints must not get between the events.
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    cell = cell_of_json(json.loads(sys.stdin.readline()))
    with output, TemporaryDirectory(prefix="swm-") as folder:
        assignment = assignment_for(cell, Path(folder))
        try:
            asyncio.run(_certify(assignment, output))
        except asyncio.CancelledError:
            return 128 + signal.SIGTERM
        except DescriptionError as error:
            origin = str(Path(cell.place).parent)
            print(str(error).replace(folder, origin), file=sys.stderr)
            return 1
    return 0


def assignment_for(cell: Cell, folder: Path) -> Assignment:
    """Return what there is to do; the description is written into `folder`.

    Files that it names beside itself are where they were: `{here}` and a relative `ca`
    are about the folder that it comes from.
    """
    place = cell.place
    if cell.description:
        origin = Path(cell.place)
        # As it stands in a text of TOML, whose escapes are those of JSON.
        here = json.dumps(str(origin.parent), ensure_ascii=False)[1:-1]
        text = cell.description.replace("{here}", here)
        text = RELATIVE_CA.sub(lambda found: f"{found[1]}{here}/", text)
        file = folder / origin.name
        file.write_text(text, encoding="utf-8")
        place = str(file)
    return Assignment(
        place=place,
        only=cell.only,
        profiles=cell.profiles,
        level=cell.level,
        seed=cell.seed,
        environment=cell.environment,
    )


async def _certify(assignment: Assignment, output: TextIO) -> None:
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    if task is not None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        # Nothing more comes; it ends when whoever wanted this cell is gone.
        loop.add_reader(0, _end, task)
    writer: Listener = EventWriter(output)
    await certify_target(assignment, writer)


def _end(task: asyncio.Task[None]) -> None:
    asyncio.get_running_loop().remove_reader(0)
    task.cancel()


if __name__ == "__main__":
    sys.exit(main())
