"""The plan of a sweep: its points, each checked, and what of them is still to run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from sim.domain.ensemble import Draws
from sim.domain.errors import ChipWarError, OutputError, SettingsError
from sim.domain.short_repr import ShortRepr
from sim.experiments.processors import processors
from sim.experiments.side_by_side import compatibility_key
from sim.experiments.sweep_design import Design
from sim.outcomes.sweep import files
from sim.outcomes.sweep.block_store import BlockStore
from sim.records.posterior import Posterior
from sim.settings.overrides import last_value, parse_override
from sim.settings.schema import Settings
from sim.settings.sweep_command import SweepCommand
from sim.tasks.output_folder import check_writable
from sim.tasks.sweep.block_job import JOBS
from sim.tasks.sweep.point_blocks import (
    Block,
    PlannedPoint,
    block_width,
    divide_into_blocks,
    missing_draws,
)
from sim.tasks.sweep.point_composer import PointComposer

_SCENARIO = "scenario"
_ASSUMPTIONS = "assumptions"

_NO_NUMBERS = (
    "draws",
    "first_draw",
    "outputs",
    "figures",
    "figure_format",
    "workers",
    "chunk",
    "fork",
    "quiet",
    "debug",
)
"""Settings that say how many worlds there are, or how they are computed, not what."""

SWEPT = "swept"
"""Assumptions of some points are drawn from elsewhere than those of others."""

_NAMES_SHOWN = 3


@dataclass(frozen=True, eq=False, repr=False)
class SweepPlan(ShortRepr):
    """A sweep that is planned: its points, and where their numbers are kept.

    Attributes:
        command: what was asked.
        settings: those of the first point that can be run.
        design: the values of the points.
        points: the points, each checked.
        store: the blocks of all sweeps under the same outputs.
        folder: where the results go.
        posterior: what calibrated assumptions are drawn from, at those points that do.
    """

    command: SweepCommand
    settings: Settings
    design: Design
    points: tuple[PlannedPoint, ...]
    store: BlockStore
    folder: Path
    posterior: Posterior | None = None

    @property
    def drawn_from(self) -> str:
        """Where assumptions are drawn from: the setting, or `SWEPT`."""
        is_swept = _ASSUMPTIONS in self.design.keys
        return SWEPT if is_swept else self.settings.drawn_from

    @property
    def draws(self) -> Draws:
        """The draws of each point."""
        return Draws(self.settings.draws, self.settings.first_draw)

    @property
    def workers(self) -> int:
        """Processes that may share the work on this machine."""
        return self.settings.workers or processors()

    @property
    def refused(self) -> dict[int, str]:
        """Why points cannot be run as they are, by number."""
        return {
            number: point.error
            for number, point in enumerate(self.points)
            if point.error is not None
        }

    @property
    def has_results(self) -> bool:
        """Whether the store holds anything of any point."""
        stored = self.store.refresh().keys()
        return not stored.isdisjoint(point.key for point in self.points)

    def without(self, given_up: Mapping[str, str]) -> SweepPlan:
        """Return the sweep without points that are given up.

        Args:
            given_up: why they are, by key.
        """
        points = tuple(
            replace(point, key=None, error=given_up[point.key])
            if point.key is not None and point.key in given_up
            else point
            for point in self.points
        )
        return replace(self, points=points)

    def blocks_to_run(self, columns: int | None = None) -> list[Block]:
        """Return the blocks that are still to run.

        Args:
            columns: the most that a block may have; None leaves it to the settings.
        """
        stored = self.store.refresh()
        missing = list(missing_draws(self.points, self.design.keys, self.draws, stored))
        total = sum(gap.draws.count for gap in missing)
        most = columns or self.command.options.block
        return divide_into_blocks(missing, block_width(total, self.workers, most))


def plan_sweep(command: SweepCommand) -> SweepPlan:
    """Return the sweep that a command asks for, every point checked.

    Raises:
        SettingsError: every point is wrong in the same way, or none can be run.
        OutputError: the results could not be written.
    """
    design = command.design()
    composer = PointComposer(command.fixed, design.keys)
    points: list[PlannedPoint] = []
    settings: Settings | None = None
    posterior: Posterior | None = None
    for values in design.points:
        try:
            single_run = composer.command(values)
            setup = composer.setup(single_run)
            key = composer.key(single_run)
        except ChipWarError as error:
            points.append(PlannedPoint(values, None, " ".join(str(error).split())))
            continue
        points.append(PlannedPoint(values, key, family=compatibility_key(setup)))
        settings = settings or single_run.settings
        posterior = setup.posterior if posterior is None else posterior
    if settings is None:
        raise SettingsError(_why_none({str(point.error) for point in points}, points))
    sweeps = Path(settings.outputs) / files.SWEEPS
    folder = sweeps / _folder_name(command, design)
    _check_places(Path(settings.outputs), sweeps / files.BLOCKS, folder)
    return SweepPlan(
        command=command,
        settings=settings,
        design=design,
        points=tuple(points),
        store=BlockStore(sweeps / files.BLOCKS),
        folder=folder,
        posterior=posterior,
    )


def _check_places(outputs: Path, store: Path, folder: Path) -> None:
    """Refuse a sweep whose results could not be written; leave no trace.

    Raises:
        OutputError: says what is in the way.
    """
    parts = (folder / JOBS, folder / files.FIGURES)
    check_writable(outputs, below=[folder.parent, store, folder, *parts])
    for name in files.WRITTEN:
        if (folder / name).is_dir():
            raise OutputError(
                f"outputs={outputs}: {folder / name} is a folder, and would have to be "
                "a file"
            )


def _why_none(errors: set[str], points: list[PlannedPoint]) -> str:
    """Return why no point can be run."""
    if len(errors) == 1:
        return errors.pop()
    return f"no point can be run; the first: {points[0].error}"


def numeric_overrides(fixed: Iterable[str]) -> list[str]:
    """Return the overrides that change numbers, by name, in whatever way quoted."""
    overrides = [parse_override(override) for override in fixed]
    return sorted(
        f"{override.get_key_element()}={override.value()}"
        for override in overrides
        if override.key_or_group not in _NO_NUMBERS
    )


def scenario_names(command: SweepCommand, design: Design) -> list[str]:
    """Return the names of the scenarios of a sweep, in the order of the design."""
    if _SCENARIO not in design.keys:
        fixed = [parse_override(override) for override in command.fixed]
        return [str(last_value(fixed, _SCENARIO))]
    column = design.keys.index(_SCENARIO)
    return list(dict.fromkeys(str(values[column]) for values in design.points))


def _folder_name(command: SweepCommand, design: Design) -> str:
    """Return the name of a sweep's folder: the same for the same command."""
    if command.options.name is not None:
        return command.options.name
    content = repr((numeric_overrides(command.fixed), design.keys, design.points))
    digest = sha256(content.encode()).hexdigest()[:8]
    names = scenario_names(command, design)
    shown = [*names[:_NAMES_SHOWN], *["more"][: len(names) > _NAMES_SHOWN]]
    return f"{'+'.join(shown)}-{digest}"
