"""Sobol' indices of what a law changes, over assumptions and luck, through time.

Every point of the design is a draw of its own, and both laws are run in it. Luck is one
of the parts: points of the first sample are run once more with the luck of the second.
Assumptions count as independent: each is drawn from its own range, or from what the fit
to observations says of it alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import SettingsError
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.short_repr import ShortRepr
from sim.experiments.chunks import MIN_MONTHS_FOR_WORKER
from sim.experiments.progress import progress
from sim.experiments.setup import CHUNK_OF_SEVERAL, Setup
from sim.experiments.simulation import run_chunk
from sim.experiments.sobol_design import SobolDesign
from sim.experiments.sobol_indices import (
    IndexEstimate,
    Outputs,
    first_order_index,
    total_index,
)
from sim.experiments.workers import Crew, FunctionCall, OnMonth, report_month
from sim.outcomes.assumption_screening import ScreenedAssumption, screened
from sim.outcomes.measures import QUANTITIES
from sim.outcomes.paired_difference import paired_difference
from sim.outcomes.results import Key, with_same_series
from sim.records.designed_assumptions import DesignedAssumptions, assumed_at_levels

LUCK = "luck"
"""The part that is not an assumption: all that is decided by chance in a draw."""

OTHERS = "all other assumptions"
"""The part that holds all assumptions without an index of their own."""

FIRST_ROWS = 1024
"""Rows of each sample that are run for every part; they are doubled for those parts
that have not converged."""


@dataclass(frozen=True, eq=False, repr=False)
class PartIndices(ShortRepr):
    """The indices of one part: an assumption, all others together, or luck.

    Attributes:
        name: of the part.
        first_order: share of the variance that is due to it alone, by month.
        total: the same with all that it does together with others.
    """

    name: str
    first_order: IndexEstimate
    total: IndexEstimate


@dataclass(frozen=True, eq=False, repr=False)
class EffectIndices(ShortRepr):
    """What the effect of a law depends on.

    Attributes:
        key: measure and actor.
        unit: of the effect.
        months: when it was looked at, the horizon last; of a flow, the year to it.
        screening: all assumptions, the heaviest first, in both samples at the horizon.
        parts: the leading assumptions, all others together, and luck.
        effects: at the horizon, in both samples.
        correlation: the strongest correlation, in the fit, of a leading assumption with
            another, and both; None if none of them was fitted.
        worlds: how many were run, each under both laws.
    """

    key: Key
    unit: str
    months: Sequence[Month]
    screening: Sequence[ScreenedAssumption]
    parts: Sequence[PartIndices]
    effects: PerDraw
    correlation: tuple[float, str, str] | None
    worlds: int

    @property
    def leading(self) -> list[PartIndices]:
        """The assumptions that have an index of their own, the heaviest first."""
        own = [part for part in self.parts if part.name not in (OTHERS, LUCK)]
        return sorted(own, key=lambda part: -part.total.value[-1])

    @property
    def have_converged(self) -> bool:
        """Whether the total index of every part at the horizon is sure enough."""
        return all(part.total.has_converged for part in self.parts)


def effect_indices(
    setup: Setup,
    key: Key,
    rows: int,
    leading: int,
    quiet: bool = True,
) -> EffectIndices:
    """Return the Sobol' indices of what a scenario changes.

    Args:
        setup: the experiment; its number of draws is not looked at.
        key: measure and actor.
        rows: most points of each of the two samples, a power of two.
        leading: how many assumptions, the heaviest by screening, have an index of their
            own.
        quiet: whether to show no progress.

    Raises:
        SettingsError: the effect is missing in a world, or the same in all.
    """
    with Crew() as crew:
        return _DesignPoints.of(setup, key, rows, crew, quiet).study(leading)


@dataclass(frozen=True, eq=False, repr=False)
class _DesignPoints(ShortRepr):
    """The points of a design, and how they are run.

    Attributes:
        setup: what is run.
        key: the effect.
        months: when it is read.
        design: the levels of the assumptions that vary.
        crew: the workers that may share the points.
        quiet: whether to show no progress.
    """

    setup: Setup
    key: Key
    months: Sequence[Month]
    design: SobolDesign
    crew: Crew
    quiet: bool

    @classmethod
    def of(
        cls, setup: Setup, key: Key, rows: int, crew: Crew, quiet: bool
    ) -> _DesignPoints:
        """Return the points of an experiment, none of them run."""
        assert setup.scenario is not None
        fixed = {*setup.baseline.assumptions} & {*setup.scenario.assumptions}
        free = [x.name for x in setup.records.assumptions if x.name not in fixed]
        if not free:
            raise SettingsError("assumptions: all are fixed, so nothing varies")
        own = replace(setup, record=[key[0]], start=setup.records.start)
        design = SobolDesign(free, rows, setup.seed)
        return cls(own, key, _months(setup), design, crew, quiet)

    def study(self, leading: int) -> EffectIndices:
        """Run points until the indices have converged, or there are no more."""
        names, seed = self.design.names, self.setup.seed
        rows = slice(min(FIRST_ROWS, self.design.rows))
        first, second = self._run([(), (LUCK, *names)], rows)
        effects = np.concatenate([first[-1], second[-1]])
        moved = self._moved(first, second)
        screening = screened(effects, self._both_samples(rows))
        heavy = [one.assumption for one in screening[:leading]]
        inputs = {name: [name] for name in heavy}
        if others := [name for name in names if name not in heavy]:
            inputs[OTHERS] = others
        inputs[LUCK] = [LUCK]
        mixed = dict(zip(inputs, self._run(list(inputs.values()), rows), strict=True))
        alone = {
            name: first_order_index(second[moved], each[moved], seed)
            for name, each in mixed.items()
        }
        worlds = rows.stop * (len(inputs) + 2)

        def total(name: str) -> IndexEstimate:
            own = mixed[name]
            return total_index(first[moved, : own.shape[1]], own[moved], seed)

        totals = {name: total(name) for name in inputs}
        while rows.stop < self.design.rows:
            unsure = [name for name in inputs if not totals[name].has_converged]
            if not unsure:
                break
            rows = slice(rows.stop, 2 * rows.stop)
            more, *added = self._run([(), *(inputs[name] for name in unsure)], rows)
            first = np.concatenate([first, more], axis=1)
            for name, outputs in zip(unsure, added, strict=True):
                mixed[name] = np.concatenate([mixed[name], outputs], axis=1)
                totals[name] = total(name)
            worlds += (rows.stop - rows.start) * (len(unsure) + 1)
        return EffectIndices(
            key=self.key,
            unit=QUANTITIES[self.key[0]].unit_by_year,
            months=[
                month
                for month, varies in zip(self.months, moved, strict=True)
                if varies
            ],
            screening=screening,
            parts=[PartIndices(name, alone[name], totals[name]) for name in inputs],
            effects=effects,
            correlation=_strongest_correlation(self.setup, heavy),
            worlds=worlds,
        )

    def _both_samples(self, rows: slice) -> Mapping[str, PerDraw]:
        """Return the assumptions of the first sample, and then of the second."""
        samples = [self._assumed(second, rows) for second in ((), self.design.names)]
        return {
            name: np.concatenate([sample[name] for sample in samples])
            for name in self.design.names
        }

    def _assumed(self, second: Collection[str], rows: slice) -> Mapping[str, PerDraw]:
        known, fitted = self.setup.records.assumptions, self.setup.posterior
        return assumed_at_levels(known, fitted, self.design.levels(second, rows))

    def _run(self, mixtures: Sequence[Collection[str]], rows: slice) -> list[Outputs]:
        """Return the effects at some rows of the first sample, mixed in several ways.

        Args:
            mixtures: what is taken from the second sample, each time.
            rows: which rows.
        """
        calls = [call for each in mixtures for call in self._calls(each, rows)]
        months = self.setup.months * len(calls)
        with progress(months, self.quiet, f"{len(mixtures)} samples") as on_month:
            if self.setup.workers == 1 or self.setup.months < MIN_MONTHS_FOR_WORKER:
                parts = [function(*given[:-1], on_month) for function, *given in calls]
            else:
                parts = self.crew.run_all(calls, self.setup.workers, on_month)
        size = len(parts) // len(mixtures)
        outputs = [
            np.concatenate(parts[place : place + size], axis=1)
            for place in range(0, len(parts), size)
        ]
        for each in outputs:
            self._check(each)
        return outputs

    def _calls(self, second: Collection[str], rows: slice) -> list[FunctionCall]:
        """Return the calls that run a mixture, one for each chunk of its rows."""
        first, end, _ = rows.indices(self.design.rows)
        luck = self.setup.draws.first + self.design.rows * (LUCK in second)
        draws = Draws(end - first, luck + first)
        given = DesignedAssumptions(self._assumed(second, rows), draws)
        most = min(
            self.setup.chunk or CHUNK_OF_SEVERAL, -(-draws.count // self.setup.workers)
        )
        return [
            (
                _effects,
                replace(self.setup, draws=part, designed=given.of(part)),
                self.key,
                self.months,
                report_month,
            )
            for part in draws.split(most)
        ]

    def _check(self, outputs: Outputs) -> None:
        """Refuse an effect that is missing somewhere: no index could be trusted."""
        missing = np.argwhere(~np.isfinite(outputs))
        if len(missing):
            raise SettingsError(
                f"sensitivity.measure={self.key[0]}: the effect on {self.key[1]} is "
                f"missing in {len(missing):,} worlds, first in "
                f"{self.months[int(missing[0][0])]}; indices need it in every world"
            )

    def _moved(self, first: Outputs, second: Outputs) -> np.ndarray:
        """Return in which months the effect varies; at the horizon it must."""
        varies = np.ptp(np.concatenate([first, second], axis=1), axis=1) > 0.0
        if not varies[-1]:
            raise SettingsError(
                f"sensitivity.measure={self.key[0]}: at the horizon the scenario "
                f"changes it for {self.key[1]} by the same in every world; choose "
                "another measure or actor"
            )
        return np.asarray(varies)


def _months(setup: Setup) -> list[Month]:
    """Return the Decembers in which the laws differ, and the horizon."""
    first, end = setup.fork_month, setup.horizon
    later = (first + ahead for ahead in range(end - first))
    return [*(month for month in later if month.number == MONTHS_A_YEAR), end]


def _effects(
    setup: Setup, key: Key, months: Sequence[Month], on_month: OnMonth
) -> Outputs:
    """Return what the scenario changes in the draws of an experiment, by month."""
    compared = run_chunk(setup, setup.draws, on_month)
    scenario, baseline = with_same_series(compared.scenario, compared.baseline)
    scenario.of(*key)
    changes = (
        paired_difference(scenario.over_year(key, last), baseline.over_year(key, last))
        for last in months
    )
    return np.stack(list(changes))


def _strongest_correlation(
    setup: Setup, leading: Sequence[str]
) -> tuple[float, str, str] | None:
    """Return the strongest correlation of a leading assumption in the fit."""
    columns = {} if setup.posterior is None else setup.posterior.columns
    pairs = [
        (float(np.corrcoef(columns[one], values)[0, 1]), one, other)
        for one in leading
        if one in columns
        for other, values in columns.items()
        if other != one
    ]
    return max(pairs, key=lambda pair: abs(pair[0]), default=None)
