"""The second page of a brief: the law, who decided, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from sim.outcomes.saved_run import RunFolder
from sim.presentation import names
from sim.presentation.allies import allies_figure, ally_answers
from sim.presentation.brief.document import (
    BriefSection,
    Bullets,
    Grid,
    Paragraph,
    Picture,
    filled,
)
from sim.presentation.brief.origin import origin_of
from sim.presentation.brief.subject import BriefSubject
from sim.presentation.channels import channels_figure
from sim.presentation.headline_tables import headline_at_horizon
from sim.presentation.map import network_map
from sim.presentation.style import StyledFigure, alt_text, as_svg

_MOST_ACTS = 10
_MOST_EVENTS = 12
_LAW_COLUMNS = ["instrument", "issuer", "difference", "announced", "effective"]


def annex(subject: BriefSubject) -> Iterator[BriefSection]:
    """Yield the sections of the second page."""
    run = subject.run
    if not subject.alone and run.has_law:
        yield from filled("How the law differs", [_law(run.law)])
    yield from _figures(subject)
    yield from filled("Where this comes from", [Bullets(origin_of(run.provenance))])


def details(subject: BriefSubject) -> Iterator[BriefSection]:
    """Yield what is shown on request: all rows, events, and the supply network."""
    run = subject.run
    yield from filled("All rows at the horizon", [_all_rows(run)])
    yield from filled("What happened, and how often", [_events(run)])
    if run.has_law and not subject.alone:
        yield BriefSection("Supply lines", (_picture("network", network_map(run)),))


def _picture(name: str, figure: StyledFigure) -> Picture:
    return Picture(name, as_svg(figure), alt_text(figure))


def _figures(subject: BriefSubject) -> Iterator[BriefSection]:
    run = subject.run
    if run.has_split and run.split is not None:
        picture = _picture("channels", channels_figure(run.split))
        yield BriefSection("Which channel moves the lag", (picture,))
    answers = ally_answers(run)
    if answers.outcomes:
        yield BriefSection(
            "Who decided what", (_picture("allies", allies_figure(answers)),)
        )


def _law(law: pd.DataFrame) -> Grid | Paragraph:
    """Return the instruments that differ, each once, with their references."""
    differing = law[law["difference"] != ""].drop_duplicates("instrument")
    if differing.empty:
        return Paragraph("The law is the same; what differs is who decides.")
    rows = [
        (
            *(_text(row[column]) for column in _LAW_COLUMNS),
            _text(row["reference"]),
        )
        for row in differing.to_dict("records")
    ]
    more = len(rows) - _MOST_ACTS
    return Grid(
        "Instruments that differ from the baseline",
        ("instrument", "issuer", "change", "announced", "effective", "reference"),
        tuple(rows[:_MOST_ACTS]),
        f"{more} more are in law.csv." if more > 0 else "",
        text_columns=6,
    )


def _text(value: object) -> str:
    """Return a cell as text; an act without a day is decided draw by draw."""
    if value is pd.NaT or value is None:
        return "decided"
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def _all_rows(run: RunFolder) -> Grid:
    frame = headline_at_horizon(run)
    rows = [
        (str(name).strip(), *map(str, cells))
        for name, cells in zip(frame.index, frame.to_numpy(), strict=True)
    ]
    return Grid(str(frame.index.name), ("", *map(str, frame.columns)), tuple(rows))


def _events(run: RunFolder) -> Grid | None:
    """Return the events whose frequency differs most between the two laws."""
    events = run.events
    keys = ["actor", "event", "subject"]
    draws = run.draws.count
    shares = {
        side: events[events["scenario"] == side]
        .groupby(keys, observed=True)["draw"]
        .nunique()
        / draws
        for side in (run.baseline, run.scenario)
    }
    table = pd.DataFrame(shares).fillna(0.0)
    change = (table[run.scenario] - table[run.baseline]).abs()
    shown = change[change > 0.0].sort_values(ascending=False, kind="stable")
    if shown.empty:
        return None
    rows = [
        (
            _event_in_words(key, run.actor_names),
            *(f"{100 * table.loc[key, side]:.0f}%" for side in shares),
        )
        for key in shown.index[:_MOST_EVENTS]
    ]
    return Grid(
        "Share of draws in which an event happens, where that differs most",
        ("event", *shares),
        tuple(rows),
        "events.parquet has all, with months and reasons.",
    )


def _event_in_words(key: tuple[str, str, str], actors: Mapping[str, str]) -> str:
    """Return actor, event and subject as a reader says them."""
    actor, event, about = key
    words = [names.short_actor_title(actor, actors), names.spaced(event)]
    if about:
        words.append(actors.get(about) or names.spaced(about))
    return ": ".join(words)
