"""What the effects of a law depend on: on a screen, in a table and in a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from rich.console import Console

from sim.domain.number_format import amount, signed
from sim.domain.short_repr import ShortRepr
from sim.outcomes.effect_drivers import Driver, Effect
from sim.presentation import names
from sim.presentation.numbers import change_unit, reader_unit
from sim.presentation.style import (
    CUT,
    GREY,
    TEXT_COLOUR,
    StyledFigure,
    figure_style,
    new_figure,
    save,
)
from sim.presentation.sweep_table import SHOWN as ASKED_FIRST
from sim.presentation.terminal_tables import console, plain

TABLE = "sensitivity.csv"
FIGURE = "sensitivity.png"

SHOWN = (
    *ASKED_FIRST,
    ("domestic_accelerators", "china"),
    ("smuggled_units", "china"),
    ("share_of_world_ai_compute", "china"),
    ("tool_availability", "asml"),
    ("die_yield", "smic_advanced"),
    ("firm_value", "nvidia"),
    ("firm_value", "asml"),
    ("firm_value", "tel"),
)
"""Effects on the screen and in the figure; the table has all."""

MOST_AN_EFFECT = 3
"""Assumptions that the screen names for an effect; the table has all."""

_MOST_ROWS = 24
"""Assumptions that the figure has room for."""

GUESS = "°"
"""Marks an assumption that no data have narrowed."""


@dataclass(frozen=True, eq=False, repr=False)
class SensitivityReport(ShortRepr):
    """What effects depend on, and which assumptions data have narrowed.

    Scenario and baseline are the same if the law was run alone.
    """

    scenario: str
    baseline: str
    draws: int
    effects: Sequence[Effect]
    drivers: Sequence[Driver]
    narrowed: Collection[str]

    @property
    def subject(self) -> str:
        """What is looked at, in words."""
        against = "" if self.alone else f" against {self.baseline}"
        return f"{self.scenario}{against} at the horizon"

    @property
    def alone(self) -> bool:
        """Whether a law was run alone, so that effects are levels."""
        return self.scenario == self.baseline


def drivers_frame(study: SensitivityReport) -> pd.DataFrame:
    """Return all drivers, a row each, and which assumptions data have narrowed."""
    rows = [
        {"scenario": study.scenario}
        | asdict(driver)
        | {
            "turns": driver.changes_sign,
            "informed_by_data": driver.assumption in study.narrowed,
        }
        for driver in study.drivers
    ]
    columns = [field.name for field in fields(Driver)]
    return pd.DataFrame(
        rows, columns=["scenario", *columns, "turns", "informed_by_data"]
    )


def print_sensitivity(study: SensitivityReport, out: Console | None = None) -> None:
    """Print what each effect depends on, and which of it is a guess."""
    out = out or console()
    for line in [*driver_lines(study), "", *sensitivity_remarks(study)]:
        out.print(plain(line))


def driver_lines(study: SensitivityReport) -> Iterator[str]:
    """Yield the heaviest drivers of the effects that are asked for first, as text."""
    yield (
        f"What {study.subject} depends on ({study.draws:,} draws): the share of an "
        "effect's spread that goes with an assumption, and the median effect in the "
        "thirds of the draws in which it is lowest and highest"
    )
    for key in SHOWN:
        own = [driver for driver in study.drivers if driver.key == key]
        if own:
            effect = EffectWording(own[0].unit, is_change=not study.alone)
            title = names.series_title(*key, short=True)
            yield f"{title}: {effect.text(own[0].effect)} {effect.unit}"
            yield from (_row(driver, effect, study) for driver in own[:MOST_AN_EFFECT])


def _row(driver: Driver, effect: EffectWording, study: SensitivityReport) -> str:
    ends = f"{effect.text(driver.low)} … {effect.text(driver.high)}"
    return f"  {driver.share:4.0%}  {_marked(driver.assumption, study)}: {ends}"


class EffectWording:
    """The words for an effect of a unit: a change with its sign, or a level."""

    def __init__(self, unit: str, *, is_change: bool) -> None:
        self.unit, self._factor = reader_unit(unit)
        self._form = signed if is_change else amount
        if is_change:
            self.unit = change_unit(self.unit)

    def text(self, value: float) -> str:
        """Return a value as text, without its unit."""
        return self._form(self._factor * value)


def sensitivity_remarks(study: SensitivityReport) -> Iterator[str]:
    """Yield in words: changes of sign, the heaviest guesses, effects of no driver."""
    for driver in study.drivers:
        if not driver.changes_sign or driver.key not in SHOWN:
            continue
        effect = EffectWording(driver.unit, is_change=not study.alone)
        yield (
            f"The sign of {driver.measure} {driver.actor} changes with "
            f"{driver.assumption}: {effect.text(driver.low)} in its lowest third, "
            f"{effect.text(driver.high)} in its highest ({effect.unit})."
        )
    weight: dict[str, float] = defaultdict(float)
    for driver in study.drivers:
        if driver.assumption not in study.narrowed:
            weight[driver.assumption] += driver.share
    if weight:
        heaviest = sorted(weight, key=lambda name: -weight[name])[:MOST_AN_EFFECT]
        yield (
            f"{GUESS} no observation has narrowed it. The heaviest of these: "
            f"{', '.join(heaviest)}."
        )
    moved = {driver.key for driver in study.drivers}
    idle = [" ".join(x.key) for x in study.effects if x.key not in moved]
    if idle:
        yield f"On no single assumption beyond chance: {', '.join(idle)}."
    yield f"{TABLE} holds every effect and assumption."


def draw_sensitivity(folder: Path, study: SensitivityReport) -> None:
    """Write the figure into a folder."""
    save(sensitivity_chart(study), folder / FIGURE)


@figure_style()
def sensitivity_chart(study: SensitivityReport) -> StyledFigure:
    """Return a figure: assumptions by effects, the rank correlation in each cell."""
    shown = [driver for driver in study.drivers if driver.key in SHOWN]
    heaviest: dict[str, float] = {}
    for driver in sorted(shown, key=lambda driver: -driver.share):
        heaviest.setdefault(driver.assumption, driver.share)
    assumptions = list(heaviest)[:_MOST_ROWS]
    driven = {driver.key for driver in shown}
    columns = [key for key in SHOWN if key in driven]
    height = 2.9 + 0.24 * max(len(assumptions), 1)
    figure = new_figure(
        (11.0, height),
        f"What {study.subject} depends on",
        "Rank correlation over the draws of an effect with an assumption; blank: none "
        f"beyond chance; {GUESS} no observation has narrowed the assumption",
        [("more of it, larger", TEXT_COLOUR), ("more of it, smaller", CUT)],
        gap=0.1,
        footnote=f"{study.draws:,} draws; the effect is the change made at the "
        "horizon. Assumptions in the order of the largest share of an effect's spread.",
    )
    figure.subplots_adjust(left=0.36, right=0.98, bottom=1.6 / height)
    _fill(figure.add_subplot(), study, assumptions, columns)
    return figure


def _fill(
    axes: Axes,
    study: SensitivityReport,
    assumptions: list[str],
    columns: list[tuple[str, str]],
) -> None:
    cells = {
        (driver.assumption, driver.key): driver.correlation for driver in study.drivers
    }
    for y, name in enumerate(assumptions):
        for x, key in enumerate(columns):
            if (name, key) in cells:
                _cell(axes, x, y, cells[name, key])
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(assumptions) - 0.5, -0.5)
    labels = [names.series_title(*key, short=True) for key in columns]
    axes.set_xticks(range(len(columns)), labels, rotation=40, ha="right", size=7)
    labels_of_rows = [_marked(name, study) for name in assumptions]
    axes.set_yticks(range(len(assumptions)), labels_of_rows)
    axes.tick_params(axis="y", labelcolor=TEXT_COLOUR)
    axes.grid(visible=False, which="both")


def _cell(axes: Axes, x: int, y: int, correlation: float) -> None:
    colour = TEXT_COLOUR if correlation > 0.0 else CUT
    axes.scatter(x, y, s=190 * abs(correlation), color=colour, alpha=0.85, linewidths=0)
    axes.text(
        x + 0.3, y, f"{abs(correlation):.2f}"[1:], size=6.5, color=GREY, va="center"
    )


def _marked(assumption: str, study: SensitivityReport) -> str:
    return assumption if assumption in study.narrowed else f"{assumption} {GUESS}"
