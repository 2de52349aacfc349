"""Jobs as a Slurm job array, by way of submitit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import submitit
from hydra.core.utils import JobReturn
from submitit.core.utils import FailedJobError, UncompletedJobError

from hydra_plugins.chipwar._jobs import JobRunner, lost_job
from hydra_plugins.chipwar._launcher import given_settings, on_one_line
from sim.domain.errors import SettingsError
from sim.experiments.workers import single_threads


def executor_for(
    cluster: str, folder: str, parameters: Mapping[str, Any]
) -> submitit.AutoExecutor:
    """Return what submits jobs.

    Args:
        cluster: ``slurm``, or ``local`` for processes of this machine.
        folder: where scripts and logs go.
        parameters: what submitit is told of each job; null for unset.

    Raises:
        SettingsError: there is no Slurm here, or a parameter is unknown.
    """
    try:
        executor = submitit.AutoExecutor(folder=folder, cluster=cluster)
        executor.update_parameters(**given_settings(parameters))
    except (RuntimeError, NameError, ValueError) as error:
        raise SettingsError(f"hydra/launcher=slurm: {on_one_line(error)}") from error
    return executor


def run_on_slurm(
    runner: JobRunner,
    jobs: Sequence[Sequence[str]],
    first: int,
    executor: submitit.AutoExecutor,
) -> list[JobReturn]:
    """Run jobs as tasks of one job array, and return the result of each, in order.

    Interrupted, it cancels the jobs that are not done.

    Args:
        runner: runs a job.
        jobs: the overrides of each.
        first: number of the first.
        executor: submits them.

    Raises:
        SettingsError: Slurm refuses the jobs.
    """
    numbers = list(range(first, first + len(jobs)))
    try:
        # Slurm hands this process's environment on to the jobs.
        with single_threads():
            submitted = executor.map_array(
                runner.run, [[*overrides] for overrides in jobs], numbers
            )
    except FailedJobError as error:
        raise SettingsError(f"hydra/launcher=slurm: {on_one_line(error)}") from error
    try:
        return [
            _result(job, overrides)
            for job, overrides in zip(submitted, jobs, strict=True)
        ]
    except BaseException:
        for job in submitted:
            with suppress(OSError):
                job.cancel(check=False)
        raise


def _result(job: submitit.Job[JobReturn], overrides: Sequence[str]) -> JobReturn:
    try:
        return job.result()
    except (UncompletedJobError, FailedJobError):
        state = job.state.lower()
        reason = f"job {job.job_id} of Slurm was {state}: {job.paths.stderr}"
        return lost_job(overrides, reason)
