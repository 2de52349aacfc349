"""Parting: where two lives of one world part, and how the difference spreads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import isinf

from sim.domain.months import MONTHS_A_YEAR, Month
from sim.outcomes.divergence import (
    TOLERANCE,
    Divergence,
    DivergenceStep,
    MeasureDifference,
)
from sim.outcomes.lines import LineName
from sim.policy.difference import LegalChange
from sim.presentation.numbers import reader_unit, short
from sim.presentation.story import wording as say
from sim.presentation.story.context import StoryContext
from sim.presentation.story.narration import sentences
from sim.presentation.story.replay import changed, context_of, item, paragraph, told
from sim.presentation.story.year import year_ends

_MOST_LINES, _MOST_ACTORS, _MOST_EVENTS, _MOST_MEASURES = 6, 10, 6, 6
_HEADLINES = (
    ("frontier_lag_months", "china"),
    ("ai_compute_stock", "china"),
    ("domestic_accelerators", "china"),
    ("wafer_starts", "smic_advanced"),
    ("china_revenue", "nvidia"),
    ("china_revenue", "asml"),
    ("china_revenue", "tel"),
)
"""What is told of each year."""

_SMALL = 0.01
"""A value smaller than this in a reader's unit is told in that of the measure."""


def divergence_story(
    apart: Divergence, changes: Sequence[LegalChange], law: Month | None, width: int
) -> str:
    """Return where scenario and baseline part, and how the difference spreads.

    Args:
        apart: the two lives of one world.
        changes: how the laws differ.
        law: the first month in which an actor could see that they do.
        width: most signs in a row.
    """
    ours, theirs = apart.scenario, apart.baseline
    speaker = context_of(ours, changes)
    draw = f"draw {ours.draws.first} of seed {ours.seed}"
    title = f"{ours.scenario} against {theirs.scenario}, {draw}"
    rows = [title, "=" * len(title), ""]
    rows += _laws(apart, changes, law, width)
    if apart.first is None:
        rows += ["", paragraph("In this world nothing comes to differ.", width)]
        return "\n".join(rows)
    rows += ["", *_first(apart, speaker, apart.first, width)]
    rows += ["", *_spread(apart, speaker, width)]
    rows += ["", *_end(apart, speaker, width)]
    return "\n".join(rows)


# --- where they part ------------------------------------------------------------------


def _laws(
    apart: Divergence, changes: Sequence[LegalChange], law: Month | None, width: int
) -> Iterator[str]:
    name = apart.scenario.scenario
    if law is None:
        yield paragraph(
            f"The law of {name} is the baseline's; its assumptions or mechanisms "
            "differ from the start.",
            width,
        )
        return
    yield paragraph(
        f"The laws can be seen to differ from {say.spoken(law)} on. Under {name}:",
        width,
    )
    yield from changed(changes, width)


def _first(
    apart: Divergence, speaker: StoryContext, month: Month, width: int
) -> Iterator[str]:
    yield paragraph(
        "In this world the two lives are one, to the last bit, until "
        f"{say.spoken(month)}. The first to differ then:",
        width,
    )
    happened = list(_alone(apart, month))
    for sentence in happened[:_MOST_EVENTS]:
        yield item(sentence, width)
    yield from _and_more(len(happened) - _MOST_EVENTS, "events", width)
    if apart.steps and apart.steps[0].month == month:
        for group in _law(apart, speaker, apart.steps[0]):
            yield item(group, width)
    gaps = [
        gap
        for key in apart.scenario.series
        if (gap := apart.in_month(key, month)).size > TOLERANCE
    ]
    gaps.sort(key=lambda gap: -gap.size)
    for gap in gaps[:_MOST_MEASURES]:
        yield item(_gap(apart, speaker, gap), width)
    yield from _and_more(len(gaps) - _MOST_MEASURES, "measures", width)


def _alone(apart: Divergence, month: Month) -> Iterator[str]:
    """Yield what happened in a month in one life alone, as a story tells it."""
    sides = (apart.scenario, apart.baseline)
    for results, events in zip(sides, apart.events_by_side(month), strict=True):
        found = told(replace(results, events=tuple(events)))
        for sentence in sentences(context_of(results, ()), found):
            yield f"Under {results.scenario} alone. {say.opened(sentence)}"


# --- how it spreads -------------------------------------------------------------------


def _spread(apart: Divergence, speaker: StoryContext, width: int) -> Iterator[str]:
    lines, actors = len(apart.scenario_lines.lines), len(apart.actors)
    yield "How the difference spreads"
    yield paragraph(
        f"Told are months in which one of {lines} supply lines or of {actors} actors "
        f"first differs by more than {say.share(TOLERANCE)}, or in another way than "
        "before, and the end of every year. A step is a supply line away from those "
        "that the law touches first.",
        width,
    )
    steps = {step.month: step for step in apart.steps}
    ends = set(year_ends(apart.baseline))
    for month in apart.months:
        if month in steps:
            yield from ("", _heading(apart, month))
            yield from _step(apart, speaker, steps[month], width)
        if month in ends and apart.first is not None and month >= apart.first:
            yield ""
            yield from _year(apart, speaker, month, width)


def _heading(apart: Divergence, month: Month) -> str:
    lines, actors = apart.count(month)
    return f"{say.spoken(month)}: {lines} lines and {actors} actors differ"


def _step(
    apart: Divergence, speaker: StoryContext, step: DivergenceStep, width: int
) -> Iterator[str]:
    law = [] if step.month == apart.first else _law(apart, speaker, step)
    for group in (*law, *_trade(apart, speaker, step)):
        yield item(group, width)
    near: dict[int | None, list[str]] = {}
    for name in step.actors:
        near.setdefault(apart.hops.get(name), []).append(name)
    for hops in sorted(near, key=lambda h: len(speaker.names) if h is None else h):
        yield item(_actors(apart, speaker, step, near[hops], hops), width)


def _actors(
    apart: Divergence,
    speaker: StoryContext,
    step: DivergenceStep,
    names: list[str],
    hops: int | None,
) -> str:
    """Tell of actors that are equally far away, those that differ most first."""

    def size(name: str) -> float:
        gap = step.actors[name]
        return 0.0 if gap is None else -gap.size

    told = [_actor(apart, speaker, name, step) for name in sorted(names, key=size)]
    more = len(told) - _MOST_ACTORS
    rest = f" and {more} more" if more > 0 else ""
    where = (
        "Actors that no line reaches" if hops is None else f"Actors {_steps(hops)} away"
    )
    return f"{where}: {', '.join(told[:_MOST_ACTORS])}{rest}."


def _actor(
    apart: Divergence, speaker: StoryContext, name: str, step: DivergenceStep
) -> str:
    """Return an actor, and the measure of its own that differs most, if one does."""
    gap = step.actors[name]
    if gap is None:
        return speaker.who(name)
    title = apart.scenario.quantities[gap.measure].title
    title = title if title.startswith(_PROPER) else title[:1].lower() + title[1:]
    return f"{speaker.who(name)} ({title} {_change(gap)})"


_PROPER = ("AI", "China", "Chinese")


def _steps(hops: int) -> str:
    return f"{hops} step" + "s" * (hops != 1)


def _law(
    apart: Divergence, speaker: StoryContext, step: DivergenceStep
) -> Iterator[str]:
    """Yield the lines on which law comes to differ, those alike together."""
    alike: dict[str, list[LineName]] = {}
    for gate, words in _GATES.items():
        for name in step.lines[gate]:
            before, now = apart.line(name, step.month)[gate]
            what = f"{words} {say.share(before)} -> {say.share(now)} of orders"
            alike.setdefault(what, []).append(name)
    yield from _grouped(
        [
            (f"{_named(apart, speaker, names)}: {what}.", len(names))
            for what, names in alike.items()
        ]
    )


_GATES = {
    "open_share": "both gates let pass",
    "pending": "announced law is to deny",
}


def _trade(
    apart: Divergence, speaker: StoryContext, step: DivergenceStep
) -> Iterator[str]:
    """Yield the lines on which trade comes to differ, by good and direction."""
    alike: dict[tuple[str, bool], list[LineName]] = {}
    for name in step.lines["shipped"]:
        rises = _shipped(apart, name, step.month).change > 0.0
        alike.setdefault((str(name.good), rises), []).append(name)
    yield from _grouped(
        [
            (
                f"{_named(apart, speaker, names)}: shipments "
                f"{_changes([_shipped(apart, name, step.month) for name in names])}.",
                len(names),
            )
            for names in alike.values()
        ]
    )


def _grouped(groups: list[tuple[str, int]]) -> Iterator[str]:
    """Yield what is told of most lines, and how many lines are left."""
    ordered = sorted(groups, key=lambda group: -group[1])
    yield from (text for text, _ in ordered[:_MOST_LINES])
    left = sum(count for _, count in ordered[_MOST_LINES:])
    if left:
        yield f"And {left} more lines."


def _shipped(apart: Divergence, name: LineName, month: Month) -> MeasureDifference:
    before, now = apart.line(name, month)["shipped"]
    return MeasureDifference("shipped", str(name), "", scenario=now, baseline=before)


def _changes(gaps: Sequence[MeasureDifference]) -> str:
    """Return the least and the greatest change of several."""
    ordered = sorted(gaps, key=lambda gap: abs(gap.change))
    low, high = _change(ordered[0]), _change(ordered[-1])
    return low if low == high else f"{low} to {high}"


def _named(apart: Divergence, speaker: StoryContext, names: Sequence[LineName]) -> str:
    goods = say.listed(say.good(name.good) for name in names)
    sellers = say.listed(speaker.who(name.seller) for name in names)
    buyers = say.listed(speaker.who(name.buyer) for name in names)
    count = f"{len(names)} lines" if len(names) > 1 else "One line"
    hops = [apart.hops[e] for name in names for e in name.ends if e in apart.hops]
    away = f" ({_steps(min(hops))} away)" if hops and min(hops) > 0 else ""
    return f"{count}{away}, {goods} from {sellers} to {buyers}"


def _year(
    apart: Divergence, speaker: StoryContext, last: Month, width: int
) -> Iterator[str]:
    lines, actors = apart.count(last)
    when = "the end of" if last.number == MONTHS_A_YEAR else say.MONTHS[last.number - 1]
    yield (
        f"At {when} {last.year}: {lines} of {len(apart.scenario_lines.lines)} lines "
        f"and {actors} of {len(apart.actors)} actors differ"
    )
    differing = [
        gap
        for key in _HEADLINES
        if key in apart.scenario.series
        and (gap := apart.over_year(key, last)).size > TOLERANCE
    ]
    for gap in differing:
        yield item(_gap(apart, speaker, gap), width)
    if not differing:
        yield item("The headline is the same.", width)


# --- what it comes to -----------------------------------------------------------------


def _end(apart: Divergence, speaker: StoryContext, width: int) -> Iterator[str]:
    last = apart.months[-1]
    yield f"The largest relative differences at the horizon, {say.spoken(last)}"
    largest = apart.largest()
    if not largest:
        yield item("None is larger than the tolerance.", width)
    for gap in largest:
        yield item(_gap(apart, speaker, gap), width)


def _gap(apart: Divergence, speaker: StoryContext, gap: MeasureDifference) -> str:
    """Say a measure under both laws."""
    title = apart.scenario.quantities[gap.measure].title
    unit, scale = reader_unit(gap.unit)
    if max(abs(gap.baseline), abs(gap.scenario)) * scale < _SMALL:
        unit, scale = gap.unit, 1.0
    name, _, part = gap.actor.partition(":")
    who = "" if name == "china" else f", {speaker.who(name)}"
    which = f" ({part.replace(':', ', ')})" if part else ""
    before, now = (
        short(value * scale).replace("-", "−") for value in (gap.baseline, gap.scenario)
    )
    return f"{title}{who}{which}: {before} -> {now} {unit} ({_change(gap)})."


def _change(gap: MeasureDifference) -> str:
    """Return how much a measure changes, with its sign."""
    if isinf(gap.change):
        return "from nothing"
    if gap.scenario == 0.0:
        return "to nothing"
    percent = 100.0 * gap.change
    number = f"{abs(percent):.0f}" if abs(percent) >= 10.0 else f"{abs(percent):.2g}"
    return f"{'−' if percent < 0.0 else '+'}{number}%"


def _and_more(left: int, what: str, width: int) -> Iterable[str]:
    return [item(f"And {left} more {what}.", width)] if left > 0 else []
