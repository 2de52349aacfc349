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
    runner: JobRunner,
    jobs: Sequence[Sequence[str]],
    first: int,
    init: Mapping[str, Any],
    remote: Mapping[str, Any],
) -> list[JobReturn]:
    """Run jobs as Ray tasks, and return the result of each, in order.

    Args:
        runner: runs a job.
        jobs: the overrides of each.
        first: number of the first.
        init: arguments of `ray.init`.
        remote: arguments of `ray.remote`: what a job needs.

    Raises:
        SettingsError: there is no cluster to connect to.
    """
    with _connected(init):
        # The sweep launches lost blocks again, smaller: Ray need not retry them.
        run = ray.remote(**{"max_retries": 0, **remote})(_run)
        shared = ray.put(runner)
        tasks = [
            run.remote(shared, list(overrides), number)
            for number, overrides in enumerate(jobs, start=first)
        ]
        return [_result(task, job) for task, job in zip(tasks, jobs, strict=True)]


@contextmanager
def _connected(init: Mapping[str, Any]) -> Iterator[None]:
    """Connect to a cluster, unless this process is; leaving stops what still runs."""
    if ray.is_initialized():
        yield
        return
    try:
        ray.init(**{"logging_level": logging.ERROR, **init})
    except ConnectionError as error:
        raise SettingsError(
            f"hydra.launcher.init.address={init.get('address')}: there is no Ray "
            "cluster to connect to; start one with `ray start --head`, or say local"
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


def _run(runner: JobRunner, overrides: Sequence[str], number: int) -> JobReturn:
    return runner.run(overrides, number)


def _result(task: Any, overrides: Sequence[str]) -> JobReturn:
    try:
        returned: JobReturn = ray.get(task)
    except ray.exceptions.RayError as error:
        return lost_job(overrides, f"Ray lost its worker: {type(error).__name__}")
    return returned
