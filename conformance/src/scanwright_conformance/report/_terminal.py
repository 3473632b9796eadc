"""Live progress: rich where somebody watches, plain lines everywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TextIO

from scanwright_conformance.report._words import SHOWN, Tally, failure, headline
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.progress import TaskID

    from scanwright_conformance.certification import Watcher
    from scanwright_conformance.results import Result, Subject
    from scanwright_spec import Clause

__all__ = ["PlainWatcher", "RichWatcher", "SilentWatcher", "watcher_for"]

STYLES: Final = {Verdict.WARN: "yellow", Verdict.ERROR: "bold magenta"}


def watcher_for(stream: TextIO, *, is_quiet: bool) -> Watcher:
    """Return who reports progress on `stream`."""
    if is_quiet:
        return SilentWatcher()
    return RichWatcher(stream) if stream.isatty() else PlainWatcher(stream)


class SilentWatcher:
    """Says nothing: for `--quiet` and for `--json`."""

    def began(self, subject: Subject, clauses: Sequence[Clause]) -> None:
        """Say nothing."""

    def started(self, clause: Clause) -> None:
        """Say nothing."""

    def ended(self, result: Result) -> None:
        """Say nothing."""

    def finished(self) -> None:
        """Say nothing."""


class PlainWatcher:
    """Prints a line for each area that is complete and a paragraph for each failure."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._tally = Tally(())

    def began(self, subject: Subject, clauses: Sequence[Clause]) -> None:
        """Name the target."""
        self._tally = Tally(clauses)
        self._print(headline(subject, clauses))

    def started(self, clause: Clause) -> None:
        """Wait for the result."""

    def ended(self, result: Result) -> None:
        """Show what went wrong, and the area when it is complete."""
        if result.verdict in SHOWN:
            self._print(failure(result))
        if line := self._tally.add(result):
            self._print(line)

    def finished(self) -> None:
        """Leave the last word to the summary."""

    def _print(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


class RichWatcher:
    """Draws a bar with the clause that is being tried, and prints above it."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._bar = Progress(
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
            console=Console(file=stream),
            transient=True,
        )
        self._task: TaskID = self._bar.add_task("")
        self._tally = Tally(())

    def began(self, subject: Subject, clauses: Sequence[Clause]) -> None:
        """Name the target and start the bar."""
        self._tally = Tally(clauses)
        self._print(headline(subject, clauses), style="bold")
        self._bar.update(self._task, total=len(clauses))
        self._bar.start()

    def started(self, clause: Clause) -> None:
        """Show what is being tried."""
        self._bar.update(self._task, description=clause.id)

    def ended(self, result: Result) -> None:
        """Move the bar; show what went wrong, and the area when it is complete."""
        self._bar.advance(self._task)
        if result.verdict in SHOWN:
            title, _, rest = failure(result).partition("\n")
            self._print(title, style=STYLES.get(result.verdict, "bold red"))
            self._print(rest)
        if line := self._tally.add(result):
            self._print(line)

    def finished(self) -> None:
        """Take the bar away."""
        self._bar.stop()

    def _print(self, text: str, *, style: str = "") -> None:
        self._bar.console.print(text, style=style, markup=False, highlight=False)
