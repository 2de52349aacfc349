"""The law as a chart: each instrument a row, announced, in force or suspended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.outcomes.instrument_status import (
    ABSENT,
    ADDED,
    AMENDED,
    ANNOUNCED,
    DECIDED,
    IN_FORCE,
    REMOVED,
    SUSPENDED,
)
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from sim.presentation import names, style
from sim.presentation.names import spaced


@dataclass(frozen=True)
class StatusLook:
    """Colour and pattern of a status."""

    colour: str
    hatch: str = ""


LOOKS: Mapping[str, StatusLook] = {
    ANNOUNCED: StatusLook("#b9dcf2", "...."),
    IN_FORCE: StatusLook("#0072b2"),
    SUSPENDED: StatusLook("#f3d9a4", "////"),
    DECIDED: StatusLook("#dff1ea", "xxxx"),
}
"""The look of each status, distinguished without colours too."""

_LABELS = {DECIDED: "decided by governments, draw by draw"}
_SIGNS = {ADDED: "+ ", REMOVED: "− ", AMENDED: "± ", DECIDED: "± "}
_IN_ID = re.compile(r"^[a-z]{2}(?:_[a-z]{2})?_(\d{4})_(\d{2})_")
_KINDS = {"fdpr": "foreign direct product rule", "hbm_control": "memory control"}
_ABBREVIATIONS = frozenset(
    {"bis", "dram", "duv", "eda", "euv", "fdpr", "hbm", "mi325x", "nac", "rtx"}
    | {"shtc", "sme", "smic", "tsmc", "veu", "ymtc"}
)
_ROW, _MARGINS = 0.135, 1.95
"""Inches that a row is high, and what is above and below the rows."""

_BAR, _HEADING = 0.74, 1.5
"""Height of a bar and of a heading, in rows."""

_TEXT_LEFT, _LEFT, _RIGHT = 0.02, 0.39, 0.975
"""Where texts begin, and the ends of the axes, as shares of the figure's width."""


@dataclass(frozen=True, eq=False, repr=False)
class LawRow(ShortRepr):
    """An instrument by month: its status, and what the scenario does to it."""

    instrument: str
    issuer: str
    kind: str
    difference: str
    statuses: tuple[str, ...]


@dataclass(frozen=True, eq=False, repr=False)
class LawStatuses(ShortRepr):
    """The instruments of two laws, month by month.

    Attributes:
        scenario: name of the law that is shown.
        baseline: name of the law that it is compared with.
        table: the status of each instrument in each month, as `law.csv` has it.
    """

    scenario: str
    baseline: str
    table: pd.DataFrame

    @cached_property
    def months(self) -> list[date]:
        """The first day of each month, rising."""
        return sorted(self.table["month"].unique())

    @cached_property
    def rows(self) -> list[LawRow]:
        """The instruments by issuer, kind and first day.

        One that the scenario removes has the status that it has under the baseline.
        """
        places = {month: index for index, month in enumerate(self.months)}
        rows = []
        for name, own in self.table.groupby("instrument", sort=False, observed=True):
            difference = str(own["difference"].iloc[-1])
            side = "baseline" if difference == REMOVED else "scenario"
            statuses = [ABSENT] * len(places)
            for month, status in zip(own["month"], own[side].fillna(""), strict=True):
                statuses[places[month]] = str(status)
            if any(statuses):
                issuer, kind = (str(own[name].iloc[0]) for name in ("issuer", "kind"))
                row = LawRow(str(name), issuer, kind, difference, tuple(statuses))
                rows.append(row)
        return sorted(rows, key=_order)


def _order(row: LawRow) -> tuple[int, str, str, int, str]:
    first = next(index for index, status in enumerate(row.statuses) if status)
    return row.issuer != "USA", row.issuer, row.kind, first, row.instrument


def law_figure(run: RunTables | RunFolder) -> style.StyledFigure:
    """Return a figure of the law of a run: a row for each instrument."""
    return instruments_figure(LawStatuses(run.scenario, run.baseline, run.law))


@style.figure_style()
def instruments_figure(law: LawStatuses) -> style.StyledFigure:
    """Return a figure with a row for each instrument, by issuer and kind."""
    rows = law.rows
    groups = [
        (_issuer(issuer), list(own))
        for issuer, own in groupby(rows, key=lambda row: row.issuer)
    ]
    lines = len(rows) + _HEADING * len(groups)
    height = _MARGINS + _ROW * lines
    scenario, baseline = spaced(law.scenario), spaced(law.baseline)
    changed = law.scenario != law.baseline
    removed = any(row.difference == REMOVED for row in rows)
    figure = style.new_figure(
        (style.WIDTH, height),
        f"The law under {scenario}",
        "each row: an instrument at the end of each month"
        + (f" · + added, ± amended, − removed against {baseline}" if changed else ""),
        gap=0.1,
        footnote="Chip-war simulator · law.csv has legal references, and the status "
        "under the law compared with."
        + (f" Removed ones are shown as under {baseline}." if removed else ""),
    )
    _write_legend(figure, rows)
    figure.subplots_adjust(left=_LEFT, right=_RIGHT)
    axes = figure.add_subplot()
    axes.xaxis_date()
    style.format_axes(axes, "")
    first_days = np.array(law.months, dtype="datetime64[D]")
    _draw_rows(axes, groups, first_days)
    style.show_months(axes, first_days)
    axes.set_ylim(lines, -0.6)
    figure.alt_text = instruments_in_words(law)
    return figure


def _issuer(state: str) -> str:
    return names.capitalised(names.STATES.get(state, state).removeprefix("the "))


def _kind(kind: str) -> str:
    return _KINDS.get(kind, spaced(kind))


def _name(row: LawRow) -> str:
    """Return an instrument as a row is called: its month first, where its id has one.

    Example:
        >>> row = LawRow("us_2022_10_chips", "USA", "quota", "", ())
        >>> _name(row)
        '2022-10 chips'
    """
    dated = _IN_ID.sub(r"\1-\2 ", row.instrument)
    words = [
        word.upper() if word in _ABBREVIATIONS or word[1:].isdigit() else word
        for word in spaced(dated).split()
    ]
    return _SIGNS.get(row.difference, "") + " ".join(words)


def _draw_rows(
    axes: Axes, groups: Sequence[tuple[str, Sequence[LawRow]]], months: np.ndarray
) -> None:
    days = style.dates_on_axis(months)
    after = Month.of(months[-1].item()) + 1
    ends = np.append(days[1:], style.date_on_axis(after.first_day))
    y, ticks, labels = 0.0, [], []
    for heading, rows in groups:
        _write_left(axes, y, heading, size=8.5, weight="bold")
        y += _HEADING
        former = ""
        for row in rows:
            if row.kind != former:
                _write_left(axes, y, _kind(row.kind), size=6.8, color=style.GREY)
            former = row.kind
            for status, first, last in spells(row.statuses):
                axes.add_patch(_bar(y, float(days[first]), float(ends[last]), status))
            ticks.append(y)
            labels.append(_name(row))
            y += 1.0
    axes.set_yticks(ticks, labels, size=6.8)
    axes.tick_params(axis="y", labelcolor=style.TEXT_COLOUR)
    style.grid_across(axes)


def _write_left(axes: Axes, y: float, text: str, **look: Any) -> None:
    """Write text at the left margin of the figure."""
    left = (_TEXT_LEFT - _LEFT) / (_RIGHT - _LEFT)
    axes.text(left, y, text, transform=axes.get_yaxis_transform(), va="center", **look)


def _bar(y: float, first: float, last: float, status: str) -> Rectangle:
    look = LOOKS[status]
    return Rectangle(
        (first, y - _BAR / 2),
        last - first,
        _BAR,
        facecolor=look.colour,
        edgecolor=style.TEXT_COLOUR,
        hatch=look.hatch,
        hatch_linewidth=style.HATCH_WIDTH,
        linewidth=0.3,
    )


def spells(statuses: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Yield each status that lasts, with the indices of its first and last month.

    Example:
        >>> list(spells(["", "announced", "announced", "in force"]))
        [('announced', 1, 2), ('in force', 3, 3)]
    """
    for status, months in groupby(range(len(statuses)), key=lambda x: statuses[x]):
        if status:
            indices = list(months)
            yield status, indices[0], indices[-1]


def _write_legend(figure: style.StyledFigure, rows: Sequence[LawRow]) -> None:
    """Write what each pattern means, beside a patch of it, above the rows."""
    present = {status for row in rows for status in row.statuses}
    style.write_patches(
        figure,
        [
            (_LABELS.get(status, status), look.colour, look.hatch)
            for status, look in LOOKS.items()
            if status in present
        ],
    )


def instruments_in_words(law: LawStatuses) -> str:
    """Return in words how many instruments there are, and which the scenario moves."""
    rows = law.rows
    by_issuer = [
        f"{len(list(own))} of {_issuer(issuer)}"
        for issuer, own in groupby(rows, key=lambda row: row.issuer)
    ]
    at_end = sum(
        row.statuses[-1] == IN_FORCE for row in rows if row.difference != REMOVED
    )
    moved = [_name(row) for row in rows if row.difference]
    return (
        f"Chart of {len(rows)} instruments under {spaced(law.scenario)} by month: "
        f"{', '.join(by_issuer)}; {at_end} in force at the end. "
        f"Changed by the scenario: {', '.join(moved) or 'none'}."
    )
