"""Live progress: rich where somebody watches, plain lines everywhere else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, TextIO

from scanwright_conformance.events import Began, Ended, Finished, Started
from scanwright_conformance.report._progress import Progress
from scanwright_conformance.report._words import SHOWN, estimate, failure, headline
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.progress import TaskID

    from scanwright_conformance.events import Event, Listener
    from scanwright_conformance.results import Result

    Clock = Callable[[], float]

__all__ = ["PlainWatcher", "RichWatcher", "SilentWatcher", "watcher_for"]

STYLES: Final = {Verdict.WARN: "yellow", Verdict.ERROR: "bold magenta"}


def watcher_for(stream: TextIO, *, is_quiet: bool) -> Listener:
    """Return who reports progress on `stream`."""
    if is_quiet:
        return SilentWatcher()
    return RichWatcher(stream) if stream.isatty() else PlainWatcher(stream)


class SilentWatcher:
    """Says nothing: for `--quiet` and for `--json`."""

    def take(self, event: Event) -> None:
        """Say nothing."""


class PlainWatcher:
    """Prints a line for each tenth of the run and a paragraph for each failure."""

    def __init__(self, stream: TextIO, clock: Clock = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._began_s = 0.0
        self._progress = Progress(())

    def take(self, event: Event) -> None:
        """Print what there is to say about it."""
        match event:
            case Began(plan):
                self._began_s = self._clock()
                self._progress = Progress(plan.clauses)
                self._print(headline(plan))
            case Ended(result):
                if result.verdict in SHOWN:
                    self._print(failure(result))
                if self._progress.add(result):
                    self._print(self._progress.line(self._clock() - self._began_s))

    def _print(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


class RichWatcher:
    """Draws a bar with the clause that is being tried, and prints above it."""

    def __init__(self, stream: TextIO, clock: Clock = time.monotonic) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        self._clock = clock
        self._bar = Bar(
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
            TextColumn("{task.description}"),
            console=Console(file=stream),
            transient=True,
        )
        self._task: TaskID = self._bar.add_task("", left="")
        self._began_s = 0.0
        self._progress = Progress(())

    def take(self, event: Event) -> None:
        """Move the bar, and print what there is to say."""
        match event:
            case Began(plan):
                self._began_s = self._clock()
                self._progress = Progress(plan.clauses)
                self._print(headline(plan), style="bold")
                self._bar.update(self._task, total=len(plan.clauses))
                self._bar.start()
            case Started(clause):
                self._bar.update(self._task, description=clause)
            case Ended(result):
                self._show(result)
            case Finished():
                self._bar.stop()

    def _show(self, result: Result) -> None:
        """Show what went wrong, and how long the rest will take."""
        self._progress.add(result)
        remaining = self._progress.remaining_s(self._clock() - self._began_s)
        self._bar.update(self._task, advance=1, left=estimate(remaining))
        if result.verdict in SHOWN:
            title, _, rest = failure(result).partition("\n")
            self._print(title, style=STYLES.get(result.verdict, "bold red"))
            self._print(rest)

    def _print(self, text: str, *, style: str = "") -> None:
        self._bar.console.print(text, style=style, markup=False, highlight=False)
