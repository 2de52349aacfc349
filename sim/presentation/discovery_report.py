"""What draws of interest have in common: in words and in tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.domain.number_format import amount
from sim.domain.short_repr import ShortRepr
from sim.experiments.discovery.box_choice import (
    LUCK,
    RESAMPLES,
    ChosenBox,
    Resampled,
    chance_of_as_many,
)
from sim.experiments.discovery.world_boxes import BoxScore, Limit, WorldBox
from sim.outcomes.interest import Interest
from sim.presentation.names import within_sentence
from sim.presentation.numbers import counted, format_percent, reader_unit
from sim.presentation.objective_words import ObjectiveWords
from sim.presentation.odds_in_words import odds_of_draws, of_draws
from sim.presentation.story.wording import listed, month_name
from sim.presentation.terminal_tables import console, fitted, new_table, plain
from sim.records.assumptions import Assumption

LIMITS, SCORES, TRADE_OFF = "limits.csv", "scores.csv", "trade_off.csv"

FIRST, FRESH = "search", "fresh"
"""The draws in which boxes were looked for, and those in which they are only scored."""

_HIGHER = {("lower", "worse"), ("higher", "better")}
"""What is better and which draws are meant, where these are the higher ones."""


@dataclass(frozen=True, eq=False, repr=False)
class DiscoveryReport(ShortRepr):
    """What is told of a search.

    Attributes:
        interest: which draws are of interest.
        baseline: the law of the baseline.
        month: when the objective is read.
        method: ``prim`` or ``tree``.
        boxes: what was found; none if no box tells more than the base rate.
        choice: how the box of peeling was found.
        first: the score in the draws of the search, of all boxes together.
        fresh: the score in fresh draws.
        assumed: what is assumed in the draws of the search, by name.
        assumptions: the rows of the assumptions, by name.
    """

    interest: Interest
    baseline: str
    month: Month
    method: str
    boxes: Sequence[WorldBox]
    choice: ChosenBox | None
    first: BoxScore
    fresh: BoxScore
    assumed: Mapping[str, PerDraw]
    assumptions: Mapping[str, Assumption]

    @property
    def paragraph(self) -> str:
        """The answer in words, and how sure it is."""
        return " ".join(_sentences(self))

    @property
    def is_better(self) -> bool:
        """Whether the boxes are denser in fresh draws than luck would explain."""
        return bool(self.boxes) and self.luck(self.fresh) <= LUCK

    def luck(self, score: BoxScore) -> float:
        """Return the probability of as many draws of interest at the base rate."""
        return chance_of_as_many(score.both, score.inside, score.base_rate)

    @property
    def question(self) -> str:
        """What draws of interest are like, in words, as the end of a sentence."""
        return _question(self)

    def limit_text(self, limit: Limit) -> str:
        """Return a limit in words: what is assumed, and between which values."""
        return f"{self.meaning(limit.assumption)} is {self.values_text(limit)}"

    def meaning(self, assumption: str) -> str:
        """Return what an assumption is."""
        row = self.assumptions.get(assumption)
        return within_sentence(row.meaning) if row else assumption

    def values_text(self, limit: Limit) -> str:
        """Return between which values an assumption lies."""
        unit, factor = reader_unit(self.unit(limit.assumption))
        low, high = (amount(factor * x) for x in (limit.low, limit.high))
        if not isfinite(limit.low):
            return f"below {high} {unit}".strip()
        if not isfinite(limit.high):
            return f"above {low} {unit}".strip()
        return f"between {low} and {high} {unit}".strip()

    def unit(self, assumption: str) -> str:
        """Return the unit of an assumption."""
        row = self.assumptions.get(assumption)
        return row.unit if row else ""

    def shares(self, limit: Limit) -> tuple[float, float]:
        """Return the shares of the draws that lie below the two ends of a limit."""
        values = self.assumed[limit.assumption]
        return float(np.mean(values < limit.low)), float(np.mean(values < limit.high))


# --- in words -------------------------------------------------------------------------


def _question(report: DiscoveryReport) -> str:
    interest = report.interest
    objective, words = interest.objective, ObjectiveWords(interest.objective)
    title = within_sentence(objective.title)
    when = month_name(report.month)
    if interest.target is not None:
        verb = "misses" if interest.where == "worse" else "reaches"
        return (
            f"{interest.scenario} {verb} the target of "
            f"{words.change_in_unit(interest.target)} for {title} against "
            f"{interest.rival} in {when}"
        )
    side = "higher" if (objective.better, interest.where) in _HIGHER else "lower"
    verb = {"worse": "is beaten by", "better": "beats"}[interest.where]
    if interest.rival == report.baseline and interest.where == "worse":
        verb = "backfires against"
    return (
        f"{interest.scenario} {verb} {interest.rival}: {title} is {side} under it in "
        f"{when}"
    )


def _sentences(report: DiscoveryReport) -> Iterator[str]:
    first = report.first
    often = odds_of_draws(first.base_rate, first.draws)
    yield f"{report.question} in {often}."
    if first.interesting in (0, first.draws):
        yield "So there is nothing that draws of interest have and others have not."
        return
    if not report.boxes:
        yield (
            "No box of assumptions tells more of it than the base rate does: no "
            "assumption, nor a few together, separates these draws from the others by "
            "more than luck."
        )
        return
    yield from _boxes(report)
    yield (
        f"Where {'that holds' if len(report.boxes) == 1 else 'one of these holds'} it "
        f"is so in {_against_all(first)}; {_covered(first)}."
    )
    yield _in_fresh_draws(report)
    yield from _stability(report)


def _against_all(score: BoxScore) -> str:
    """Return how dense the boxes are, beside the base rate."""
    within = of_draws(score.density, score.inside)
    return (
        f"{within} (density), against {of_draws(score.base_rate, score.draws)} of all"
    )


def _covered(score: BoxScore) -> str:
    share = format_percent(score.coverage)
    return f"{share} of all draws in which it is so are there (coverage)"


def _boxes(report: DiscoveryReport) -> Iterator[str]:
    """Yield under which conditions it is so."""
    if len(report.boxes) == 1:
        [box] = report.boxes
        yield f"It is so mostly where {_conditions(report, box)}."
        return
    ways = "; or where ".join(_conditions(report, box) for box in report.boxes)
    yield f"It is so mostly where {ways}."


def _conditions(report: DiscoveryReport, box: WorldBox) -> str:
    return listed(report.limit_text(limit) for limit in box.limits)


def _in_fresh_draws(report: DiscoveryReport) -> str:
    """Return what fresh draws say of it."""
    fresh = report.fresh
    scores = (
        f"In {counted(fresh.draws, 'fresh draw')}, which had no part in the search, "
        f"that is {_against_all(fresh)}; {_covered(fresh)}"
    )
    if report.is_better:
        return f"{scores}."
    return f"{scores}. That is no better than the base rate, so do not rely on it."


def _stability(report: DiscoveryReport) -> Iterator[str]:
    """Yield how far halves of the draws agree."""
    if report.choice is None:
        return
    ends = listed(
        f"{report.meaning(side.side.assumption)} in {format_percent(side.resamples)}"
        for side in report.choice.sides
    )
    yield (
        f"Of {RESAMPLES} random halves of the draws, a search has the same limit on "
        f"{ends}; the boxes have {format_percent(report.choice.agreement)} of their "
        "draws in common on average."
    )


# --- tables ---------------------------------------------------------------------------


def limits_frame(report: DiscoveryReport) -> pd.DataFrame:
    """Return a row for each limit of each box.

    `low` and `high` are missing where nothing limits the assumption. Of each end that
    peeling found, `low_quasi_p` and `high_quasi_p` say how likely the box is to be as
    dense by luck without it, `..._resamples` in which share of halves of the draws a
    search has it, and `..._from` and `..._to` between which values.
    """
    sides = report.choice.sides if report.choice else ()
    rows = [
        {
            "box": number,
            "assumption": limit.assumption,
            "meaning": report.meaning(limit.assumption),
            "unit": report.unit(limit.assumption),
            "low": limit.low if isfinite(limit.low) else np.nan,
            "high": limit.high if isfinite(limit.high) else np.nan,
            "drawn_from": float(report.assumed[limit.assumption].min()),
            "drawn_to": float(report.assumed[limit.assumption].max()),
            **_ends(limit, sides),
        }
        for number, box in enumerate(report.boxes, 1)
        for limit in box.limits
    ]
    columns = ["box", "assumption", "meaning", "unit", "low", "high"]
    columns += ["drawn_from", "drawn_to", *_END_COLUMNS]
    return pd.DataFrame(rows, columns=columns)


_OF_END = ("quasi_p", "resamples", "from", "to")
_END_COLUMNS = [f"{end}_{name}" for end in ("low", "high") for name in _OF_END]


def _ends(limit: Limit, sides: Sequence[Resampled]) -> dict[str, float]:
    values: dict[str, float] = {}
    for each in sides:
        if each.side.assumption == limit.assumption:
            end = "low" if isfinite(each.side.low) else "high"
            own = (each.quasi_p, each.resamples, each.lowest, each.highest)
            values |= {
                f"{end}_{name}": value for name, value in zip(_OF_END, own, strict=True)
            }
    return values


def scores_frame(report: DiscoveryReport) -> pd.DataFrame:
    """Return a row for the draws of the search and one for fresh draws.

    `luck` is the probability that as many draws in the boxes are of interest, or more,
    if each is so at the base rate.
    """
    rows = [
        {
            "draws": name,
            "count": score.draws,
            "interesting": score.interesting,
            "inside": score.inside,
            "both": score.both,
            "base_rate": score.base_rate,
            "coverage": score.coverage,
            "density": score.density,
            "mass": score.mass,
            "luck": report.luck(score),
        }
        for name, score in ((FIRST, report.first), (FRESH, report.fresh))
    ]
    return pd.DataFrame(rows)


def trade_off_frame(report: DiscoveryReport) -> pd.DataFrame:
    """Return a row for each box among which one was chosen, the largest first."""
    candidates = report.choice.candidates if report.choice else ()
    rows = [
        {
            "limits": len(box.limits),
            "conditions": _conditions(report, box),
            "coverage": score.coverage,
            "density": score.density,
            "mass": score.mass,
            "correlation": score.correlation,
            "chosen": box in report.boxes,
        }
        for box, score in candidates
    ]
    columns = ["limits", "conditions", "coverage", "density", "mass"]
    return pd.DataFrame(rows, columns=[*columns, "correlation", "chosen"])


def print_discovery(report: DiscoveryReport, out: Console | None = None) -> None:
    """Print the answer and its limits."""
    out = out or console()
    out.print(plain(report.paragraph))
    if report.boxes:
        out.print(fitted(_table(report), out))


def _table(report: DiscoveryReport) -> Table:
    several = len(report.boxes) > 1
    table = new_table(
        f"Where {report.question}", ["box", "assumption"], ["draws within"]
    )
    for number, box in enumerate(report.boxes, 1):
        for limit in box.limits:
            below, above = report.shares(limit)
            held = format_percent(above - below)
            table.add_row(
                str(number) if several else "", report.limit_text(limit), held
            )
    scores = (
        f"{name}: coverage {format_percent(score.coverage)}, density "
        f"{format_percent(score.density)}, of all {format_percent(score.base_rate)}"
        for name, score in (("search", report.first), ("fresh draws", report.fresh))
    )
    table.caption = "; ".join(scores)
    return table
