"""Processes that work for a proof, and end when it ends, however that comes about."""

from __future__ import annotations

import os
import signal
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context, parent_process
from threading import Event, Thread
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

__all__ = ["Workers"]

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """Processes that carry out functions, `jobs` at a time. A context manager.

    What was not begun at the end is left undone. What runs then is waited for; or, when
    an error or Ctrl-C is the end, or this process has died, interrupted as by Ctrl-C.
    """

    def __init__(self, jobs: int, prepare: Callable[[], object] | None = None) -> None:
        # spawn: a fork would take over the threads and the event loop of this process
        context = get_context("spawn")
        self._leash, self._hand = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(
            jobs,
            mp_context=context,
            initializer=_begin,
            initargs=(self._leash, prepare),
        )

    def __enter__(self) -> Self:
        """Return the workers; a process starts when there is work for it."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for what has begun, or interrupt it."""
        if kind is not None:
            self._hand.close()
        self._pool.shutdown(cancel_futures=True)
        self._hand.close()
        self._leash.close()

    def submit(
        self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Have `function` carried out; it and its arguments are pickled."""
        return self._pool.submit(_carry_out, function, *args, **kwargs)


_is_over = Event()
_is_idle = Event()


def _begin(leash: Connection, prepare: Callable[[], object] | None) -> None:
    """Prepare this process, and have it watch for the end of the one it works for."""
    # Ctrl-C in a terminal is for the parent: an end that is told twice would interrupt
    # what cleans up after the first time. And a session of its own is a group of its
    # own, with all the processes that the work starts.
    os.setsid()
    signal.signal(signal.SIGINT, lambda *_: None)
    _is_idle.set()
    Thread(target=_watch, args=(leash,), daemon=True).start()
    if prepare is not None:
        prepare()


def _watch(leash: Connection) -> None:
    # Nothing is ever sent: it ends when the other end is closed, or its process dies.
    with suppress(EOFError, OSError):
        leash.recv()
    _is_over.set()
    os.killpg(os.getpid(), signal.SIGINT)
    if parent := parent_process():
        parent.join()
    _is_idle.wait()
    os._exit(0)


def _carry_out(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    _is_idle.clear()
    ignored = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if _is_over.is_set():
            raise KeyboardInterrupt
        return function(*args, **kwargs)
    finally:
        signal.signal(signal.SIGINT, ignored)
        _is_idle.set()
