"""Telling: each kind of event as a sentence, with the rule or belief behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from sim.domain.months import Month
from sim.presentation.numbers import rounded
from sim.presentation.story import designers, fabs, laboratories, law
from sim.presentation.story import wording as say
from sim.presentation.story.context import Group, Narrator, StoryContext, WorldEvent, of

CHAPTERS = (
    ("instrument announced", "instrument effective", "instrument lifted"),
    ("instrument decided", "instrument withdrawn", "asks an ally"),
    ("ally agrees", "ally agrees in part", "ally joins", "ally joins in part"),
    ("ally refuses", "ally defects", "retaliation", "truce"),
    ("flagship launched", "compliant chip designed", "redesign given up"),
    ("no chip on offer in China", "chip on offer in China", "write-off"),
    ("sold out in China",),
    ("service lost", "service back", "tools called off", "spare parts spent"),
    ("tools ordered ahead", "tools denied"),
    ("node milestone", "AI dies move"),
    ("chip launched", "memory rush", "memory runs short", "memory suffices again"),
    ("grey market opens", "grey market closes", "seizure"),
    ("cloud access lost", "cloud access back", "leading channel", "breakthrough"),
)
"""Events in the order in which a month is told: from law to laboratories."""

_PLACE = {event: place for place, event in enumerate(e for ch in CHAPTERS for e in ch)}


def sentences(speaker: StoryContext, month: Group) -> Iterator[str]:
    """Yield what happened in a month, a sentence or two for each turn."""
    acts = [each for each in month if each.event in CHAPTERS[0]]
    yield from law.issued(speaker, acts)
    others = [each for each in month if each.event not in CHAPTERS[0]]
    others.sort(key=lambda each: (_PLACE.get(each.event, len(_PLACE)), each.event))
    for event, group in groupby(others, key=lambda each: each.event):
        told = (
            law.news if event.startswith(law.NEWS) else NARRATORS.get(event, _anything)
        )
        yield from told(speaker, list(group))


def _anything(speaker: StoryContext, group: Group) -> Iterator[str]:
    """Tell of an event that has no sentence of its own."""

    def same(one: WorldEvent) -> tuple[str, str, str]:
        return (one.subject, one.detail, one.alternative)

    for (subject, detail, _), found in groupby(sorted(group, key=same), key=same):
        ones = list(found)
        who = say.opened(say.listed(speaker.who(one.actor) for one in ones))
        known = subject in speaker.instruments
        what = speaker.act(subject) if known else law.subject(speaker, ones[0])
        more = f", {detail}" if detail and not known else ""
        about = f" ({what})" if what else ""
        yield f"{who}: {ones[0].event}{about}{more}.{_reason(ones)}"


def _reason(ones: Group) -> str:
    """Say the numbers of events that have no sentence of their own."""
    first = ones[0]
    parts = [
        f"{say.wording(name).name} {say.span(of(ones, name), say.wording(name).amount)}"
        for name, _ in say.ranked(first.inputs)
        if all(name in one.inputs for one in ones)
    ]
    if first.threshold is not None and parts:
        levels = [one.threshold for one in ones if one.threshold is not None]
        parts.append(f"to be held against {say.span(levels, rounded)}")
    if first.alternative:
        parts.append(f"rejected: {first.alternative}")
    return f" Because of {'; '.join(parts)}." if parts else ""


NARRATORS: Mapping[str, Narrator] = {
    **law.NARRATORS,
    **designers.NARRATORS,
    **fabs.NARRATORS,
    **laboratories.NARRATORS,
}
"""What tells of each kind of event; what is not here is told of in its own wording."""


def world_events(rows: Iterable[WorldEvent]) -> dict[Month, list[WorldEvent]]:
    """Return events by month, months in order."""
    found: dict[Month, list[WorldEvent]] = {}
    for one in sorted(rows, key=lambda one: one.month.index):
        found.setdefault(one.month, []).append(one)
    return found
