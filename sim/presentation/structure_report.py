"""The study of structure on the screen, in tables and in a figure."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from rich.console import Console
from rich.table import Table

from sim.domain.months import Month
from sim.domain.number_format import with_minus
from sim.experiments.hindcast.mechanism_scores import (
    ALL_FAMILIES,
    IMPROVES,
    LARGEST_PARETO_K,
    WORSENS,
)
from sim.experiments.hindcast.predictive import MODEL
from sim.experiments.hindcast.scoreboard import CALIBRATION, TEST
from sim.presentation import names, style
from sim.presentation.hindcast.charts import PARTS
from sim.presentation.hindcast.study_files import StudySummary
from sim.presentation.numbers import format_change
from sim.presentation.terminal_tables import console, fitted, new_table, plain

WORTH, VERDICTS, LEFT_OUT = "mechanisms.csv", "verdicts.csv", "left_out.csv"
"""Tables: each mechanism by family; what is said of it; each series left out."""

FIGURE = "structure.png"

_ROW, _MARGINS = 0.3, 2.2


@runtime_checkable
class StructureStudy(StudySummary, Protocol):
    """A study of structure that is done."""

    @property
    def worth(self) -> pd.DataFrame:
        """By how much scores are worse without each mechanism, by family and part."""

    @property
    def verdicts(self) -> pd.DataFrame:
        """What is said of each mechanism."""

    @property
    def left_out(self) -> pd.DataFrame | None:
        """How the fit without each series predicts it."""


def structure_tables(study: StructureStudy) -> dict[str, pd.DataFrame]:
    """Return the tables of a study, by file name."""
    frames = {WORTH: study.worth, VERDICTS: study.verdicts}
    return frames if study.left_out is None else {**frames, LEFT_OUT: study.left_out}


def draw_structure(folder: Path, study: StructureStudy) -> None:
    """Write the figure of a study into a folder."""
    style.save(
        structure_chart(study.worth, study.vintage, study.draws), folder / FIGURE
    )


def print_structure(study: StructureStudy, out: Console | None = None) -> None:
    """Print what is said of each mechanism, and of each series left out."""
    out = out or console()
    out.print(plain(study.assumption_source))
    out.print(fitted(verdict_table(study), out))
    if study.left_out is None:
        out.print(
            plain("Series are left out of a fit, and there is none: no posterior.")
        )
    else:
        out.print(fitted(left_out_table(study.left_out), out))


def verdict_table(study: StructureStudy) -> Table:
    """Return the loss of score without each mechanism, by part of the record."""
    table = new_table(
        f"Without each mechanism, the model alone ({study.draws:,} draws): how "
        "much worse the score (CRPS)",
        ["mechanism"],
    )
    for name in ("fit", "test"):
        table.add_column(name, justify="right")
        table.add_column("")
    for mechanism, rows in study.verdicts.groupby("mechanism", sort=False):
        cells = [plain(str(mechanism))]
        for part in (CALIBRATION, TEST):
            for row in rows[rows["part"] == part].to_dict("records"):
                words = format_change(row["crps_change"], row["error"])
                style = {IMPROVES: "bold", WORSENS: "red"}.get(str(row["verdict"]), "")
                cells += [plain(words), plain(str(row["verdict"]))]
                cells[-1].stylize(style)
        table.add_row(*cells)
    table.caption = "mean over series, ± its standard error; above 0 it is missed"
    return table


def left_out_table(rows: pd.DataFrame) -> Table:
    """Return how the fit without each series predicts it."""
    table = new_table(
        "Each series left out of the fit, and predicted by the others",
        ["series"],
        ["seen", "in 90 %", "score worse by", "Pareto k"],
    )
    for row in rows.to_dict("records"):
        far = " !" if float(row["pareto_k"]) > LARGEST_PARETO_K else ""
        table.add_row(
            names.series_title(str(row["measure"]), str(row["actor"])),
            str(row["periods"]),
            str(row["covered_90"]),
            format_change(row["crps_change"]),
            f"{float(row['pareto_k']):.2f}{far}",
        )
    table.caption = "! weights reach too far: the row is not to be trusted"
    return table


@style.figure_style()
def structure_chart(
    worth: pd.DataFrame, vintage: Month, draws: int
) -> style.StyledFigure:
    """Return a figure: loss of score without each mechanism, a panel for each part."""
    rows = worth[worth["variant"] == MODEL]
    total = rows[rows["family"] == ALL_FAMILIES]
    fit = total[total["part"] == CALIBRATION].sort_values("crps_change")
    order = list(fit["mechanism"])
    families = [name for name in dict.fromkeys(rows["family"]) if name != ALL_FAMILIES]
    looks = dict(zip(_large(rows, families), _LOOKS, strict=False))
    named = [
        (f"{look.sign} {names.family_title(family)}", look.colour)
        for family, look in looks.items()
    ]
    figure = style.new_figure(
        (style.WIDTH, _MARGINS + _ROW * len(order)),
        "What is lost without each mechanism",
        f"Relative change of the score (CRPS) of the model alone, to {vintage} "
        "and after it; right of 0 the mechanism is missed",
        [("● all, ± standard error", style.TEXT_COLOUR), *named],
        gap=0.2,
        footnote=f"{draws:,} draws, everything else left as it is and nothing fitted "
        "again. Small marks: families of series, in grey those without a name above; "
        "beyond the axis\nthey are at its edge.",
    )
    figure.alt_text = _alt_text(fit, draws)
    figure.subplots_adjust(left=0.2, right=0.97, wspace=0.08)
    panels = figure.subplots(1, len(PARTS))
    titles = [names.capitalised(names.spaced(name)) for name in order]
    for axes, (part, title) in zip(panels, PARTS.items(), strict=True):
        _panel(axes, rows[rows["part"] == part], order, looks)
        axes.set_title(names.capitalised(title))
        axes.set_yticks(range(len(order)), titles if axes is panels[0] else [])
    return figure


_LOOKS = (
    style.Look(style.PALETTE[5], "s", "■"),
    style.Look(style.PALETTE[0], "^", "▲"),
    style.Look(style.PALETTE[2], "D", "◆"),
    style.Look(style.PALETTE[3], "v", "▼"),
    style.Look(style.PALETTE[1], "*", "★"),
)
_OTHER = style.Look("#a6a6a6", "o", "")


def _alt_text(fit: pd.DataFrame, draws: int) -> str:
    """Return in words which mechanisms are missed most."""
    most = fit.sort_values("crps_change", ascending=False).head(5)
    parts = [
        f"{names.spaced(str(row['mechanism']))} {format_change(row['crps_change'])}"
        for row in most.to_dict("records")
    ]
    return (
        f"By how much the score is worse without each of {len(fit)} mechanisms, "
        f"{draws:,} draws; most in the calibration period: {', '.join(parts)}."
    )


_EDGE = 0.5


def _large(rows: pd.DataFrame, families: list[str]) -> list[str]:
    """Return the families that move most, as many as a key has room for."""
    moves = rows.groupby("family")["crps_change"].apply(lambda own: own.abs().max())
    return sorted(families, key=lambda name: -float(moves[name]))[:5]


def _percent(value: float) -> str:
    return with_minus(f"{100 * value:+.0f} %") if value else "0 %"


def _panel(
    axes: Axes, rows: pd.DataFrame, order: list[str], looks: dict[str, style.Look]
) -> None:
    heights = {name: index for index, name in enumerate(order)}
    for row in rows.to_dict("records"):
        height = heights[str(row["mechanism"])]
        change = float(np.clip(row["crps_change"], -_EDGE, _EDGE))
        if row["family"] != ALL_FAMILIES:
            look = looks.get(str(row["family"]), _OTHER)
            axes.plot(change, height, look.marker, markersize=4, color=look.colour)
            continue
        error = float(row["error"])
        axes.plot(
            [change - error, change + error], [height] * 2, color=style.TEXT_COLOUR
        )
        axes.plot(change, height, "o", markersize=6, color=style.TEXT_COLOUR, zorder=4)
        if abs(float(row["crps_change"])) > _EDGE:
            text = format_change(row["crps_change"])
            axes.text(change - 0.03, height + 0.22, text, ha="right", size=7)
    axes.axvline(0.0, color=style.GREY, linewidth=0.8)
    axes.set_xlim(-_EDGE - 0.03, _EDGE + 0.03)
    axes.xaxis.set_major_formatter(lambda value, _: _percent(value))
    axes.grid(visible=True, axis="x")
    axes.grid(visible=True, axis="y", alpha=0.4)
