"""The figure of an effect that is shared out: by instrument, and by channel."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.outcomes.headline import HORIZON
from sim.outcomes.quantiles import headline_quantiles
from sim.outcomes.shared_effect import WHOLE, SharedEffect
from sim.presentation import names, style
from sim.presentation.parts_chart import (
    ROW,
    PartSeries,
    add_panels,
    draw_by_year,
    draw_parts,
)
from sim.presentation.shares_report import SharesReport

FIGURE = "shares.png"

_MARGINS, _BETWEEN = 2.3, 0.7


@style.figure_style()
def shares_chart(report: SharesReport) -> style.StyledFigure:
    """Return a figure: shares at the horizon, and their means by year."""
    panels = [(report.instruments, "by instrument")]
    if report.channels is not None:
        panels.append((report.channels, "by channel"))
    rows = [[*report.shown(shared), WHOLE] for shared, _ in panels]
    inches = ROW * sum(map(len, rows)) + _BETWEEN * (len(panels) - 1)
    title = names.series_title(*report.instruments.key, short=True)
    figure = style.new_figure(
        (style.WIDTH, _MARGINS + inches),
        f"{names.capitalised(names.spaced(report.scenario))}: what changes {title}",
        f"left: in {report.instruments.months[HORIZON]}, mean and range of nine in ten "
        "draws · right: means by year",
        gap=0.15,
        footnote=f"{style.source_note(report.instruments.draws.count, report.seed)}; "
        f"against {report.baseline}. Shapley values: means and draws add up to the "
        "whole,\nranges do not."
        + (
            f" By channel: {report.channels.draws.count} draws."
            if report.channels is not None
            else ""
        ),
    )
    figure.alt_text = report.paragraph
    between = _BETWEEN * len(panels) / inches
    axes = add_panels(figure, [len(players) for players in rows], between)
    for (shared, how), players, (left, right) in zip(panels, rows, axes, strict=True):
        parts = [_series(report, shared, player) for player in players]
        draw_parts(left, parts, report.wording.unit)
        left.set_title(names.capitalised(how))
        times = _times(report, shared)
        months = [shared.months[when] for when in times]
        draw_by_year(right, parts, months, report.wording.unit)
    return figure


def _times(report: SharesReport, shared: SharedEffect) -> list[str]:
    """Return the years in which the laws differ, and a horizon that ends none."""
    months = report.instruments.months
    years = [when for when in months if when != HORIZON]
    ends_year = months[HORIZON] in [months[year] for year in years]
    return [when for when in shared.months if when in years] + [HORIZON] * (
        not ends_year
    )


def _series(report: SharesReport, shared: SharedEffect, player: str) -> PartSeries:
    factor = report.wording.factor
    low, _, high = headline_quantiles(factor * shared.at(HORIZON)[player])
    means = [
        factor * float(shared.at(when)[player].mean())
        for when in [*_times(report, shared), HORIZON]
    ]
    return PartSeries(
        label=names.capitalised(names.spaced(report.player(player))),
        at_end=(low, means[-1], high),
        by_time=np.array(means[:-1]),
        is_whole=player == WHOLE,
    )


def draw_shares(folder: Path, report: SharesReport) -> None:
    """Write the figure into a folder, unless nothing is changed."""
    if report.instruments.whole[HORIZON].any():
        style.save(shares_chart(report), folder / FIGURE)
