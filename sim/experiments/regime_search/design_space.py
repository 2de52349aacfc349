"""The designs that a search may choose: levers, when they are announced, their fields.

A design is a tuple of whole numbers, its *genes*. Of each lever the first says whether
it is used, the second in which quarter it is announced, the others which of the values
listed each of its fields has. Genes of a lever that is not used are 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.domain.months import Month

Genes = tuple[int, ...]

QUARTER = 3
"""Months between two dates on which a lever may be announced."""

_OWN_GENES = 2
"""Whether a lever is used, and when: before those of its fields."""


@dataclass(frozen=True)
class Lever:
    """Instruments that a design may add, together.

    Attributes:
        name: of the lever.
        title: what a reader calls it.
        instruments: by id, what a scenario file says of each, but for its dates.
        notice: months between announcement and effect.
        staff: how much of the enforcement staff it takes up; below 0 it adds some.
        options: by the dotted name of a field within `instruments`, its values.
    """

    name: str
    title: str
    instruments: Mapping[str, Any]
    notice: int
    staff: float
    options: Mapping[str, Sequence[Any]]

    @property
    def asks_allies(self) -> bool:
        """Whether an ally is asked to join, by default or by an option."""
        return any(_asks(act) for act in self.with_values({}).values()) or any(
            field.split(".")[-1] == "adopted_by" and any(values)
            for field, values in self.options.items()
        )

    def with_values(self, chosen: Mapping[str, Any]) -> dict[str, Any]:
        """Return the instruments with values in some fields, by dotted name."""
        acts: dict[str, Any] = deepcopy(dict(self.instruments))
        for field, value in chosen.items():
            *path, last = field.split(".")
            place = acts
            for part in path:
                place = place.setdefault(part, {})
            place[last] = deepcopy(value)
        return acts


def _asks(act: Mapping[str, Any]) -> bool:
    return any(value is None for value in (act.get("adopted_by") or {}).values())


@dataclass(frozen=True)
class LeverUse:
    """A lever of a design.

    Attributes:
        lever: the lever.
        announced: when it is announced.
        chosen: the value of each of its fields that is chosen.
    """

    lever: Lever
    announced: Month
    chosen: Mapping[str, Any]

    @property
    def effective(self) -> Month:
        """When it takes effect."""
        return self.announced + self.lever.notice

    def acts(self) -> dict[str, Any]:
        """Return its instruments as a scenario file writes them, with dates."""
        dates = {
            "announced": f"{self.announced}-01",
            "effective": f"{self.effective}-01",
        }
        acts = self.lever.with_values(self.chosen)
        return {name: {**act, **dates} for name, act in acts.items()}


@dataclass(frozen=True)
class DesignSpace:
    """What a search may choose among.

    Attributes:
        levers: what a design may use.
        first: the first quarter in which a lever may be announced.
        last: the last month in which one may be.
        most_levers: levers that a design may use.
        staff: the enforcement staff that they may take up together.
    """

    levers: Sequence[Lever]
    first: Month
    last: Month
    most_levers: int
    staff: float

    @cached_property
    def quarters(self) -> list[Month]:
        """The months in which a lever may be announced."""
        count = (self.last - self.first) // QUARTER + 1
        return [self.first + QUARTER * number for number in range(count)]

    @cached_property
    def sizes(self) -> list[int]:
        """How many values each gene may have."""
        sizes: list[int] = []
        for lever in self.levers:
            sizes += [2, len(self.quarters)]
            sizes += [len(values) for values in lever.options.values()]
        return sizes

    def places(self) -> Iterator[tuple[Lever, int]]:
        """Yield each lever with the place of its first gene."""
        place = 0
        for lever in self.levers:
            yield lever, place
            place += _OWN_GENES + len(lever.options)

    def clean(self, genes: Sequence[int]) -> Genes:
        """Return genes within their bounds; those of unused levers are 0."""
        bounded = [
            min(max(int(gene), 0), size - 1)
            for gene, size in zip(genes, self.sizes, strict=True)
        ]
        for lever, place in self.places():
            if not bounded[place]:
                end = place + _OWN_GENES + len(lever.options)
                bounded[place:end] = [0] * (end - place)
        return tuple(bounded)

    def uses(self, genes: Genes) -> list[LeverUse]:
        """Return the levers that a design uses."""
        used = []
        for lever, place in self.places():
            if genes[place]:
                own = genes[place + 1 : place + _OWN_GENES + len(lever.options)]
                chosen = {
                    field: values[number]
                    for (field, values), number in zip(
                        lever.options.items(), own[1:], strict=True
                    )
                }
                used.append(LeverUse(lever, self.quarters[own[0]], chosen))
        return used

    def alone(self, lever: Lever, quarter: int = 0) -> Genes:
        """Return the design of one lever, with the first value in each field."""
        genes = [0] * len(self.sizes)
        [place] = [place for own, place in self.places() if own is lever]
        genes[place : place + _OWN_GENES] = [1, quarter]
        return tuple(genes)

    def variants(self, lever: Lever) -> Iterator[Genes]:
        """Yield the designs of one lever with each value of each field in turn."""
        alone = self.alone(lever)
        yield alone
        [place] = [place for own, place in self.places() if own is lever]
        for offset, values in enumerate(lever.options.values(), place + _OWN_GENES):
            for number in range(1, len(values)):
                yield (*alone[:offset], number, *alone[offset + 1 :])

    @cached_property
    def shared_genes(self) -> list[int]:
        """The genes that designs must share to be run side by side.

        They say which levers are used, when, and all that is not a number of law.
        """
        shared = []
        for lever, place in self.places():
            shared += [place, place + 1]
            fields = enumerate(lever.options.values(), place + _OWN_GENES)
            shared += [gene for gene, values in fields if not _differ_in_size(values)]
        return shared

    def excess(self, genes: Genes) -> tuple[float, float]:
        """Return by how much a design exceeds each limit; at most 0 if it does not."""
        used = self.uses(genes)
        staff = sum(use.lever.staff for use in used)
        return float(len(used) - self.most_levers), staff - self.staff

    def is_allowed(self, genes: Genes) -> bool:
        """Return whether a design keeps the limits."""
        return max(self.excess(genes)) <= 0.0

    def content(self, genes: Genes) -> dict[str, Any]:
        """Return what a scenario file says of a design that uses a lever at least."""
        used = self.uses(genes)
        acts = {key: act for use in used for key, act in use.acts().items()}
        asked = any(map(_asks, acts.values()))
        return {
            "question": f"What if {self.words(genes)}?",
            "source": "task=search",
            "base": "current_law",
            **({"decisions": {"allies": "endogenous"}} if asked else {}),
            "regime": {"add": acts},
        }

    def words(self, genes: Genes) -> str:
        """Return a design in words: its levers, from when on, and their fields."""
        return " and ".join(map(_in_words, self.uses(genes))) or "no lever"


def _differ_in_size(values: Sequence[Any]) -> bool:
    """Return whether values of a field are the same but for the size of numbers."""
    return len({_without_sizes(value) for value in values}) == 1


def _without_sizes(value: Any) -> str:
    if isinstance(value, Mapping):
        return str({key: _without_sizes(item) for key, item in value.items()})
    if isinstance(value, list):
        return str([_without_sizes(item) for item in value])
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "number" if is_number else repr(value)


def _in_words(use: LeverUse) -> str:
    fields = ", ".join(
        f"{field.partition('.')[2]} {_value_text(value)}"
        for field, value in use.chosen.items()
    )
    words = f"{use.lever.title} from {use.effective}"
    return f"{words} ({fields})" if fields else words


def _value_text(value: Any) -> str:
    """Return a value of law in a few words."""
    if isinstance(value, Mapping):
        return (
            " ".join(
                str(key) if item is None else f"{key} {_value_text(item)}"
                for key, item in value.items()
            )
            or "none"
        )
    if isinstance(value, list):
        return " or ".join(map(_value_text, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
