"""The story of one world in plain English, month by month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.outcomes.results import Results
from sim.policy.difference import LegalChange
from sim.presentation.rendering import render
from sim.presentation.story.context import StoryContext, WorldEvent
from sim.presentation.story.narration import events_by_month, sentences
from sim.presentation.story.year import YearMeasures, year_ends

MOST_CHANGES = 8
"""Changes of law that are listed."""


@dataclass(frozen=True, eq=False)
class StorySubject:
    """A world whose story is told, and how its law differs from the baseline's."""

    results: Results
    question: str
    baseline: str
    changes: Sequence[LegalChange]
    portrait: Sequence[str]
    assumption_source: str


def story(subject: StorySubject, width: int) -> str:
    """Return the story of a world in rows of at most `width` characters."""
    results = subject.results
    events = events_by_month(without_interim(world_events(results)))
    context, ends = context_of(results, subject.changes), set(year_ends(results))
    months = [
        {
            "month": month,
            "sentences": list(sentences(context, events.get(month, []))),
            "year": YearMeasures(results, month) if month in ends else None,
        }
        for month in results.months
    ]
    return render(
        "story/replay.txt.j2",
        width=width,
        most_changes=MOST_CHANGES,
        title=f"{results.scenario}, draw {results.draws.first} of seed {results.seed}",
        scenario=results.scenario,
        months=months,
        **{name: value for name, value in vars(subject).items() if name != "results"},
    ).rstrip("\n")


def world_events(results: Results) -> list[WorldEvent]:
    """Return the events of the first draw, each with its own numbers."""
    first, events = results.draws.first, []
    for event in results.events:
        index = event.draws.searchsorted(first)
        if index == event.draws.size or event.draws[index] != first:
            continue
        threshold = event.threshold
        events.append(
            WorldEvent(
                month=event.month,
                actor=event.actor,
                event=event.event,
                subject=event.subject,
                detail=event.detail,
                inputs={name: float(x[index]) for name, x in event.inputs.items()},
                threshold=None if threshold is None else float(threshold[index]),
                alternative=event.alternative,
            )
        )
    return events


_GRADUAL = ("service lost", "service back")
"""Events that a law in force from the middle of a month spreads over two months."""


def without_interim(events: Sequence[WorldEvent]) -> list[WorldEvent]:
    """Return events, leaving gradual ones to the last month in which they go on."""
    keys = {(e.month, e.actor, e.event, e.subject) for e in events}
    return [
        e
        for e in events
        if e.event not in _GRADUAL
        or (e.month + 1, e.actor, e.event, e.subject) not in keys
    ]


def context_of(results: Results, changes: Iterable[LegalChange]) -> StoryContext:
    """Return the names and the law with which a world's story is told.

    Raises:
        TypeError: the results hold no network or no law.
    """
    network, regime = results.network, results.regime
    if network is None or regime is None:
        raise TypeError("a story needs the actors and the law of its world")
    return StoryContext(
        names={actor: str(facts["name"]) for actor, facts in network.nodes.items()},
        instruments=regime.book.acts,
        marks={
            change.id: f"{change.change} by the scenario"
            for change in changes
            if change.change != "removed"
        },
        start=results.months[0],
    )
