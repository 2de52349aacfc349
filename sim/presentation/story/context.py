"""The speaker: who tells a story, by what names, and what of an event is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sim.domain.months import Month
from sim.policy.instruments import Instrument
from sim.presentation.story import wording as say


@dataclass(frozen=True)
class WorldEvent:
    """An event as it was in one world.

    Attributes:
        month: when.
        actor: who did it or met it, by id.
        event: what, in a few wording.
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
class StoryContext:
    """Who tells the story, and what was told so far.

    Attributes:
        names: of actors, by id.
        instruments: of the world's law, by id.
        marks: what a scenario did to an instrument, by id, in wording.
        start: the first month of the story.
        offered: chips on offer in China so far, by designer.
        introduced: instruments told of with their reference, and tests of chips.
        bound: instruments told to have taken effect.
    """

    names: Mapping[str, str]
    instruments: Mapping[str, Instrument]
    marks: Mapping[str, str]
    start: Month
    offered: dict[str, str] = field(default_factory=dict)
    introduced: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)

    def who(self, actor: str) -> str:
        """Return an actor's name in a sentence; a state's where no actor is one."""
        known = _ARTICLES.get(actor) or self.names.get(actor)
        return known or say.STATES.get(actor, actor)

    def has_bound(self, name: str) -> bool:
        """Return whether an instrument bound before, in the story or ahead of it."""
        act = self.instruments.get(name)
        older = act is not None and Month.of(act.effective) < self.start
        return older or name in self.bound

    def state(self, code: str) -> str:
        """Return a state's name in a sentence."""
        return say.STATES.get(code, code)

    def all_of(self, group: Sequence[WorldEvent]) -> str:
        """Return the names of who met the same, the others of a kind last."""
        actors = dict.fromkeys(one.actor for one in group)
        return say.listed(map(self.who, sorted(actors, key=_UNNAMED.__contains__)))

    def vendors(self, group: Sequence[WorldEvent]) -> str:
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


def verb(group: Sequence[WorldEvent], singular: str, plural: str) -> str:
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

Group = Sequence[WorldEvent]
Narrator = Callable[[StoryContext, Group], Iterator[str]]


def of(group: Group, name: str) -> list[float]:
    """Return an input of each of several events."""
    return [one.inputs[name] for one in group]
