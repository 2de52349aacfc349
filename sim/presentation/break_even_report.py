"""Where the effect of a law turns: in words and in tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.domain.number_format import amount, signed
from sim.domain.short_repr import ShortRepr
from sim.experiments.effect_curve import Crossing, EffectCurve
from sim.outcomes.quantiles import HEADLINE_LEVELS, LEVELS
from sim.outcomes.results import Key
from sim.presentation import names, style
from sim.presentation.break_even_chart import break_even_chart
from sim.presentation.numbers import change_unit, counted, format_percent, reader_unit
from sim.presentation.odds_in_words import hundredths, of_draws
from sim.presentation.terminal_tables import console, fitted, new_table, plain

SUMMARY, CURVE, CROSSINGS = "summary.md", "curve.csv", "crossings.csv"
FIGURE = "break_even.png"

_SIDES = {-1: "below", 0: "at", 1: "above"}
_SIGNS = {-1: "a fall", 0: "no change", 1: "a rise"}
_MOST_SHOWN = 13
"""Points on the screen; the file has all."""


class BreakEvenAnswer(ABC, ShortRepr):
    """What is told of a search: of one number, or of all assumptions."""

    @property
    def paragraph(self) -> str:
        """The answer in words, and how sure it is."""
        return " ".join(self.sentences())

    @abstractmethod
    def sentences(self) -> Iterator[str]:
        """Yield the answer in sentences."""

    @abstractmethod
    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by file name; the curve and the crossings among them."""

    @abstractmethod
    def screen_table(self) -> Table:
        """Return what the terminal shows below the answer."""

    @abstractmethod
    def figure(self) -> style.StyledFigure:
        """Return the figure."""


@dataclass(frozen=True, eq=False, repr=False)
class BreakEvenReport(BreakEvenAnswer):
    """What is told of a search over one number.

    Attributes:
        scenario: the law in question.
        baseline: the law compared with.
        key: measure and actor of the effect.
        unit: its unit.
        month: when it is read.
        curve: the effect at each value of the number.
        as_it_is: the effect of the scenario as it is, by draw.
        assumed: what is assumed of the number in these draws, if it is an assumption.
        written: what the scenario's file says of it, if it is one of law.
    """

    scenario: str
    baseline: str
    key: Key
    unit: str
    month: Month
    curve: EffectCurve
    as_it_is: PerDraw
    assumed: PerDraw | None = None
    written: str = ""

    @property
    def effect(self) -> str:
        """What is looked at, in words."""
        return (
            f"effect of {self.scenario} on {names.series_title(*self.key)} in "
            f"{self.month}"
        )

    @property
    def name(self) -> str:
        """The number that is varied, without what all have in common."""
        return self.curve.number.key.removeprefix("assumptions.")

    def sentences(self) -> Iterator[str]:
        """Yield where the effect turns, and how sure that is."""
        return _sentences(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by file name."""
        return {CURVE: curve_frame(self), CROSSINGS: crossings_frame(self)}

    def screen_table(self) -> Table:
        """Return the curve, some points of it if there are many."""
        return _table(self)

    def figure(self) -> style.StyledFigure:
        """Return the effect against the number, with its crossings."""
        return break_even_chart(self)

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return self.curve.effects.shape[1]

    def value_text(self, coordinate: float) -> str:
        """Return a value of the number as text."""
        value = self.curve.number.value(coordinate)
        return value if isinstance(value, str) else self.number_text(float(str(value)))

    def number_text(self, value: float) -> str:
        """Return a number that the setting may have; a year is not in thousands."""
        is_year = self.curve.number.key.endswith("_year")
        return f"{value:.1f}" if is_year else amount(value)

    def level_text(self, level: float) -> str:
        """Return a value of the statistic as text, with its unit."""
        if self.curve.target.statistic == "share":
            return f"a rise in {of_draws(level, self.draws)}"
        unit, factor = reader_unit(self.unit)
        return f"{signed(factor * level)} {change_unit(unit)}"

    def short_level(self, level: float) -> str:
        """Return a value of the statistic as text, without its unit."""
        if self.curve.target.statistic == "share":
            return format_percent(level)
        return signed(reader_unit(self.unit)[1] * level)

    def side_text(self, side: int) -> str:
        """Return in words where the statistic lies."""
        target = self.curve.target
        if target.statistic == "median" and target.value == 0.0:
            return _SIGNS[side]
        if target.statistic == "share":
            return f"a rise in {_MORE[side]} {hundredths(target.value)} of 100 draws"
        return f"{_SIDES[side]} {self.level_text(target.value)}"

    def turn_text(self, crossing: Crossing) -> str:
        """Return in words how the statistic passes the target."""
        target = self.curve.target
        if target.statistic == "median" and target.value == 0.0:
            return f"turns from {_SIGNS[crossing.before]} to {_SIGNS[crossing.after]}"
        way = "rises" if crossing.after > crossing.before else "falls"
        reached = "" if crossing.before * crossing.after else ", which it just reaches,"
        if target.statistic == "share":
            number = hundredths(target.value)
            return f"{way} past a rise in {number} of 100 draws{reached}"
        return f"{way} past {self.level_text(target.value)}{reached}"

    @property
    def side_as_it_is(self) -> int:
        """The side of the target on which the scenario as it is lies."""
        target = self.curve.target
        return int(target.sides(target.levels(self.as_it_is[None, :]))[0])


_MORE = {-1: "fewer than", 0: "just", 1: "more than"}


def curve_frame(report: BreakEvenReport) -> pd.DataFrame:
    """Return a row for each value of the number: quantiles of the effect, and its side.

    `value` is what the setting has; `share_up` and `share_down` are shares of draws.
    """
    curve = report.curve
    quantiles = np.quantile(curve.effects, list(LEVELS.values()), axis=1)
    return pd.DataFrame(
        {
            "setting": curve.number.key,
            "value": [curve.number.value(x) for x in curve.coordinates],
            "measure": report.key[0],
            "actor": report.key[1],
            "unit": report.unit,
            "month": str(report.month),
            **dict(zip(LEVELS, quantiles, strict=True)),
            "share_up": np.mean(curve.effects > 0.0, axis=1),
            "share_down": np.mean(curve.effects < 0.0, axis=1),
            "side": [_SIDES[int(side)] for side in curve.sides],
            "draws": report.draws,
        }
    )


def crossings_frame(report: BreakEvenReport) -> pd.DataFrame:
    """Return a row for each crossing: where, its range, and what lies on either side.

    `resamples` is the share of the resamples of the draws that have it; `beyond` the
    share of the draws whose own value of the assumption lies where the answer is
    another than that of the scenario as it is.
    """
    columns = ["setting", "value", "low", "high", "resamples", "before", "after"]
    number = report.curve.number
    rows = [
        [
            number.key,
            *(number.value(x) for x in (each.coordinate, each.low, each.high)),
            each.resamples,
            _SIDES[each.before],
            _SIDES[each.after],
        ]
        for each in report.curve.crossings
    ]
    frame = pd.DataFrame(rows, columns=columns)
    frame["beyond"] = np.nan if report.assumed is None else share_turned(report)
    return frame


def share_turned(report: BreakEvenReport) -> float:
    """Return in which share of draws the assumption lies where the answer turns."""
    if report.assumed is None:
        return float("nan")
    curve, side = report.curve, report.side_as_it_is
    places = [each.coordinate for each in curve.crossings]
    sides = [*(each.before for each in curve.crossings[:1])]
    sides += [each.after for each in curve.crossings]
    values = np.log(report.assumed) if curve.number.scale == "log" else report.assumed
    own = np.array(sides or [side])[np.searchsorted(places, values)]
    return float(np.mean(own != side))


# --- in words -------------------------------------------------------------------------


def _sentences(report: BreakEvenReport) -> Iterator[str]:
    curve = report.curve
    ends = (0, len(curve.coordinates) - 1)
    at_ends = " and ".join(
        f"{report.level_text(float(curve.levels[i]))} at "
        f"{report.value_text(float(curve.coordinates[i]))}"
        for i in ends
    )
    first, last = (report.value_text(float(curve.coordinates[i])) for i in ends)
    statistic = "median " * (curve.target.statistic == "median")
    if not curve.crossings:
        yield (
            f"No value of {report.name} from {first} to {last} turns the {statistic}"
            f"{report.effect}: it is {at_ends}, and everywhere "
            f"{report.side_text(int(curve.sides[0]))}."
        )
    elif len(curve.crossings) == 1:
        yield _turn(report, statistic, at_ends, curve.crossings[0])
    else:
        places = ", ".join(report.value_text(x.coordinate) for x in curve.crossings)
        yield (
            f"The {statistic}{report.effect} turns {len(curve.crossings)} times as "
            f"{report.name} goes from {first} to {last}, at {places}: it is {at_ends}."
        )
    yield from (_how_sure(report, each) for each in curve.crossings)
    level = curve.target.levels(report.as_it_is[None, :])[0]
    yield f"As things are it is {report.level_text(float(level))}{_as_it_is(report)}."


def _turn(
    report: BreakEvenReport, statistic: str, at_ends: str, crossing: Crossing
) -> str:
    return (
        f"The {statistic}{report.effect} {report.turn_text(crossing)} where "
        f"{report.name} passes {report.value_text(crossing.coordinate)}: it is "
        f"{at_ends}."
    )


def _how_sure(report: BreakEvenReport, crossing: Crossing) -> str:
    place, low, high = (
        report.value_text(x) for x in (crossing.coordinate, crossing.low, crossing.high)
    )
    often = hundredths(crossing.resamples)
    draws = counted(report.draws, "draw")
    if low == high:
        where = f"all that cross there do so at {low}"
    else:
        where = f"nine in ten cross from {low} to {high}"
    return (
        f"How sure {place} is: of resamples of the {draws}, {often} in 100 have such a "
        f"crossing, and {where}."
    )


def _as_it_is(report: BreakEvenReport) -> str:
    if report.written:
        return f", with {report.written} as the scenario has it"
    if report.assumed is None:
        return ""
    low, middle, high = (
        report.number_text(float(x))
        for x in np.quantile(report.assumed, list(HEADLINE_LEVELS.values()))
    )
    if low == high:
        return f", with {report.name} at {middle}"
    drawn = f", with {report.name} drawn at {middle} ({low} to {high})"
    if not report.curve.crossings:
        return drawn
    turned = of_draws(share_turned(report), report.draws)
    return f"{drawn}, in {turned} where the answer is another"


# --- on the screen --------------------------------------------------------------------


def print_break_even(answer: BreakEvenAnswer, out: Console | None = None) -> None:
    """Print the answer and its table."""
    out = out or console()
    out.print(plain(answer.paragraph))
    out.print(fitted(answer.screen_table(), out))


def _table(report: BreakEvenReport) -> Table:
    curve = report.curve
    unit, factor = reader_unit(report.unit)
    frame = curve_frame(report)
    shown = np.unique(
        np.round(np.linspace(0, len(frame) - 1, min(_MOST_SHOWN, len(frame)))).astype(
            int
        )
    )
    table = new_table(
        f"Effect on {names.series_title(*report.key)}, {change_unit(unit)}, in "
        f"{report.month}, by {report.name}",
        ["value"],
        ["median", "5 to 95 % of draws", "rises in"],
        no_wrap=True,
    )
    for index in shown:
        row = frame.iloc[index]
        low, middle, high = (
            signed(factor * float(row[name])) for name in ("p05", "p50", "p95")
        )
        table.add_row(
            report.value_text(float(curve.coordinates[index])),
            middle,
            f"{low} to {high}",
            format_percent(row["share_up"]),
        )
    left_out = len(frame) - len(shown)
    table.caption = f"{CURVE} holds {left_out} more" if left_out else None
    return table


def draw_break_even(folder: Path, answer: BreakEvenAnswer) -> None:
    """Write the figure into a folder."""
    style.save(answer.figure(), folder / FIGURE)
