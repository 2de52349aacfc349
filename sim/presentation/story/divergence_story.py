"""The story of a fork: where two runs of one world differ first, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import isinf

from sim.domain.months import Month
from sim.domain.number_format import amount
from sim.outcomes.divergence import Divergence, DivergenceStep, MeasureDifference
from sim.outcomes.line_differences import TOLERANCE
from sim.outcomes.lines import LineName
from sim.policy.difference import LegalChange
from sim.presentation import names
from sim.presentation.names import within_sentence
from sim.presentation.numbers import reader_unit
from sim.presentation.rendering import render
from sim.presentation.story import wording
from sim.presentation.story.context import StoryContext
from sim.presentation.story.narration import sentences
from sim.presentation.story.world_story import MOST_CHANGES, context_of, world_events
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
"""Measures shown at the end of each year."""

_GATES = {
    "open_share": "both gates let pass",
    "pending": "announced law is to deny",
}


def divergence_story(
    fork: Divergence, changes: Sequence[LegalChange], law: Month | None, width: int
) -> str:
    """Return where scenario and baseline differ first, and how the difference spreads.

    `law` is the first month in which an actor could see that their laws differ.
    """
    scenario, baseline = fork.scenario, fork.baseline
    story = _Fork(fork, context_of(scenario, changes))
    draw = f"draw {scenario.draws.first} of seed {scenario.seed}"
    return render(
        "story/divergence.txt.j2",
        width=width,
        title=f"{scenario.scenario} against {baseline.scenario}, {draw}",
        scenario=scenario.scenario,
        law_differs_from=law,
        changes=changes,
        most_changes=MOST_CHANGES,
        first=fork.first,
        first_differences=list(story.first_differences()),
        months=list(story.months()),
        line_count=len(fork.lines.names),
        actor_count=len(fork.actors),
        tolerance=TOLERANCE,
        largest=[story.gap(gap) for gap in fork.largest()],
    ).rstrip("\n")


@dataclass(frozen=True, eq=False)
class _Fork:
    """Two runs of one world, and the names for their story."""

    fork: Divergence
    context: StoryContext

    def first_differences(self) -> Iterator[str]:
        """Yield the events, the law and the measures that differ first."""
        fork, month = self.fork, self.fork.first
        if month is None:
            return
        yield from _first_of(
            list(self._events_of_one_run(month)), _MOST_EVENTS, "events"
        )
        if fork.steps and fork.steps[0].month == month:
            yield from self._law(fork.steps[0])
        gaps = [fork.in_month(key, month) for key in fork.scenario.series]
        differing = [gap for gap in gaps if gap.size > TOLERANCE]
        differing.sort(key=lambda gap: -gap.size)
        measures = [self.gap(gap) for gap in differing]
        yield from _first_of(measures, _MOST_MEASURES, "measures")

    def _events_of_one_run(self, month: Month) -> Iterator[str]:
        """Yield what happened in a month in one of the two runs alone."""
        runs = (self.fork.scenario, self.fork.baseline)
        for results, events in zip(runs, self.fork.events_by_side(month), strict=True):
            own = world_events(replace(results, events=tuple(events)))
            for sentence in sentences(context_of(results, ()), own):
                yield f"Under {results.scenario} alone. {sentence}"

    def months(self) -> Iterator[dict[str, object]]:
        """Yield each month, with its step and at a year's end its headline, or None."""
        fork, ends = self.fork, set(year_ends(self.fork.baseline))
        steps = {step.month: step for step in fork.steps}
        for month in fork.months:
            lines, actors = fork.count(month)
            step = steps.get(month)
            ends_year = month in ends and fork.first is not None and month >= fork.first
            yield {
                "month": month,
                "lines": lines,
                "actors": actors,
                "step": None if step is None else list(self._step(step)),
                "headline": list(self._headline(month)) if ends_year else None,
            }

    def _headline(self, last: Month) -> Iterator[str]:
        for key in _HEADLINES:
            if key in self.fork.scenario.series:
                gap = self.fork.over_year(key, last)
                if gap.size > TOLERANCE:
                    yield self.gap(gap)

    def _step(self, step: DivergenceStep) -> Iterator[str]:
        """Yield the law, the trade and the actors that come to differ in a month."""
        if step.month != self.fork.first:
            yield from self._law(step)
        yield from self._trade(step)
        near: dict[int | None, list[str]] = {}
        for name in step.actors:
            near.setdefault(self.fork.hops.get(name), []).append(name)
        farthest = len(self.context.names)
        for hops in sorted(near, key=lambda h: farthest if h is None else h):
            yield self._actors(step, near[hops], hops)

    def _actors(self, step: DivergenceStep, names: list[str], hops: int | None) -> str:
        """Return actors that are equally far away, those that differ most first."""

        def size(name: str) -> float:
            gap = step.actors[name]
            return 0.0 if gap is None else -gap.size

        actors = [self._actor(name, step) for name in sorted(names, key=size)]
        more = len(actors) - _MOST_ACTORS
        rest = f" and {more} more" if more > 0 else ""
        where = "that no line reaches" if hops is None else f"{_steps(hops)} away"
        return f"Actors {where}: {', '.join(actors[:_MOST_ACTORS])}{rest}."

    def _actor(self, name: str, step: DivergenceStep) -> str:
        """Return an actor and the measure of its own that differs most, if any."""
        gap = step.actors[name]
        if gap is None:
            return self.context.actor_name(name)
        title = within_sentence(self.fork.scenario.quantities[gap.measure].title)
        return f"{self.context.actor_name(name)} ({title} {_change(gap)})"

    def _law(self, step: DivergenceStep) -> Iterator[str]:
        """Yield the lines on which law comes to differ, equal ones together."""
        alike: dict[str, list[LineName]] = {}
        for gate, meaning in _GATES.items():
            for name in step.lines[gate]:
                before, now = map(wording.share, self.fork.line(name, step.month)[gate])
                alike.setdefault(f"{meaning} {before} -> {now} of orders", []).append(
                    name
                )
        yield from self._lines(alike.items())

    def _trade(self, step: DivergenceStep) -> Iterator[str]:
        """Yield the lines on which trade comes to differ, by good and direction."""
        alike: dict[tuple[str, bool], list[tuple[LineName, MeasureDifference]]] = {}
        for name in step.lines["shipped"]:
            before, now = self.fork.line(name, step.month)["shipped"]
            gap = MeasureDifference(
                "shipped", str(name), "", scenario=now, baseline=before
            )
            alike.setdefault((str(name.good), gap.change > 0.0), []).append((name, gap))
        yield from self._lines(
            [
                (
                    f"shipments {_changes([gap for _, gap in group])}",
                    [n for n, _ in group],
                )
                for group in alike.values()
            ]
        )

    def _lines(self, groups: Iterable[tuple[str, Sequence[LineName]]]) -> Iterator[str]:
        """Yield the largest groups of lines, and the number of the other lines."""
        ordered = sorted(groups, key=lambda group: -len(group[1]))
        for difference, lines in ordered[:_MOST_LINES]:
            yield f"{self._named(lines)}: {difference}."
        others = sum(len(lines) for _, lines in ordered[_MOST_LINES:])
        if others:
            yield f"And {others} more lines."

    def _named(self, lines: Sequence[LineName]) -> str:
        who, hops = self.context.actor_name, self.fork.hops
        goods = wording.listed(names.good(line.good) for line in lines)
        sellers = wording.listed(who(line.seller) for line in lines)
        buyers = wording.listed(who(line.buyer) for line in lines)
        count = f"{len(lines)} lines" if len(lines) > 1 else "One line"
        near = min(
            (hops[e] for line in lines for e in line.ends if e in hops), default=0
        )
        away = f" ({_steps(near)} away)" if near > 0 else ""
        return f"{count}{away}, {goods} from {sellers} to {buyers}"

    def gap(self, gap: MeasureDifference) -> str:
        """Return a measure under both laws."""
        title = self.fork.scenario.quantities[gap.measure].title
        unit, scale = reader_unit(gap.unit)
        name, _, part = gap.actor.partition(":")
        who = "" if name == "china" else f", {self.context.actor_name(name)}"
        which = f" ({part.replace(':', ', ')})" if part else ""
        before, now = (amount(value * scale) for value in (gap.baseline, gap.scenario))
        return f"{title}{who}{which}: {before} -> {now} {unit} ({_change(gap)})."


def _first_of(texts: Sequence[str], most: int, noun: str) -> Iterator[str]:
    yield from texts[:most]
    if len(texts) > most:
        yield f"And {len(texts) - most} more {noun}."


def _steps(hops: int) -> str:
    return f"{hops} step" + "s" * (hops != 1)


def _changes(gaps: Sequence[MeasureDifference]) -> str:
    """Return the least and the greatest change of several."""
    ordered = sorted(gaps, key=lambda gap: abs(gap.change))
    low, high = _change(ordered[0]), _change(ordered[-1])
    return low if low == high else f"{low} to {high.removeprefix('to ')}"


def _change(gap: MeasureDifference) -> str:
    """Return how much a measure changes, with its sign."""
    if isinf(gap.change):
        return "from zero"
    if gap.scenario == 0.0:
        return "to zero"
    percent = 100.0 * gap.change
    number = f"{abs(percent):.0f}" if abs(percent) >= 10.0 else f"{abs(percent):.2g}"
    return f"{'−' if percent < 0.0 else '+'}{number}%"
