"""Allies: in what share of draws each ally asked has joined, refused or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from sim.domain.months import Month
from sim.domain.number_format import whole_percent
from sim.domain.short_repr import ShortRepr
from sim.outcomes.bargaining_table import (
    ANSWER_EVENTS,
    Position,
    Proposal,
    ProposalOutcome,
    outcomes_of,
)
from sim.outcomes.columns import first_days
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from sim.presentation import style
from sim.presentation.names import spaced
from sim.presentation.numbers import counted

COLOURS: Mapping[Position, str] = {
    Position.JOINED: "#0072b2",
    Position.JOINED_IN_PART: "#56b4e9",
    Position.AGREED: "#b9dcf2",
    Position.UNDECIDED: "#d9d9d9",
    Position.NOT_ASKED: "#f5f4ef",
    Position.WITHDREW: "#cc79a7",
    Position.REFUSED: "#d55e00",
}
"""Positions of an ally, from the bottom of a panel to its top, and their colours."""

HATCHES: Mapping[Position, str] = {
    Position.JOINED_IN_PART: "////",
    Position.AGREED: "....",
    Position.WITHDREW: "xxxx",
    Position.REFUSED: "\\\\\\\\",
}
"""Patterns by which positions are distinguished where colours are not seen."""

_LABELS = {
    **{position: spaced(position.name.lower()) for position in Position},
    Position.AGREED: "agreed, not yet binding",
}
_COLUMNS, _MOST_PANELS, _DATES = 2, 8, 6
_BEFORE = 3
"""Months shown before the first ask."""

_TOO_THIN = 0.055
"""A band of less than this share has no room for its number."""


@dataclass(frozen=True, eq=False, repr=False)
class AllyAnswers(ShortRepr):
    """What allies were asked in a run, and the outcome.

    The asks come in order, the most often made first.
    """

    scenario: str
    months: tuple[Month, ...]
    outcomes: tuple[ProposalOutcome, ...]
    names: Mapping[str, str]
    draws: int
    seed: int


def ally_answers(run: RunTables | RunFolder) -> AllyAnswers:
    """Return what allies were asked under the scenario of a run."""
    asks = [proposal for proposal in run.proposals if proposal.asks]
    events = run.occurrences(ANSWER_EVENTS) if asks else []
    outcomes = outcomes_of(asks, events, run.months, run.draws)
    asked = [outcome for outcome in outcomes if outcome.asked.any()]
    return AllyAnswers(
        scenario=run.scenario,
        months=run.months,
        outcomes=tuple(sorted(asked, key=lambda x: -float(np.mean(x.asked)))),
        names=run.actor_names,
        draws=run.draws.count,
        seed=run.seed,
    )


@style.figure_style()
def allies_figure(answers: AllyAnswers) -> style.StyledFigure:
    """Return a figure with a panel for each ally and ask: shares of draws by month."""
    shown = answers.outcomes[:_MOST_PANELS]
    grid = style.PanelGrid(
        min(_COLUMNS, len(shown)), row_height=2.6, margins=1.9, hspace=0.32, wspace=0.3
    )
    scenario = spaced(answers.scenario)
    figure = style.new_figure(
        grid.size(len(shown)),
        "What allies answer when asked",
        f"{scenario} · share of draws in each position of an ally, by month",
        gap=0.15,
        footnote=_footnote(answers),
    )
    _write_legend(figure)
    figure.alt_text = _alt_text(answers)
    since = _first_index(answers)
    for axes, outcome in zip(grid.add_to(figure, len(shown)), shown, strict=True):
        _draw_outcome(axes, answers, outcome, since)
    return figure


def _first_index(answers: AllyAnswers) -> int:
    """Return the index of the first month to show: a little before the first ask."""
    asked = [
        int(np.argmax(outcome.shares[Position.NOT_ASKED] < 1.0))
        for outcome in answers.outcomes
    ]
    return max(min(asked) - _BEFORE, 0)


def _draw_outcome(
    axes: Axes, answers: AllyAnswers, outcome: ProposalOutcome, since: int
) -> None:
    days = style.dates_on_axis(first_days(answers.months[since:]))
    proposal, shares = outcome.proposal, outcome.shares[:, since:]
    name = answers.names.get(proposal.government, proposal.government)
    style.format_axes(axes, "", f"{name}: {_ask_in_words(proposal)}", _DATES)
    axes.xaxis_date()
    axes.grid(visible=False)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    below = np.zeros(shares.shape[1])
    for position in COLOURS:
        above = below + shares[position]
        axes.fill_between(
            days, below, above, step="post", linewidth=0, **_look(position)
        )
        if shares[position, -1] >= _TOO_THIN:
            middle = (below[-1] + above[-1]) / 2
            share = f"{whole_percent(shares[position, -1])}%"
            style.write_beside(axes, middle, share, style.TEXT_COLOUR)
        below = above
    axes.set_xlim(days[0], days[-1])
    axes.set_ylim(0.0, 1.0)
    if proposal.deadline is not None:
        _mark_deadline(axes, proposal.deadline)


def _ask_in_words(proposal: Proposal) -> str:
    others = f" and {len(proposal.others)} more" if proposal.others else ""
    return f"{spaced(proposal.instrument)}{others}"


def _look(position: Position) -> dict[str, Any]:
    """Return colour and pattern of a position."""
    return {
        "facecolor": COLOURS[position],
        "edgecolor": style.TEXT_COLOUR,
        "hatch": HATCHES.get(position, ""),
        "hatch_linewidth": style.HATCH_WIDTH,
    }


def _mark_deadline(axes: Axes, day: date) -> None:
    axes.axvline(
        style.date_on_axis(day), color=style.TEXT_COLOUR, linewidth=1.0, linestyle="--"
    )
    axes.annotate(
        f"deadline {day:%Y-%m}",
        (style.date_on_axis(day), 0.97),
        xytext=(4, 0),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        va="top",
        size=7.5,
        color=style.TEXT_COLOUR,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
    )


def _write_legend(figure: style.StyledFigure) -> None:
    """Write what each colour and pattern means, above the panels."""
    style.write_patches(
        figure,
        [
            (_LABELS[position], colour, HATCHES.get(position, ""))
            for position, colour in COLOURS.items()
        ],
    )


def _alt_text(answers: AllyAnswers) -> str:
    """Return in words where each ally asked stands at the horizon."""
    asks = []
    for outcome in answers.outcomes[:_MOST_PANELS]:
        state = outcome.proposal.government
        shares = outcome.shares[:, -1]
        held = [
            f"{_LABELS[position]} {whole_percent(shares[position])}%"
            for position in COLOURS
            if shares[position] > 0.0
        ]
        name = answers.names.get(state, state)
        asks.append(f"{name}, {_ask_in_words(outcome.proposal)}: {', '.join(held)}.")
    return (
        f"Share of {counted(answers.draws, 'draw')} in each position of an ally, by "
        f"month, under {spaced(answers.scenario)}; in {answers.months[-1]}: "
        f"{' '.join(asks)}"
    )


def _footnote(answers: AllyAnswers) -> str:
    more = len(answers.outcomes) - _MOST_PANELS
    notes = [
        f"{style.source_note(answers.draws, answers.seed)}. Numbers at the right: "
        "shares at the horizon.\nJoined in part: goods are held back in part, "
        "engineers not at all."
    ]
    if any(outcome.proposal.deadline for outcome in answers.outcomes):
        notes.append(
            "From a deadline on, the asker's own law reaches those who refuse."
        )
    if more > 0:
        notes.append(f"{more} more asks are in bargaining.csv.")
    return " ".join(notes)
