"""Sobol' indices of an effect: in words, in tables and in a figure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.domain.number_format import whole_percent, with_minus
from sim.domain.short_repr import ShortRepr
from sim.experiments.effect_indices import (
    LUCK,
    OTHERS,
    EffectIndices,
    PartIndices,
)
from sim.experiments.sobol_indices import HALF_WIDTH, IndexEstimate
from sim.presentation import names, style
from sim.presentation.numbers import counted
from sim.presentation.parts_chart import (
    ROW,
    PartSeries,
    add_panels,
    draw_by_year,
    draw_parts,
)

INDICES, SCREENING = "indices.csv", "screening.csv"
FIGURE = "indices.png"

_MOST_NAMED = 3
_LEAST_NAMED = 0.01
"""Total index from which on an assumption is named."""

_MARGINS = 2.2


@dataclass(frozen=True, eq=False, repr=False)
class IndicesReport(ShortRepr):
    """What is told of the indices of an effect.

    Attributes:
        scenario: the law in question.
        baseline: the law compared with.
        answer: the indices.
        meanings: what each assumption is, in words, by name.
        units: its unit, by name.
        narrowed: the assumptions that observations have moved or narrowed.
        rows: most rows that were asked for.
    """

    scenario: str
    baseline: str
    answer: EffectIndices
    meanings: Mapping[str, str]
    units: Mapping[str, str]
    narrowed: Collection[str]
    rows: int

    @property
    def effect(self) -> str:
        """Whose indices they are, in words."""
        return (
            f"effect of {self.scenario} on {names.series_title(*self.answer.key)} by "
            f"{self.answer.months[-1]}"
        )

    @property
    def paragraph(self) -> str:
        """The answer in words, and how sure it is."""
        return " ".join(_sentences(self))

    def described(self, part: str) -> str:
        """Return what a part is, in words and with its unit."""
        meaning = names.spaced(self.meanings.get(part, part))
        unit = self.units.get(part, "")
        return f"{meaning} ({unit})" if unit else meaning

    @property
    def heaviest_first(self) -> list[PartIndices]:
        """The leading assumptions, the heaviest first; all others; luck."""
        rest = [part for part in self.answer.parts if part.name in (OTHERS, LUCK)]
        return [*self.answer.leading, *rest]


def indices_frame(report: IndicesReport) -> pd.DataFrame:
    """Return the indices of every part, a row for each month, with 95 % intervals.

    `total_rows` is from how many points the total index was estimated, `converged`
    whether it is as sure as it should be; shares of the variance.
    """
    rows = []
    for part in report.heaviest_first:
        for place, month in enumerate(report.answer.months):
            row: dict[str, object] = {
                "measure": report.answer.key[0],
                "actor": report.answer.key[1],
                "part": part.name,
                "meaning": report.meanings.get(part.name, ""),
                "unit": report.units.get(part.name, ""),
                "month": str(month),
            }
            for name, index in (
                ("first_order", part.first_order),
                ("total", part.total),
            ):
                row |= {
                    name: index.value[place],
                    f"{name}_low": index.low[place],
                    f"{name}_high": index.high[place],
                }
            worst = max(part.total.half_width[place], part.total.drift[place])
            row |= {"total_rows": part.total.rows, "converged": worst < HALF_WIDTH}
            rows.append(row)
    return pd.DataFrame(rows)


def screening_frame(report: IndicesReport) -> pd.DataFrame:
    """Return a row for each assumption that varies, the heaviest first."""
    own = {part.name for part in report.answer.leading}
    return pd.DataFrame(
        [
            {
                "assumption": one.assumption,
                "meaning": report.meanings.get(one.assumption, ""),
                "unit": report.units.get(one.assumption, ""),
                "share": one.share,
                "direction": one.direction,
                "informed_by_data": one.assumption in report.narrowed,
                "has_indices": one.assumption in own,
            }
            for one in report.answer.screening
        ]
    )


# --- in words -------------------------------------------------------------------------


def _sentences(report: IndicesReport) -> Iterator[str]:
    answer = report.answer
    leading = answer.leading
    first = "; ".join(
        f"{report.described(part.name)}, total index {_text(part.total)}"
        for part in leading[:_MOST_NAMED]
        if part.total.value[-1] >= _LEAST_NAMED
    )
    yield (
        f"The {report.effect} varies most with: {first or 'no single assumption'}. "
        "A total index is the share of the variance that would be left if everything "
        "else were known; intervals hold 95 % of resamples."
    )
    alone = sum(float(part.first_order.value[-1]) for part in answer.parts)
    yield (
        f"Of {counted(len(answer.screening), 'assumption')}, {len(leading)} have an "
        f"index of their own. {_rest(report)}"
        f"All parts alone account for {whole_percent(min(max(alone, 0.0), 1.0))} % of "
        "the variance; the rest is due to what several do together."
    )
    yield _how_sure(report)
    if answer.correlation is not None:
        value, one, other = answer.correlation
        yield (
            "Assumptions count as independent, each as the fit has it alone. There the "
            "strongest correlation of one of these is "
            f"{with_minus(f'{value:.2f}')} ({one} with {other})."
        )


def _rest(report: IndicesReport) -> str:
    """Return the total indices of all other assumptions and of luck, in a sentence."""
    rest = {part.name: part.total for part in report.answer.parts}
    texts = [
        f"{name} have {_text(rest[name])} together"
        if name == OTHERS
        else f"{name} has {_text(rest[name])}"
        for name in (OTHERS, LUCK)
        if name in rest
    ]
    return f"{names.capitalised(', '.join(texts))}. "


def _text(index: IndexEstimate) -> str:
    value, low, high = (f"{x[-1]:.2f}" for x in (index.value, index.low, index.high))
    return with_minus(f"{value} ({low} to {high})")


def _how_sure(report: IndicesReport) -> str:
    answer = report.answer
    widest = max(answer.parts, key=lambda part: float(part.total.half_width[-1]))
    worlds = f"{answer.worlds:,} worlds under both laws"
    if answer.have_converged:
        return (
            f"How sure: from {worlds}, every total index is known to "
            f"±{widest.total.half_width[-1]:.2f} or better, and none moved by "
            f"{HALF_WIDTH} when its rows were last doubled: they have converged."
        )
    unsure = [part for part in answer.parts if not part.total.has_converged]
    which = ", ".join(
        f"{part.name} (±{part.total.half_width[-1]:.2f}, moved by "
        f"{part.total.drift[-1]:.2f})"
        for part in unsure
    )
    return (
        f"How sure: from {worlds}, these total indices have not converged to "
        f"±{HALF_WIDTH}: {which}. Give more than sensitivity.rows={report.rows}."
    )


# --- in a figure ----------------------------------------------------------------------


@style.figure_style()
def indices_chart(report: IndicesReport) -> style.StyledFigure:
    """Return a figure: indices at the horizon, and total indices by year."""
    parts = [_series(report, part) for part in report.heaviest_first]
    title = names.series_title(*report.answer.key, short=True)
    figure = style.new_figure(
        (style.WIDTH, _MARGINS + ROW * len(parts)),
        f"What the effect on {title} varies with",
        f"{names.spaced(report.scenario)} · left: in {report.answer.months[-1]}, with "
        "95 % intervals · right: the total index by year",
        [
            ("filled: total index, with what it does with others", style.SCENARIO),
            ("○ index of first order, alone", style.OVERLAY),
        ],
        gap=0.1,
        footnote=f"{report.scenario} against {report.baseline}; "
        f"{report.answer.worlds:,} worlds under both laws. Assumptions count as "
        "independent.",
    )
    figure.alt_text = report.paragraph
    [(left, right)] = add_panels(figure)
    draw_parts(left, parts, "share of the variance")
    draw_by_year(right, parts, report.answer.months, "total index")
    right.set_ylim(-0.02, 1.04)
    return figure


def _series(report: IndicesReport, part: PartIndices) -> PartSeries:
    ends = [
        (float(index.low[-1]), float(index.value[-1]), float(index.high[-1]))
        for index in (part.total, part.first_order)
    ]
    return PartSeries(
        label=names.capitalised(report.described(part.name)),
        at_end=ends[0],
        by_time=np.clip(part.total.value, 0.0, 1.0),
        beside=ends[1],
    )


def draw_indices(folder: Path, report: IndicesReport) -> None:
    """Write the figure into a folder."""
    style.save(indices_chart(report), folder / FIGURE)
