"""Worker processes: how many there can be, and how they start, stop and are left."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What keeps numerical libraries from starting threads of their own."""

GIVEN_UP = 1
"""The status of a worker that ends because nobody waits for it any more."""


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def serve(lifeline: Connection) -> None:
    """Make this process a worker: deaf to Ctrl-C, gone at once when it is let go.

    Args:
        lifeline: the reading end of a pipe. The worker ends when the other end is
            closed, whether on purpose or because the process that held it is gone. (An
            event would do for the first, but never recovers from a worker killed while
            it waited.)
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_die_with, args=(lifeline,), daemon=True).start()


def _die_with(lifeline: Connection) -> None:
    with suppress(EOFError, OSError):
        lifeline.recv()
    os._exit(GIVEN_UP)


@contextmanager
def single_threads() -> Iterator[None]:
    """Let processes started meanwhile use one thread each."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def undisturbed() -> Iterator[None]:
    """Put off Ctrl-C and a request to end until what is begun is whole.

    Processes started meanwhile are deaf to Ctrl-C from birth on: this one tells them.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = {
        sign: signal.signal(sign, lambda number, _frame: heard.append(number))
        for sign in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with _blocked():
            yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
    for number in heard:
        signal.raise_signal(number)


@contextmanager
def _blocked() -> Iterator[None]:
    """Block Ctrl-C in this thread, and in processes that it starts, where it can be."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
