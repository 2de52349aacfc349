"""Law and governments, told: what is issued, decided and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.domain.months import Month
from sim.policy.instruments import Instrument
from sim.presentation.story import wording as say
from sim.presentation.story.context import (
    Group,
    Narrator,
    StoryContext,
    WorldEvent,
)


def issued(speaker: StoryContext, month: Group) -> Iterator[str]:
    """Yield each instrument that is announced, begins or ends, once."""
    for name in dict.fromkeys(each.subject for each in month):
        about = [each for each in month if each.subject == name]
        happened = {each.event.removeprefix("instrument ") for each in about}
        issuer = say.opened(speaker.who(about[0].actor))
        act = speaker.instruments.get(name)
        again = speaker.has_bound(name)
        when = _when(happened, act, about[0].month, again=again)
        yield f"{issuer}: {speaker.act(name)}{when}"
        if "effective" in happened:
            speaker.bound.add(name)


def _when(
    happened: set[str], act: Instrument | None, month: Month, *, again: bool
) -> str:
    """Say what becomes of an instrument this month."""
    if "announced" in happened and "effective" in happened:
        first = _day(act.effective.day, month) if act else "at once"
        gone = ", and lifted again within the month" if "lifted" in happened else ""
        return f", announced and in force from {first}{gone}."
    if "announced" in happened:
        if act is None:
            return ", announced."
        begins = Month.of(act.effective)
        day = _day(act.effective.day, begins)
        return f", announced, to bind from {day} {begins.year}."
    if "effective" in happened and "lifted" in happened:
        return ", in force, and lifted within the month."
    if "effective" in happened:
        return " binds again." if again else " takes effect."
    ended = act is not None and act.end is not None and Month.of(act.end) <= month
    return " ends." if ended else " is suspended."


def _day(day: int, month: Month) -> str:
    return f"{day} {say.MONTHS[month.number - 1]}"


_DECIDED = {
    "ally joins": "{who} joins {act}",
    "ally joins in part": "{who} joins {act} in part",
    "ally refuses": "{who} does not join {act}",
    "ally defects": "{who} leaves {act}",
    "asks an ally": "{who} asks {whom} to join in {act}",
    "ally agrees": "{who} agrees to {act}",
    "ally agrees in part": "{who} agrees to a part of {act}",
    "instrument withdrawn": "{who} takes back {act}",
    "retaliation": "{who} answers with {act}",
    "truce": "{who} agrees to a truce: {act}",
    "instrument decided": "{who} decides on {act}",
}


def _decision(speaker: StoryContext, group: Group) -> Iterator[str]:
    for one in group:
        known = one.subject in speaker.instruments
        what = speaker.act(one.subject) if known else subject(speaker, one)
        head = _DECIDED[one.event].format(
            who=speaker.who(one.actor), act=what, whom=speaker.state(one.detail)
        )
        detail = f" ({one.detail})" if one.detail and not known else ""
        yield say.opened(head) + detail + "." + _weighed(one)


def subject(speaker: StoryContext, one: WorldEvent) -> str:
    """Return what an event is about, in wording."""
    return speaker.names.get(one.subject) or say.GOODS.get(one.subject, one.subject)


def _weighed(one: WorldEvent) -> str:
    """Say what weighed most, what it came to and had to reach, what was not done."""
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


def _sides(one: WorldEvent, *, sign: float) -> str:
    return ", ".join(
        f"{say.wording(name).name} ({say.signed(value)})"
        for name, value in say.ranked(one.inputs)
        if value * sign > _TRIFLE
    )


_TRIFLE = 0.005
"""Less than this of the sum is not told."""


def news(_: StoryContext, group: Group) -> Iterator[str]:
    """Yield what the press brought."""
    for one in group:
        yield f"In the press ({one.event.removeprefix(NEWS)}): {one.detail}."


NEWS = "news: "
"""What the names of events in the press begin with."""

NARRATORS: Mapping[str, Narrator] = dict.fromkeys(_DECIDED, _decision)
