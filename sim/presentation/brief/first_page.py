"""The first page of a brief: the answer, its numbers, and how far to trust it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.domain.number_format import whole_percent
from sim.outcomes.frames import headline_rows
from sim.outcomes.headline import HORIZON, HeadlineRow
from sim.outcomes.results import Key, with_same_series
from sim.presentation import names
from sim.presentation.allies import COLOURS
from sim.presentation.brief.dependence import Dependence, dependence_sentences
from sim.presentation.brief.document import (
    BriefSection,
    Bullets,
    Grid,
    Paragraph,
    Picture,
    filled,
)
from sim.presentation.brief.effect_figure import effect_figure, main_panels
from sim.presentation.brief.subject import EFFECTS, BriefSubject
from sim.presentation.brief.track_record import TrackRecord
from sim.presentation.decision_table import decisions_under
from sim.presentation.headline_cells import HeadlineCells
from sim.presentation.numbers import counted
from sim.presentation.odds_in_words import odds_of_draws
from sim.presentation.story.wording import listed
from sim.presentation.style import alt_text, as_svg
from sim.presentation.view import view_of

MAIN_ROWS: tuple[Key, ...] = (
    ("ai_compute_stock", "china"),
    ("frontier_lag_months", "china"),
    ("domestic_accelerators", "china"),
    ("china_revenue", "nvidia"),
    ("china_revenue", "asml"),
    ("china_revenue", "tel"),
)
"""Rows of the headline that a brief shows."""

CHANNELS = tuple(
    ("ai_compute_stock", f"china:{channel}")
    for channel in ("legal", "domestic", "grey", "offshore")
)
PAYING = (
    ("china_revenue", "nvidia"),
    ("china_revenue", "asml"),
    ("china_revenue", "tel"),
)
_MOST_CAUSES = 3
_LEAST_SHARE = 0.005
"""Share of draws below which a position of an ally is not named."""

OUTSIDE = (
    "Firms that are founded or fail, energy, data, the income from serving models, and "
    "war are not in the model; law after the record is assumed to stand."
)
SCALE = (
    "Odds in words and words for evidence follow the IPCC's guidance note on "
    "uncertainties (Mastrandrea and others, 2010); odds are shares of draws."
)


def first_page(subject: BriefSubject) -> Iterator[BriefSection]:
    """Yield the sections of the first page."""
    yield from _figure(subject)
    rows = {(row.measure, row.actor): row for row in _at_horizon(subject)}
    if subject.alone:
        yield from filled("In numbers", [_levels(rows)])
        return
    yield from filled("In numbers", [_main_table(rows)])
    yield from filled("Through which channels", [_channels(rows)])
    yield from filled("Who pays", [_firms(subject, rows), _allies(subject)])
    yield from filled("What it depends on", [_causes(subject)])
    yield from filled("How far to trust it", list(_trust(subject)))


def _at_horizon(subject: BriefSubject) -> list[HeadlineRow]:
    return [x for x in headline_rows(subject.run.headline) if x.when == HORIZON]


def _figure(subject: BriefSubject) -> Iterator[BriefSection]:
    """Yield the difference by month and as dots, where draws of both are at hand."""
    if subject.alone:
        return
    run = subject.run
    view = view_of(run, *(measure for measure, _ in EFFECTS))
    panels = main_panels(view)
    if not panels:
        return
    sides = with_same_series(
        run.results.only(EFFECTS), run.baseline_results.only(EFFECTS)
    )
    figure = effect_figure(view, *sides, panels)
    picture = Picture("effect", as_svg(figure), alt_text(figure))
    yield BriefSection("What changes, by month and at the horizon", (picture,))


def _main_table(rows: dict[Key, HeadlineRow]) -> Grid | None:
    shown = [rows[key] for key in MAIN_ROWS if key in rows]
    if not shown:
        return None
    return Grid(
        "At the horizon: medians, and the range of nine draws in ten",
        ("", "baseline", "scenario", "difference", "in %", "in draws"),
        tuple(_main_cells(row) for row in shown),
        "pp: percentage points. The median of the differences need not be the "
        "difference of the medians; flows are of the last twelve months.",
    )


def _title(row: HeadlineRow) -> str:
    title = names.series_title(row.measure, row.actor, short=True)
    return f"{title}, {HeadlineCells(row).unit}"


def _main_cells(row: HeadlineRow) -> tuple[str, ...]:
    cells = HeadlineCells(row)
    return (
        _title(row),
        str(cells.baseline),
        str(cells.scenario),
        str(cells.difference),
        cells.percent.median,
        cells.direction,
    )


def _levels(rows: dict[Key, HeadlineRow]) -> Grid | None:
    shown = [rows[key] for key in MAIN_ROWS if key in rows]
    if not shown:
        return None
    return Grid(
        "At the horizon: medians, and the range of nine draws in ten",
        ("", "level"),
        tuple((_title(row), str(HeadlineCells(row).scenario)) for row in shown),
        "Flows are of the last twelve months.",
    )


def _channels(rows: dict[Key, HeadlineRow]) -> Paragraph | None:
    shown = [rows[key] for key in CHANNELS if key in rows]
    if not shown:
        return None
    parts = [
        f"{names.part_title(row.actor.partition(':')[2])} "
        f"{HeadlineCells(row).difference}"
        for row in shown
    ]
    unit = HeadlineCells(shown[0]).unit
    return Paragraph(
        f"Change of China's AI compute by channel, {unit}: {'; '.join(parts)}."
    )


def _firms(subject: BriefSubject, rows: dict[Key, HeadlineRow]) -> Paragraph | None:
    shown = [rows[key] for key in PAYING if key in rows]
    if not shown:
        return None
    return Paragraph(
        " ".join(_firm_sentence(row, subject.run.draws.count) for row in shown),
        "Sales to China, a year.",
    )


def _firm_sentence(row: HeadlineRow, draws: int) -> str:
    cells, name = HeadlineCells(row), names.short_actor_title(row.actor)
    if cells.is_unchanged:
        return f"{name}: no change in any draw."
    up, down = row.probability_of_increase, row.probability_of_decrease
    share, moves = (up, "rise") if up > down else (down, "fall")
    percent = f" ({cells.percent.median} %)" if cells.percent.median else ""
    return (
        f"{name}: {cells.difference.median} {cells.unit.removesuffix(' a year')}"
        f"{percent}; they {moves} in {odds_of_draws(share, draws)}."
    )


def _allies(subject: BriefSubject) -> Paragraph | None:
    decided = [row for row in decisions_under(subject.run) if row.asked == row.asked]
    if not decided:
        return None
    sentences = []
    for row in decided:
        shares = [
            f"{names.spaced(position.name.lower())} {whole_percent(share)}%"
            for position in COLOURS
            if (share := row.at_horizon.get(position, 0.0)) >= _LEAST_SHARE
        ]
        state = names.capitalised(names.STATES.get(row.state, row.state))
        sentences.append(
            f"{state}, {names.spaced(row.instrument)}: {', '.join(shares)}."
        )
    return Paragraph(
        " ".join(sentences), "Allies at the horizon, in shares of the draws asked."
    )


def _causes(subject: BriefSubject) -> Bullets | Paragraph:
    items = dependence_sentences(subject.dependence, subject.assumptions, _MOST_CAUSES)
    if not items:
        return Paragraph(
            f"{counted(subject.run.draws.count, 'draw')} show no single assumption or "
            f"decision on which the effects depend beyond chance. {_further(subject)}"
        )
    turns = any(x.changes_sign for each in subject.dependence for x in each.drivers)
    closing = "" if turns else "None of these alone turns the sign of an effect. "
    return Bullets((*items, f"{closing}{_further(subject)}"))


def _further(subject: BriefSubject) -> str:
    return (
        f"task=break_even scenario={subject.run.scenario} over=assumptions finds the "
        "values at which an effect turns."
    )


def _trust(subject: BriefSubject) -> Iterator[Paragraph | Bullets]:
    yield Paragraph(_data_rating(subject), "Data:")
    yield Paragraph(_mechanism_rating(subject.records), "Mechanisms:")
    yield Paragraph(_behaviour_rating(subject), "Behaviour:")
    yield Paragraph(f"{OUTSIDE} {SCALE}", "Outside the model:")


def _data_rating(subject: BriefSubject) -> str:
    """Return how good the numbers are that the effects depend on most."""
    used = _assumed(subject.dependence, subject)
    if not used:
        return "no single number stands out, so that none can be rated."
    grounded = [x for x in used if subject.assumptions[x].confidence != "judgement"]
    share = len(grounded) / len(used)
    evidence = "robust" if share >= 0.75 else "medium" if share >= 0.4 else "limited"
    return (
        f"{evidence} evidence. Of the {len(used)} numbers on which the effects depend "
        f"most, {len(grounded)} rest on published figures, "
        f"{len(used) - len(grounded)} on judgement alone."
    )


def _assumed(dependence: Sequence[Dependence], subject: BriefSubject) -> list[str]:
    """Return the assumptions that effects depend on most, five of each effect."""
    heaviest = (x.assumption for each in dependence for x in each.drivers[:5])
    return [x for x in dict.fromkeys(heaviest) if x in subject.assumptions]


def _mechanism_rating(records: Sequence[TrackRecord]) -> str:
    """Return how the model did on published figures that it was not fitted to."""
    if not records:
        return "no scores are at hand."
    ratings = listed(f"{x.evidence} evidence for {x.subject}" for x in records)
    scores = " ".join(x.sentence for x in records)
    return (
        f"{ratings}, by the published figures of January to June 2025 that the model "
        f"was not fitted to. {scores}"
    )


def _behaviour_rating(subject: BriefSubject) -> str:
    if subject.run.proposals:
        return (
            "limited evidence. What governments decide has few precedents; their "
            "weights are assumptions, and what they answer is drawn."
        )
    return (
        "medium evidence. Governments do what the law of the scenario says; how firms, "
        "buyers and smugglers answer is simulated."
    )


def answer_of(summary: str) -> tuple[str, ...]:
    """Return the sentences of a summary in Markdown that say what changes."""
    items = [x.removeprefix("- ") for x in summary.splitlines() if x.startswith("- ")]
    return tuple(items[:2])


def facts_of(subject: BriefSubject) -> str:
    """Return where the numbers come from, in a line."""
    run = subject.run
    law = "" if subject.law_to is None else f" · law on record to {subject.law_to}"
    return (
        f"{run.draws.count:,} draws, seed {run.seed} · {run.months[0]} to "
        f"{run.months[-1]}{law} · run on {subject.day}"
    )
