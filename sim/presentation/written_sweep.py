"""A sweep as `sim.sweep` and `sim.load_sweep` return it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from sim.domain.errors import SettingsError
from sim.outcomes.folder_path import SWEEP_FOLDER, folder_path
from sim.outcomes.sweep.sweep_folder import SweepFolder
from sim.presentation.displayed import Displayed
from sim.presentation.numbers import counted
from sim.presentation.sweep_table import MOST_POINTS, sweep_table
from sim.presentation.terminal_tables import plain

_FAILURES_SHOWN = 5


@dataclass(frozen=True, eq=False, repr=False)
class Sweep(Displayed, SweepFolder):
    """A sweep, or several of one design as one."""

    def print_to(self, out: Console) -> None:
        """Print what the points change, if they are few, and which failed."""
        points, failures = len(self.design), self.failures
        out.print(
            plain(
                f"Sweep of {counted(points, 'point')} over {', '.join(self.settings)}, "
                f"{counted(self.draw_count, 'draw')} each"
            )
        )
        table = sweep_table(self, out)
        if table is not None:
            out.print(table)
        elif points > MOST_POINTS:
            out.print(plain("The table has every point; sim.plot.sweep draws them."))
        for row in failures.head(_FAILURES_SHOWN).itertuples():
            out.print(plain(f"point {row.point} failed: {row.error}"))
        if len(failures) > _FAILURES_SHOWN:
            out.print(plain(f"{len(failures):,} points failed; see failures"))
        for sweep in self.sweeps:
            out.print(plain(f"Folder: {sweep.folder}"))


def load_sweep(
    folders: str | Path | Sequence[str | Path], *, check: bool = True
) -> Sweep:
    """Return a saved sweep, or several of one design as one.

    Several may hold other points of the same settings in the same draws, or the same
    points in other draws; of the latter each must have kept its draws
    (``sweep.each_draw=true``).

    Args:
        folders: one or several.
        check: whether to refuse files that were changed after the sweep.

    Raises:
        OutputError: a folder holds no sweep that is done, or a file of it was changed.
        SettingsError: the sweeps do not belong together, or what is given names no
            folder; says in one line why.
    """
    several = isinstance(folders, Iterable) and not isinstance(folders, str | bytes)
    given: list[object] = list(folders) if several else [folders]  # type: ignore[arg-type]
    if not given:
        raise SettingsError("give at least one folder of a sweep")
    return Sweep.read([folder_path(one, SWEEP_FOLDER) for one in given], check=check)
