"""Context: the names and the law that a story uses, and what it has told so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sim.domain.months import Month
from sim.policy.instruments import Instrument
from sim.presentation import names
from sim.presentation.story import wording


@dataclass(frozen=True)
class WorldEvent:
    """An event as it was in one world.

    Attributes:
        actor: the id of the actor that caused it or was affected.
        event: its kind.
        inputs: what was weighed, by name.
        threshold: what the inputs had to reach, if they had to reach anything.
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
    """The names and the law that a story uses, and what it has told so far.

    Attributes:
        names: of actors, by id.
        instruments: of the world's law, by id.
        marks: what a scenario did to an instrument, in words, by id.
        start: the first month of the story.
        offered: chips on offer in China so far, by designer.
        introduced: what has been explained: instruments and tests of chips.
        in_force: instruments told to have taken effect.
    """

    names: Mapping[str, str]
    instruments: Mapping[str, Instrument]
    marks: Mapping[str, str]
    start: Month
    offered: dict[str, str] = field(default_factory=dict)
    introduced: set[str] = field(default_factory=set)
    in_force: set[str] = field(default_factory=set)

    def actor_name(self, actor: str) -> str:
        """Return the name of an actor, or of a state that is not one, in a sentence."""
        known = _ARTICLES.get(actor) or self.names.get(actor)
        return known or names.STATES.get(actor, actor)

    def all_of(self, actors: Iterable[str]) -> str:
        """Return the names of actors as a list, each once, collective ones last."""
        in_order = sorted(dict.fromkeys(actors), key=_OTHERS.__contains__)
        return wording.listed(map(self.actor_name, in_order))

    def was_in_force(self, name: str) -> bool:
        """Return whether an instrument took effect in the story or before its start."""
        act = self.instruments.get(name)
        older = act is not None and Month.of(act.effective) < self.start
        return older or name in self.in_force

    def act(self, name: str) -> str:
        """Return an instrument's title and, the first time, its reference."""
        act = self.instruments.get(name)
        if act is None:
            return name
        new = self.introduces(name)
        reference = f" ({act.reference})" if act.reference and new else ""
        mark = self.marks.get(name)
        return f'"{act.title}"{reference}' + (f" [{mark}]" if mark else "")

    def about(self, subject: str) -> str:
        """Return the subject of an event in words."""
        if subject in self.instruments:
            return self.act(subject)
        return self.names.get(subject) or names.GOODS.get(subject, subject)

    def introduces(self, name: str) -> bool:
        """Return whether a name appears for the first time, and remember it."""
        new = name not in self.introduced
        self.introduced.add(name)
        return new

    def offers(self, designer: str, chip: str) -> str:
        """Return a designer's former chip on offer in China, and note the new one."""
        former = self.offered.get(designer, "")
        self.offered[designer] = chip
        return former


def verb(events: Sequence[WorldEvent], singular: str, plural: str) -> str:
    """Return the form of a verb that agrees with the actors of events."""
    actors = {event.actor for event in events}
    return singular if len(actors) == 1 and not actors & _PLURAL else plural


_OTHERS = {
    *("cn_fabs_other", "cn_labs_other", "cn_designers_other"),
    *("jp_tools_other", "cn_tools_other"),
}
_PLURAL = {*_OTHERS, "smic_advanced", "smic_mature", "cn_distributors"}
"""Actors whose names take a verb in the plural."""

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
