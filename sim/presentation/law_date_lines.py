"""The dates on which laws differ: lines across a chart by month, and its legend."""

from __future__ import annotations

from matplotlib.axes import Axes

from sim.presentation import style
from sim.presentation.view import LawDate, RunView

_MOST_DATES = 4
"""More dates than this would hide the curves; then only the first is marked."""

_EDGE = 0.25
"""Share of the axis within which a label may not fit towards that side."""


def draw_law_dates(axes: Axes, view: RunView, *, labelled: bool) -> None:
    """Mark the dates on which the laws differ, and shade what lies past the record."""
    axes.xaxis_date()
    _shade_assumed(axes, view, labelled=labelled)
    for row, law_date in enumerate(_dates_shown(view)):
        dashes = "-" if law_date.effective else ":"
        day = style.date_on_axis(law_date.day)
        axes.axvline(day, color=style.TEXT_COLOUR, linewidth=0.9, linestyle=dashes)
        if labelled:
            _label_date(axes, view, law_date, row)


def _dates_shown(view: RunView) -> list[LawDate]:
    """Return the dates to mark: few, and among the months shown."""
    first, last = view.months[[0, -1]].astype("datetime64[D]").tolist()
    dates = [x for x in view.law_dates if first <= x.day <= last]
    if len(dates) <= _MOST_DATES:
        return dates
    first = dates[0]
    label = "laws begin to differ" if first.effective else "first difference announced"
    return [LawDate(first.day, label, first.effective)]


def _shade_assumed(axes: Axes, view: RunView, *, labelled: bool) -> None:
    if view.recorded_until is None:
        return
    days = style.dates_on_axis(view.months)
    until = style.date_on_axis(view.recorded_until)
    if not days[0] < until < days[-1]:
        return
    axes.axvspan(until, float(days[-1]), color=style.ASSUMED, zorder=0, linewidth=0)
    if labelled:
        for text, side in (("law on record ", "right"), (" assumed to go on", "left")):
            axes.annotate(
                text,
                (until, 0.985),
                xycoords=("data", "axes fraction"),
                ha=side,
                va="top",
                size=7,
                color=style.GREY,
                style="italic",
            )


def _label_date(axes: Axes, view: RunView, law_date: LawDate, row: int) -> None:
    """Write what happens on a date on the side on which there is room.

    What is announced is written left of its line, what takes effect right of it,
    unless that is too near an edge.
    """
    first, last = style.dates_on_axis(view.months[[0, -1]])
    day = style.date_on_axis(law_date.day)
    share = (day - first) / (last - first)
    right = share < _EDGE or (law_date.effective and share < 1 - _EDGE)
    axes.annotate(
        f" {law_date.label} ",
        (day, 0.93 - 0.05 * row),
        xycoords=("data", "axes fraction"),
        ha="left" if right else "right",
        va="top",
        size=7.5,
        color=style.TEXT_COLOUR,
    )


def date_legend(view: RunView) -> list[tuple[str, str]]:
    """Return the marked dates as words of the legend."""
    return [
        (f"{'│' if x.effective else '┊'} {x.label} {x.day:%Y-%m}", style.TEXT_COLOUR)
        for x in _dates_shown(view)
    ]
