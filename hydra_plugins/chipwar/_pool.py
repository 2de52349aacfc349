"""Jobs shared out over worker processes, of which any may be lost at any time."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait

from hydra.core.utils import JobReturn

from hydra_plugins.chipwar._jobs import Work, lost
from sim.domain.errors import SettingsError
from sim.experiments.workers import Crew, Worker, processors

_LOST = "its worker process was lost, perhaps killed for want of memory"


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
    count = min(workers or processors(), len(jobs))
    waiting = deque(range(len(jobs)))
    at_it: dict[Connection, tuple[Worker, int]] = {}
    returned: dict[int, JobReturn] = {}
    with Crew() as crew:
        while waiting or at_it:
            busy = [worker for worker, _ in at_it.values()]
            for worker in crew.hire(min(count, len(busy) + len(waiting))):
                if worker not in busy and waiting:
                    place = waiting.popleft()
                    worker.tell(work.do, [*jobs[place]], first + place)
                    at_it[worker.pipe] = worker, place
            for pipe in wait(list(at_it)):
                assert isinstance(pipe, Connection)
                worker, place = at_it[pipe]
                try:
                    if not worker.listen():
                        continue
                    returned[place] = worker.answer()
                except SettingsError:
                    # Whatever the job itself raises comes back as its outcome.
                    returned[place] = lost(jobs[place], _LOST)
                    crew.workers.remove(worker)
                    worker.kill()
                del at_it[pipe]
    return [returned[place] for place in range(len(jobs))]
