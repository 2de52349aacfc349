"""The task `break_even`: what would have to be so for the effect of a law to turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from rich.console import Console

from sim.domain.dotted_names import dotted
from sim.domain.ensemble import PerDraw
from sim.domain.errors import ChipWarError, SettingsError, choices
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.experiments.effect_curve import (
    EffectCurve,
    PointEffects,
    Target,
    VariedNumber,
    run_effects,
    search,
)
from sim.experiments.setup import Setup
from sim.experiments.workers import Crew
from sim.outcomes.measures import MEASURES
from sim.presentation import break_even_report as show
from sim.records.assumptions import Assumption
from sim.settings.compose import Command
from sim.settings.schema import BreakEvenSettings
from sim.settings.swept_values import is_date
from sim.tasks.inputs import read_scenario
from sim.tasks.prepare import PreparedRun, build_setup, prepare
from sim.tasks.study_run import Study, StudyResult, StudyRun

_ASSUMPTIONS, _SCENARIO = "assumptions.", "scenario."
_EVEN = {"median": 0.0, "share": 0.5}
"""Targets if none is given: where the effect changes sign."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class BreakEven(StudyResult):
    """At which value of a number the effect of a law passes a target.

    Attributes:
        report: the curve, and what is told of it.
    """

    report: show.BreakEvenReport

    @cached_property
    def table(self) -> pd.DataFrame:
        """The effect at each value of the number."""
        return show.curve_frame(self.report)

    @cached_property
    def crossings(self) -> pd.DataFrame:
        """Where it passes the target, and how sure that is."""
        return show.crossings_frame(self.report)

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
    number = _varied(options, points)
    run.print_warnings()
    target = Target(
        options.statistic,
        _EVEN[options.statistic] if options.target is None else options.target,
    )
    with Crew() as crew:
        curve = points.search(number, target, options.points, crew)
    quantity = {measure.name: measure for measure in MEASURES}[options.measure]
    report = show.BreakEvenReport(
        scenario=points.command.required_scenario.name,
        baseline=points.prepared.setup.baseline.name,
        key=(options.measure, options.actor),
        unit=quantity.unit_by_year,
        month=month,
        curve=curve,
        as_it_is=points.as_it_is,
        assumed=points.assumed(number.key),
        written=_written(points.command, number),
    )
    return BreakEven(prepared=points.prepared, report=report)


def _options(command: Command) -> BreakEvenSettings:
    """Return the settings of the search, or refuse what no run could answer."""
    options = command.settings.break_even
    assert options is not None
    if options.over is None:
        raise SettingsError(
            "task=break_even: which number is varied? give break_even.over=..., such "
            "as break_even.over=assumptions.service.grey_market_parts_coverage"
        )
    known = [measure.name for measure in MEASURES]
    if options.measure not in known:
        raise SettingsError(
            f"break_even.measure={options.measure}: there is no such measure"
            f"{choices(options.measure, known, 'task=measures')}"
        )
    if options.statistic == "share" and not 0.0 <= (options.target or 0.5) <= 1.0:
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

    def search(
        self, number: VariedNumber, target: Target, points: int, crew: Crew
    ) -> EffectCurve:
        """Return the curve of the effect over a number."""
        seed = self.prepared.setup.seed

        def evaluate(coordinates: Sequence[float]) -> PointEffects:
            return self._run([self.setup_at(number, x) for x in coordinates], crew)

        # Values that cannot be are refused before anything is run.
        for end in (number.low, number.high):
            self.setup_at(number, end)
        return search(number, target, points, seed, evaluate)

    def _run(self, setups: Sequence[Setup], crew: Crew) -> PointEffects:
        """Return the effects at points; with the first of them, as things are."""
        is_first = not self.as_it_is.size
        every = [*([self.prepared.setup] if is_first else []), *setups]
        quiet = self.command.settings.quiet
        effects = run_effects(every, self.key, self.month, crew, quiet=quiet)
        if is_first:
            self.as_it_is, effects = effects[0], effects[1:]
        return effects

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

    def assumed(self, key: str) -> PerDraw | None:
        """Return what the scenario as it is assumes of a number, draw by draw."""
        setup = self.prepared.setup
        return setup.assumed(setup.draws).get(key.removeprefix(_ASSUMPTIONS))


# --- the number -----------------------------------------------------------------------


def _varied(options: BreakEvenSettings, points: _Points) -> VariedNumber:
    """Return what is varied, and between which ends."""
    key = str(options.over)
    if key.startswith(_ASSUMPTIONS):
        return _varied_assumption(key, options, points.prepared)
    if key.startswith(_SCENARIO):
        return _varied_law(key, options)
    raise SettingsError(
        f"break_even.over={key}: must be an assumption, assumptions.NAME, or a number "
        "or a date of the scenario, scenario...."
    )


def _varied_assumption(
    key: str, options: BreakEvenSettings, prepared: PreparedRun
) -> VariedNumber:
    name = key.removeprefix(_ASSUMPTIONS)
    rows = {row.name: row for row in prepared.setup.records.assumptions}
    if name not in rows:
        raise SettingsError(
            f"break_even.over={key}: there is no such assumption"
            f"{choices(name, rows, 'task=assumptions')}"
        )
    row = rows[name]
    low, high = (
        _number(end, given, default, row)
        for end, given, default in (
            ("low", options.low, row.low),
            ("high", options.high, row.high),
        )
    )
    _check_order(low, high)
    if row.scale == "log":
        return VariedNumber(key, float(np.log(low)), float(np.log(high)), "log")
    return VariedNumber(key, low, high)


def _number(
    end: str, given: str | float | None, default: float, row: Assumption
) -> float:
    """Return an end of an assumption's range, if it is a value that it can have."""
    if given is None:
        return default
    try:
        value = float(given)
        row.check(value)
    except ValueError as error:
        raise SettingsError(f"break_even.{end}={given}: {error}") from None
    return value


def _varied_law(key: str, options: BreakEvenSettings) -> VariedNumber:
    if options.low is None or options.high is None:
        example = "2026-01 and 2028-01" if is_date(key) else "5000 and 50000"
        raise SettingsError(
            f"break_even.over={key}: between which values? give break_even.low=... and "
            f"break_even.high=..., such as {example}"
        )
    ends = {"low": options.low, "high": options.high}
    dated = is_date(key)
    low, high = (
        float(_month(*item).index) if dated else _plain_number(*item)
        for item in ends.items()
    )
    _check_order(low, high)
    return VariedNumber(key, low, high, "months" if dated else "linear")


def _month(end: str, given: str | float) -> Month:
    try:
        return Month.parse(str(given))
    except ValueError:
        raise SettingsError(
            f"break_even.{end}={given}: must be a month such as 2027-07"
        ) from None


def _plain_number(end: str, given: str | float) -> float:
    if isinstance(given, str):
        raise SettingsError(f"break_even.{end}={given}: must be a number")
    return given


def _check_order(low: float, high: float) -> None:
    if not low < high:
        raise SettingsError("break_even.low: must be below break_even.high")


def _written(command: Command, number: VariedNumber) -> str:
    """Return what the scenario's file says of a number of law; nothing if nothing."""
    content = dict(dotted(command.required_scenario.content))
    value = content.get(number.key.removeprefix(_SCENARIO))
    return "" if value is None else str(value)


BREAK_EVEN: Study[BreakEven] = Study(
    name="break_even",
    compute=_compute,
    tables=lambda result: show.break_even_tables(result.report),
    draw=lambda folder, result: show.draw_break_even(folder, result.report),
)
