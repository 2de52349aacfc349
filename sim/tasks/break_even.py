"""The task `break_even`: what would have to be so for the effect of a law to turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from rich.console import Console

from sim.domain.dotted_names import dotted
from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import ChipWarError, SettingsError
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.experiments.effect_curve import (
    EffectCurve,
    Evaluate,
    PointEffects,
    Target,
    VariedNumber,
    refined,
    run_effects,
    search,
)
from sim.experiments.setup import Setup
from sim.experiments.workers import Crew
from sim.outcomes.measures import QUANTITIES
from sim.presentation import break_even_report as show
from sim.presentation.screening_report import (
    MOST_TRIED,
    TRIED,
    ScreeningReport,
    TriedAssumption,
)
from sim.settings.compose import Command
from sim.settings.schema import BreakEvenSettings
from sim.tasks.effect_checks import check_actor, check_measure
from sim.tasks.inputs import read_scenario
from sim.tasks.prepare import PreparedRun, build_setup, prepare
from sim.tasks.study_run import Study, StudyResult, StudyRun
from sim.tasks.varied_number import (
    ASSUMPTIONS,
    EVERY,
    SCENARIO,
    varied_assumption,
    varied_number,
)

_FEW = 20
"""Draws in which all assumptions are screened."""

_MOST_REFINED, _NARROW_ENOUGH = 4, 1 / 16
"""Assumptions whose range is run, and the part of it that a crossing is narrowed to."""

_EVEN = {"median": 0.0, "share": 0.5}
"""Targets if none is given: where the effect changes sign."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class BreakEven(StudyResult):
    """At which value of a number the effect of a law passes a target.

    Attributes:
        report: what was found, and what is told of it.
    """

    report: show.BreakEvenAnswer

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by file name."""
        return self.report.tables()

    @property
    def table(self) -> pd.DataFrame:
        """The effect at each value of the number."""
        return self.tables[show.CURVE]

    @property
    def crossings(self) -> pd.DataFrame:
        """Where it passes the target, and how sure that is."""
        return self.tables[show.CROSSINGS]

    @property
    def tried(self) -> pd.DataFrame | None:
        """The assumptions that were tried, nearest first, if all were looked at."""
        return self.tables.get(TRIED)

    @property
    def texts(self) -> Mapping[str, str]:
        """The answer in words."""
        return {show.SUMMARY: f"{self.report.paragraph}\n"}

    def print_to(self, out: Console) -> None:
        """Print the answer and the curve."""
        show.print_break_even(self.report, out)


def _compute(run: StudyRun) -> BreakEven:
    """Vary the number in common worlds, and see where the effect passes the target."""
    options = _options(run.command)
    month = options.month or run.command.settings.horizon
    points = _Points.of(run.command, options, month)
    records = points.prepared.setup.records
    number = None
    if options.over == EVERY:
        _check_screening(options)
    else:
        number = varied_number(options, records)
    check_actor("break_even", options.measure, options.actor, records)
    run.print_warnings()
    with Crew() as crew:
        report: show.BreakEvenAnswer = (
            _screened(options, points, crew)
            if number is None
            else points.report(
                points.search(number, _target(options), options.scan, crew)
            )
        )
    return BreakEven(prepared=points.prepared, report=report)


def _target(options: BreakEvenSettings) -> Target:
    """Return what the effect is compared with."""
    even = _EVEN[options.statistic]
    return Target(options.statistic, even if options.target is None else options.target)


def _options(command: Command) -> BreakEvenSettings:
    """Return the settings of the search, or refuse what no run could answer."""
    options = command.settings.break_even
    assert options is not None
    if options.over is None:
        raise SettingsError(
            "task=break_even: which number is varied? give break_even.over=..., such "
            "as break_even.over=assumptions.service.grey_market_parts_coverage"
        )
    check_measure("break_even", options.measure)
    month, settings = options.month, command.settings
    if month is not None and not settings.start <= month <= settings.horizon:
        raise SettingsError(
            f"break_even.month={month}: must be from start={settings.start} to "
            f"horizon={settings.horizon}"
        )
    if options.statistic == "share" and not 0.0 <= _target(options).value <= 1.0:
        raise SettingsError(
            f"break_even.target={options.target:g}: a share of draws is from 0 to 1"
        )
    return options


# --- points ---------------------------------------------------------------------------


@dataclass(eq=False)
class _Points:
    """Runs the points of a search, all in the same worlds.

    Attributes:
        command: records the measure alone, to the month in question.
        prepared: the scenario as it is.
        key: measure and actor.
        month: when the effect is read.
        as_it_is: the effect of the scenario as it is, once the first points are run.
    """

    command: Command
    prepared: PreparedRun
    key: tuple[str, str]
    month: Month
    as_it_is: PerDraw = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def of(cls, command: Command, options: BreakEvenSettings, month: Month) -> _Points:
        """Return the points of a command, none of them run."""
        first = max(command.settings.start, month + (1 - MONTHS_A_YEAR))
        short = command.with_settings(
            start=first, horizon=month, record=[options.measure]
        )
        prepared = prepare(short)
        if prepared.setup.scenario is None:
            raise SettingsError(
                f"scenario={short.required_scenario.name} is the baseline itself, so "
                "it has no effect; choose another scenario"
            )
        return cls(short, prepared, (options.measure, options.actor), month)

    def evaluator(self, number: VariedNumber, crew: Crew) -> Evaluate:
        """Return what runs the values of a number."""

        def evaluate(coordinates: Sequence[float]) -> PointEffects:
            return self.run([self.setup_at(number, x) for x in coordinates], crew)

        return evaluate

    def search(
        self, number: VariedNumber, target: Target, points: int, crew: Crew
    ) -> EffectCurve:
        """Return the curve of the effect over a number."""
        evaluate = self.evaluator(number, crew)
        return search(number, target, points, self.prepared.setup.seed, evaluate)

    def run(self, setups: Sequence[Setup], crew: Crew) -> PointEffects:
        """Return the effects at points; with the first of them, as things are."""
        is_first = not self.as_it_is.size
        every = [*([self.prepared.setup] if is_first else []), *setups]
        effects = self.effects(every, crew)
        if is_first:
            self.as_it_is, effects = effects[0], effects[1:]
        return effects

    def effects(self, setups: Sequence[Setup], crew: Crew) -> PointEffects:
        """Return the effects at points, in the draws that these have."""
        quiet = self.command.settings.quiet
        return run_effects(setups, self.key, self.month, crew, quiet=quiet)

    def report(self, curve: EffectCurve) -> show.BreakEvenReport:
        """Return what is told of a curve."""
        return show.BreakEvenReport(
            scenario=self.command.required_scenario.name,
            baseline=self.prepared.setup.baseline.name,
            key=self.key,
            unit=self.unit,
            month=self.month,
            curve=curve,
            as_it_is=self.as_it_is,
            assumed=self.assumed.get(curve.number.key.removeprefix(ASSUMPTIONS)),
            written=_written(self.command, curve.number),
        )

    @property
    def unit(self) -> str:
        """The unit of the effect."""
        return QUANTITIES[self.key[0]].unit_by_year

    def setup_at(self, number: VariedNumber, coordinate: float) -> Setup:
        """Return what is run at one value of a number."""
        value, key = number.value(coordinate), number.key
        if not self.command.can_set(key):
            raise SettingsError(f"break_even.over={key}: is not a single number")
        try:
            command = self.command.with_value(key, value).checked()
            records = self.prepared.setup.records
            baseline, scenario = (
                read_scenario(composed, records)
                for composed in (command.baseline, command.required_scenario)
            )
            return build_setup(command, records, baseline, scenario)
        except ChipWarError as error:
            raise type(error)(f"{key}={value}: {error}") from None

    @cached_property
    def assumed(self) -> Mapping[str, PerDraw]:
        """What the scenario as it is assumes in each draw, by name."""
        setup = self.prepared.setup
        return setup.assumed(setup.draws)


# --- all assumptions ------------------------------------------------------------------


def _check_screening(options: BreakEvenSettings) -> None:
    """Refuse ends, of which each assumption has its own."""
    if options.low is not None or options.high is not None:
        raise SettingsError(
            f"break_even.over={EVERY}: each goes over its own range; leave "
            "break_even.low and break_even.high out"
        )


def _screened(
    options: BreakEvenSettings, points: _Points, crew: Crew
) -> ScreeningReport:
    """Try the assumptions that move the effect most between the ends of their ranges.

    Of these the ends are run in all draws; and of those that turn the answer nearest
    to the middle of their draws, the range between.
    """
    target, seed = _target(options), points.prepared.setup.seed
    swings = _swings(options, points, crew)
    numbers = sorted(swings, key=lambda number: -swings[number])[:MOST_TRIED]
    effects = points.run(_ends(numbers, points), crew)
    tried = []
    for index, number in enumerate(numbers):
        places = np.array([number.low, number.high])
        both = effects[2 * index : 2 * index + 2]
        curve = EffectCurve(number, target, places, both, seed)
        tried.append(TriedAssumption(swings[number], points.report(curve)))
    tried.sort(key=lambda one: one.distance)
    for index, one in enumerate(tried[:_MOST_REFINED]):
        evaluate = points.evaluator(one.report.curve.number, crew)
        curve = refined(one.report.curve, evaluate, _NARROW_ENOUGH)
        tried[index] = replace(one, report=points.report(curve))
    level = EffectCurve(
        VariedNumber(EVERY, 0.0, 0.0),
        target,
        np.zeros(1),
        points.as_it_is[None, :],
        seed,
    )
    rows = points.prepared.setup.records.assumptions
    return ScreeningReport(
        as_it_is=points.report(level),
        tried=tried,
        screened=len(swings),
        meanings={row.name: row.meaning for row in rows},
    )


def _swings(
    options: BreakEvenSettings, points: _Points, crew: Crew
) -> dict[VariedNumber, float]:
    """Return by how much each assumption moves the effect, between its ends.

    That is the mean size of the change in the first draws, which are the same worlds
    at both ends. Assumptions that are fixed are left out.
    """
    records = points.prepared.setup.records
    numbers = [
        varied_assumption(f"{ASSUMPTIONS}{name}", options, records)
        for name, values in points.assumed.items()
        if np.ptp(values) > 0.0 or values.size == 1
    ]
    first = points.prepared.setup.draws
    few = Draws(min(first.count, _FEW), first.first)
    setups = [replace(setup, draws=few) for setup in _ends(numbers, points)]
    effects = points.effects(setups, crew)
    swings = np.abs(effects[1::2] - effects[::2]).mean(axis=1)
    return dict(zip(numbers, map(float, swings), strict=True))


def _ends(numbers: Sequence[VariedNumber], points: _Points) -> list[Setup]:
    """Return what is run at the low and the high end of each of several numbers."""
    return [
        points.setup_at(number, end)
        for number in numbers
        for end in (number.low, number.high)
    ]


def _written(command: Command, number: VariedNumber) -> str:
    """Return what the scenario's file says of a number of law; nothing if nothing."""
    content = dict(dotted(command.required_scenario.content))
    value = content.get(number.key.removeprefix(SCENARIO))
    return "" if value is None else str(value)


BREAK_EVEN: Study[BreakEven] = Study(
    name="break_even",
    compute=_compute,
    tables=lambda result: result.tables,
    draw=lambda folder, result: show.draw_break_even(folder, result.report),
)
