"""Workers: other processes that do part of the work of this one.

A worker knows nothing but what it is told: a function, what it is called with, and what
comes of it, travel through a pipe. Nothing here changes a number.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, NoReturn

from sim.domain.errors import SettingsError

OnMonth = Callable[[], None]
"""Called after each month of each case: shows progress, or raises to stop the run."""

FunctionCall = tuple[Callable[..., Any], *tuple[Any, ...]]
"""A function of a module, so that a worker can find it, and its arguments."""

_MONTH = b"."
"""What a worker says of a month; whatever else it says is an answer."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What keeps numerical libraries from starting threads of their own."""


def processors() -> int:
    """Return how many processors this process may use."""
    count = getattr(os, "process_cpu_count", None)  # from Python 3.13 on
    if count is not None:
        return count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


MAX_DEFAULT_WORKERS = 4
"""Processes that a command starts at most if it does not say how many.

Each holds a chunk of draws in memory.
"""


def default_workers() -> int:
    """Return how many processes share the work of a command that does not say."""
    return min(processors(), MAX_DEFAULT_WORKERS)


def _ignore_month() -> None:
    """Hear of a month, and do nothing about it."""


class Worker:
    """Another process, which does one job after another.

    It is deaf to Ctrl-C, and ends when this process ends, however it does.
    """

    def __init__(self, imports: Sequence[str] = ()) -> None:
        """Start it.

        Args:
            imports: modules that it loads while it has nothing else to do.
        """
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_run_jobs, args=(theirs, tuple(imports)), daemon=True
        )
        with single_threads(), _signals_deferred():
            self._process.start()
        theirs.close()
        self._sending: threading.Thread | None = None
        self.busy = self._finished = False
        self._result: Any = None

    @property
    def pipe(self) -> Connection:
        """What can be waited for."""
        return self._pipe

    @property
    def pid(self) -> int | None:
        """What the operating system calls it by."""
        return self._process.pid

    def start(self, do: Callable[..., Any], *given: Any) -> None:
        """Give it a job; its answer must be asked for before the next."""
        assert not self.busy
        job = _pickled((do, given))
        self._finished, self.busy = False, True
        # A worker that is still starting does not read; nobody should wait for it.
        self._sending = threading.Thread(target=self._send, args=(job,), daemon=True)
        self._sending.start()

    def _send(self, job: bytes) -> None:
        with suppress(OSError):  # whoever asks for the answer hears that it is lost
            self._pipe.send_bytes(job)

    def poll(self, heard: OnMonth = _ignore_month) -> bool:
        """Take in what it has said so far; return whether the answer is there.

        Raises what was raised there as soon as it is known.

        Raises:
            LostWorkerError: it is lost.
        """
        while not self._finished and self._has_message():
            self._read_message(heard)
        return self._finished

    def wait(self, heard: OnMonth = _ignore_month) -> Any:
        """Wait for what comes of its job; raise what was raised there.

        Raises:
            LostWorkerError: it is lost.
        """
        while not self._finished:
            self._read_message(heard)
        outcome, self._result, self.busy = self._result, None, False
        return outcome

    def _has_message(self) -> bool:
        try:
            return self._pipe.poll()
        except OSError as error:
            raise_lost_worker(error)

    def _read_message(self, heard: OnMonth) -> None:
        try:
            said = self._pipe.recv_bytes()
        except (EOFError, OSError) as error:
            raise_lost_worker(error)
        if said == _MONTH:
            heard()
            return
        well, outcome = _unpickled(said)
        if not well:
            raise outcome
        self._finished, self._result = True, outcome

    def stop(self) -> None:
        """Let it end, now that it has nothing more to do; kill it if it has."""
        if self.busy:
            self.kill()
            return
        self._close()
        self._process.join()

    def kill(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self._close()

    def _close(self) -> None:
        if self._sending is not None:
            self._sending.join()
        self._pipe.close()


class LostWorkerError(SettingsError):
    """A worker was gone before its job was done."""


def raise_lost_worker(error: BaseException) -> NoReturn:
    """Refuse to go on without a worker that was killed or ran out of memory."""
    raise LostWorkerError(
        "workers: a worker process was lost, perhaps for want of memory; ask for fewer "
        "workers, such as workers=1, or for smaller chunks"
    ) from error


class Crew:
    """The workers of one run: started when they are first needed, gone at its end.

    A run that is given up kills them, so that none goes on, or writes, unheeded.
    """

    def __init__(self, imports: Sequence[str] = ()) -> None:
        """Have none yet.

        Args:
            imports: modules that workers load while they have nothing else to do.
        """
        self.workers: list[Worker] = []
        self._imports = imports

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop() if kind is None else self.kill()

    def start_workers(self, count: int) -> list[Worker]:
        """Return so many workers, those that are there already among them."""
        while len(self.workers) < count:
            self.workers.append(Worker(self._imports))
        return self.workers[:count]

    def stop(self) -> None:
        """Let all workers end."""
        while self.workers:
            self.workers.pop().stop()

    def kill(self) -> None:
        """End all workers, whatever they are doing."""
        while self.workers:
            self.workers.pop().kill()

    def replace(self, worker: Worker) -> Worker:
        """Return a new worker in the place of one that is lost."""
        worker.kill()
        place = self.workers.index(worker)
        self.workers[place] = Worker(self._imports)
        return self.workers[place]

    def run_all(
        self,
        jobs: Sequence[FunctionCall],
        count: int,
        heard: OnMonth = _ignore_month,
        on_lost: Callable[[int], Any] | None = None,
    ) -> list[Any]:
        """Return what comes of jobs that some workers share, in order.

        Args:
            jobs: what is done.
            count: how many workers share it.
            heard: called for each month lived.
            on_lost: returns what stands for a job, by its place, whose worker is lost;
                another one goes on with the rest. If not given, that is the end.

        Raises:
            LostWorkerError: a worker is lost.
        """
        outcomes: dict[int, Any] = {}
        waiting = iter(enumerate(jobs))
        at_it: dict[Any, tuple[Worker, int]] = {}

        def go_on(worker: Worker) -> None:
            for place, job in waiting:
                worker.start(*job)
                at_it[worker.pipe] = (worker, place)
                return

        for worker in self.start_workers(count):
            go_on(worker)
        while at_it:
            for pipe in wait(list(at_it)):
                worker, place = at_it[pipe]
                try:
                    if not worker.poll(heard):
                        continue
                    outcomes[place] = worker.wait()
                except LostWorkerError:
                    if on_lost is None:
                        raise
                    outcomes[place] = on_lost(place)
                    worker = self.replace(worker)
                del at_it[pipe]
                go_on(worker)
        return [outcomes[place] for place in range(len(jobs))]

    @contextmanager
    def in_background(self, do: Callable[..., Any], *given: Any) -> Iterator[None]:
        """Have a worker do something until the context is left.

        Without a worker it is done here, at the end of the context. If the context
        fails, the worker is killed, and has stopped when the failure goes on its way.
        """
        if not self.workers:
            yield
            do(*given)
            return
        worker = self.workers[0]
        try:
            worker.start(do, *given)
            yield
            worker.wait()
        except BaseException:
            self.kill()
            raise


def _pickled(something: Any) -> bytes:
    with _garbage_collection_off():
        return pickle.dumps(something, pickle.HIGHEST_PROTOCOL)


def _unpickled(packed: bytes) -> Any:
    with _garbage_collection_off():
        return pickle.loads(packed)


@contextmanager
def _garbage_collection_off() -> Iterator[None]:
    """Do not look for garbage while many objects are made of which none is."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# --- in the worker --------------------------------------------------------------------

_parent: Connection


def report_month() -> None:
    """Tell the process that this one works for that a month has been lived through."""
    _parent.send_bytes(_MONTH)


def _run_jobs(pipe: Connection, imports: Sequence[str]) -> None:
    """Do one job after another until there is nobody to work for."""
    global _parent  # noqa: PLW0603 - one parent for life
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    _parent = pipe
    for name in imports:
        import_module(name)
    gc.freeze()
    with suppress(EOFError, OSError):
        while True:
            pipe.send_bytes(_run_job(pipe.recv_bytes()))
            # A world and its actors know one another: only this sets their memory free.
            gc.collect()


def _run_job(job: bytes) -> bytes:
    """Return what comes of a job, or what was raised, to be sent."""
    try:
        do, given = _unpickled(job)
        outcome = do(*given)
        return _pickled((True, outcome))
    except BaseException as error:
        return _pickled((False, _picklable(error)))


def _picklable(error: BaseException) -> BaseException:
    """Return an error that can travel, with a note of where it arose."""
    error.add_note(traceback.format_exc())
    try:
        _unpickled(_pickled(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _exit_with_parent() -> None:
    """End this worker when the process that it works for is gone."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


# --- how a worker is started ----------------------------------------------------------


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
                os.environ.pop(name)
            else:
                os.environ[name] = value


@contextmanager
def _signals_deferred() -> Iterator[None]:
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
        with _interrupt_blocked():
            yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
    for number in heard:
        signal.raise_signal(number)


@contextmanager
def _interrupt_blocked() -> Iterator[None]:
    """Block Ctrl-C in this thread, and in processes that it starts, where it can be."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
