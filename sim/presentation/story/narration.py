"""Narration: the events of a month as sentences, by the phrases in events.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from operator import attrgetter

import yaml

from sim.domain.months import Month
from sim.domain.number_format import rounded
from sim.presentation import names
from sim.presentation.rendering import TEMPLATES, render, render_text
from sim.presentation.story import wording
from sim.presentation.story.context import StoryContext, WorldEvent, verb

INSTRUMENT_EVENTS = (
    "instrument announced",
    "instrument effective",
    "instrument lifted",
)
"""Events told together, an instrument at a time, before all others of the month."""

NEWS = "news: "
"""What the names of events in the press begin with."""

_NEGLIGIBLE = 0.005
"""Inputs of a decision smaller than this are left out."""


@dataclass(frozen=True)
class Phrase:
    """How a kind of event is told; events.yaml explains the fields."""

    text: str | Sequence[str]
    group: str | Sequence[str] = "each"
    decision: bool = False


@cache
def phrases() -> Mapping[str, Phrase]:
    """Return the phrase of each kind of event, in the order in which they are told."""
    file = TEMPLATES / "story" / "events.yaml"
    entries = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {event: Phrase(**entry) for event, entry in entries.items()}


def events_by_month(events: Iterable[WorldEvent]) -> dict[Month, list[WorldEvent]]:
    """Return events by month, months in order."""
    in_order = sorted(events, key=lambda event: event.month.index)
    months = groupby(in_order, key=attrgetter("month"))
    return {month: list(group) for month, group in months}


def sentences(context: StoryContext, month: Sequence[WorldEvent]) -> Iterator[str]:
    """Yield what happened in a month: instruments first, then by the phrases' order."""
    of_law = [event for event in month if event.event in INSTRUMENT_EVENTS]
    yield from _instruments(context, of_law)
    rank = {kind: index for index, kind in enumerate(phrases())}
    others = [event for event in month if event.event not in INSTRUMENT_EVENTS]
    others.sort(key=lambda event: (rank.get(event.event, len(rank)), event.event))
    for kind, events in groupby(others, key=attrgetter("event")):
        phrase = _phrase_of(kind)
        for group in _groups(phrase.group, list(events)):
            yield from _narrate(context, phrase, group)


def _phrase_of(kind: str) -> Phrase:
    name = "news" if kind.startswith(NEWS) else kind
    return phrases().get(name) or phrases()["any other"]


def _instruments(context: StoryContext, events: Sequence[WorldEvent]) -> Iterator[str]:
    """Yield each instrument that is announced, takes effect or ends, once."""
    for name in dict.fromkeys(event.subject for event in events):
        about = [event for event in events if event.subject == name]
        happened = {event.event.removeprefix("instrument ") for event in about}
        act, month = context.instruments.get(name), about[0].month
        yield from _sentence(
            render(
                "story/instrument.j2",
                issuer=context.actor_name(about[0].actor),
                title=context.act(name),
                act=act,
                happened=happened,
                month=month,
                again=context.was_in_force(name),
                ended=act is not None
                and act.end is not None
                and Month.of(act.end) <= month,
            )
        )
        if "effective" in happened:
            context.in_force.add(name)


def _groups(
    by: str | Sequence[str], events: list[WorldEvent]
) -> Iterator[list[WorldEvent]]:
    """Yield the events that share a sentence."""
    if by == "each":
        yield from ([event] for event in events)
    elif by == "all":
        yield events
    elif by == "same subjects":
        yield from _same_subjects(events)
    else:
        key = attrgetter(*by)
        yield from (list(group) for _, group in groupby(sorted(events, key=key), key))


def _same_subjects(events: Sequence[WorldEvent]) -> Iterator[list[WorldEvent]]:
    """Yield the events of those actors that met the same subjects."""
    by_actor: dict[str, list[WorldEvent]] = {}
    for event in events:
        by_actor.setdefault(event.actor, []).append(event)
    alike: dict[tuple[str, ...], list[WorldEvent]] = {}
    for own in by_actor.values():
        subjects = tuple(sorted(event.subject for event in own))
        alike.setdefault(subjects, []).extend(own)
    yield from alike.values()


def _narrate(
    context: StoryContext, phrase: Phrase, events: Sequence[WorldEvent]
) -> Iterator[str]:
    """Yield the sentences of events that share a phrase."""
    first = events[0]
    values = vars(first) | {
        "context": context,
        "events": events,
        "threshold": first.threshold or 0.0,
        "who": context.all_of(event.actor for event in events),
        "subjects": context.all_of(event.subject for event in events),
        "about": partial(context.about, first.subject),
        "known": first.subject in context.instruments,
        "reasons": _reasons(events),
        "thresholds": [e.threshold for e in events if e.threshold is not None],
        "total": lambda name: sum(_inputs(events, name)),
        "most": lambda name: max(_inputs(events, name)),
        "span": lambda name, form=rounded: wording.span(_inputs(events, name), form),
        "verb": partial(verb, events),
    }
    texts = [phrase.text] if isinstance(phrase.text, str) else phrase.text
    for text in texts:
        sentence = render_text(text, **values)
        if phrase.decision:
            weighed = _weighed(first)
            sentence = render("story/decision.j2", head=sentence, **values | weighed)
        yield from _sentence(sentence)


def _inputs(events: Sequence[WorldEvent], name: str) -> list[float]:
    return [event.inputs[name] for event in events]


def _reasons(events: Sequence[WorldEvent]) -> list[str]:
    """Return the inputs that all of several events have, in words."""
    common = [
        (wording.input_wording(name), _inputs(events, name))
        for name, _ in wording.ranked(events[0].inputs)
        if all(name in event.inputs for event in events)
    ]
    return [f"{x.name} {wording.span(values, x.amount)}" for x, values in common]


def _weighed(event: WorldEvent) -> dict[str, object]:
    """Return the inputs for and against a decision, their sum and its threshold."""
    inputs = [
        (wording.input_wording(name).name, value)
        for name, value in wording.ranked(event.inputs)
    ]
    return {
        "threshold": event.threshold,
        "pros": [(name, value) for name, value in inputs if value > _NEGLIGIBLE],
        "cons": [(name, value) for name, value in inputs if value < -_NEGLIGIBLE],
        "sum": sum(event.inputs.values()),
    }


def _sentence(text: str) -> Iterator[str]:
    """Yield a text in one row with a capital at its beginning, unless it is empty."""
    if row := " ".join(text.split()):
        yield names.capitalised(row)
