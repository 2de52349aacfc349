"""Conduct: how far states have gone, draw by draw, in what they decide themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.supply import Good
from sim.policy.instruments import Instrument
from sim.policy.terms import Truce

Joined = Mapping[tuple[str, str], "Joining"]


@dataclass(frozen=True, eq=False)
class Joining:
    """How far a state has joined an act of another.

    Attributes:
        whole: share of the draws' vendors bound in everything, in [0, 1].
        part: share to which goods other than engineers are held back where it has
            joined in part alone, in [0, 1].
    """

    whole: PerDraw
    part: PerDraw

    def share(self, good: Good) -> PerDraw:
        """Return how far the state's vendors are bound in a good, in [0, 1]."""
        if good is Good.ENGINEERS:
            return self.whole
        return np.maximum(self.whole, self.part)


@dataclass(frozen=True, eq=False)
class Conduct:
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
    def of(
        cls,
        acts: Mapping[str, PerDraw],
        joined: Joined,
        instruments: Mapping[str, Instrument],
    ) -> "Conduct":
        """Return the conduct in which truces among the acts suspend what they name."""
        suspended: dict[str, PerDraw] = {}
        for key, force in acts.items():
            truce = instruments.get(key)
            if isinstance(truce, Truce) and force.any():
                for name in truce.suspends:
                    suspended[name] = np.maximum(suspended.get(name, 0.0), force)
        return cls(dict(acts), dict(joined), suspended)

    def force(self, act: str) -> PerDraw | float:
        """Return how far an act is in force by decision, 1 if by its dates alone."""
        force: PerDraw | float = self.acts.get(act, 1.0)
        if act in self.suspended:
            force = force * (1.0 - self.suspended[act])
        return force

    def bound(self, act: str, state: str, good: Good) -> PerDraw | float:
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

    def touches(self, acts: Iterable[Instrument]) -> bool:
        """Return whether anything decided bears on any of some acts."""
        return any(
            act.id in self.acts
            or act.id in self.suspended
            or any((act.id, state) in self.joined for state in act.adopted_by)
            for act in acts
        )

    def moved_since(self, before: "Conduct") -> frozenset[str]:
        """Return the ids of the acts that stand otherwise than before, in any draw."""
        keys = {*self.acts, *before.acts, *self.suspended, *before.suspended}
        moved = {key for key in keys if _differ(self.force(key), before.force(key))}
        for key in {*self.joined, *before.joined}:
            if not _same(self.joined.get(key), before.joined.get(key)):
                moved.add(key[0])
        return frozenset(moved)


AS_DATED = Conduct()
"""Nothing has been decided; every act stands as it is dated."""


def _differ(one: PerDraw | float, other: PerDraw | float) -> bool:
    return one is not other and bool(np.any(np.not_equal(one, other)))


def _same(one: Joining | None, other: Joining | None) -> bool:
    if one is None or other is None:
        return one is other
    return not (_differ(one.whole, other.whole) or _differ(one.part, other.part))
