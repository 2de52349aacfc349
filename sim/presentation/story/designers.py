"""Designers of chips, told: what they draw, sell, withdraw and lack."""

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


def _launch(speaker: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        yield (
            f"{speaker.who(one.actor)} launches the {one.subject}: worth "
            f"{rounded(one.inputs['worth'])} H100 to a buyer in China, at "
            f"{_thousands(one.inputs['price'])}."
        )


def _thousands(millions: float) -> str:
    return f"USD {rounded(1_000.0 * millions)}k"


def _design(speaker: StoryContext, group: Group) -> Iterator[str]:
    def rule(one: WorldEvent) -> tuple[str, str]:
        return (one.actor, one.detail)

    for (actor, tests), same in groupby(sorted(group, key=rule), key=rule):
        ones = sorted(same, key=lambda one: -one.inputs["worth"])
        best, others = ones[0], ones[1:]
        made = best.inputs
        names = say.listed(one.subject for one in others) if others else ""
        also = f" It draws {names} too." if others else ""
        yield (
            f"{speaker.who(actor)} draws a chip that the rules let through, "
            f"{best.subject}: TPP {made['tpp']:,.0f}, links of "
            f"{made['interconnect']:,.0f} GB/s, memory of "
            f"{made['memory_bandwidth'] / 1_000.0:.1f} TB/s; worth "
            f"{rounded(made['worth'])} H100, on sale in "
            f"{say.months(made['months_to_market'])}.{also}"
        )
        if tests not in speaker.introduced:
            speaker.introduced.add(tests)
            yield f"The rules that it stays inside catch {in_words(tests)}."


def in_words(tests: str) -> str:
    """Return tests such as ``inside tpp<4800&interconnect<600`` in wording."""
    found = [
        " with ".join(_limit(part) for part in test.split("&"))
        for test in tests.removeprefix("inside ").split(" or ")
    ]
    return "whatever reaches " + ", or ".join(found)


def _limit(test: str) -> str:
    name, _, limit = test.partition("<")
    unit = _UNITS.get(name, (name.replace("_", " "), ""))
    return f"{unit[0]} {limit}{unit[1]}"


_UNITS = {
    "tpp": ("TPP", ""),
    "interconnect": ("links of", " GB/s"),
    "memory_bandwidth": ("memory of", " GB/s"),
    "bandwidth_sum": ("links and memory together of", " GB/s"),
    "performance_density": ("performance density", ""),
}


def _given_up(speaker: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        if "times_outlawed" in one.inputs:
            why = f"were outlawed {rounded(one.inputs['times_outlawed'])} times"
        else:
            why = (
                f"would be outlawed with a chance of {say.share(one.inputs['belief'])}"
            )
        most = one.threshold or 0.0
        bears = rounded(most) if "times_outlawed" in one.inputs else say.share(most)
        yield (
            f"{speaker.who(one.actor)} gives up redesigning for China: its chips "
            f"{why}, and it bears {bears}. Rejected: {one.subject}."
        )


def _offer(speaker: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        former = speaker.offered.get(one.actor)
        speaker.offered[one.actor] = one.subject
        odds, worth = one.inputs["licence_odds"], one.inputs["worth"]
        sells = "sells" if one.month == speaker.start else "now sells"
        text = f"{speaker.who(one.actor)} {sells} China {_named(one.subject)}: worth "
        text += f"{rounded(worth)} H100"
        if odds < 1.0:
            text += f", or {rounded(worth * odds)} after odds of a licence of "
            text += say.share(odds)
        if one.alternative:
            text += (
                f". The next best, {_named(one.alternative)}, comes to "
                f"{rounded(one.threshold or 0.0)} after its odds"
            )
        if former and one.inputs["licence_odds_of_former"] <= 0.0:
            text += f". {say.opened(_named(former))} gets no licence any more"
        yield text + "."


def _named(chip: str) -> str:
    """Return a chip with its article; one drawn for China without the country."""
    parent, _, drawn = chip.partition(" for China ")
    return (
        f"its version of the {parent} of {drawn.strip('()')}"
        if drawn
        else (f"the {chip}")
    )


def _withdrawal(speaker: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        speaker.offered.pop(one.actor, None)
        who, odds = speaker.who(one.actor), one.inputs["licence_odds"]
        if odds <= 0.0:
            yield (
                f"{who} has nothing left to sell to China: {_named(one.alternative)} "
                "gets no licence, and nothing inside the rules is ready."
            )
            continue
        yield (
            f"{who} withdraws {_named(one.alternative)} from China: it gives "
            f"{rounded(one.inputs['worth_per_dollar'])} H100 per USD million, and "
            f"buyers ask for {rounded(one.threshold or 0.0)} beside Huawei's "
            f"{rounded(one.inputs['domestic_worth_per_dollar'])}."
        )


def _write_off(speaker: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        made = one.inputs
        yield (
            f"{speaker.who(one.actor)} writes off {say.usd(made['written_off'])} of "
            f"{say.usd(made['inventory'])} in chips made for China alone: what passes "
            f"both gates falls from {say.share(made['open_before'])} to "
            f"{say.share(made['open_now'])}."
        )


def _sold_out(speaker: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        supply = one.inputs["supply_share"]
        why = "a quota" if supply >= 1.0 else "what it allots to China"
        yield (
            f"{speaker.who(one.actor)} is sold out in China: "
            f"{say.share(one.inputs['unmet_share'])} of what may pass is not shipped, "
            f"because of {why}."
        )


def _rush(speaker: StoryContext, group: Group) -> Iterator[str]:
    who, rush = speaker.all_of(group), verb(group, "rushes", "rush")
    orders, needs = sum(of(group, "stacks_ordered")), sum(of(group, "stacks_needed"))
    stock = sum(of(group, "stacks_in_stock"))
    yield (
        f"{say.opened(who)} {rush} for foreign memory before it is denied: "
        f"{rounded(orders)} stacks ordered in the month against a need of "
        f"{rounded(needs)}, with {rounded(stock)} in stock; "
        f"{say.span(of(group, 'share_to_be_denied'), say.share)} of it is announced "
        "to be cut off."
    )


def _home_launch(speaker: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        yield (
            f"{say.opened(speaker.who(one.actor))} {verb([one], 'launches', 'launch')}"
            f" the {one.subject}: "
            f"{rounded(one.inputs['training_worth'])} H100 for training on paper, at "
            f"{_thousands(one.inputs['price'])}."
        )


def _shortage(speaker: StoryContext, group: Group) -> Iterator[str]:
    who = say.opened(speaker.all_of(group))
    hand = sum(of(group, "stacks_in_hand"))
    wanted = sum(one.threshold or 0.0 for one in group)
    stacks = f"{rounded(hand)} stacks for dies that call for {rounded(wanted)}"
    if group[0].event == "memory runs short":
        run = verb(group, "runs", "run")
        yield f"{who} {run} short of memory: {stacks}. Memory, not logic, binds now."
    else:
        yield f"{who} {verb(group, 'has', 'have')} memory enough again: {stacks}."


NARRATORS: Mapping[str, Narrator] = {
    "flagship launched": _launch,
    "compliant chip designed": _design,
    "redesign given up": _given_up,
    "chip on offer in China": _offer,
    "no chip on offer in China": _withdrawal,
    "write-off": _write_off,
    "sold out in China": _sold_out,
    "chip launched": _home_launch,
    "memory rush": _rush,
    "memory runs short": _shortage,
    "memory suffices again": _shortage,
}
