"""What the launchers of this package have in common."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

if TYPE_CHECKING:
    from hydra_plugins.chipwar._jobs import Work


class BlockLauncher(Launcher):
    """A launcher whose jobs fail one by one: a lost worker fails its own job alone."""

    def setup(
        self,
        *,
        hydra_context: HydraContext,
        task_function: TaskFunction,
        config: DictConfig,
    ) -> None:
        """Take what every job needs."""
        self._context, self._task = hydra_context, task_function
        self._config = config

    @property
    def work(self) -> Work:
        """All that a worker needs to do a job."""
        from hydra_plugins.chipwar._jobs import Work

        return Work.of(self._context, self._task, self._config)

    @staticmethod
    def need(library: str, launcher: str) -> None:
        """Refuse to start without a library that only this launcher needs.

        Raises:
            SettingsError: it is not installed.
        """
        if importlib.util.find_spec(library) is None:
            from sim.domain.errors import SettingsError

            raise SettingsError(
                f"hydra/launcher={launcher}: {library} is not installed; install the "
                f"simulator with its extra [{launcher}]"
            )


def plain(settings: Any) -> dict[str, Any]:
    """Return a launcher's settings as keyword arguments; those left at null are not."""
    found = OmegaConf.to_container(OmegaConf.create(settings), resolve=True)
    assert isinstance(found, dict)
    return {str(key): value for key, value in found.items() if value is not None}
