"""Decided law: how far states have gone, draw by draw, in what they decide themselves.

Acts of which a state decides have no dates of their own. What binds is separate from
the acts, so that a regime can go from month to month with one statute book and another
decided law. What is decided and does not bind yet is a second one, *decided ahead*:
actors see it coming as they see a dated act that has been announced.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.short_repr import ShortRepr
from sim.domain.supply import Good
from sim.policy.instruments import Instrument
from sim.policy.terms import Truce

ChangedActs = frozenset[tuple[str, str]]
"""Acts whose force has changed, each with the state for which it has."""

ALL_STATES = ""
"""Stands for all states."""

Joined = Mapping[tuple[str, str], "JoinedShares"]


@dataclass(frozen=True, eq=False)
class JoinedShares:
    """How far a state has joined an act of another.

    Attributes:
        full: share to which its vendors are bound in everything, in [0, 1].
        partial: share to which goods other than engineers are held back where it has
            joined in part alone, in [0, 1].
    """

    full: PerDraw
    partial: PerDraw

    def share(self, good: Good) -> PerDraw:
        """Return how far the state's vendors are bound in a good, in [0, 1]."""
        if good is Good.ENGINEERS:
            return self.full
        return np.maximum(self.full, self.partial)


@dataclass(frozen=True, eq=False, repr=False)
class DecidedLaw(ShortRepr):
    """What has been decided so far.

    Attributes:
        acts: how far each act that is decided on is in force, by id, in [0, 1].
        joined: how far each act is joined, by id and state.
        suspended: how far a truce that was decided suspends an act, by id, in [0, 1].
    """

    acts: Mapping[str, PerDraw] = field(default_factory=dict)
    joined: Joined = field(default_factory=dict)
    suspended: Mapping[str, PerDraw] = field(default_factory=dict)

    @classmethod
    def from_acts(
        cls,
        acts: Mapping[str, PerDraw],
        joined: Joined,
        instruments: Mapping[str, Instrument],
    ) -> "DecidedLaw":
        """Return decided law in which truces among the acts suspend what they name."""
        suspended: dict[str, PerDraw] = {}
        for key, force in acts.items():
            truce = instruments.get(key)
            if isinstance(truce, Truce) and force.any():
                for name in truce.suspends:
                    suspended[name] = np.maximum(suspended.get(name, 0.0), force)
        return cls(dict(acts), dict(joined), suspended)

    @classmethod
    def concatenate(
        cls, chunks: Sequence["DecidedLaw"], instruments: Mapping[str, Instrument]
    ) -> "DecidedLaw":
        """Return what was decided in consecutive draws as one."""
        return cls._merge(chunks, np.concatenate, instruments)

    def of_draws(
        self, columns: slice, instruments: Mapping[str, Instrument]
    ) -> "DecidedLaw":
        """Return what was decided in a range of the draws."""
        if self is AS_DATED:
            return self
        return self._merge([self], lambda arrays: arrays[0][columns], instruments)

    @classmethod
    def _merge(
        cls,
        chunks: Sequence["DecidedLaw"],
        merge: Callable[[list[PerDraw]], PerDraw],
        instruments: Mapping[str, Instrument],
    ) -> "DecidedLaw":
        head = chunks[0]
        joined = {
            key: JoinedShares(
                merge([chunk.joined[key].full for chunk in chunks]),
                merge([chunk.joined[key].partial for chunk in chunks]),
            )
            for key in head.joined
        }
        acts = {key: merge([chunk.acts[key] for chunk in chunks]) for key in head.acts}
        return cls.from_acts(acts, joined, instruments)

    def force(self, act: str) -> PerDraw | float:
        """Return how far an act is in force by decision, 1 if by its dates alone."""
        return self._unless_suspended(act, self.acts.get(act, 1.0))

    def joined_share(self, act: str, state: str, good: Good) -> PerDraw | float:
        """Return how far a state's vendors are bound by its own decision to join.

        A truce that suspends the act suspends what was joined too.
        """
        joined = self.joined.get((act, state))
        if joined is None:
            return 0.0
        return self._unless_suspended(act, joined.share(good))

    def _unless_suspended(self, act: str, share: PerDraw | float) -> PerDraw | float:
        if act in self.suspended:
            return share * (1.0 - self.suspended[act])
        return share

    def covers_any(self, acts: Iterable[Instrument]) -> bool:
        """Return whether any of some acts is decided on, suspended or joined."""
        return any(
            act.id in self.acts
            or act.id in self.suspended
            or any((act.id, state) in self.joined for state in act.adopted_by)
            for act in acts
        )

    def parts_on(self, acts: Iterable[Instrument]) -> tuple[object, ...]:
        """Return the objects from which follows what has been decided on some acts."""
        return tuple(
            part
            for act in acts
            for part in (
                self.acts.get(act.id),
                self.suspended.get(act.id),
                *(self.joined.get((act.id, state)) for state in act.adopted_by),
            )
        )

    def keeping(self, before: "DecidedLaw") -> "DecidedLaw":
        """Return the same law, with the objects of an earlier one where it is equal."""
        acts = {key: _kept(before.acts.get(key), x) for key, x in self.acts.items()}
        suspended = {
            key: _kept(before.suspended.get(key), x)
            for key, x in self.suspended.items()
        }
        joined = {
            key: new if _joined_differ(old, new) else old
            for key, new in self.joined.items()
            for old in [before.joined.get(key, new)]
        }
        return DecidedLaw(acts, joined, suspended)

    def changed_since(self, before: "DecidedLaw") -> ChangedActs:
        """Return the acts whose force differs from what it was, in any draw.

        An act that changes for all is named with `ALL_STATES`, one that a state has
        joined or left with that state. Arrays are rebound and never changed in place,
        so those that are the same object hold the same numbers, and need no look.
        """
        keys = {*self.acts, *before.acts, *self.suspended, *before.suspended}
        acts = {
            (key, ALL_STATES)
            for key in keys
            if _differ(self.force(key), before.force(key))
        }
        joined = {
            key
            for key in {*self.joined, *before.joined}
            if _joined_differ(self.joined.get(key), before.joined.get(key))
        }
        return frozenset(acts | joined)


AS_DATED = DecidedLaw()
"""Nothing has been decided; every act binds as it is dated."""


def _differ(old: PerDraw | float, new: PerDraw | float) -> bool:
    return old is not new and bool(np.any(np.not_equal(old, new)))


def _kept(old: PerDraw | None, new: PerDraw) -> PerDraw:
    return new if old is None or _differ(old, new) else old


def _joined_differ(old: JoinedShares | None, new: JoinedShares | None) -> bool:
    if old is None or new is None:
        return old is not new
    return _differ(old.full, new.full) or _differ(old.partial, new.partial)
