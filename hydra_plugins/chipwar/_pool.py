"""Jobs shared out over worker processes, of which any may be lost at any time."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from typing import ClassVar

from hydra.core.utils import JobReturn

from hydra_plugins.chipwar._jobs import Work, lost
from sim.experiments.processes import cores, serve, single_threads, undisturbed

_LOST = "its worker process was lost, perhaps killed for want of memory"

Job = tuple[int, Sequence[str]]
"""A job's place in the answer, and its words."""


def do_all(
    work: Work, jobs: Sequence[Sequence[str]], first: int, workers: int | None
) -> list[JobReturn]:
    """Do jobs in processes of their own, and return what came of each, in order.

    A job whose worker is lost fails; the others go on, with a new worker in its place.

    Args:
        work: what every job needs.
        jobs: the words of each.
        first: number of the first.
        workers: how many processes there are at most; None for one a processor.
    """
    lifeline, held = Pipe(duplex=False)
    desks = [_Desk(work, lifeline) for _ in range(min(workers or cores(), len(jobs)))]
    with lifeline:
        try:
            return _share_out(desks, jobs, first)
        finally:
            # Whatever a worker is still at, nobody waits for it.
            held.close()
            for desk in desks:
                desk.close()


def _share_out(
    desks: Sequence[_Desk], jobs: Sequence[Sequence[str]], first: int
) -> list[JobReturn]:
    waiting = deque(enumerate(jobs))
    free = list(desks)
    busy: dict[Future[JobReturn], tuple[_Desk, Job]] = {}
    returned: dict[int, JobReturn] = {}
    while waiting or busy:
        while free and waiting:
            desk, (place, words) = free.pop(), waiting.popleft()
            busy[desk.begin(words, first + place)] = desk, (place, words)
        for future in wait(busy, return_when=FIRST_COMPLETED).done:
            desk, (place, words) = busy.pop(future)
            returned[place] = desk.end(future, words)
            free.append(desk)
    return [returned[place] for place in range(len(jobs))]


class _Desk:
    """A place for one worker, which is replaced when it is lost.

    Each has a pool of its own: a pool is lost whole with any one of its workers, and
    would not say which job was to blame.
    """

    def __init__(self, work: Work, lifeline: Connection) -> None:
        self._equipment = work, lifeline
        self._pool: ProcessPoolExecutor | None = None

    def begin(self, words: Sequence[str], number: int) -> Future[JobReturn]:
        """Begin a job, with a new worker if there is none."""
        with single_threads(), undisturbed():
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    1, get_context("spawn"), _equip, self._equipment
                )
            try:
                return self._pool.submit(_do, words, number)
            except BrokenProcessPool:
                # It was lost between two jobs.
                self.close()
                return self.begin(words, number)

    def end(self, future: Future[JobReturn], words: Sequence[str]) -> JobReturn:
        """Return what came of a job that is over."""
        try:
            return future.result()
        except BrokenProcessPool:
            self.close()
            return lost(words, _LOST)

    def close(self) -> None:
        """Let the worker go."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


class _Worker:
    """What this process works with, if it is a worker."""

    work: ClassVar[Work]


def _equip(work: Work, lifeline: Connection) -> None:
    serve(lifeline)
    _Worker.work = work


def _do(words: Sequence[str], number: int) -> JobReturn:
    return _Worker.work.do(words, number)
