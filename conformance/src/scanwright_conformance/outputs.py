"""What a long run writes: tried before it begins, and no reason to lose its result."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scanwright_conformance.event_codec import EventWriter

if TYPE_CHECKING:
    from scanwright_conformance.events import Event, Listener

__all__ = ["OutputError", "Writing", "event_file", "try_file", "try_folder"]


class OutputError(Exception):
    """Nothing can be written to a place; the message has it and the reason."""


def try_folder(folder: Path) -> None:
    """Make `folder`, and raise OutputError when no file can be made in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except FileExistsError as error:
        raise OutputError(f"{folder}: this is no folder") from error
    except OSError as error:
        raise OutputError(_told(error, folder)) from error


def try_file(path: Path) -> None:
    """Make the folder of `path`, and raise OutputError when `path` cannot be there.

    A file that is there is not touched: it is replaced at the end, as a whole.
    """
    try_folder(path.parent)
    try:
        is_taken = path.exists() and not path.is_file()
    except OSError as error:  # a name that is too long
        raise OutputError(_told(error, path)) from error
    if is_taken:
        raise OutputError(f"{path}: this is no file that could be replaced")


class Writing:
    """Attempts to write at the end of a run; `problems` says what became of them."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    @contextlib.contextmanager
    def attempt(self, place: Path, *others: type[Exception]) -> Iterator[None]:
        """Note an OSError, or one of the `others`, instead of passing it on."""
        expected: tuple[type[Exception], ...] = (OSError, *others)
        try:
            yield
        except expected as error:
            self.note(_told(error, place))

    def note(self, problem: str) -> None:
        """Note what could not be written, and why."""
        self.problems.append(f"the run is over, but not all is written: {problem}")


@contextlib.contextmanager
def event_file(path: Path, writing: Writing) -> Iterator[Listener]:
    """Give a listener that writes events to `path`, or raise OutputError.

    The run goes on when they cannot be written any more; `writing` notes it then.
    """
    file = _EventFile(path)
    try:
        yield file
    finally:
        file.close()
        if file.problem:
            writing.note(file.problem)


class _EventFile:
    """A file of events; `problem` is why it is not whole, "" as long as it is."""

    def __init__(self, path: Path) -> None:
        self.problem = ""
        self._path = path
        try:
            # once only: whoever reads a pipe would take a second time for its end
            self._stream = path.open("w", encoding="utf-8")
        except OSError as error:
            raise OutputError(_told(error, path)) from error
        self._writer = EventWriter(self._stream)

    def take(self, event: Event) -> None:
        """Write one line, unless an earlier one could not be written."""
        if not self.problem:
            with self._noting():
                self._writer.take(event)

    def close(self) -> None:
        with self._noting():
            self._stream.close()

    @contextlib.contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.problem = _told(error, self._path)


def _told(error: Exception, place: Path) -> str:
    """Return what went wrong, with the place where it did."""
    if isinstance(error, OSError) and error.strerror:
        return f"{place}: {error.strerror}"
    return f"{place}: {error}"
