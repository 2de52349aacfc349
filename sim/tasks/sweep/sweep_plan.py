"""The plan of a sweep: its points, each checked, named and given its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from sim.domain.ensemble import Draws
from sim.domain.errors import ChipWarError, SettingsError
from sim.experiments.side_by_side import compatibility_key
from sim.experiments.sweep_design import Design
from sim.experiments.workers import processors
from sim.outcomes.sweep import files
from sim.outcomes.sweep.block_store import NOTHING_STORED, BlockStore, StoredDraws
from sim.outcomes.sweep.point_status import DesignRow
from sim.records.posterior import Posterior
from sim.settings.overrides import format_value, last_value, parse_override
from sim.settings.schema import Settings
from sim.settings.sweep_command import SweepCommand, read_sweep
from sim.tasks.paths import check_writable
from sim.tasks.sweep.point_blocks import (
    Block,
    MissingDraws,
    block_width,
    divide_into_blocks,
)
from sim.tasks.sweep.point_composer import PointComposer

_LAW = "scenario"
"""Settings at and below this one choose the law."""


@dataclass(frozen=True, slots=True)
class PlannedPoint(DesignRow):
    """One row of a design: ready to be lived, or refused with its error.

    Attributes:
        family: points of one family may be lived in one block.
    """

    family: str = ""


def points_of(design: Design, composer: PointComposer) -> Iterator[PlannedPoint]:
    """Yield the points of a design in order; one that is wrong says why."""
    for values in design.points:
        try:
            setup = composer.setup(values)
            key, family = composer.key(values), compatibility_key(setup)
        except ChipWarError as error:
            yield PlannedPoint(values, None, " ".join(str(error).split()))
        else:
            yield PlannedPoint(values, key, family=family)


def missing_draws(
    points: Iterable[PlannedPoint],
    keys: Sequence[str],
    draws: Draws,
    held: Mapping[str, StoredDraws],
) -> Iterator[MissingDraws]:
    """Yield what is to be lived: draws of points that no block holds yet.

    Points of one law stand near one another, so that it is lived through in few blocks.
    """
    lawful = [place for place, key in enumerate(keys) if _is_law(key)]
    others = [place for place, key in enumerate(keys) if not _is_law(key)]
    for point in points:
        if point.key is None:
            continue
        order = tuple(format_value(point.values[place]) for place in (*lawful, *others))
        for run in held.get(point.key, NOTHING_STORED).missing(draws):
            yield MissingDraws(point.key, point.family, order, run)


def _is_law(key: str) -> bool:
    return key == _LAW or key.startswith(f"{_LAW}.")


_NO_NUMBERS = (
    "draws",
    "first_draw",
    "outputs",
    "figures",
    "workers",
    "chunk",
    "fork",
    "quiet",
    "debug",
)
"""Settings that say how many worlds there are, or how they are computed, not what."""

_ASSUMPTIONS = "assumptions"

SWEPT = "swept"
"""Assumptions of some points are drawn from elsewhere than those of others."""

_NAMES_SHOWN = 3


@dataclass(frozen=True, eq=False)
class SweepPlan:
    """A sweep that is planned: its points, and where their numbers are kept.

    Attributes:
        command: what was asked.
        settings: the choices that all points share.
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
        return not self.store.refresh().keys().isdisjoint(p.key for p in self.points)

    def without(self, given_up: Mapping[str, str]) -> SweepPlan:
        """Return the sweep without points that are given up, by key, and why."""
        points = tuple(
            replace(point, key=None, error=given_up[point.key])
            if point.key is not None and point.key in given_up
            else point
            for point in self.points
        )
        return replace(self, points=points)

    def blocks_to_run(self, columns: int | None = None) -> list[Block]:
        """Return the blocks that are still to be lived.

        Args:
            columns: the most that a block may have; None leaves it to the settings.
        """
        wanted = list(
            missing_draws(
                self.points, self.design.keys, self.draws, self.store.refresh()
            )
        )
        total = sum(one.draws.count for one in wanted)
        most = columns or self.command.sweep.block
        return divide_into_blocks(wanted, block_width(total, self.workers, most))


def plan_sweep(words: Sequence[str]) -> SweepPlan:
    """Return the sweep that a command asks for, every point checked.

    Raises:
        SettingsError: a word is wrong, or every point is wrong in the same way.
        OutputError: the results could not be written.
    """
    command = read_sweep(words)
    design = command.design()
    composer = PointComposer(command.fixed, design.keys)
    points = tuple(points_of(design, composer))
    errors = {point.error for point in points}
    if len(errors) == 1 and None not in errors:
        raise SettingsError(str(errors.pop()))
    sound = next((p.values for p in points if p.key is not None), None)
    if sound is None:
        raise SettingsError(f"no point can be run; the first: {points[0].error}")
    settings = composer.command(sound).settings
    root = Path(settings.outputs)
    check_writable(root)
    sweeps = root / files.SWEEPS
    return SweepPlan(
        command=command,
        settings=settings,
        design=design,
        points=points,
        store=BlockStore(sweeps / files.BLOCKS),
        folder=sweeps / _name(command, design),
        posterior=_posterior(points, design.keys, composer),
    )


def _posterior(
    points: Sequence[PlannedPoint], keys: Sequence[str], composer: PointComposer
) -> Posterior | None:
    """Return what assumptions are drawn from at the sound points that do so."""
    sound = [point.values for point in points if point.key is not None]
    place = keys.index(_ASSUMPTIONS) if _ASSUMPTIONS in keys else None
    kinds = {None if place is None else values[place]: values for values in sound}
    found = (composer.setup(values).posterior for values in kinds.values())
    return next((each for each in found if each is not None), None)


def numeric_overrides(fixed: Iterable[str]) -> list[str]:
    """Return the words that move numbers, in order of name, however they are quoted."""
    overrides = [parse_override(word) for word in fixed]
    return sorted(
        f"{each.get_key_element()}={each.value()}"
        for each in overrides
        if each.key_or_group not in _NO_NUMBERS
    )


def _name(command: SweepCommand, design: Design) -> str:
    """Return the name of a sweep's folder: the same for the same command."""
    if command.sweep.name is not None:
        return command.sweep.name
    said = repr((numeric_overrides(command.fixed), design.keys, design.points))
    mark = sha256(said.encode()).hexdigest()[:8]
    names = scenario_names(command, design)
    shown = [*names[:_NAMES_SHOWN], *["more"][: len(names) > _NAMES_SHOWN]]
    return f"{'+'.join(shown)}-{mark}"


def scenario_names(command: SweepCommand, design: Design) -> list[str]:
    """Return the names of the scenarios of a sweep, in the order of the design."""
    if _LAW not in design.keys:
        fixed = [parse_override(word) for word in command.fixed]
        return [str(last_value(fixed, _LAW))]
    place = design.keys.index(_LAW)
    return list(dict.fromkeys(str(values[place]) for values in design.points))
