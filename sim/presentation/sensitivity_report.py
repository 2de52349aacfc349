"""What the effects of a law depend on: on a screen, in a table and in a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from rich.console import Console

from sim.domain.number_format import signed, with_minus
from sim.domain.short_repr import ShortRepr
from sim.outcomes.effect_drivers import Driver, Effect
from sim.presentation import names
from sim.presentation.effect_wording import EffectWording
from sim.presentation.style import (
    CUT,
    SCENARIO,
    TEXT_COLOUR,
    StyledFigure,
    figure_style,
    new_figure,
    save,
)
from sim.presentation.sweep_table import SHOWN as ASKED_FIRST
from sim.presentation.terminal_tables import console, plain
from sim.presentation.tornado import tornado_figure

TABLE = "sensitivity.csv"
FIGURE, TORNADO = "sensitivity.png", "tornado.png"

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
    meanings: Mapping[str, str] = field(default_factory=dict)
    """What each assumption is, in words, by name."""

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
    columns = [column.name for column in fields(Driver)]
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
    name = _marked(driver.assumption, study, driver.assumption)
    return f"  {driver.share:4.0%}  {name}: {ends}"


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
    """Write the figures into a folder: all effects, and the first of them alone."""
    save(sensitivity_chart(study), folder / FIGURE)
    for key in SHOWN:
        if own := [driver for driver in study.drivers if driver.key == key]:
            chart = tornado_figure(
                own, key, study.meanings, scenario=study.scenario, alone=study.alone
            )
            save(chart, folder / TORNADO)
            return


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
    labels = [_row_label(name, study) for name in assumptions]
    height = 2.9 + _ROW * max(len(labels), 1)
    figure = new_figure(
        (_WIDTH, height),
        f"What {_title_of(study)} depends on",
        "Rank correlation over the draws of an effect with an assumption; blank: none "
        f"beyond chance; {GUESS} no observation has narrowed the assumption",
        [
            (f"{_RISES} the more of it, the larger", SCENARIO),
            (f"{_FALLS} the more of it, the smaller", CUT),
        ],
        gap=0.1,
        footnote=f"{study.draws:,} draws; the effect is the change made at the "
        "horizon. Assumptions in the order of the largest share of an effect's spread.",
    )
    figure.alt_text = _alt_text(study, shown)
    figure.subplots_adjust(left=0.37, right=0.98, bottom=1.6 / height)
    axes = figure.add_subplot()
    _fill(axes, study, assumptions, columns)
    axes.set_yticks(range(len(assumptions)), labels)
    return figure


_RISES, _FALLS = "▲", "▼"
_WIDTH, _ROW = 11.0, 0.36
_LETTERS = 58
"""Letters of an assumption's meaning in a row."""


def _title_of(study: SensitivityReport) -> str:
    scenario, baseline = names.spaced(study.scenario), names.spaced(study.baseline)
    return scenario if study.alone else f"the effect of {scenario} against {baseline}"


def _row_label(assumption: str, study: SensitivityReport) -> str:
    meaning = names.spaced(study.meanings.get(assumption, assumption))
    return _marked(fill(names.capitalised(meaning), _LETTERS), study, assumption)


def _alt_text(study: SensitivityReport, shown: Sequence[Driver]) -> str:
    """Return in words the heaviest assumption of each effect."""
    heaviest = {driver.key: driver for driver in reversed(shown)}
    parts = [
        f"{names.series_title(*key, short=True)}: "
        f"{study.meanings.get(driver.assumption, driver.assumption)} "
        f"({signed(driver.correlation)})"
        for key, driver in sorted(heaviest.items(), key=lambda x: SHOWN.index(x[0]))
    ]
    answer = "; ".join(parts) or "no assumption beyond chance"
    return (
        f"What {_title_of(study)} depends on, {study.draws:,} draws: the assumption "
        f"with the largest rank correlation for each effect. {answer}."
    )


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
    axes.tick_params(axis="y", labelcolor=TEXT_COLOUR)
    axes.grid(visible=True, axis="y", alpha=0.6)
    axes.grid(visible=False, axis="x")


def _cell(axes: Axes, x: int, y: int, correlation: float) -> None:
    """Draw a correlation: its sign as a marker, a colour and a number."""
    rises = correlation > 0.0
    axes.scatter(
        x,
        y,
        s=190 * abs(correlation),
        marker="^" if rises else "v",
        color=SCENARIO if rises else CUT,
        linewidths=0,
        zorder=2,
    )
    axes.annotate(
        with_minus(f"{correlation:+.2f}"),
        (x, y),
        xytext=(0, -7),
        textcoords="offset points",
        size=6.5,
        color=TEXT_COLOUR,
        ha="center",
        va="top",
    )


def _marked(text: str, study: SensitivityReport, assumption: str) -> str:
    return text if assumption in study.narrowed else f"{text} {GUESS}"
