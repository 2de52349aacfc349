"""What information is worth for a choice among laws: in words, tables and a figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.domain.months import Month
from sim.domain.number_format import whole_percent
from sim.domain.short_repr import ShortRepr
from sim.experiments.information_value import InformationValue, InformationValues
from sim.outcomes.objectives import Objective
from sim.presentation import names, style
from sim.presentation.numbers import counted
from sim.presentation.objective_words import ObjectiveWords
from sim.presentation.odds_in_words import odds_of_draws
from sim.presentation.parts_chart import ROW, PartSeries, draw_parts
from sim.presentation.terminal_tables import console, fitted, new_table, plain

FIGURE = "information.png"
PERFECT = "everything"
"""The row of perfect information: every assumption, and luck."""

_ALL = "all assumptions"
_MOST_NAMED, _MOST_SHOWN = 3, 8
_MARGINS = 3.0


@dataclass(frozen=True, eq=False, repr=False)
class VoiReport(ShortRepr):
    """What is told of the value of information.

    Attributes:
        objective: by which the laws are judged.
        answer: the values.
        draws: how many worlds there were.
        seed: of their luck.
        horizon: when the objective was read.
        varying: how many assumptions vary.
        meanings: what each is, in words, by name.
        units: its unit, by name.
    """

    objective: Objective
    answer: InformationValues
    draws: int
    seed: int
    horizon: Month
    varying: int
    meanings: Mapping[str, str]
    units: Mapping[str, str]

    @property
    def paragraph(self) -> str:
        """The answer in words, and how sure it is."""
        return " ".join(_sentences(self))

    @property
    def words(self) -> ObjectiveWords:
        """The words for numbers of the objective."""
        return ObjectiveWords(self.objective)

    @property
    def sign(self) -> float:
        """What turns the objective into what is better the larger it is."""
        return -1.0 if self.objective.better == "lower" else 1.0

    def described(self, name: str) -> str:
        """Return what an assumption is, in words and with its unit."""
        meaning = names.spaced(self.meanings.get(name, name))
        unit = self.units.get(name, "")
        return f"{meaning} ({unit})" if unit else meaning

    def share(self, one: InformationValue) -> float:
        """Return a value as a share of that of perfect information."""
        return one.value / self.answer.perfect if self.answer.perfect else 0.0

    @property
    def known(self) -> list[InformationValue]:
        """The assumptions that are worth something."""
        return [one for one in self.answer.assumptions if one.value > 0.0]

    @property
    def subjects(self) -> list[InformationValue]:
        """The groups that are worth something, without that of all."""
        groups = (one for one in self.answer.groups if one.name != _ALL)
        return [one for one in groups if one.value > 0.0]

    @property
    def of_all(self) -> InformationValue | None:
        """What it is worth to know all assumptions, but not luck."""
        return next((one for one in self.answer.groups if one.name == _ALL), None)


def values_frame(report: VoiReport) -> pd.DataFrame:
    """Return a row for each assumption and group, and one for everything.

    `value` is in the unit of the objective, `low` and `high` are its 90 % interval;
    `estimate` is what the rule brings, of which `value` is nothing if it cannot be told
    from chance; `switches` is the share of draws in which the rule chooses another law.
    """
    answer = report.answer
    rows = [
        {
            "known": one.name,
            "kind": kind,
            "assumptions": len(one.members),
            "meaning": report.meanings.get(one.name, "")
            if kind == "assumption"
            else "",
            "unit": report.objective.unit,
            "value": one.value,
            "low": one.low,
            "high": one.high,
            "share_of_perfect": report.share(one),
            "estimate": one.estimate,
            "standard_error": one.standard_error,
            "switches": one.switches,
        }
        for kind, ones in (("group", answer.groups), ("assumption", answer.assumptions))
        for one in ones
    ]
    everything = {
        "known": PERFECT,
        "kind": "perfect",
        "assumptions": report.varying,
        "meaning": "every assumption, and luck",
        "unit": report.objective.unit,
        "value": answer.perfect,
        "low": answer.perfect_range[0],
        "high": answer.perfect_range[1],
        "share_of_perfect": float(answer.perfect > 0.0),
        "estimate": answer.perfect,
        "standard_error": answer.perfect_error,
        "switches": 1.0 - answer.best_in[list(answer.laws).index(answer.chosen)],
    }
    return pd.DataFrame([everything, *rows])


def laws_frame(report: VoiReport) -> pd.DataFrame:
    """Return a row for each law: the mean of the objective, and when it is best."""
    answer = report.answer
    return pd.DataFrame(
        {
            "law": answer.laws,
            "objective": report.objective.name,
            "unit": report.objective.unit,
            "mean": [report.sign * mean for mean in answer.means],
            "best_in": answer.best_in,
            "chosen": [law == answer.chosen for law in answer.laws],
        }
    )


# --- in words -------------------------------------------------------------------------


def _sentences(report: VoiReport) -> Iterator[str]:
    answer, words = report.answer, report.words
    place = list(answer.laws).index(answer.chosen)
    mean = f"{words.level(report.sign * answer.means[place])} {words.unit}".strip()
    best = odds_of_draws(answer.best_in[place], report.draws)
    yield (
        f"Judged by the mean of {report.objective.title} ({report.objective.better} is "
        f"better) in {report.horizon}, {answer.chosen} is chosen of "
        f"{counted(len(answer.laws), 'law')}, with {mean}; it is the best in {best}."
    )
    if answer.perfect == 0.0:
        yield "No information would change the choice, so none is worth anything."
        return
    low, high = answer.perfect_range
    yield (
        "Whoever knew everything, luck included, before choosing would gain "
        f"{words.amount_in_unit(answer.perfect)} in the mean "
        f"({words.amount_in_unit(low)} to {words.amount_in_unit(high)})."
    )
    if (every := report.of_all) is not None:
        yield (
            f"Of this, {_worth(report, every)} would come from knowing all "
            f"{counted(report.varying, 'assumption')}; no study of facts can bring the "
            "rest."
        )
    yield _single(report)
    if report.subjects:
        subjects = "; ".join(
            f"{one.name} ({counted(len(one.members), 'assumption')}) "
            f"{_worth(report, one)}"
            for one in report.subjects[:_MOST_NAMED]
        )
        yield f"By subject, most is worth: {subjects}."
    yield (
        f"How sure: intervals hold nine in ten of estimates from "
        f"{counted(report.draws, 'draw')}. A value is what a rule of choice brings in "
        "draws from which it was not learned, so that a better rule could bring more; "
        "what cannot be told from chance counts as nothing."
    )


def _worth(report: VoiReport, one: InformationValue) -> str:
    words = report.words
    ends = f"{words.amount_in_unit(one.low)} to {words.amount_in_unit(one.high)}"
    if one.value == 0.0:
        return f"nothing that can be told from chance (at most {ends.split(' to ')[1]})"
    share = whole_percent(report.share(one))
    return f"{words.amount_in_unit(one.value)} ({ends}; {share} % of it)"


def _single(report: VoiReport) -> str:
    known, count = report.known, counted(report.varying, "assumption")
    if not known:
        return (
            f"No single one of {count} is worth anything that can be told from chance."
        )
    first = "; ".join(
        f"{report.described(one.name)}, {_worth(report, one)}"
        for one in known[:_MOST_NAMED]
    )
    return (
        f"Of {count}, {len(known)} {'is' if len(known) == 1 else 'are'} worth knowing "
        f"alone, most of all: {first}."
    )


def print_voi(report: VoiReport, out: Console | None = None) -> None:
    """Print the answer, and what is worth most."""
    out = out or console()
    out.print(plain(report.paragraph))
    out.print(fitted(_table(report), out))


def _table(report: VoiReport) -> Table:
    words = report.words
    table = new_table(
        ", ".join(filter(None, ("What knowing it first is worth", words.change_unit))),
        ["what is known"],
        ["value", "90 % interval", "of perfect", "other choice in"],
        no_wrap=True,
    )
    every = [] if report.of_all is None else [report.of_all]
    for one in [*every, *_shown(report.subjects), *_shown(report.known)]:
        table.add_row(
            one.name,
            words.change(one.value).lstrip("+"),
            f"{words.change(one.low)} to {words.change(one.high)}".replace("+", ""),
            f"{whole_percent(report.share(one))} %",
            f"{whole_percent(one.switches)} %",
        )
    return table


def _shown(ones: Sequence[InformationValue]) -> Sequence[InformationValue]:
    return ones[:_MOST_SHOWN]


# --- in a figure ----------------------------------------------------------------------


@style.figure_style()
def voi_chart(report: VoiReport) -> style.StyledFigure:
    """Return a figure: what is worth most, of subjects and of single assumptions."""
    every = [] if report.of_all is None else [report.of_all]
    panels = {
        "Subjects": [
            _series(report, one) for one in [*every, *_shown(report.subjects)]
        ],
        "Single assumptions": [_series(report, one) for one in _shown(report.known)],
    }
    panels = {name: parts for name, parts in panels.items() if parts}
    heights = [len(parts) for parts in panels.values()]
    perfect = report.words.amount_in_unit(report.answer.perfect)
    figure = style.new_figure(
        (style.WIDTH, _MARGINS + ROW * sum(heights)),
        f"What knowing it first is worth: {report.objective.title}",
        f"choice among {counted(len(report.answer.laws), 'law')} · dot and 90 % "
        f"interval · dashes: knowing everything, luck included ({perfect})",
        gap=0.1,
        footnote=f"{style.source_note(report.draws, report.seed)}; what cannot be told "
        "from chance is not shown.",
    )
    figure.alt_text = report.paragraph
    figure.subplots_adjust(left=0.4, right=0.95, hspace=2.0 / max(sum(heights), 2))
    grid = figure.add_gridspec(len(panels), 1, height_ratios=heights)
    for row, (name, parts) in enumerate(panels.items()):
        axes = figure.add_subplot(grid[row])
        draw_parts(axes, parts, report.words.change_unit)
        axes.axvline(
            report.words.factor * report.answer.perfect,
            color=style.OVERLAY,
            linestyle=style.DASHES,
            linewidth=1.1,
        )
        axes.set_title(name)
    return figure


def _series(report: VoiReport, one: InformationValue) -> PartSeries:
    factor = report.words.factor
    is_group = one.name not in report.meanings
    label = names.spaced(one.name) if is_group else report.described(one.name)
    ends = (factor * one.low, factor * one.value, factor * one.high)
    return PartSeries(names.capitalised(label), ends)


def draw_voi(folder: Path, report: VoiReport) -> None:
    """Write the figure into a folder, unless no information is worth anything."""
    if report.known or report.subjects:
        style.save(voi_chart(report), folder / FIGURE)
