"""What a search for the best designs says: in words and in tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.outcomes.law_scores import LawScore, loss
from sim.outcomes.objectives import Objective
from sim.outcomes.quantiles import headline_quantiles
from sim.presentation.names import within_sentence
from sim.presentation.numbers import counted, format_percent
from sim.presentation.objective_words import ObjectiveWords
from sim.presentation.odds_in_words import of_draws
from sim.presentation.story.wording import listed, month_name
from sim.presentation.terminal_tables import console, fitted, new_table, plain

FRONT, EVALUATED, HYPERVOLUME = "front.csv", "evaluated.csv", "hypervolume.csv"
MEMBERS = "members"
"""The folder of the scenario files of the members."""

MEMBER, BESIDE = "member", "beside"


def member_name(number: int) -> str:
    """Return what a member is called, and its scenario.

    Example:
        >>> member_name(3)
        'design_03'
    """
    return f"design_{number:02d}"


@dataclass(frozen=True)
class SearchSize:
    """How much was searched.

    Attributes:
        draws: worlds in which each design was run.
        fresh: draws in which members were scored again.
        population: designs in a generation.
        generations: how many.
        statistic: ``mean`` or ``worst``.
    """

    draws: int
    fresh: int
    population: int
    generations: int
    statistic: str


@dataclass(frozen=True, eq=False)
class Member:
    """A design of the front.

    Attributes:
        score: how it does in fresh draws.
        content: its scenario.
        words: its levers.
        staff: the enforcement staff that it takes up.
        searched: its losses in the draws of the search.
    """

    score: LawScore
    content: Mapping[str, Any]
    words: str
    staff: float
    searched: tuple[float, ...]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.score.name


@dataclass(frozen=True, eq=False, repr=False)
class SearchReport(ShortRepr):
    """What is told of a search.

    Attributes:
        objectives: what is traded off.
        baseline: the law that changes are from.
        month: when objectives are read.
        options: how much was searched.
        members: designs of the front.
        rivals: the laws beside them, the baseline last.
        dropped: members that a rival dominates in fresh draws, which are left out.
        evaluated: of every design run: its generation, its levers and its losses.
        volumes: the hypervolume of the front after each generation.
        enough: the changes that are enough, by name of objective.
    """

    objectives: Sequence[Objective]
    baseline: str
    month: Month
    options: SearchSize
    members: Sequence[Member]
    rivals: Sequence[LawScore]
    dropped: int
    evaluated: Sequence[tuple[int, str, tuple[float, ...]]]
    volumes: Sequence[float]
    enough: Mapping[str, float]

    @property
    def paragraph(self) -> str:
        """The answer in words, and how sure it is."""
        return " ".join(_sentences(self))

    @property
    def flattery(self) -> float:
        """Return how much of the gain of the search is gone in fresh draws, as a share.

        It is the mean over members and objectives of the loss in fresh draws less that
        in the search, over the range of the members in that objective.
        """
        if len(self.members) < 2:
            return 0.0
        searched = np.array([one.searched for one in self.members])
        fresh = np.array(
            [
                loss(self.objectives, one.score.changes, self.options.statistic)
                for one in self.members
            ]
        )
        spread = np.ptp(searched, axis=0)
        spread = np.where(spread > 0.0, spread, np.inf)
        return float(np.mean((fresh - searched) / spread))


# --- in words -------------------------------------------------------------------------


def _sentences(report: SearchReport) -> Iterator[str]:
    size = report.options
    titles = listed(within_sentence(each.title) for each in report.objectives)
    yield (
        f"Of {counted(len(report.evaluated), 'design')} in "
        f"{counted(size.generations, 'generation')}, each in "
        f"{counted(size.draws, 'draw')}, "
        f"{counted(len(report.members), 'design')} that no other beats by all of "
        f"{titles} in {month_name(report.month)} are told here."
    )
    if not report.members:
        yield "Nothing that may be chosen is better than the baseline by any of these."
        return
    for place, objective in enumerate(report.objectives):
        yield from _best_by(report, place, objective)
    yield from _robust(report)
    yield from _fresh(report)
    yield _progress(report)


def _best_by(report: SearchReport, place: int, objective: Objective) -> Iterator[str]:
    """Yield which member is the best by an objective, and what it costs by others."""
    losses = [loss(report.objectives, one.score.changes) for one in report.members]
    best = min(range(len(losses)), key=lambda i: float(losses[i][place]))
    if losses[best][place] >= 0.0:
        yield (
            f"No design improves {within_sentence(objective.title)} on "
            f"{report.baseline}."
        )
        return
    member = report.members[best]
    changes = [float(row.mean()) for row in member.score.changes]
    rest = listed(
        f"{within_sentence(other.title)} "
        f"{ObjectiveWords(other).change_in_unit(changes[i])}"
        for i, other in enumerate(report.objectives)
        if i != place
    )
    yield (
        f"{member.name} does most for {within_sentence(objective.title)}: "
        f"{ObjectiveWords(objective).change_in_unit(changes[place])} on average, with "
        f"{rest}; it is {member.words}."
    )


def _robust(report: SearchReport) -> Iterator[str]:
    """Yield which member reaches most often what is enough."""
    if not report.enough:
        return
    limits = listed(
        f"{ObjectiveWords(each).change_in_unit(report.enough[each.name])} of "
        f"{within_sentence(each.title)}"
        for each in report.objectives
        if each.name in report.enough
    )
    laws = [one.score for one in report.members]
    most = max(laws, key=lambda score: score.enough)
    often = of_draws(most.enough, report.options.fresh)
    if most.enough == 0.0:
        yield f"No design reaches {limits} in any fresh draw."
    else:
        yield f"{most.name} most often reaches {limits}: in {often}."


def _fresh(report: SearchReport) -> Iterator[str]:
    """Yield how far the search flattered its members."""
    yield (
        f"All figures are of {counted(report.options.fresh, 'fresh draw')}. There "
        f"members are {_flattered(report.flattery)}, beside the draws of the search."
    )
    if report.dropped:
        yield (
            f"{counted(report.dropped, 'further member')} of the front that another "
            "scenario beats in fresh draws by every objective "
            f"{'is' if report.dropped == 1 else 'are'} left out."
        )
    beside = listed(score.name for score in report.rivals)
    yield f"None is beaten by every objective by {beside}."


def _flattered(share: float) -> str:
    size = format_percent(abs(share))
    if size == format_percent(0.0):
        return "no worse by more than half a per cent of the range of the front"
    way = "worse" if share > 0.0 else "better"
    return f"{way} by {size} of the range of the front on average"


def _progress(report: SearchReport) -> str:
    """Return whether more generations would be of use."""
    last = report.volumes[-1]
    half = report.volumes[len(report.volumes) // 2]
    gained = 1.0 - half / last if last else 0.0
    return (
        f"The second half of the generations added {format_percent(gained)} to the "
        "volume that the front dominates"
        + ("." if gained < 0.02 else "; more generations may find better designs.")
    )


# --- tables ---------------------------------------------------------------------------


def front_frame(report: SearchReport) -> pd.DataFrame:
    """Return a row for each member, and for each law beside them, in fresh draws.

    Of each objective there are its change from the baseline (the mean, and `_p05` to
    `_p95`), its `_regret` and, of members, its `_search`: the mean or worst change in
    the draws of the search.
    """
    rows = [
        {
            "law": one.name,
            "kind": MEMBER,
            "levers": one.words,
            "staff": one.staff,
            **_cells(report, one.score, one.searched),
        }
        for one in report.members
    ]
    rows += [
        {
            "law": score.name,
            "kind": BESIDE,
            "levers": "",
            "staff": np.nan,
            **_cells(report, score, None),
        }
        for score in report.rivals
    ]
    return pd.DataFrame(rows)


def _cells(
    report: SearchReport, score: LawScore, searched: Sequence[float] | None
) -> dict[str, float]:
    cells = {"enough": score.enough}
    for place, objective in enumerate(report.objectives):
        name, changes = objective.name, score.changes[place]
        low, middle, high = headline_quantiles(changes)
        cells |= {
            name: float(changes.mean()),
            f"{name}_p05": low,
            f"{name}_p50": middle,
            f"{name}_p95": high,
            f"{name}_regret": float(score.regret[place]),
            f"{name}_search": np.nan
            if searched is None
            else _change(objective, searched[place]),
        }
    return cells


def _change(objective: Objective, lost: float) -> float:
    """Return a loss as a change of the objective."""
    return lost if objective.better == "lower" else -lost + 0.0


def evaluated_frame(report: SearchReport) -> pd.DataFrame:
    """Return a row for each design that was run: its generation, levers and changes."""
    rows = [
        {
            "generation": born,
            "levers": words,
            **{
                each.name: _change(each, own)
                for each, own in zip(report.objectives, losses, strict=True)
            },
        }
        for born, words, losses in report.evaluated
    ]
    return pd.DataFrame(rows)


def hypervolume_frame(report: SearchReport) -> pd.DataFrame:
    """Return a row for each generation: designs run so far, and the hypervolume."""
    born = np.array([generation for generation, _, _ in report.evaluated])
    return pd.DataFrame(
        {
            "generation": range(len(report.volumes)),
            "designs": [int(np.sum(born <= g)) for g in range(len(report.volumes))],
            "hypervolume": list(report.volumes),
        }
    )


def print_search(report: SearchReport, out: Console | None = None) -> None:
    """Print the answer, and a row for each member."""
    out = out or console()
    out.print(plain(report.paragraph))
    if report.members:
        out.print(fitted(_table(report), out))


def _table(report: SearchReport) -> Table:
    words = [ObjectiveWords(each) for each in report.objectives]
    table = new_table(
        f"Members of the front in fresh draws, mean change from {report.baseline} in "
        f"{report.month}",
        ["design"],
        [*(each.heading for each in words), "enough in"],
    )
    for score in (*(one.score for one in report.members), *report.rivals):
        table.add_row(
            score.name,
            *(
                each.change(float(row.mean()))
                for each, row in zip(words, score.changes, strict=True)
            ),
            format_percent(score.enough),
        )
    table.caption = f"{FRONT} has the rest; {MEMBERS}/ the scenario files"
    return table
