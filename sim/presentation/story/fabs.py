"""Fabs, told: service, tools and nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.presentation.numbers import rounded
from sim.presentation.story import wording as say
from sim.presentation.story.context import (
    Group,
    Narrator,
    StoryContext,
    WorldEvent,
    of,
    verb,
)


def _by_fabs(
    speaker: StoryContext, group: Group
) -> Iterator[tuple[str, list[WorldEvent]]]:
    """Yield the names of fabs that met the same, with what they met."""
    met: dict[str, list[WorldEvent]] = {}
    for one in group:
        met.setdefault(one.actor, []).append(one)
    alike: dict[tuple[str, ...], list[str]] = {}
    for actor, ones in met.items():
        alike.setdefault(tuple(sorted(one.subject for one in ones)), []).append(actor)
    for actors in alike.values():
        ones = [one for actor in actors for one in met[actor]]
        yield say.opened(speaker.all_of(ones)), ones


def _service_lost(speaker: StoryContext, group: Group) -> Iterator[str]:
    for fabs, ones in _by_fabs(speaker, group):
        vendors = speaker.vendors(ones)
        yield (
            f"{fabs}: service by {vendors} falls away, "
            f"{say.span(of(ones, 'unserved_share'), say.share)} of what it does. "
            f"Critical spare parts will last "
            f"{say.span(of(ones, 'spares_months'), rounded)} months of full use."
        )


def _service_back(speaker: StoryContext, group: Group) -> Iterator[str]:
    for fabs, ones in _by_fabs(speaker, group):
        vendors = speaker.vendors(ones)
        left = say.span(of(ones, "unserved_share"), say.share)
        yield f"{fabs}: service by {vendors} comes back; {left} of it is still missing."


def _called_off(speaker: StoryContext, group: Group) -> Iterator[str]:
    for fabs, ones in _by_fabs(speaker, group):
        vendors = speaker.vendors(ones)
        tools = rounded(sum(of(ones, "tools_called_off")))
        fit = say.span(of(ones, "installable_share"), say.share)
        yield (
            f"{fabs}: {tools} tools on order from {vendors} are called off; only {fit} "
            "could be installed and qualified without the vendor's engineers."
        )


def _spent(speaker: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        alone = one.inputs["months_alone"]
        yield (
            f"{speaker.who(one.actor)}: the spare parts for "
            f"{speaker.who(one.subject)}'s scanners are used up, after "
            f"{say.months(alone)}' worth of service missed. The scanners still run "
            f"{say.share(one.inputs['availability'])} of the time, and wear faster "
            "from now on."
        )


def _ahead(speaker: StoryContext, group: Group) -> Iterator[str]:
    most = say.share(max(of(group, "share_to_be_denied")))
    months = say.span(of(group, "months_laid_in"), rounded)
    yield (
        f"{say.opened(speaker.all_of(group))} {verb(group, 'orders', 'order')} tools "
        f"ahead of the law, for {months} months of growth: up to {most} of a vendor's "
        "business is announced to be denied."
    )


def _denied(speaker: StoryContext, group: Group) -> Iterator[str]:
    for fabs, ones in _by_fabs(speaker, group):
        goods = say.listed(say.good(one.subject) for one in ones)
        yield (
            f"{fabs} {verb(ones, 'is', 'are')} denied "
            f"{say.span(of(ones, 'denied_share'), say.share)} of the {goods} asked "
            f"for abroad. Allied makers supply "
            f"{say.span(of(ones, 'found_at_allies'), say.share)} of that instead, the "
            f"second-hand market {say.span(of(ones, 'found_second_hand'), say.share)}, "
            f"home-made tools {say.span(of(ones, 'found_at_home'), say.share)}."
        )


def _milestone(speaker: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        made, who = one.inputs, speaker.who(one.actor)
        good = say.share(made.get("die_yield", 0.0))
        if "wafers_run" in made:
            yield (
                f"{who} bring {one.subject} into volume: {good} of AI dies are good "
                f"after {rounded(made['wafers_run'])} thousand "
                f"wafers, and {say.share(one.threshold or 0.0)} was the mark."
            )
        else:
            yield (
                f"{who} start {one.subject} in volume; {good} of AI dies on it are "
                "good."
            )


def _move(speaker: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        ratio = one.inputs["compute_per_wafer"] / max(one.threshold or 0.0, 1e-12)
        yield (
            f"{speaker.who(one.actor)} move AI dies to {one.subject}: a wafer now "
            f"gives {rounded(ratio)} times the compute of one on {one.alternative}."
        )


NARRATORS: Mapping[str, Narrator] = {
    "service lost": _service_lost,
    "service back": _service_back,
    "tools called off": _called_off,
    "spare parts spent": _spent,
    "tools ordered ahead": _ahead,
    "tools denied": _denied,
    "node milestone": _milestone,
    "AI dies move": _move,
}
