"""Conduct: how far states have gone, draw by draw, in what they decide themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.supply import Good
from sim.policy.instruments import Instrument
from sim.policy.terms import Truce

ChangedActs = frozenset[tuple[str, str]]
"""Acts that stand otherwise than before, each with the state for whom."""

EVERYONE = ""
"""Stands for all states."""

Joined = Mapping[tuple[str, str], "JoinedShares"]


@dataclass(frozen=True, eq=False)
class JoinedShares:
    """How far a state has joined an act of another.

    Attributes:
        whole: share of the draws' vendors bound in everything, in [0, 1].
        part: share to which goods other than engineers are held back where it has
            joined in part alone, in [0, 1].
    """

    full: PerDraw
    partial: PerDraw

    def share(self, good: Good) -> PerDraw:
        """Return how far the state's vendors are bound in a good, in [0, 1]."""
        if good is Good.ENGINEERS:
            return self.full
        return np.maximum(self.full, self.partial)


@dataclass(frozen=True, eq=False)
class DecidedLaw:
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
        """Return the conduct in which truces among the acts suspend what they name."""
        suspended: dict[str, PerDraw] = {}
        for key, force in acts.items():
            truce = instruments.get(key)
            if isinstance(truce, Truce) and force.any():
                for name in truce.suspends:
                    suspended[name] = np.maximum(suspended.get(name, 0.0), force)
        return cls(dict(acts), dict(joined), suspended)

    @classmethod
    def concatenate(
        cls, parts: Sequence["DecidedLaw"], instruments: Mapping[str, Instrument]
    ) -> "DecidedLaw":
        """Return the conduct of consecutive draws as one."""
        head = parts[0]
        acts = {key: np.concatenate([x.acts[key] for x in parts]) for key in head.acts}
        joined = {
            key: JoinedShares(
                np.concatenate([x.joined[key].full for x in parts]),
                np.concatenate([x.joined[key].partial for x in parts]),
            )
            for key in head.joined
        }
        return cls.from_acts(acts, joined, instruments)

    def of_draws(
        self, columns: slice, instruments: Mapping[str, Instrument]
    ) -> "DecidedLaw":
        """Return the conduct of some of the draws."""
        if self is AS_DATED:
            return self
        acts = {key: force[columns] for key, force in self.acts.items()}
        joined = {
            key: JoinedShares(each.full[columns], each.partial[columns])
            for key, each in self.joined.items()
        }
        return DecidedLaw.from_acts(acts, joined, instruments)

    def force(self, act: str) -> PerDraw | float:
        """Return how far an act is in force by decision, 1 if by its dates alone."""
        force: PerDraw | float = self.acts.get(act, 1.0)
        if act in self.suspended:
            force = force * (1.0 - self.suspended[act])
        return force

    def joined_share(self, act: str, state: str, good: Good) -> PerDraw | float:
        """Return how far a state's vendors are bound by its own decision to join.

        A truce that suspends the act suspends what was joined too.
        """
        joining = self.joined.get((act, state))
        if joining is None:
            return 0.0
        share: PerDraw | float = joining.share(good)
        if act in self.suspended:
            share = share * (1.0 - self.suspended[act])
        return share

    def covers_any(self, acts: Iterable[Instrument]) -> bool:
        """Return whether anything decided bears on any of some acts."""
        return any(
            act.id in self.acts
            or act.id in self.suspended
            or any((act.id, state) in self.joined for state in act.adopted_by)
            for act in acts
        )

    def changed_since(self, before: "DecidedLaw") -> ChangedActs:
        """Return what stands otherwise than before, in any draw.

        An act that moves for all is named with `EVERYONE`, one that a state has joined
        or left with that state.
        """
        keys = {*self.acts, *before.acts, *self.suspended, *before.suspended}
        moved = {
            (key, EVERYONE)
            for key in keys
            if _differ(self.force(key), before.force(key))
        }
        for key in {*self.joined, *before.joined}:
            if not _same(self.joined.get(key), before.joined.get(key)):
                moved.add(key)
        return frozenset(moved)


AS_DATED = DecidedLaw()
"""Nothing has been decided; every act stands as it is dated."""


def _differ(one: PerDraw | float, other: PerDraw | float) -> bool:
    return one is not other and bool(np.any(np.not_equal(one, other)))


def _same(one: JoinedShares | None, other: JoinedShares | None) -> bool:
    if one is None or other is None:
        return one is other
    return not (_differ(one.full, other.full) or _differ(one.partial, other.partial))
