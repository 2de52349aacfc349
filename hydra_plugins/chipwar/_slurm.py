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
        folder: where scripts and logs stand.
        parameters: what submitit is told of each job; null for unsaid.

    Raises:
        SettingsError: there is no Slurm here, or a parameter is unknown.
    """
    try:
        able = submitit.AutoExecutor(folder=folder, cluster=cluster)
        able.update_parameters(**given_settings(parameters))
    except (RuntimeError, NameError, ValueError) as error:
        raise SettingsError(f"hydra/launcher=slurm: {on_one_line(error)}") from error
    return able


def run_on_slurm(
    work: JobRunner,
    jobs: Sequence[Sequence[str]],
    first: int,
    able: submitit.AutoExecutor,
) -> list[JobReturn]:
    """Do jobs as tasks of one job array, and return what came of each, in order.

    Interrupted, it takes back the jobs that are not done.

    Args:
        work: what every job needs.
        jobs: the words of each.
        first: number of the first.
        able: what submits them.

    Raises:
        SettingsError: Slurm refuses the jobs.
    """
    numbers = [first + place for place in range(len(jobs))]
    try:
        # Slurm hands this process's environment on to the jobs.
        with single_threads():
            submitted = able.map_array(work.run, [[*words] for words in jobs], numbers)
    except FailedJobError as error:
        raise SettingsError(f"hydra/launcher=slurm: {on_one_line(error)}") from error
    try:
        return [
            _outcome(job, words) for job, words in zip(submitted, jobs, strict=True)
        ]
    except BaseException:
        for job in submitted:
            with suppress(OSError):
                job.cancel(check=False)
        raise


def _outcome(job: submitit.Job[JobReturn], words: Sequence[str]) -> JobReturn:
    try:
        return job.result()
    except (UncompletedJobError, FailedJobError):
        state = job.state.lower()
        return lost_job(
            words, f"job {job.job_id} of Slurm was {state}: {job.paths.stderr}"
        )
