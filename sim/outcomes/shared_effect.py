"""An effect shared out over players: the instruments of a regime, or its channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan

import numpy as np

from sim.domain.ensemble import Draws, PerDraw
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.short_repr import ShortRepr
from sim.outcomes.attribution import Attribution
from sim.outcomes.paired_difference import is_equal
from sim.outcomes.quantiles import Spread, headline_quantiles
from sim.outcomes.results import Key

WHOLE = "whole"
"""The row of the whole effect, which the shares add up to."""

FIRST = "without_any"
"""What is there with no player at work: of instruments, what else a scenario sets."""


@dataclass(frozen=True, eq=False, repr=False)
class SharedEffect(ShortRepr):
    """What a scenario changes of a measure, shared out draw by draw.

    Attributes:
        key: measure and actor.
        unit: of the effect.
        draws: the draws.
        months: by time (a year or ``horizon``), its last month.
        pieces: by time and player, its share; in every draw they add up to the whole.
        whole: by time, the effect.
        alone: by time and player, the effect of that player alone; if known.
        last: by time and player, what it adds to all others; if known.
    """

    key: Key
    unit: str
    draws: Draws
    months: Mapping[str, Month]
    pieces: Mapping[str, Mapping[str, PerDraw]]
    whole: Mapping[str, PerDraw]
    alone: Mapping[str, Mapping[str, PerDraw]] = field(default_factory=dict)
    last: Mapping[str, Mapping[str, PerDraw]] = field(default_factory=dict)

    @property
    def players(self) -> list[str]:
        """The players, in their order."""
        return list(next(iter(self.pieces.values())))

    @classmethod
    def join(cls, chunks: Sequence[SharedEffect]) -> SharedEffect:
        """Return those of consecutive chunks of draws as one.

        Raises:
            InvariantError: the chunks do not follow one another.
        """
        return replace(
            chunks[0],
            draws=Draws.join([chunk.draws for chunk in chunks]),
            pieces=_joined([chunk.pieces for chunk in chunks]),
            whole=_joined([{WHOLE: chunk.whole} for chunk in chunks])[WHOLE],
            alone=_joined([chunk.alone for chunk in chunks]),
            last=_joined([chunk.last for chunk in chunks]),
        )

    @classmethod
    def by_channel(cls, split: Attribution, key: Key, unit: str) -> SharedEffect:
        """Return the change of a measure that was split over channels."""
        return cls(
            key=key,
            unit=unit,
            draws=split.draws,
            months={
                when: Month(int(when), MONTHS_A_YEAR)
                if when.isdigit()
                else split.horizon
                for when in split.whole
            },
            pieces=split.pieces,
            whole=split.whole,
        )

    def at(self, when: str) -> dict[str, PerDraw]:
        """Return every share and then the whole, at a time."""
        return {**self.pieces[when], WHOLE: self.whole[when]}

    def largest_in(self, player: str, when: str) -> float:
        """Return the share of draws in which a player's share is the largest in size.

        Players that are the same but for rounding share a draw.
        """
        sizes = {name: np.abs(each) for name, each in self.pieces[when].items()}
        most = np.max(np.array(list(sizes.values())), axis=0)
        return float(np.mean(is_equal(sizes[player], most) & (most > 0.0)))


def _joined(
    parts: Sequence[Mapping[str, Mapping[str, PerDraw]]],
) -> dict[str, dict[str, PerDraw]]:
    return {
        when: {
            name: np.concatenate([part[when][name] for part in parts]) for name in first
        }
        for when, first in parts[0].items()
    }


@dataclass(frozen=True)
class ShareRow:
    """The share of one player at one time, over all draws.

    Attributes:
        player: an instrument, several, or a channel; or the whole.
        when: a year or ``horizon``.
        month: its last month.
        unit: of all numbers but shares of draws.
        mean: over draws; means of the players add up to that of the whole.
        standard_error: of the mean.
        share: quantiles; those of players do not add up.
        rises: share of draws in which it raises the measure.
        falls: share of draws in which it lowers it.
        largest: share of draws in which it is the largest in size.
        alone_mean: mean effect of the player alone, missing if not known.
        last_mean: mean of what it adds to all others.
    """

    player: str
    when: str
    month: str
    unit: str
    mean: float
    standard_error: float
    share: Spread
    rises: float
    falls: float
    largest: float
    alone_mean: float = nan
    last_mean: float = nan


def share_rows(shared: SharedEffect) -> Iterator[ShareRow]:
    """Yield the share of every player and the whole, by time."""
    for when, month in shared.months.items():
        for player, share in shared.at(when).items():
            known = player in shared.alone.get(when, {})
            lone = share.size == 1
            yield ShareRow(
                player=player,
                when=when,
                month=str(month),
                unit=shared.unit,
                mean=float(share.mean()),
                standard_error=nan
                if lone
                else float(share.std(ddof=1) / np.sqrt(share.size)),
                share=headline_quantiles(share),
                rises=float(np.mean(share > 0.0)),
                falls=float(np.mean(share < 0.0)),
                largest=1.0 if player == WHOLE else shared.largest_in(player, when),
                alone_mean=float(shared.alone[when][player].mean()) if known else nan,
                last_mean=float(shared.last[when][player].mean()) if known else nan,
            )
