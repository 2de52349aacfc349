"""Jobs as Ray tasks."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import ray
from hydra.core.utils import JobReturn

from hydra_plugins.chipwar._jobs import JobRunner, lost_job
from sim.domain.errors import SettingsError


def run_on_ray(
    work: JobRunner,
    jobs: Sequence[Sequence[str]],
    first: int,
    init: Mapping[str, Any],
    remote: Mapping[str, Any],
) -> list[JobReturn]:
    """Do jobs as Ray tasks, and return what came of each, in order.

    Args:
        work: what every job needs.
        jobs: the words of each.
        first: number of the first.
        init: what `ray.init` is told.
        remote: what `ray.remote` is told of a job's needs.

    Raises:
        SettingsError: there is no cluster to be reached.
    """
    with _connected(init):
        # Whoever asked for the jobs asks for what is missing once more.
        do = ray.remote(**{"max_retries": 0, **remote})(_do)
        shared = ray.put(work)
        tasks = [
            do.remote(shared, list(words), first + place)
            for place, words in enumerate(jobs)
        ]
        return [_outcome(task, words) for task, words in zip(tasks, jobs, strict=True)]


@contextmanager
def _connected(init: Mapping[str, Any]) -> Iterator[None]:
    """Join a cluster, unless this process has; leaving it ends what it still does."""
    if ray.is_initialized():
        yield
        return
    try:
        ray.init(**{"logging_level": logging.ERROR, **init})
    except ConnectionError as error:
        raise SettingsError(
            f"hydra.launcher.init.address={init.get('address')}: there is no Ray "
            "cluster to be reached; start one with `ray start --head`, or say local"
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


def _do(work: JobRunner, words: Sequence[str], number: int) -> JobReturn:
    return work.run(words, number)


def _outcome(task: Any, words: Sequence[str]) -> JobReturn:
    try:
        returned: JobReturn = ray.get(task)
    except ray.exceptions.RayError as error:
        return lost_job(words, f"Ray lost its worker: {type(error).__name__}")
    return returned
