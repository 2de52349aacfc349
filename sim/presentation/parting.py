"""Parting: where two lives of one world part, and how the difference spreads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isinf

from sim.domain.months import MONTHS_A_YEAR, Month
from sim.outcomes.divergence import TOLERANCE, Divergence, Gap, Step
from sim.outcomes.lines import LineName
from sim.outcomes.results import Occurrence
from sim.policy.difference import LegalChange
from sim.presentation import words as say
from sim.presentation.numbers import readable, rounded
from sim.presentation.story import item, paragraph, speaker_of
from sim.presentation.telling import Speaker
from sim.presentation.year import year_ends

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


def parting(
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
    speaker = speaker_of(ours, changes)
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
            f"The law of {name} is the baseline's; its assumptions or mechanisms differ "
            "from the start.",
            width,
        )
        return
    yield paragraph(
        f"The laws can be seen to differ from {say.spoken(law)} on. Under {name}:", width
    )
    for change in changes:
        yield item(f"{change}.", width)


def _first(
    apart: Divergence, speaker: Speaker, month: Month, width: int
) -> Iterator[str]:
    yield paragraph(
        f"In this world the two lives are one, to the last bit, until {say.spoken(month)}"
        ". The first to differ then:",
        width,
    )
    events = apart.events(month)
    for event in events[:_MOST_EVENTS]:
        yield item(_event(apart, speaker, event), width)
    yield from _and_more(len(events) - _MOST_EVENTS, "events", width)
    steps = apart.steps()
    if steps and steps[0].month == month:
        for group in _lines(apart, speaker, steps[0], _MOST_LINES):
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


def _event(apart: Divergence, speaker: Speaker, event: Occurrence) -> str:
    alone = apart.scenario if apart.is_of_scenario(event) else apart.baseline
    acts = alone.regime.instruments if alone.regime is not None else {}
    act = acts.get(event.subject)
    what = f'"{act.title}"' if act is not None else _subject(speaker, event.subject)
    who = say.opened(speaker.who(event.actor))
    return f"Under {alone.scenario} alone: {who}, {event.event}, {what}."


def _subject(speaker: Speaker, subject: str) -> str:
    return speaker.who(subject) if subject in speaker.names else say.good(subject)


# --- how it spreads -------------------------------------------------------------------


def _spread(apart: Divergence, speaker: Speaker, width: int) -> Iterator[str]:
    lines, actors = len(apart.scenario_lines.lines), len(apart.actors)
    yield "How the difference spreads"
    yield paragraph(
        f"Told are months in which one of {lines} supply lines or of {actors} actors "
        f"first differs by more than {say.share(TOLERANCE)}, and the end of every year. "
        "Steps are supply lines away from those that were touched first.",
        width,
    )
    steps = {step.month: step for step in apart.steps()}
    ends = set(year_ends(apart.baseline))
    for month in apart.months:
        if month in steps:
            yield from ("", _heading(apart, month))
            yield from _step(apart, speaker, steps[month], width)
        if month in ends and apart.first is not None and month >= apart.first:
            yield from ("", paragraph(_year(apart, speaker, month), width))


def _heading(apart: Divergence, month: Month) -> str:
    lines, actors = apart.count(month)
    return f"{say.spoken(month)}: {lines} lines and {actors} actors differ"


def _step(
    apart: Divergence, speaker: Speaker, step: Step, width: int
) -> Iterator[str]:
    for group in _lines(apart, speaker, step, _MOST_LINES):
        yield item(group, width)
    if step.actors:
        names = sorted(step.actors, key=lambda a: (apart.hops.get(a, len(speaker.names))))
        told = [_actor(apart, speaker, name, step) for name in names[:_MOST_ACTORS]]
        more = len(names) - _MOST_ACTORS
        rest = f"; and {more} more" if more > 0 else ""
        yield item(f"Actors: {'; '.join(told)}{rest}.", width)


def _actor(apart: Divergence, speaker: Speaker, name: str, step: Step) -> str:
    hops, gap = apart.hops.get(name), step.actors[name]
    where = "" if hops is None else f", {_steps(hops)}"
    if gap is None:
        return f"{speaker.who(name)} (by its lines{where})"
    title = apart.scenario.quantities[gap.measure].title.lower()
    return f"{speaker.who(name)} ({title} {_change(gap)}{where})"


def _steps(hops: int) -> str:
    return f"{hops} step" + "s" * (hops != 1)


def _lines(
    apart: Divergence, speaker: Speaker, step: Step, most: int
) -> Iterator[str]:
    """Yield the lines that part in a month, those alike together, the most first."""
    alike: dict[tuple[str, str], list[LineName]] = {}
    for name in step.lines:
        alike.setdefault(_what(apart, name, step.month), []).append(name)
    groups = sorted(alike.items(), key=lambda pair: -len(pair[1]))
    for (what, _), names in groups[:most]:
        yield f"{_named(apart, speaker, names)}: {what}."
    left = sum(len(names) for _, names in groups[most:])
    if left:
        yield f"And {left} more lines."


def _what(apart: Divergence, name: LineName, month: Month) -> tuple[str, str]:
    """Return how a line differs, in words, and its good."""
    states = apart.line(name, month)
    before, now = states["open_share"]
    if abs(now - before) > TOLERANCE:
        return f"{say.share(before)} of orders pass both gates -> {say.share(now)}", ""
    before, now = states["pending"]
    if abs(now - before) > TOLERANCE:
        return (
            f"announced law is to deny {say.share(before)} -> {say.share(now)} of orders"
        ), ""
    gap = Gap("", "", "", scenario=states["shipped"][1], baseline=states["shipped"][0])
    return f"shipments go {'up' if gap.change > 0.0 else 'down'}", str(name.good)


def _named(apart: Divergence, speaker: Speaker, names: Sequence[LineName]) -> str:
    goods = say.listed(say.good(name.good) for name in names)
    sellers = say.listed(speaker.who(name.seller) for name in names)
    buyers = say.listed(speaker.who(name.buyer) for name in names)
    count = f"{len(names)} lines" if len(names) > 1 else "One line"
    hops = [apart.hops[e] for name in names for e in name.ends if e in apart.hops]
    away = f" ({_steps(min(hops))} away)" if hops and min(hops) > 0 else ""
    return f"{count}{away}, {goods} from {sellers} to {buyers}"


def _year(apart: Divergence, speaker: Speaker, last: Month) -> str:
    lines, actors = apart.count(last)
    when = "the end of" if last.number == MONTHS_A_YEAR else say.MONTHS[last.number - 1]
    differing = [
        _gap(apart, speaker, gap).rstrip(".")
        for key in _HEADLINES
        if key in apart.scenario.series
        and (gap := apart.over_year(key, last)).size > TOLERANCE
    ]
    parts = "; ".join(differing) or "the headline is the same"
    return (
        f"At {when} {last.year}: {lines} of {len(apart.scenario_lines.lines)} lines and "
        f"{actors} of {len(apart.actors)} actors differ. {say.opened(parts)}."
    )


# --- what it comes to -----------------------------------------------------------------


def _end(apart: Divergence, speaker: Speaker, width: int) -> Iterator[str]:
    last = apart.months[-1]
    yield f"The largest relative differences at the horizon, {say.spoken(last)}"
    largest = apart.largest()
    if not largest:
        yield item("None is larger than the tolerance.", width)
    for gap in largest:
        yield item(_gap(apart, speaker, gap), width)


def _gap(apart: Divergence, speaker: Speaker, gap: Gap) -> str:
    """Say a measure under both laws."""
    title = apart.scenario.quantities[gap.measure].title
    unit, scale = readable(gap.unit)
    name, _, part = gap.actor.partition(":")
    who = "" if name == "china" else f", {speaker.who(name)}"
    which = f" ({part.replace(':', ', ')})" if part else ""
    before, now = (rounded(x * scale).replace("-", "−") for x in _both(gap))
    return f"{title}{who}{which}: {before} -> {now} {unit} ({_change(gap)})."


def _both(gap: Gap) -> tuple[float, float]:
    return gap.baseline, gap.scenario


def _change(gap: Gap) -> str:
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
