"""Laboratories and the grey market, told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

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


def _opens(_: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        yield (
            f"A grey market opens: {say.share(one.inputs['denied_share'])} of licences "
            f"for the {one.subject} are denied, and smugglers ask "
            f"{rounded(one.inputs['markup'])} times the price abroad."
        )


def _closes(_: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        yield f"The grey market closes: the {one.subject} may be bought openly."


def _seizure(_: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        made = one.inputs
        yield (
            f"A large seizure of smuggled {one.subject}: "
            f"{say.share(made['seized_share'])} of {rounded(made['units_diverted'])} "
            "chips diverted in the month are lost on the way. Brokers who are hit "
            "settle elsewhere; the markup stands at "
            f"{rounded(made['markup'])}."
        )


def _channel(speaker: StoryContext, group: Group) -> Iterator[str]:
    def turn(one: WorldEvent) -> tuple[str, str]:
        return (one.alternative, one.subject)

    for (old, new), same in groupby(sorted(group, key=turn), key=turn):
        ones = list(same)
        now = say.span(of(ones, "share"), say.share)
        before = say.span(of(ones, "share_of_former"), say.share)
        labs = say.opened(speaker.all_of(ones))
        yield (
            f"{labs} now {verb(ones, 'spends', 'spend')} most on {say.CHANNELS[new]}, "
            f"{now} of the month's money, against {before} on {say.CHANNELS[old]}"
            f"{_because(ones)}."
        )


def _because(ones: Group) -> str:
    """Say what speaks for a channel: what a dollar buys there, and what comes of it."""
    worth = sum(of(ones, "value_per_dollar"))
    former = sum(of(ones, "value_per_dollar_of_former"))
    reach = say.span(of(ones, "reach"), say.share)
    lost = say.span(of(ones, "reach_of_former"), say.share)
    if former <= _NOTHING * worth:
        return ", where nothing is on offer"
    return (
        f": a dollar buys {rounded(worth / former)} times as much there, troubles "
        f"counted, and {reach} of what was ordered came of late, against {lost}"
    )


_NOTHING = 1e-6


def _access(speaker: StoryContext, group: Group) -> Iterator[str]:
    labs = say.opened(speaker.all_of(group))
    left = say.span(of(group, "cloud_access"), say.share)
    compute = rounded(sum(of(group, "offshore_compute")))
    lost = group[0].event == "cloud access lost"
    turn = verb(group, "loses", "lose") if lost else verb(group, "regains", "regain")
    yield (
        f"{labs} {turn} clouds abroad: {left} of their access stands, to {compute} "
        "H100e that they rent there."
    )


def _breakthrough(speaker: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        who, made = say.opened(speaker.who(one.actor)), one.inputs
        if one.subject == "algorithmic efficiency":
            yield (
                f"Breakthrough at {speaker.who(one.actor)}: the same compute goes "
                "further. It was luck, with a chance of "
                f"{say.share(made['chance'])} in the month."
            )
            continue
        tool = {"duv_immersion": "immersion", "euv": "EUV"}.get(one.subject, "")
        yield (
            f"{who} has an {tool} scanner that works in volume. Years of effort, "
            f"spurred by {say.share(made['denied_share'])} of foreign scanners being "
            f"denied, had come to {rounded(made['hazard'])}; in this world "
            f"{rounded(one.threshold or 0.0)} was needed."
        )


NARRATORS: Mapping[str, Narrator] = {
    "grey market opens": _opens,
    "grey market closes": _closes,
    "seizure": _seizure,
    "leading channel": _channel,
    "cloud access lost": _access,
    "cloud access back": _access,
    "breakthrough": _breakthrough,
}
