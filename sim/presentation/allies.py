"""Allies: in what share of draws each ally asked has joined, refused or left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.run import Comparison
from sim.outcomes.bargaining import (
    ANSWER_EVENTS,
    Position,
    Proposal,
    ProposalOutcome,
    outcomes_of,
    proposals_of,
)
from sim.outcomes.frames import first_days
from sim.outcomes.load import RunFolder
from sim.outcomes.results import Occurrence, Results
from sim.presentation.style import (
    GREY,
    TEXT_COLOUR,
    StyledFigure,
    date_on_axis,
    dates_on_axis,
    figure_style,
    format_axes,
    new_figure,
    write_footnote,
    write_header,
)

COLOURS: Mapping[Position, str] = {
    Position.JOINED: "#0072b2",
    Position.JOINED_IN_PART: "#56b4e9",
    Position.AGREED: "#b9dcf2",
    Position.UNDECIDED: "#d9d9d9",
    Position.NOT_ASKED: "#f5f4ef",
    Position.WITHDREW: "#cc79a7",
    Position.REFUSED: "#d55e00",
}
"""Where an ally stands, from the bottom of a panel to its top, and its colour."""

_WORDS = {
    Position.JOINED: "joined",
    Position.JOINED_IN_PART: "joined in part",
    Position.AGREED: "agreed, not yet binding",
    Position.UNDECIDED: "undecided",
    Position.NOT_ASKED: "not asked",
    Position.WITHDREW: "withdrew",
    Position.REFUSED: "refused",
}
_WIDTH, _MARGINS, _PANEL = 9.6, 1.9, 2.6
_COLUMNS, _MOST_PANELS, _DATES = 2, 8, 6
_PATCH = 0.11
_BEFORE = 3
"""Months shown before the first ask."""

_TOO_THIN = 0.055
"""A band of less than this share has no room for its number."""


@dataclass(frozen=True, eq=False)
class AllyAnswers:
    """What allies were asked in a run, and what became of it.

    Attributes:
        scenario: name of the scenario.
        months: the months recorded.
        courses: what became of each ask.
        names: name of each government.
        draws: how many draws were lived.
        seed: the seed.
    """

    scenario: str
    months: tuple[Month, ...]
    courses: tuple[ProposalOutcome, ...]
    names: Mapping[str, str]
    draws: int
    seed: int


def talks_of_results(results: Results) -> AllyAnswers:
    """Return what allies were asked in a run that has just been made."""
    nodes = {} if results.network is None else results.network.nodes
    return AllyAnswers(
        scenario=results.scenario,
        months=results.months,
        courses=_asked(
            proposals_of(results), results.events, results.months, results.draws
        ),
        names={actor: str(facts["name"]) for actor, facts in nodes.items()},
        draws=results.draws.count,
        seed=results.seed,
    )


def ally_answers(run: Comparison | RunFolder) -> AllyAnswers:
    """Return what allies were asked under the scenario of a run, fresh or saved."""
    if isinstance(run, RunFolder):
        return _talks_of_folder(run)
    return talks_of_results(run.scenario)


def allies_figure(shown: AllyAnswers) -> StyledFigure:
    """Return a figure with a panel for each ally and ask: shares of draws by month."""
    drawn_courses = shown.courses[:_MOST_PANELS]
    columns = min(_COLUMNS, len(drawn_courses))
    rows = -(-len(drawn_courses) // columns)
    since = _first_month(shown)
    with figure_style():
        drawn = new_figure(_WIDTH, _MARGINS + rows * _PANEL)
        scenario = shown.scenario.replace("_", " ")
        subtitle = f"{scenario} · share of draws in which an ally stands so, by month"
        write_header(drawn, "What allies answer when asked", subtitle, gap=0.15)
        _write_key(drawn)
        grid = drawn.add_gridspec(rows, columns, hspace=0.32, wspace=0.3)
        for place, course in enumerate(drawn_courses):
            axes = drawn.add_subplot(grid[place // columns, place % columns])
            _draw_course(axes, shown, course, since)
        write_footnote(drawn, _source(shown))
    return drawn


def _asked(
    matters: Iterable[Proposal],
    events: Iterable[Occurrence],
    months: Sequence[Month],
    draws: Draws,
) -> tuple[ProposalOutcome, ...]:
    """Return what became of the asks that were made, the most often made first."""
    asked = [matter for matter in matters if matter.asks]
    found = [
        course
        for course in outcomes_of(asked, events, months, draws)
        if course.asked.any()
    ]
    return tuple(sorted(found, key=lambda course: -float(np.mean(course.asked))))


def _talks_of_folder(run: RunFolder) -> AllyAnswers:
    frame = run.quantiles
    scenario = str(frame["scenario"].iloc[-1])
    months = tuple(Month.of(day) for day in frame["month"].drop_duplicates().dt.date)
    said = run.provenance.get("draws", 0)
    drawn = said if isinstance(said, Mapping) else {"count": said, "first": 0}
    draws = Draws(int(drawn["count"]), int(drawn["first"]))
    found: tuple[ProposalOutcome, ...] = ()
    if run.has_bargaining:
        table = run.bargaining
        matters = _matters(table[table["scenario"] == scenario])
        found = _asked(matters, _occurrences(run.events, scenario), months, draws)
    nodes = run.network.nodes if run.has_law else {}
    return AllyAnswers(
        scenario=scenario,
        months=months,
        courses=found,
        names={actor: str(facts["name"]) for actor, facts in nodes.items()},
        draws=draws.count,
        seed=int(run.provenance.get("seed", 0)),
    )


def _matters(table: pd.DataFrame) -> list[Proposal]:
    return [
        Proposal(
            government=row["government"],
            state=row["state"],
            instrument=row["instrument"],
            others=tuple(row["others"].split()),
            asks=frozenset(row["asks"].split()),
            deadline=None if pd.isna(row["deadline"]) else row["deadline"].date(),
        )
        for row in table.to_dict("records")
    ]


def _occurrences(events: pd.DataFrame, scenario: str) -> list[Occurrence]:
    own = events[
        (events["scenario"] == scenario) & (events["event"].isin(ANSWER_EVENTS))
    ]
    found = []
    keys = ["month", "actor", "event", "subject", "detail"]
    for _, rows in own.groupby(keys, observed=True):
        first = rows.iloc[0]
        found.append(
            Occurrence(
                month=Month.of(first["month"].date()),
                actor=str(first["actor"]),
                event=str(first["event"]),
                subject=str(first["subject"]),
                detail=str(first["detail"]),
                draws=rows["draw"].to_numpy("i8"),
            )
        )
    return found


def _first_month(shown: AllyAnswers) -> int:
    """Return the place of the first month to show: a little before the first ask."""
    asked = [
        int(np.argmax(course.shares[Position.NOT_ASKED] < 1.0))
        for course in shown.courses
    ]
    return max(min(asked) - _BEFORE, 0)


def _draw_course(
    axes: Axes, shown: AllyAnswers, course: ProposalOutcome, since: int
) -> None:
    days = dates_on_axis(first_days(shown.months[since:]))
    matter, shares = course.proposal, course.shares[:, since:]
    who = shown.names.get(matter.government, matter.government)
    others = f" and {len(matter.others)} more" if matter.others else ""
    format_axes(axes, "", f"{who}: {matter.instrument}{others}", _DATES)
    axes.xaxis_date()
    axes.grid(visible=False)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    below = np.zeros(shares.shape[1])
    for stand, colour in COLOURS.items():
        above = below + shares[stand]
        axes.fill_between(days, below, above, color=colour, step="post", linewidth=0)
        if shares[stand, -1] >= _TOO_THIN:
            axes.text(
                1.012,
                (below[-1] + above[-1]) / 2,
                f"{shares[stand, -1]:.0%}",
                transform=axes.get_yaxis_transform(),
                color=_ink(stand),
                size=8,
                weight="bold",
                va="center",
            )
        below = above
    axes.set_xlim(days[0], days[-1])
    axes.set_ylim(0.0, 1.0)
    if matter.deadline is not None:
        _mark_deadline(axes, matter.deadline)


def _mark_deadline(axes: Axes, day: date) -> None:
    axes.axvline(date_on_axis(day), color=TEXT_COLOUR, linewidth=1.0, linestyle="--")
    axes.annotate(
        f"deadline {day:%Y-%m}",
        (date_on_axis(day), 0.97),
        xytext=(4, 0),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        va="top",
        size=7.5,
        color=TEXT_COLOUR,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
    )


def _write_key(drawn: StyledFigure) -> None:
    """Write what each colour stands for, beside a patch of it, above the panels."""
    height, width = drawn.get_figheight(), drawn.get_figwidth()
    x, y = 0.07, 1 - 0.86 / height
    for stand, colour in COLOURS.items():
        drawn.add_artist(
            Rectangle(
                (x, y),
                _PATCH / width,
                _PATCH / height,
                facecolor=colour,
                edgecolor=GREY,
                linewidth=0.4,
            )
        )
        x += (_PATCH + 0.05) / width
        text = drawn.text(x, y, _WORDS[stand], size=8, color=TEXT_COLOUR, va="baseline")
        x += text.get_window_extent().width / drawn.bbox.width + 0.016


def _ink(stand: Position) -> str:
    """Return the colour of a number about a stand: its own, unless that is too pale."""
    pale = {Position.AGREED, Position.UNDECIDED, Position.NOT_ASKED}
    return GREY if stand in pale else COLOURS[stand]


def _source(shown: AllyAnswers) -> str:
    more = len(shown.courses) - _MOST_PANELS
    rest = f" {more} more asks are in bargaining.csv." if more > 0 else ""
    if any(course.proposal.deadline for course in shown.courses):
        rest = (
            " From a deadline on, the asker's own law reaches those who hold out."
            + rest
        )
    return (
        f"Chip-war simulator · {shown.draws:,} draws, seed {shown.seed}. Numbers at "
        "the right: shares at the horizon.\nJoined in part: goods are held back in "
        f"part, engineers not at all.{rest}"
    )
