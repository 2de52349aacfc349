"""Whole ensembles: draws in chunks, chunks on one processor or on several."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.synchronize import Event
from typing import TypeVar

from sim.domain.ensemble import Draws
from sim.domain.errors import ChipWarError, SettingsError
from sim.experiments.progress import progress
from sim.experiments.run import Comparison, Tick, months_to_live, run_chunk
from sim.experiments.setup import Setup

Outcome = TypeVar("Outcome")
Living = Callable[[Setup, Draws, Tick], Outcome]
"""What lives through both cases in a chunk of draws."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What keeps numerical libraries from starting threads of their own."""


def run_pair(setup: Setup, quiet: bool = True) -> Comparison:
    """Return what comes of both cases in all draws.

    Args:
        setup: the cases and the possible worlds.
        quiet: whether to show no progress.

    Raises:
        ChipWarError: a measure is unknown, or the model broke a law of its own.
    """
    return Comparison.join(in_chunks(run_chunk, setup, quiet))


def in_chunks(
    live: Living[Outcome], setup: Setup, quiet: bool = True, what: str = ""
) -> list[Outcome]:
    """Return what comes of every chunk of the draws, in order.

    Args:
        live: lives through both cases in a chunk of draws; a function of a module, so
            that other processes can find it.
        setup: the cases and the possible worlds.
        quiet: whether to show no progress.
        what: what the progress is of, in a word or two.

    Raises:
        ChipWarError: a measure is unknown, or the model broke a law of its own.
    """
    chunks = setup.draws.split(setup.chunk)
    months = len(chunks) * months_to_live(setup, setup.records.start)
    with progress(months, quiet, what) as tick:
        if min(setup.workers, len(chunks)) == 1:
            return [_run_here(live, setup, each, tick) for each in chunks]
        return _run_apart(live, setup, chunks, tick)


def _run_here(live: Living[Outcome], setup: Setup, draws: Draws, tick: Tick) -> Outcome:
    """Run a chunk in this process, and hold on to its results alone.

    A world and its actors point at one another, so Python would free them late.
    """
    outcome = live(setup, draws, tick)
    if draws.count < setup.draws.count:
        gc.collect()
    return outcome


class _StoppedError(ChipWarError):
    """The run was given up while a worker was at it."""


_worker_setup: Setup
_worker_stop: Event


def _run_apart(
    live: Living[Outcome], setup: Setup, chunks: list[Draws], tick: Tick
) -> list[Outcome]:
    """Return what comes of chunks that worker processes share, in order."""
    context = get_context("spawn")
    stop = context.Event()
    months = months_to_live(setup, setup.records.start)
    with ProcessPoolExecutor(
        min(setup.workers, len(chunks)), context, _equip_worker, (setup, stop)
    ) as pool:
        try:
            with _single_threads(), _undisturbed():
                futures = [pool.submit(_run_in_worker, live, chunk) for chunk in chunks]
            _await(futures, months, tick)
        except BrokenProcessPool as error:
            raise SettingsError(
                f"workers={setup.workers}: a worker process was lost, perhaps for want "
                "of memory; ask for fewer workers, or smaller chunks"
            ) from error
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
        return [future.result() for future in futures]


def _await(futures: list[Future[Outcome]], months: int, tick: Tick) -> None:
    """Wait for every chunk, and stop at the first that fails."""
    for done in as_completed(futures):
        done.result()
        for _ in range(months):
            tick()


def _equip_worker(setup: Setup, stop: Event) -> None:
    global _worker_setup, _worker_stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker_setup, _worker_stop = setup, stop
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    """End this worker when the process that it works for is gone."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run_in_worker(live: Living[Outcome], draws: Draws) -> Outcome:
    _heed_stop()
    return live(_worker_setup, draws, _heed_stop)


def _heed_stop() -> None:
    if _worker_stop.is_set():
        raise _StoppedError("the run was given up")


@contextmanager
def _single_threads() -> Iterator[None]:
    """Let processes started meanwhile use one thread each."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


@contextmanager
def _undisturbed() -> Iterator[None]:
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
