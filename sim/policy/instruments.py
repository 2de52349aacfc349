"""What every instrument of law has: names, dates, scope, reference, source.

A kind of instrument is a subclass of `Instrument`, and its fields are declared there
alone: the type of a field (`sim/policy/field_types.py`) says how a file of law writes
it, whether it may differ by draw, and what the page on scenarios says of it. A field
without a default must be written.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, get_args

import numpy as np
from pydantic import AfterValidator, BeforeValidator, ConfigDict

from sim.domain.ensemble import PerDraw
from sim.domain.errors import nearest
from sim.domain.supply import SupplyLine
from sim.policy.dates import FOREVER, Period
from sim.policy.field_types import (
    Amount,
    Confidence,
    Day,
    Eccns,
    Ids,
    Issuer,
    Remark,
    Share,
    SharesByState,
    State,
    Text,
    state,
)
from sim.policy.law_digest import canonical_text, text_digest
from sim.policy.scope import Scope

_STATES_OF = {"EU": frozenset({"NLD", "DEU"})}
"""States whose exports a union's law binds, as far as the model has them."""


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """An ally's joining of an instrument.

    Attributes:
        since: first day on which its own vendors are bound; None stands for the day on
            which the instrument takes effect.
        share: how far they are bound.
    """

    since: Day | None = None
    share: Share = 1.0


@dataclass(frozen=True, kw_only=True)
class Ask:
    """The terms on which other states are asked to join.

    Attributes:
        side_payment: what a state that joins is given, USD million a year.
        coercion: how likely it seems, without a deadline, that the issuer's own law
            will reach the vendors of a state that does not join.
        deadline: the first day on which it does; None if it never will.
        backstop: how far it then reaches them, by state.
    """

    side_payment: Amount = 0.0
    coercion: Share = 0.0
    deadline: Day | None = None
    backstop: SharesByState = field(default_factory=dict)

    def backstop_share(self, origin: str, day: date | None) -> PerDraw | float:
        """Return how far the issuer's law reaches a state's vendors on a day."""
        passed = self.deadline is not None and (day is None or day >= self.deadline)
        return self.backstop.get(origin, 0.0) if passed else 0.0

    def checked(self) -> "Ask":
        """Return the terms, or refuse a backstop that never begins."""
        if self.backstop and self.deadline is None:
            raise ValueError("a backstop needs a deadline from which it reaches")
        return self


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What one number of an instrument rests on.

    Attributes:
        confidence: how sure it is.
        note: the reasoning.
        source: where it can be read; empty where it is a judgement.
    """

    confidence: Confidence
    note: Remark = ""
    source: Remark = ""


REFUSES = "refuses"
"""In place of an adoption: the state does not join, and is not asked to."""


def _as_adoption(value: object) -> object:
    """Let a bare date, or nothing, stand for an adoption; refuse all else."""
    if isinstance(value, (dict, Adoption)):
        return value
    if value is not None and not isinstance(value, date) and not _is_day(value):
        raise ValueError(_no_adoption(value))
    return {"since": value}


def _is_day(value: object) -> bool:
    """Return whether a text has the form of a day; which day is read later."""
    return isinstance(value, str) and value[:1].isdigit()


def _no_adoption(value: object) -> str:
    allowed = (
        "write a day, null (the effective day), refuses, or {since: ..., share: ...}"
    )
    if isinstance(value, bool):
        return (
            f"reads as {str(value).lower()}, as YAML takes {_TAKEN[value]}; {allowed}"
        )
    hint = nearest(value, [REFUSES]) if isinstance(value, str) else ""
    return f"{value!r} does not say whether it joins; {allowed}{hint}"


_TAKEN = {False: "NO and OFF", True: "YES and ON"}
"""Words that YAML takes for true or false."""


def _without_refusals(value: object) -> object:
    """Leave out the states that refuse to join."""
    if not isinstance(value, Mapping):
        return value
    return {
        key: item for key, item in value.items() if item != REFUSES or not state(key)
    }


_ReadAdoption = BeforeValidator(
    _as_adoption, json_schema_input_type=Adoption | Day | Literal["refuses"] | None
)

Adoptions = Annotated[
    Mapping[State, Annotated[Adoption, _ReadAdoption]],
    BeforeValidator(_without_refusals),
    "by alpha-3 code, a day, `null` (the effective day), `refuses` or the fields below",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class Instrument:
    """A dated act of a government.

    Attributes:
        id: its name in the table of law.
        title: what it does, in a line.
        issuer: the issuing state.
        announced: day on which the world learns of it.
        effective: first day on which it binds (the compliance date if it has one).
        end: first day on which it no longer binds.
        reference: its legal reference.
        source: where the facts can be read.
        confidence: how sure they are.
        scope: the lines it covers.
        adopted_by: states that bind their own vendors to it too.
        ask: the terms on which others are asked to join.
        answers: the instruments that it answers; without them it would not be.
        eccn: export control classification numbers.
        checked: month in which somebody who did not write it compared every field with
            its reference; left out where nobody has.
        note: what a reader should know.
        grounds: what single numbers of it rest on, by field.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    kind: ClassVar[str] = ""
    neutral: ClassVar[Mapping[str, float]] = {}
    """Numbers with which a field lets an instrument change nothing, by field."""
    scope_read: ClassVar[frozenset[str]] = frozenset(x.name for x in fields(Scope))
    """Fields of the scope that the kind reads."""
    binds_allies: ClassVar[bool] = True
    """Whether a state that joins is bound: whether the kind reads `adopted_by`."""

    id: str
    title: Text
    issuer: Issuer
    announced: Day
    effective: Day
    end: Day | None = None
    reference: Text
    source: Text
    confidence: Confidence = "judgement"
    scope: Annotated[Scope, "the fields below"] = field(default_factory=Scope)
    adopted_by: Adoptions = field(default_factory=dict)
    ask: Annotated[Ask, AfterValidator(Ask.checked), "the fields below"] | None = None
    answers: Ids = ()
    eccn: Eccns = ()
    checked: Day | None = None
    note: Annotated[str, "text"] = ""
    grounds: Annotated[
        Mapping[str, Grounds], "by field of the instrument, the fields below"
    ] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Instrument):
            return NotImplemented
        return next(differing_fields(self, other), None) is None

    def __hash__(self) -> int:
        return hash((self.kind, self.id))

    def __deepcopy__(self, memo: dict[int, Any]) -> "Instrument":
        return self

    def check(self) -> None:
        """Refuse fields that contradict each other; called on what a file says."""
        if self.effective < self.announced:
            raise ValueError(
                f"effective {self.effective} lies before announced {self.announced}; "
                "what is not known cannot bind"
            )
        if self.end is not None and self.end < self.announced:
            raise ValueError(f"end {self.end} lies before announced {self.announced}")
        for ally, adoption in self.adopted_by.items():
            self._check_within(f"adopted_by {ally} since", adoption.since)
        if self.ask is not None:
            self._check_within("ask.deadline", self.ask.deadline)
        self._check_read()
        known = written_fields(type(self))
        for name in self.grounds:
            if name not in known:
                raise ValueError(f"grounds: there is no field called {name!r}")

    def _check_read(self) -> None:
        """Refuse what the kind does not read, so that nobody thinks that it counts."""
        if self.adopted_by and not self.binds_allies:
            raise ValueError(f"adopted_by: a {self.kind} binds no ally; leave it out")
        for item in fields(Scope):
            value, default = getattr(self.scope, item.name), getattr(Scope(), item.name)
            if item.name not in self.scope_read and value != default:
                raise ValueError(
                    f"scope.{item.name}: a {self.kind} does not read it; leave it out"
                )

    def _check_within(self, name: str, day: date | None) -> None:
        """Refuse a day before or after the days on which the instrument binds."""
        if day is not None and day < self.effective:
            raise ValueError(f"{name} {day} lies before effective {self.effective}")
        if day is not None and self.end is not None and day >= self.end:
            raise ValueError(f"{name} {day} is not before end {self.end}")

    @cached_property
    def identity(self) -> str:
        """A digest of all that it says."""
        return self._digest(frozenset())

    @cached_property
    def shape(self) -> str:
        """A digest of all that it says but the size of numbers that may go by draw."""
        return self._digest(fields_by_draw(type(self)))

    def _digest(self, without_sizes: Collection[str]) -> str:
        """Return a digest that leaves out the size of numbers in some fields."""
        texts = (
            canonical_text(getattr(self, name), sizes=name not in without_sizes)
            for name in (item.name for item in fields(self))
            if name != "checked"
        )
        return text_digest([self.kind, *texts])

    @property
    def period(self) -> Period:
        """The days on which it binds, if nothing suspends it."""
        return Period(self.effective, self.end or FOREVER)

    @property
    def own_origins(self) -> frozenset[str]:
        """The states whose exports it binds of itself."""
        issuers = _STATES_OF.get(self.issuer, frozenset({self.issuer}))
        return self.scope.origins or issuers

    @property
    def reads_chip(self) -> bool:
        """Whether what it does to a line depends on the chip that the line carries."""
        return bool(self.scope.reaching or self.scope.below)

    def neutral_fields(self) -> tuple[str, ...]:
        """Return the fields of which the number lets it change nothing."""
        return tuple(x for x, no in self.neutral.items() if _all_are(self, x, no))

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
        period = self.adoption_period(origin)
        has_joined = period is not None and (day is None or day in period)
        share = self.adopted_by[origin].share if has_joined else 0.0
        if self.ask is None:
            return share
        return np.maximum(share, self.ask.backstop_share(origin, day))

    def may_apply_to(self, line: SupplyLine) -> bool:
        """Return whether it can ever apply to a line, as an export control would."""
        binds = line.origin in self.own_origins or self.may_bind_ally(line.origin)
        return binds and self.scope.covers(line)

    def may_bind_ally(self, state: str) -> bool:
        """Return whether a state's exports are ever bound: it joins, or is reached."""
        reached = self.ask is not None and state in self.ask.backstop
        return reached or state in self.adopted_by


def _all_are(act: Instrument, name: str, number: float) -> bool:
    """Return whether a field holds one number, in every draw and for every part."""
    value = getattr(act, name)
    parts = value.values() if isinstance(value, Mapping) else [value]
    return all(bool(np.all(np.equal(part, number))) for part in parts)


def written_fields(kind: type[Instrument]) -> tuple[str, ...]:
    """Return the names of the fields that a file may give; its key is the id."""
    return tuple(item.name for item in fields(kind) if item.name != "id")


def fields_by_draw(kind: type[Any]) -> frozenset[str]:
    """Return the fields in which numbers may differ by draw.

    They are those whose type, or the type of a part, admits an array over draws.
    """
    return frozenset(item.name for item in fields(kind) if _admits_array(item.type))


def _admits_array(hint: Any) -> bool:
    if isinstance(hint, type) and is_dataclass(hint):
        return bool(fields_by_draw(hint))
    return hint is PerDraw or any(map(_admits_array, get_args(hint)))


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
        same_keys = old.keys() == new.keys()
        return same_keys and all(equal_values(old[key], new[key]) for key in old)
    if is_dataclass(old) and type(old) is type(new):
        names = (item.name for item in fields(old))
        return all(equal_values(getattr(old, x), getattr(new, x)) for x in names)
    if isinstance(old, tuple) and isinstance(new, tuple):
        return len(old) == len(new) and all(map(equal_values, old, new))
    return bool(old == new)


def adoption_periods(instrument: Instrument) -> tuple[Period, ...]:
    """Return the days on which allies are bound: by adoption, or by the backstop."""
    ask = instrument.ask
    backstop = () if ask is None or ask.deadline is None else (Period(ask.deadline),)
    joined = map(instrument.adoption_period, instrument.adopted_by)
    return (*(period for period in joined if period is not None), *backstop)
