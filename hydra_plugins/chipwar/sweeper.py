"""The sweeper: has a sweep planned, and hands its blocks to a launcher."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn
from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig

from hydra_plugins.chipwar._launcher import on_one_line

ConfigStore.instance().store(
    group="hydra/sweeper",
    name="chipwar",
    node={"_target_": f"{__name__}.ChipWarSweeper"},
    provider="chipwar",
)


class ChipWarSweeper(Sweeper):
    """Lets `task_function.run_sweep` plan a sweep, and launches its blocks.

    Stock sweepers make a job of every point; here a job is a block of points. A worker
    is given the sweep's folder and the block's id, and nothing else.
    """

    def setup(
        self,
        *,
        hydra_context: HydraContext,
        task_function: TaskFunction,
        config: DictConfig,
    ) -> None:
        """Keep what Hydra gives, and make the launcher ready."""
        self.hydra_context = hydra_context
        self.config = config
        self._task: Any = task_function
        self._launched = 0
        self._launcher = Plugins.instance().instantiate_launcher(
            hydra_context=hydra_context, task_function=task_function, config=config
        )

    def sweep(self, arguments: list[str]) -> Any:
        """Run a sweep, and return what `run_sweep` returns.

        Args:
            arguments: the overrides as Hydra has them; the task knows how they were
                given.
        """
        del arguments
        return self._task.run_sweep(self.launch)

    def launch(self, folder: Path, blocks: Sequence[str]) -> dict[str, str]:
        """Run blocks through the configured launcher.

        Args:
            folder: the sweep's folder, which every worker must see.
            blocks: their ids.

        Returns:
            What went wrong with the blocks that failed, in one line, by id. If the
            launcher itself failed, that is every block, though some may have ended
            well: the store shows which.

        Raises:
            ChipWarError: nothing can be launched, and trying again is of no use.
        """
        from sim.domain.errors import ChipWarError
        from sim.settings.multirun import block_overrides

        if not blocks:
            return {}
        first, self._launched = self._launched, self._launched + len(blocks)
        jobs = [block_overrides(folder, block) for block in blocks]
        try:
            returned = self._launcher.launch(jobs, initial_job_idx=first)
        except ChipWarError:
            # The launcher knows that trying again is of no use.
            raise
        except Exception as error:
            return dict.fromkeys(blocks, on_one_line(error))
        ended = zip(blocks, map(_complaint, returned), strict=True)
        return {block: complaint for block, complaint in ended if complaint}


def _complaint(returned: JobReturn) -> str:
    """Return what went wrong with a job, or nothing."""
    try:
        # Hydra also prints a failure, with the overrides of the job.
        with redirect_stderr(io.StringIO()):
            _ = returned.return_value
    except Exception as error:
        return on_one_line(error)
    return ""
