"""What every instrument of law has: names, dates, scope, reference, source."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.supply import SupplyLine
from sim.policy.dates import FOREVER, Period
from sim.policy.law_digest import canonical_text, digest
from sim.policy.scope import Scope

FIELDS_BY_DRAW = frozenset(
    {
        "adopted_by",
        "applies_to",
        "approval",
        "ask",
        "budget",
        "cap",
        "coverage",
        "domestic_share",
        "exception",
        "location_verification",
        "officers",
        "ownership",
        "permit",
        "reach",
        "scope",
        "share",
        "tests",
        "usd_million_a_month",
        "within",
    }
)
"""Fields of acts in which numbers may differ by draw."""

_STATES_OF = {"EU": frozenset({"NLD", "DEU"})}
"""States whose exports a union's law binds, as far as the model has them."""


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """An ally's joining of an instrument.

    Attributes:
        since: first day on which its own vendors are bound; None stands for the day on
            which the instrument takes effect.
        share: how far they are bound, in [0, 1]; may differ by draw.
    """

    since: date | None = None
    share: float | PerDraw = 1.0


@dataclass(frozen=True, kw_only=True)
class Ask:
    """The terms on which other states are asked to join.

    Attributes:
        side_payment: what a state that joins is given, USD million a year.
        coercion: how likely it seems, without a deadline, that the issuer's own law
            will reach the vendors of a state that does not, in [0, 1].
        deadline: the first day on which it does; None if it never will.
        backstop: how far it then reaches them, by state, in [0, 1].
    """

    side_payment: float | PerDraw = 0.0
    coercion: float | PerDraw = 0.0
    deadline: date | None = None
    backstop: Mapping[str, float | PerDraw] = field(default_factory=dict)

    def backstop_share(self, origin: str, day: date | None) -> PerDraw | float:
        """Return how far the issuer's law reaches a state's vendors on a day."""
        passed = self.deadline is not None and (day is None or day >= self.deadline)
        return self.backstop.get(origin, 0.0) if passed else 0.0


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What one number of an instrument rests on.

    Attributes:
        confidence: ``seen``, ``derived``, ``memory`` or ``judgement``.
        note: the reasoning.
        source: where it can be read; empty where it is a judgement.
    """

    confidence: str
    note: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Instrument:
    """A dated act of a government.

    Attributes:
        id: its name in the table of law.
        title: what it does, in a line.
        issuer: alpha-3 code of the issuing state, or ``EU``.
        announced: day on which the world learns of it.
        effective: first day on which it binds (the compliance date if it has one).
        end: first day on which it no longer binds; None if it has no end.
        reference: its legal reference.
        source: where the facts can be read.
        confidence: ``seen``, ``derived``, ``memory`` or ``judgement``.
        scope: the lines it speaks of.
        adopted_by: states that bind their own vendors to it too.
        ask: the terms on which others are asked to join.
        answers: ids of the instruments that it answers; without them it would not be.
        eccn: export control classification numbers.
        note: what a reader should know.
        grounds: what single numbers of it rest on, by field.
    """

    kind: ClassVar[str] = ""

    id: str
    title: str
    issuer: str
    announced: date
    effective: date
    end: date | None = None
    reference: str = ""
    source: str = ""
    confidence: str = ""
    scope: Scope = field(default_factory=Scope)
    adopted_by: Mapping[str, Adoption] = field(default_factory=dict)
    ask: Ask | None = None
    answers: tuple[str, ...] = ()
    eccn: tuple[str, ...] = ()
    note: str = ""
    grounds: Mapping[str, Grounds] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Instrument):
            return NotImplemented
        return next(differing_fields(self, other), None) is None

    def __hash__(self) -> int:
        return hash((self.kind, self.id))

    def __deepcopy__(self, memo: dict[int, Any]) -> "Instrument":
        return self

    @cached_property
    def identity(self) -> str:
        """A digest of all that it says."""
        return self._digest(frozenset())

    @cached_property
    def shape(self) -> str:
        """A digest of all that it says but the size of numbers that may go by draw."""
        return self._digest(FIELDS_BY_DRAW)

    def _digest(self, sizeless: Collection[str]) -> str:
        """Return a digest of all it says but the size of numbers in some fields."""
        names = (item.name for item in fields(self))
        said = (
            canonical_text(getattr(self, x), sizes=x not in sizeless) for x in names
        )
        return digest([self.kind, *said])

    @property
    def period(self) -> Period:
        """The days on which it binds, if nothing suspends it."""
        return Period(self.effective, self.end or FOREVER)

    @property
    def own_origins(self) -> frozenset[str]:
        """The states whose exports it binds of itself."""
        issuers = _STATES_OF.get(self.issuer, frozenset({self.issuer}))
        return self.scope.origins or issuers

    def adoption_period(self, state: str) -> Period | None:
        """Return the days on which a state's vendors are bound by its adoption."""
        adoption = self.adopted_by.get(state)
        if adoption is None:
            return None
        since = adoption.since or self.effective
        return Period(since, max(since, self.end or FOREVER))

    def bound_share(self, origin: str, day: date | None) -> PerDraw | float:
        """Return how far the exports of a state are bound on a day, in [0, 1].

        The day is one on which the instrument is in force; None reads it as it will be
        when every ally that joins has joined.
        """
        if origin in self.own_origins:
            return 1.0
        joined = self.adoption_period(origin)
        bound = joined is not None and (day is None or day in joined)
        share = self.adopted_by[origin].share if bound else 0.0
        if self.ask is None:
            return share
        return np.maximum(share, self.ask.backstop_share(origin, day))

    def may_apply_to(self, line: SupplyLine) -> bool:
        """Return whether it may ever bear on a line, as an export control would."""
        origins = self.own_origins | self.adopted_by.keys()
        return line.origin in origins and self.scope.covers(line)


def differing_fields(old: Instrument, new: Instrument) -> Iterator[str]:
    """Yield the names of the fields in which two instruments differ."""
    if old is new:
        return
    if type(old) is not type(new):
        yield "kind"
        return
    for item in fields(old):
        if not equal_values(getattr(old, item.name), getattr(new, item.name)):
            yield item.name


def equal_values(old: Any, new: Any) -> bool:
    """Return whether two legal values are equal, arrays by their elements."""
    if isinstance(old, np.ndarray) or isinstance(new, np.ndarray):
        return bool(np.array_equal(old, new))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        shared = old.keys() == new.keys()
        return shared and all(equal_values(old[key], new[key]) for key in old)
    if is_dataclass(old) and type(old) is type(new):
        names = (item.name for item in fields(old))
        return all(
            equal_values(getattr(old, name), getattr(new, name)) for name in names
        )
    if isinstance(old, tuple) and isinstance(new, tuple):
        return len(old) == len(new) and all(map(equal_values, old, new))
    return bool(old == new)


def adoption_periods(instrument: Instrument) -> tuple[Period, ...]:
    """Return the days on which allies are bound: by adoption, or by the backstop."""
    joined = (instrument.adoption_period(state) for state in instrument.adopted_by)
    found = tuple(period for period in joined if period is not None)
    if instrument.ask is None or instrument.ask.deadline is None:
        return found
    return (*found, Period(instrument.ask.deadline))
