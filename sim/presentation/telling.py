"""Telling: each kind of event as a sentence, with the rule or belief behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sim.domain.months import Month
from sim.policy.instruments import Instrument
from sim.presentation import words as say
from sim.presentation.numbers import rounded


@dataclass(frozen=True)
class Happening:
    """An event as it was in one world.

    Attributes:
        month: when.
        actor: who did it or met it, by id.
        event: what, in a few words.
        subject: what it is about.
        detail: how.
        inputs: what was weighed, by name.
        threshold: what it had to reach, if it had to reach anything.
        alternative: what was not done instead.
    """

    month: Month
    actor: str
    event: str
    subject: str
    detail: str = ""
    inputs: Mapping[str, float] = field(default_factory=dict)
    threshold: float | None = None
    alternative: str = ""


@dataclass(eq=False)
class Speaker:
    """Who tells the story, and what was told so far.

    Attributes:
        names: of actors, by id.
        instruments: of the world's law, by id.
        marks: what a scenario did to an instrument, by id, in words.
        start: the first month of the story.
        offered: chips on offer in China so far, by designer.
        introduced: instruments that were told of with their reference.
    """

    names: Mapping[str, str]
    instruments: Mapping[str, Instrument]
    marks: Mapping[str, str]
    start: Month
    offered: dict[str, str] = field(default_factory=dict)
    introduced: set[str] = field(default_factory=set)

    def who(self, actor: str) -> str:
        """Return an actor's name in a sentence."""
        return _ARTICLES.get(actor) or self.names.get(actor, actor)

    def all_of(self, group: Sequence[Happening]) -> str:
        """Return the names of who met the same, those without a name of their own last."""
        actors = dict.fromkeys(one.actor for one in group)
        return say.listed(map(self.who, sorted(actors, key=_UNNAMED.__contains__)))

    def vendors(self, group: Sequence[Happening]) -> str:
        """Return the names of the firms that events are about."""
        firms = dict.fromkeys(one.subject for one in group)
        return say.listed(map(self.who, sorted(firms, key=_UNNAMED.__contains__)))

    def act(self, name: str) -> str:
        """Return an instrument as its title and, the first time, where it is found."""
        act = self.instruments.get(name)
        if act is None:
            return name
        new = name not in self.introduced
        self.introduced.add(name)
        reference = f" ({act.reference})" if act.reference and new else ""
        mark = self.marks.get(name)
        return f'"{act.title}"{reference}' + (f" [{mark}]" if mark else "")


_UNNAMED = {
    *("cn_fabs_other", "cn_labs_other", "cn_designers_other"),
    *("jp_tools_other", "cn_tools_other"),
}
_SEVERAL = {*_UNNAMED, "smic_advanced", "smic_mature", "cn_distributors"}
"""Actors of whom one speaks in the plural."""


def _verb(group: Sequence[Happening], singular: str, plural: str) -> str:
    """Return the form of a verb that goes with whoever met the same."""
    actors = {one.actor for one in group}
    return singular if len(actors) == 1 and not actors & _SEVERAL else plural


_ARTICLES = {
    "gov_us": "the United States",
    "gov_nl": "the Netherlands",
    "cn_fabs_other": "other Chinese fabs",
    "cn_labs_other": "other Chinese laboratories",
    "cn_designers_other": "other Chinese designers",
    "cn_distributors": "distributors in China",
    "jp_tools_other": "other Japanese tool makers",
    "cn_tools_other": "other Chinese tool makers",
}

Group = Sequence[Happening]
Teller = Callable[[Speaker, Group], Iterator[str]]

CHAPTERS = (
    ("instrument announced", "instrument effective", "instrument lifted"),
    ("instrument decided", "asks an ally", "ally joins", "ally joins in part"),
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
"""Events in the order in which a month is told: law, governments, firms, laboratories."""

_PLACE = {event: place for place, event in enumerate(e for ch in CHAPTERS for e in ch)}


def sentences(speaker: Speaker, month: Group) -> Iterator[str]:
    """Yield what happened in a month, a sentence or two for each turn."""
    law = [each for each in month if each.event in CHAPTERS[0]]
    yield from _law(speaker, law)
    others = [each for each in month if each.event not in CHAPTERS[0]]
    others.sort(key=lambda each: (_PLACE.get(each.event, len(_PLACE)), each.event))
    for event, group in groupby(others, key=lambda each: each.event):
        yield from TELLERS.get(event, _anything)(speaker, list(group))


# --- law ------------------------------------------------------------------------------


def _law(speaker: Speaker, month: Group) -> Iterator[str]:
    """Yield each instrument that is announced, begins or ends, once."""
    for name in dict.fromkeys(each.subject for each in month):
        about = [each for each in month if each.subject == name]
        happened = {each.event.removeprefix("instrument ") for each in about}
        issuer = say.opened(speaker.who(about[0].actor))
        act = speaker.instruments.get(name)
        yield f"{issuer}: {speaker.act(name)}{_when(happened, act, about[0].month)}"


def _when(happened: set[str], act: Instrument | None, month: Month) -> str:
    """Say what becomes of an instrument this month."""
    if "announced" in happened and "effective" in happened:
        first = _day(act.effective.day, month) if act else "at once"
        ended = ", and lifted again within the month" if "lifted" in happened else ""
        return f", announced and in force from {first}{ended}."
    if "announced" in happened:
        if act is None:
            return ", announced."
        begins = Month.of(act.effective)
        day = _day(act.effective.day, begins)
        return f", announced, to bind from {day} {begins.year}."
    if "effective" in happened and "lifted" in happened:
        return ", in force, and lifted within the month."
    if "effective" in happened:
        again = act is not None and Month.of(act.effective) < month
        return " binds again." if again else " takes effect."
    ended = act is not None and act.end is not None and Month.of(act.end) <= month
    return " ends." if ended else " is suspended."


def _day(day: int, month: Month) -> str:
    return f"{day} {say.MONTHS[month.number - 1]}"


# --- governments ----------------------------------------------------------------------

_DECIDED = {
    "ally joins": "{who} joins {act}",
    "ally joins in part": "{who} joins {act} in part",
    "ally refuses": "{who} does not join {act}",
    "ally defects": "{who} leaves {act}",
    "asks an ally": "{who} asks for support of {act}",
    "retaliation": "{who} answers with {act}",
    "truce": "{who} agrees to a truce: {act}",
    "instrument decided": "{who} decides on {act}",
}


def _decision(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        known = one.subject in speaker.instruments
        what = speaker.act(one.subject) if known else _subject(speaker, one)
        head = _DECIDED[one.event].format(who=speaker.who(one.actor), act=what)
        detail = f" ({one.detail})" if one.detail and not known else ""
        yield say.opened(head) + detail + "." + _weighed(one)


def _subject(speaker: Speaker, one: Happening) -> str:
    return speaker.names.get(one.subject) or say.GOODS.get(one.subject, one.subject)


def _weighed(one: Happening) -> str:
    """Say what weighed most, what it came to and had to reach, and what was not done."""
    parts = []
    if one.inputs:
        whole = sum(one.inputs.values())
        pros = _sides(one, sign=1.0)
        cons = _sides(one, sign=-1.0)
        weighed = [f"for it {pros}"] if pros else []
        weighed += [f"against it {cons}"] if cons else []
        parts.append(f"Weighed: {'; '.join(weighed) or 'nothing either way'}")
        if one.threshold is not None:
            side = "enough for" if whole >= one.threshold else "short of"
            parts.append(
                f"together {say.signed(whole)}, {side} the "
                f"{say.signed(one.threshold)} needed"
            )
    if one.alternative:
        parts.append(f"rejected: {one.alternative}")
    return f" {'; '.join(parts)}." if parts else ""


def _sides(one: Happening, *, sign: float) -> str:
    return ", ".join(
        f"{say.wording(name).name} ({say.signed(value)})"
        for name, value in say.ranked(one.inputs)
        if value * sign > 0.0
    )


# --- designers abroad -----------------------------------------------------------------


def _launch(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        yield (
            f"{speaker.who(one.actor)} launches the {one.subject}: worth "
            f"{rounded(one.inputs['worth'])} H100 to a buyer in China, at "
            f"{_thousands(one.inputs['price'])}."
        )


def _thousands(millions: float) -> str:
    return f"USD {rounded(1_000.0 * millions)}k"


def _design(speaker: Speaker, group: Group) -> Iterator[str]:
    def rule(one: Happening) -> tuple[str, str]:
        return (one.actor, one.detail)

    for (actor, tests), same in groupby(sorted(group, key=rule), key=rule):
        ones = sorted(same, key=lambda one: -one.inputs["worth"])
        best, others = ones[0], ones[1:]
        made = best.inputs
        besides = (
            f" Besides, {say.listed(o.subject for o in others)}." if others else ""
        )
        yield (
            f"{speaker.who(actor)} draws a chip that the rules let through, "
            f"{best.subject}: TPP {made['tpp']:,.0f}, links of "
            f"{made['interconnect']:,.0f} GB/s, memory of "
            f"{made['memory_bandwidth'] / 1_000.0:.1f} TB/s; worth "
            f"{rounded(made['worth'])} H100, on sale in "
            f"{say.months(made['months_to_market'])}. Caught would be "
            f"{in_words(tests)}.{besides}"
        )


def in_words(tests: str) -> str:
    """Return tests such as ``inside tpp<4800&interconnect<600`` in words."""
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


def _given_up(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        yield (
            f"{speaker.who(one.actor)} gives up redesigning for China: its chips were "
            f"outlawed {rounded(one.inputs['times_outlawed'])} times, and it bears "
            f"{rounded(one.threshold or 0.0)}. Rejected: {one.subject}."
        )


def _offer(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        former = speaker.offered.get(one.actor)
        speaker.offered[one.actor] = one.subject
        odds, worth = one.inputs["licence_odds"], one.inputs["worth"]
        verb = "sells" if one.month == speaker.start else "now sells"
        text = f"{speaker.who(one.actor)} {verb} China {_named(one.subject)}: worth "
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


def _withdrawal(speaker: Speaker, group: Group) -> Iterator[str]:
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


def _write_off(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        made = one.inputs
        yield (
            f"{speaker.who(one.actor)} writes off {say.usd(made['written_off'])} of "
            f"{say.usd(made['inventory'])} in chips made for China alone: what passes "
            f"both gates falls from {say.share(made['open_before'])} to "
            f"{say.share(made['open_now'])}."
        )


def _sold_out(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        supply = one.inputs["supply_share"]
        why = "a quota" if supply >= 1.0 else "what it allots to China"
        yield (
            f"{speaker.who(one.actor)} is sold out in China: "
            f"{say.share(one.inputs['unmet_share'])} of what may pass is not shipped, "
            f"because of {why}."
        )


# --- fabs -----------------------------------------------------------------------------


def _by_fabs(speaker: Speaker, group: Group) -> Iterator[tuple[str, list[Happening]]]:
    """Yield the names of fabs that met the same, with what they met."""
    met: dict[str, list[Happening]] = {}
    for one in group:
        met.setdefault(one.actor, []).append(one)
    alike: dict[tuple[str, ...], list[str]] = {}
    for actor, ones in met.items():
        alike.setdefault(tuple(sorted(one.subject for one in ones)), []).append(actor)
    for actors in alike.values():
        ones = [one for actor in actors for one in met[actor]]
        yield say.opened(speaker.all_of(ones)), ones


def _of(group: Group, name: str) -> list[float]:
    return [one.inputs[name] for one in group]


def _service_lost(speaker: Speaker, group: Group) -> Iterator[str]:
    for fabs, ones in _by_fabs(speaker, group):
        vendors = speaker.vendors(ones)
        yield (
            f"{fabs}: service by {vendors} falls away, "
            f"{say.span(_of(ones, 'unserved_share'), say.share)} of what it does. "
            f"Critical spare parts will last "
            f"{say.span(_of(ones, 'spares_months'), rounded)} months of full use."
        )


def _service_back(speaker: Speaker, group: Group) -> Iterator[str]:
    for fabs, ones in _by_fabs(speaker, group):
        vendors = speaker.vendors(ones)
        left = say.span(_of(ones, "unserved_share"), say.share)
        yield f"{fabs}: service by {vendors} comes back; {left} of it is still missing."


def _called_off(speaker: Speaker, group: Group) -> Iterator[str]:
    for fabs, ones in _by_fabs(speaker, group):
        vendors = speaker.vendors(ones)
        tools = rounded(sum(_of(ones, "tools_called_off")))
        fit = say.span(_of(ones, "installable_share"), say.share)
        yield (
            f"{fabs}: {tools} tools on order from {vendors} are called off; only {fit} "
            "could be installed and qualified without the vendor's engineers."
        )


def _spent(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        alone = one.inputs["months_alone"]
        yield (
            f"{speaker.who(one.actor)}: the spare parts for "
            f"{speaker.who(one.subject)}'s scanners are used up, after "
            f"{say.months(alone)}' worth of service missed. The scanners still run "
            f"{say.share(one.inputs['availability'])} of the time, and wear faster "
            "from now on."
        )


def _ahead(speaker: Speaker, group: Group) -> Iterator[str]:
    most = say.share(max(_of(group, "share_to_be_denied")))
    months = say.span(_of(group, "months_laid_in"), rounded)
    yield (
        f"{say.opened(speaker.all_of(group))} {_verb(group, 'orders', 'order')} tools "
        f"ahead of the law, for {months} months of growth: up to {most} of a vendor's "
        "business is announced to be denied."
    )


def _denied(speaker: Speaker, group: Group) -> Iterator[str]:
    for fabs, ones in _by_fabs(speaker, group):
        goods = say.listed(say.good(one.subject) for one in ones)
        yield (
            f"{fabs} {_verb(ones, 'is', 'are')} denied "
            f"{say.span(_of(ones, 'denied_share'), say.share)} of the {goods} asked "
            f"for abroad. Allied makers supply "
            f"{say.span(_of(ones, 'found_at_allies'), say.share)} of that instead, the "
            f"second-hand market {say.span(_of(ones, 'found_second_hand'), say.share)}, "
            f"home-made tools {say.span(_of(ones, 'found_at_home'), say.share)}."
        )


def _milestone(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        made, who = one.inputs, speaker.who(one.actor)
        if "wafers_run" in made:
            yield (
                f"{who} bring {one.subject} into volume: {say.share(made['die_yield'])} "
                f"of AI dies are good after {rounded(made['wafers_run'])} thousand "
                f"wafers, and {say.share(one.threshold or 0.0)} was the mark."
            )
        else:
            yield (
                f"{who} start {one.subject} in volume; "
                f"{say.share(made.get('die_yield', 0.0))} of AI dies on it are good."
            )


def _move(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        ratio = one.inputs["compute_per_wafer"] / max(one.threshold or 0.0, 1e-12)
        yield (
            f"{speaker.who(one.actor)} move AI dies to {one.subject}: a wafer now "
            f"gives {rounded(ratio)} times the compute of one on {one.alternative}."
        )


# --- memory and home designers --------------------------------------------------------


def _rush(speaker: Speaker, group: Group) -> Iterator[str]:
    who, verb = speaker.all_of(group), _verb(group, "rushes", "rush")
    orders, needs = sum(_of(group, "stacks_ordered")), sum(_of(group, "stacks_needed"))
    stock = sum(_of(group, "stacks_in_stock"))
    yield (
        f"{say.opened(who)} {verb} for foreign memory before it is denied: "
        f"{rounded(orders)} stacks ordered in the month against a need of "
        f"{rounded(needs)}, with {rounded(stock)} in stock; "
        f"{say.span(_of(group, 'share_to_be_denied'), say.share)} of it is announced "
        "to be cut off."
    )


def _home_launch(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        yield (
            f"{say.opened(speaker.who(one.actor))} {_verb([one], 'launches', 'launch')}"
            f" the {one.subject}: "
            f"{rounded(one.inputs['training_worth'])} H100 for training on paper, at "
            f"{_thousands(one.inputs['price'])}."
        )


def _shortage(speaker: Speaker, group: Group) -> Iterator[str]:
    who = say.opened(speaker.all_of(group))
    hand, wanted = sum(_of(group, "stacks_in_hand")), 0.0
    wanted = sum(one.threshold or 0.0 for one in group)
    stacks = f"{rounded(hand)} stacks for dies that call for {rounded(wanted)}"
    if group[0].event == "memory runs short":
        verb = _verb(group, "runs", "run")
        yield f"{who} {verb} short of memory: {stacks}. Memory, not logic, binds now."
    else:
        yield f"{who} {_verb(group, 'has', 'have')} memory enough again: {stacks}."


# --- the grey market ------------------------------------------------------------------


def _opens(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        yield (
            f"A grey market opens: {say.share(one.inputs['denied_share'])} of licences "
            f"for the {one.subject} are denied, and smugglers ask "
            f"{rounded(one.inputs['markup'])} times the price abroad."
        )


def _closes(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        yield f"The grey market closes: the {one.subject} may be bought openly."


def _seizure(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        made = one.inputs
        yield (
            f"A large seizure of smuggled {one.subject}: "
            f"{say.share(made['seized_share'])} of {rounded(made['units_diverted'])} "
            "chips diverted in the month are lost on the way. Brokers who are hit "
            "settle elsewhere; the markup stands at "
            f"{rounded(made['markup'])}."
        )


# --- laboratories ---------------------------------------------------------------------


def _channel(speaker: Speaker, group: Group) -> Iterator[str]:
    def turn(one: Happening) -> tuple[str, str]:
        return (one.alternative, one.subject)

    for (old, new), same in groupby(sorted(group, key=turn), key=turn):
        ones = list(same)
        now = say.span(_of(ones, "share"), say.share)
        before = say.span(_of(ones, "share_of_former"), say.share)
        labs = say.opened(speaker.all_of(ones))
        yield (
            f"{labs} now {_verb(ones, 'spends', 'spend')} most on {say.CHANNELS[new]}, "
            f"{now} of the month's money, against {before} on {say.CHANNELS[old]}"
            f"{_because(ones)}."
        )


def _because(ones: Group) -> str:
    """Say what speaks for a channel: what a dollar buys there, and what is delivered."""
    worth = sum(_of(ones, "value_per_dollar"))
    former = sum(_of(ones, "value_per_dollar_of_former"))
    reach = say.span(_of(ones, "reach"), say.share)
    lost = say.span(_of(ones, "reach_of_former"), say.share)
    if former <= _NOTHING * worth:
        return ", where nothing is on offer"
    return (
        f": a dollar buys {rounded(worth / former)} times as much there, troubles "
        f"counted, and {reach} of what was ordered came of late, against {lost}"
    )


_NOTHING = 1e-6


def _access(speaker: Speaker, group: Group) -> Iterator[str]:
    labs = say.opened(speaker.all_of(group))
    left = say.span(_of(group, "cloud_access"), say.share)
    compute = rounded(sum(_of(group, "offshore_compute")))
    lost = group[0].event == "cloud access lost"
    turn = _verb(group, "loses", "lose") if lost else _verb(group, "regains", "regain")
    yield (
        f"{labs} {turn} clouds abroad: {left} of their access stands, to {compute} "
        "H100e that they rent there."
    )


def _breakthrough(speaker: Speaker, group: Group) -> Iterator[str]:
    for one in group:
        who, made = say.opened(speaker.who(one.actor)), one.inputs
        if one.subject == "algorithmic efficiency":
            yield (
                f"Breakthrough at {speaker.who(one.actor)}: the same compute goes "
                f"further. It was luck, with a chance of {say.share(made['chance'])} in "
                "the month."
            )
            continue
        tool = {"duv_immersion": "immersion", "euv": "EUV"}.get(one.subject, "")
        yield (
            f"{who} has an {tool} scanner that works in volume. Years of effort, "
            f"spurred by {say.share(made['denied_share'])} of foreign scanners being "
            f"denied, had come to {rounded(made['hazard'])}; in this world "
            f"{rounded(one.threshold or 0.0)} was needed."
        )


# --- anything else --------------------------------------------------------------------


def _anything(speaker: Speaker, group: Group) -> Iterator[str]:
    """Tell of an event that has no sentence of its own."""

    def same(one: Happening) -> tuple[str, str, str]:
        return (one.subject, one.detail, one.alternative)

    for (subject, detail, _), found in groupby(sorted(group, key=same), key=same):
        ones = list(found)
        who = say.opened(say.listed(speaker.who(one.actor) for one in ones))
        known = subject in speaker.instruments
        what = speaker.act(subject) if known else _subject(speaker, ones[0])
        more = f", {detail}" if detail and not known else ""
        about = f" ({what})" if what else ""
        yield f"{who}: {ones[0].event}{about}{more}.{_reason(ones)}"


def _reason(ones: Group) -> str:
    """Say the numbers of events that have no sentence of their own."""
    first = ones[0]
    parts = [
        f"{say.wording(name).name} {say.span(_of(ones, name), say.wording(name).amount)}"
        for name, _ in say.ranked(first.inputs)
        if all(name in one.inputs for one in ones)
    ]
    if first.threshold is not None and parts:
        levels = [one.threshold for one in ones if one.threshold is not None]
        parts.append(f"to be held against {say.span(levels, rounded)}")
    if first.alternative:
        parts.append(f"rejected: {first.alternative}")
    return f" Because of {'; '.join(parts)}." if parts else ""


TELLERS: Mapping[str, Teller] = {
    **dict.fromkeys(_DECIDED, _decision),
    "flagship launched": _launch,
    "compliant chip designed": _design,
    "redesign given up": _given_up,
    "chip on offer in China": _offer,
    "no chip on offer in China": _withdrawal,
    "write-off": _write_off,
    "sold out in China": _sold_out,
    "service lost": _service_lost,
    "service back": _service_back,
    "tools called off": _called_off,
    "spare parts spent": _spent,
    "tools ordered ahead": _ahead,
    "tools denied": _denied,
    "node milestone": _milestone,
    "AI dies move": _move,
    "memory rush": _rush,
    "chip launched": _home_launch,
    "memory runs short": _shortage,
    "memory suffices again": _shortage,
    "grey market opens": _opens,
    "grey market closes": _closes,
    "seizure": _seizure,
    "leading channel": _channel,
    "cloud access lost": _access,
    "cloud access back": _access,
    "breakthrough": _breakthrough,
}
"""What tells of each kind of event; what is not here is told of in its own words."""


def happenings(rows: Iterable[Happening]) -> dict[Month, list[Happening]]:
    """Return events by month, months in order."""
    found: dict[Month, list[Happening]] = {}
    for one in sorted(rows, key=lambda one: one.month.index):
        found.setdefault(one.month, []).append(one)
    return found
