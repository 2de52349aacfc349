"""Workers: other processes that do part of the work of this one.

Messages: this process sends a worker a pickled function with its arguments. The worker
answers with one byte, `_MONTH`, for each month it has simulated, then with the pickled
outcome: true and the result, or false and the error. So progress, results and errors
come through one pipe, in order, and a pipe that closes early is a lost worker. A pool
of the standard library cannot report months, and hangs if a worker is killed. Nothing
here changes a number.
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
"""A function that can be pickled, so that a worker can find it, and its arguments."""

_MONTH = b"."
"""What a worker sends for a month; any other message is the outcome of its job."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What keeps numerical libraries from starting threads of their own."""


def ignore_month() -> None:
    """Do nothing at the end of a month."""


class Worker:
    """Another process, which does one job after another.

    It ignores Ctrl-C, and ends when this process ends, however it does.
    """

    def __init__(self, imports: Sequence[str] = ()) -> None:
        """Start it.

        Args:
            imports: modules that it loads while it has nothing else to do.
        """
        # Not forked: a copy of a process with threads may wait for their locks for
        # ever, and Windows and macOS do not fork.
        context = get_context("spawn")
        self._pipe, worker_end = context.Pipe()
        self._process = context.Process(
            target=_run_jobs, args=(worker_end, tuple(imports)), daemon=True
        )
        with single_threads(), _signals_deferred():
            self._process.start()
        worker_end.close()
        self._sending: threading.Thread | None = None
        self.busy = self._finished = False
        self._result: Any = None

    @property
    def pipe(self) -> Connection:
        """The end of the pipe that becomes readable when it has sent something."""
        return self._pipe

    @property
    def pid(self) -> int | None:
        """Its process id."""
        return self._process.pid

    def start(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Send it a job; its result must be waited for before the next."""
        assert not self.busy
        job = _pickled((function, arguments))
        self._finished, self.busy = False, True
        # A worker that is still starting does not read yet, and a large job fills the
        # pipe: a thread waits for it, so that this process goes on.
        self._sending = threading.Thread(target=self._send, args=(job,), daemon=True)
        self._sending.start()

    def _send(self, job: bytes) -> None:
        with suppress(OSError):  # `wait` raises that the worker is lost
            self._pipe.send_bytes(job)

    def poll(self, on_month: OnMonth = ignore_month) -> bool:
        """Read what it has sent so far; return whether its job is finished.

        Raises what was raised there as soon as it is known.
        """
        while not self._finished and self._has_message():
            self._read_message(on_month)
        return self._finished

    def wait(self, on_month: OnMonth = ignore_month) -> Any:
        """Return the result of its job once there is one; raise what it raised."""
        while not self._finished:
            self._read_message(on_month)
        result, self._result, self.busy = self._result, None, False
        return result

    def _has_message(self) -> bool:
        try:
            return self._pipe.poll()
        except OSError as error:
            raise_lost_worker(error)

    def _read_message(self, on_month: OnMonth) -> None:
        try:
            message = self._pipe.recv_bytes()
        except (EOFError, OSError) as error:
            raise_lost_worker(error)
        if message == _MONTH:
            on_month()
            return
        succeeded, outcome = _unpickled(message)
        if not succeeded:
            raise outcome
        self._finished, self._result = True, outcome

    def stop(self) -> None:
        """Let it end if it has nothing to do; kill it if it has."""
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
        "workers: a worker process was lost, perhaps because memory ran out; ask for "
        "fewer workers, such as workers=1, or for smaller chunks"
    ) from error


class Crew:
    """The workers of one run: started when they are first needed, ended with it.

    A run that fails kills them, so that none goes on computing or writing.
    """

    def __init__(self, imports: Sequence[str] = ()) -> None:
        """Start with no workers.

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
        """Return so many workers; those that are missing are started."""
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
        index = self.workers.index(worker)
        self.workers[index] = Worker(self._imports)
        return self.workers[index]

    def run_all(
        self,
        jobs: Sequence[FunctionCall],
        count: int,
        on_month: OnMonth = ignore_month,
        on_lost: Callable[[int], Any] | None = None,
    ) -> list[Any]:
        """Return the results of jobs that some workers share, in order.

        Args:
            jobs: what is done.
            count: how many workers share it.
            on_month: called for each month simulated.
            on_lost: returns the result of a job, by its index, whose worker is lost;
                another one goes on with the rest. If not given, the error is raised.

        Raises:
            LostWorkerError: a worker is lost.
        """
        results: dict[int, Any] = {}
        waiting = iter(enumerate(jobs))
        running: dict[Any, tuple[Worker, int]] = {}

        def start_next(worker: Worker) -> None:
            for index, job in waiting:
                worker.start(*job)
                running[worker.pipe] = (worker, index)
                return

        for worker in self.start_workers(count):
            start_next(worker)
        while running:
            for pipe in wait(list(running)):
                worker, index = running[pipe]
                try:
                    if not worker.poll(on_month):
                        continue
                    results[index] = worker.wait()
                except LostWorkerError:
                    if on_lost is None:
                        raise
                    results[index] = on_lost(index)
                    worker = self.replace(worker)
                del running[pipe]
                start_next(worker)
        return [results[index] for index in range(len(jobs))]

    @contextmanager
    def in_background(
        self, function: Callable[..., Any], *arguments: Any
    ) -> Iterator[None]:
        """Have a worker call a function; it has ended when the context is left.

        Without a worker it is called here, at the end of the context. If the context
        fails, the worker is killed before the error is passed on.
        """
        if not self.workers:
            yield
            function(*arguments)
            return
        worker = self.workers[0]
        try:
            worker.start(function, *arguments)
            yield
            worker.wait()
        except BaseException:
            self.kill()
            raise


def _pickled(value: Any) -> bytes:
    with _garbage_collection_off():
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _unpickled(data: bytes) -> Any:
    with _garbage_collection_off():
        return pickle.loads(data)


@contextmanager
def _garbage_collection_off() -> Iterator[None]:
    """Do not look for garbage while many objects are made, none of which is any."""
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
    """Tell the parent of this worker that a month has been simulated."""
    _parent.send_bytes(_MONTH)


def _run_jobs(pipe: Connection, imports: Sequence[str]) -> None:
    """Do one job after another until the pipe is closed."""
    global _parent  # noqa: PLW0603 - a worker has one parent
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    _parent = pipe
    with _garbage_collection_off():
        for name in imports:
            with suppress(Exception):  # the job that needs it fails by itself
                import_module(name)
    gc.freeze()
    with suppress(EOFError, OSError):
        while True:
            pipe.send_bytes(_run_job(pipe.recv_bytes()))
            # A world and its actors refer to one another: only this frees their memory.
            gc.collect()


def _run_job(job: bytes) -> bytes:
    """Return the outcome of a job, its result or its error, as a message."""
    try:
        function, arguments = _unpickled(job)
        return _pickled((True, function(*arguments)))
    except BaseException as error:
        return _pickled((False, _picklable(error)))


def _picklable(error: BaseException) -> BaseException:
    """Return an error that can be sent, with a note of where it arose."""
    error.add_note(traceback.format_exc())
    try:
        _unpickled(_pickled(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _exit_with_parent() -> None:
    """End this worker when its parent is gone, even if it is killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


# --- how a worker is started ----------------------------------------------------------


@contextmanager
def single_threads() -> Iterator[None]:
    """Let processes that are started in this context use one thread each."""
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
    """Handle Ctrl-C and a request to end after the context, not within.

    Processes started in it ignore Ctrl-C from the first: a terminal sends it to all,
    and it is for the parent to end them.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []
    before = {
        sign: signal.signal(sign, lambda number, _frame: received.append(number))
        for sign in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with _interrupt_blocked():
            yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
    for number in received:
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
