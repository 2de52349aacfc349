"""What the effects of a law hang on: on a screen, in a table and in a figure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from sim.outcomes.sensitivity import Driver, Effect
from sim.presentation import names
from sim.presentation.numbers import reader_unit, rounded
from sim.presentation.style import (
    CUT,
    GREY,
    TEXT_COLOUR,
    StyledFigure,
    figure_style,
    new_figure,
    write_footnote,
    write_header,
)
from sim.presentation.sweep_table import SHOWN as ASKED_FIRST
from sim.presentation.tables import console, plain

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

_DUST = 1e-6
"""Effects smaller than this, in a reader's unit, are shown as none."""

MOST_AN_EFFECT = 3
"""Assumptions that the screen names for an effect; the table has all."""

_MOST_ROWS = 24
"""Assumptions that the figure has room for."""

GUESS = "°"
"""Marks an assumption that no data have narrowed."""


@dataclass(frozen=True, eq=False)
class SensitivityReport:
    """What is shown.

    Attributes:
        scenario: name of the law in question.
        baseline: name of the law compared with; the same if it was run alone.
        draws: how many worlds.
        effects: what was looked at.
        levers: what it hangs on.
        told: names of the assumptions that data have narrowed.
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
        alone = self.scenario == self.baseline
        return (
            f"{self.scenario} at the horizon"
            if alone
            else (f"{self.scenario} against {self.baseline} at the horizon")
        )


def frame(study: SensitivityReport) -> pd.DataFrame:
    """Return all levers, a row each, with whether data have narrowed the assumption."""
    rows = [
        {"scenario": study.scenario}
        | asdict(one)
        | {
            "turns": one.changes_sign,
            "informed_by_data": one.assumption in study.narrowed,
        }
        for one in study.drivers
    ]
    columns = [field.name for field in fields(Driver)]
    return pd.DataFrame(
        rows, columns=["scenario", *columns, "turns", "informed_by_data"]
    )


def show(study: SensitivityReport) -> None:
    """Print what each effect hangs on, and which of it is a guess."""
    out = console()
    for line in [*rows(study), "", *remarks(study)]:
        out.print(plain(line))


def rows(study: SensitivityReport) -> Iterator[str]:
    """Yield the heaviest levers of the effects that are asked for first, as text."""
    yield (
        f"What {study.subject} depends on ({study.draws:,} draws): the share of an "
        "effect's spread that goes with an assumption, and the median effect in the "
        "thirds of the draws in which it is lowest and highest"
    )
    for key in SHOWN:
        own = [one for one in study.drivers if _key(one) == key]
        if own:
            unit, factor = reader_unit(own[0].unit)
            title = names.series_title(*key, short=True)
            yield f"{title}: {signed(factor * own[0].effect)} {unit}"
            yield from (_row(one, factor, study) for one in own[:MOST_AN_EFFECT])


def _row(one: Driver, factor: float, study: SensitivityReport) -> str:
    ends = f"{signed(factor * one.low)} … {signed(factor * one.high)}"
    return f"  {one.share:4.0%}  {_marked(one.assumption, study):<55} {ends}"


def signed(value: float) -> str:
    """Return a number in two or three figures, with a minus sign if it is below 0."""
    return rounded(value).replace("-", "−") if abs(value) >= _DUST else "0"


def remarks(study: SensitivityReport) -> Iterator[str]:
    """Yield in words: signs that turn, guesses that weigh most, effects on nothing."""
    for one in study.drivers:
        if not one.changes_sign or _key(one) not in SHOWN:
            continue
        yield (
            f"The sign of {one.measure} {one.actor} turns with {one.assumption}: "
            f"{rounded(one.low)} in its lowest third, {rounded(one.high)} in its "
            f"highest ({one.unit})."
        )
    guesses = [one for one in study.drivers if one.assumption not in study.narrowed]
    if guesses:
        weight: dict[str, float] = {}
        for one in guesses:
            weight[one.assumption] = weight.get(one.assumption, 0.0) + one.share
        heaviest = sorted(weight, key=lambda name: -weight[name])[:MOST_AN_EFFECT]
        yield (
            f"{GUESS} no observation has narrowed it. The heaviest of these: "
            f"{', '.join(heaviest)}."
        )
    moved = {_key(one) for one in study.drivers}
    idle = [" ".join(one.key) for one in study.effects if one.key not in moved]
    if idle:
        yield f"On no single assumption beyond chance: {', '.join(idle)}."
    yield f"{TABLE} holds every effect and assumption."


def draw(folder: Path, study: SensitivityReport) -> None:
    """Write the figure into a folder."""
    with figure_style():
        chart(study).savefig(folder / FIGURE, format="png")


def chart(study: SensitivityReport) -> StyledFigure:
    """Return a figure: assumptions by effects, the rank correlation in each cell."""
    shown = [one for one in study.drivers if _key(one) in SHOWN]
    heaviest: dict[str, float] = {}
    for one in sorted(shown, key=lambda one: -one.share):
        heaviest.setdefault(one.assumption, one.share)
    assumptions = list(heaviest)[:_MOST_ROWS]
    found = {_key(one) for one in shown}
    columns = [key for key in SHOWN if key in found]
    height = 2.9 + 0.24 * max(len(assumptions), 1)
    drawn = new_figure(11.0, height)
    write_header(
        drawn,
        f"What {study.subject} hangs on",
        "Rank correlation over the draws of an effect with an assumption; blank: none "
        f"beyond chance; {GUESS} no observation has narrowed the assumption",
        legend=[("more of it, larger", TEXT_COLOUR), ("more of it, smaller", CUT)],
        gap=0.1,
    )
    drawn.subplots_adjust(left=0.36, right=0.98, bottom=1.6 / height)
    _fill(drawn.add_subplot(), study, assumptions, columns)
    write_footnote(
        drawn,
        f"{study.draws:,} draws; the effect is the change made at the horizon. "
        "Assumptions in the order of the largest share of an effect's spread.",
    )
    return drawn


def _fill(
    axes: Axes,
    study: SensitivityReport,
    assumptions: list[str],
    columns: list[tuple[str, str]],
) -> None:
    cells = {(one.assumption, _key(one)): one.correlation for one in study.drivers}
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


def _key(one: Driver) -> tuple[str, str]:
    return (one.measure, one.actor)
