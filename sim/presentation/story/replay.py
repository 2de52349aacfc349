"""The story: one world told in plain English, month by month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill

from sim.domain.months import Month
from sim.outcomes.results import Results
from sim.policy.difference import LegalChange
from sim.presentation.story import wording as say
from sim.presentation.story.context import StoryContext, WorldEvent
from sim.presentation.story.narration import sentences, world_events
from sim.presentation.story.year import Year, year_ends

_ITEM, _BODY = "  - ", "    "
_MOST_CHANGES = 8
"""Changes of law told of one by one."""


@dataclass(frozen=True, eq=False)
class Setting:
    """What a story is told of.

    Attributes:
        results: what was recorded of one world.
        question: what its scenario asks.
        baseline: name of the law that the scenario is compared with.
        changes: how its law differs from that.
        portrait: what sets the world apart.
        where_drawn: where assumptions are drawn from, in wording.
    """

    results: Results
    question: str
    baseline: str
    changes: Sequence[LegalChange]
    portrait: Sequence[str]
    where_drawn: str


def story(setting: Setting, width: int) -> str:
    """Return the story of a world.

    Args:
        setting: the world.
        width: most signs in a row.
    """
    results = setting.results
    months = world_events(settled(told(results)))
    ends = set(year_ends(results))
    rows = [*_opening(setting, width)]
    speaker = context_of(results, setting.changes)
    for month in results.months:
        if month == results.months[0] or month.number == 1:
            rows += ["", str(month.year), "=" * 4]
        found = list(sentences(speaker, months.get(month, [])))
        if found:
            rows += ["", say.MONTHS[month.number - 1]]
            rows += [item(sentence, width) for sentence in found]
        if month in ends:
            rows += ["", *_year(results, month, width)]
    return "\n".join(rows)


def told(results: Results) -> list[WorldEvent]:
    """Return the events of the first draw, each with its own numbers."""
    first = results.draws.first
    found = []
    for event in results.events:
        at = event.draws.searchsorted(first)
        if at < event.draws.size and event.draws[at] == first:
            threshold = event.threshold
            found.append(
                WorldEvent(
                    month=event.month,
                    actor=event.actor,
                    event=event.event,
                    subject=event.subject,
                    detail=event.detail,
                    inputs={name: float(x[at]) for name, x in event.inputs.items()},
                    threshold=None if threshold is None else float(threshold[at]),
                    alternative=event.alternative,
                )
            )
    return found


_BY_DEGREES = ("service lost", "service back")
"""Events that a law in force from the middle of a month spreads over two months."""


def settled(events: Sequence[WorldEvent]) -> list[WorldEvent]:
    """Return events without those that go on in the next month, which tells all."""
    found = {(e.month, e.actor, e.event, e.subject): e for e in events}
    kept = []
    for one in events:
        later = found.get((one.month + 1, one.actor, one.event, one.subject))
        goes_on = one.event in _BY_DEGREES and later is not None
        if not goes_on:
            kept.append(one)
    return kept


def context_of(results: Results, changes: Iterable[LegalChange]) -> StoryContext:
    """Return who tells of a world: it knows its actors and its law."""
    network, regime = results.network, results.regime
    if network is None or regime is None:
        raise TypeError("a story needs the actors and the law of its world")
    return StoryContext(
        names={actor: str(facts["name"]) for actor, facts in network.nodes.items()},
        instruments=regime.book.acts,
        marks=_marks(changes),
        start=results.months[0],
    )


def _marks(changes: Iterable[LegalChange]) -> Mapping[str, str]:
    return {
        change.id: f"{change.change} by the scenario"
        for change in changes
        if change.change != "removed"
    }


def changed(changes: Sequence[LegalChange], width: int) -> Iterator[str]:
    """Yield how a law differs, as items; of many changes the first."""
    for change in changes[:_MOST_CHANGES]:
        yield item(f"{change}.", width)
    left = len(changes) - _MOST_CHANGES
    if left > 0:
        yield item(f"And {left} more; law.csv of a run lists them.", width)


def item(sentence: str, width: int) -> str:
    """Return a sentence as an item of a list."""
    text = "".join(sign if sign.isprintable() else " " for sign in sentence)
    return fill(say.opened(text), width, initial_indent=_ITEM, subsequent_indent=_BODY)


def paragraph(text: str, width: int) -> str:
    """Return text in rows of at most `width` signs."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return fill(plain, width)


def _opening(setting: Setting, width: int) -> Iterator[str]:
    results = setting.results
    name, first = results.scenario, results.draws.first
    title = f"{name}, draw {first} of seed {results.seed}"
    yield from (title, "=" * len(title), "")
    yield paragraph(
        f"One possible world, lived from {say.spoken(results.months[0])} to "
        f"{say.spoken(results.months[-1])}. {_whose(setting)}",
        width,
    )
    yield from changed(setting.changes, width)
    yield from (
        "",
        paragraph(
            f"What sort of world it is. {setting.where_drawn} What lies farthest from "
            "the middle of its range, of the assumptions that matter most:",
            width,
        ),
    )
    for line in setting.portrait:
        yield item(f"{line}.", width)


def _whose(setting: Setting) -> str:
    name, baseline = setting.results.scenario, setting.baseline
    if name == baseline:
        return "It is the baseline's world: the law of record goes on."
    ways = ":" if setting.changes else " in nothing; its assumptions or mechanisms do."
    return (
        f"It is the world of {name}, not that of {baseline}. {setting.question} Its "
        f"law differs from the baseline's{ways}"
    )


def _year(results: Results, last: Month, width: int) -> Iterator[str]:
    when = (
        "the end of" if last.number == len(say.MONTHS) else say.MONTHS[last.number - 1]
    )
    year = Year(results, last)
    yield paragraph(f"At {when} {last.year}. {' '.join(year.sentences())}", width)
