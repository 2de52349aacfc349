"""Motions: acts that a state is asked to decide on, and the outcome in each draw."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.domain.ensemble import NEVER, InDraws, PerDraw
from sim.domain.months import Month
from sim.policy.decided_law import DecidedLaw, JoinedShares
from sim.policy.instruments import Instrument


@dataclass(eq=False)
class Motion:
    """An act that a state may make its own: enact, or join.

    Months are month indices, `NEVER` where nothing of the kind has happened.

    Attributes:
        state: who decides.
        asked: since when it is asked, or has the occasion.
        agreed: when it was decided, and so known to all.
        binding: from when it binds.
        withdrawn: when the state last withdrew from it.
        refused: when it was last refused.
        partial_share: share to which goods other than engineers are held back, where it
            is joined in part alone; nothing where it is joined in full.
    """

    act: Instrument
    state: str
    asked: PerDraw
    agreed: PerDraw = field(init=False)
    binding: PerDraw = field(init=False)
    withdrawn: PerDraw = field(init=False)
    refused: PerDraw = field(init=False)
    partial_share: PerDraw = field(init=False)

    def __post_init__(self) -> None:
        never = np.full_like(self.asked, NEVER)
        self.agreed = self.binding = self.withdrawn = self.refused = never
        self.partial_share = np.zeros_like(self.asked)

    @property
    def key(self) -> tuple[str, str]:
        """What tells the motion from every other: the act and the state."""
        return self.act.id, self.state

    @property
    def is_joining(self) -> bool:
        """Whether it is about joining an act of another state."""
        return self.act.issuer != self.state

    @property
    def is_agreed(self) -> InDraws:
        """The draws in which it has been decided and not been left."""
        return np.isfinite(self.agreed)

    def is_open(self, month: Month) -> InDraws:
        """Return the draws in which it is asked and neither decided nor refused."""
        asked = self.asked <= month.index
        return asked & ~self.is_agreed & ~np.isfinite(self.refused)

    def is_binding(self, month: Month) -> InDraws:
        """Return the draws in which it binds in a month."""
        return (self.binding <= month.index) & ~self.has_ended(month)

    def has_ended(self, month: Month) -> InDraws:
        """Return where an act that was made for a time has run it."""
        return self.binding + self.duration <= month.index

    @property
    def duration(self) -> float:
        """Months for which it binds; what is joined, or has no end, lasts."""
        act = self.act
        if act.end is None or self.is_joining:
            return NEVER
        days = (act.end - act.effective).days
        return float(max(round(days / _DAYS_A_MONTH), 1))

    def ask(self, where: InDraws, month: Month) -> InDraws:
        """Put it to the state in some draws; return those in which it is new."""
        new = where & ~np.isfinite(self.asked)
        self.asked = np.where(new, float(month.index), self.asked)
        return new

    def agree(
        self, where: InDraws, month: Month, wait: PerDraw, partial_share: PerDraw
    ) -> None:
        """Decide it in some draws; it binds some months later."""
        now = float(month.index)
        self.agreed = np.where(where, now, self.agreed)
        self.binding = np.where(where, now + np.maximum(wait, 1.0), self.binding)
        self.partial_share = np.where(where, partial_share, self.partial_share)

    def refuse(self, where: InDraws, month: Month) -> None:
        """Refuse it in some draws, for good."""
        self.refused = np.where(where, float(month.index), self.refused)

    def withdraw(self, where: InDraws, month: Month) -> None:
        """Withdraw from it in some draws."""
        self.withdrawn = np.where(where, float(month.index), self.withdrawn)
        self.agreed = np.where(where, NEVER, self.agreed)
        self.binding = np.where(where, NEVER, self.binding)


def decided_law_of(
    motions: Iterable[Motion],
    instruments: Mapping[str, Instrument],
    month: Month,
    *,
    agreed: bool = False,
) -> DecidedLaw:
    """Return the law that motions have decided in a month.

    Args:
        motions: all that any state was asked.
        instruments: all acts by id, truces among them.
        month: the month.
        agreed: whether what is decided and does not bind yet counts as if it did.
    """
    acts: dict[str, PerDraw] = {}
    joined: dict[tuple[str, str], JoinedShares] = {}
    for motion in motions:
        to_come = motion.is_agreed & ~motion.has_ended(month)
        holds = to_come if agreed else motion.is_binding(month)
        force = holds.astype(float)
        if motion.is_joining:
            full_share = np.where(motion.partial_share > 0.0, 0.0, force)
            joined[motion.key] = JoinedShares(full_share, motion.partial_share * force)
        else:
            acts[motion.act.id] = force
    return DecidedLaw.from_acts(acts, joined, instruments)


_DAYS_A_MONTH = 30.4
