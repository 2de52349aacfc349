"""The change of China's lag, split over the channels through which a rule works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.domain.ensemble import Draws, PerDraw
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.outcomes.paired_difference import narrows, widens
from sim.outcomes.quantiles import headline_quantiles

DENIED = "compute_denied"
"""What the rule does where nothing answers it."""

WHOLE = "whole"
"""What it does in total: the sum of the channels."""

CHANNELS = {
    DENIED: "compute denied",
    "induced_efficiency": "efficiency induced",
    "domestic_investment": "capacity invested",
    "domestic_substitution": "domestic substitution",
    "smuggling": "smuggling",
    "offshore_cloud": "offshore cloud",
    "ally_backfill": "ally backfill",
}
"""The channels, and what a reader calls them."""

TITLES = {**CHANNELS, WHOLE: "in total"}
"""The channels and their sum, as a reader calls them."""


@dataclass(frozen=True, eq=False, repr=False)
class Attribution(ShortRepr):
    """The change of the lag in months, scenario minus baseline, by channel and draw.

    The task `attribute` splits the change of another measure so, in its unit.

    Attributes:
        horizon: the last month, which ``horizon`` stands for.
        pieces: by time (a year or ``horizon``) and channel, what came through it; in
            every draw the channels add up to the whole.
        whole: by time, the change of the lag.
        off: channels that were switched off in both worlds, and so bring nothing.
    """

    scenario: str
    baseline: str
    draws: Draws
    seed: int
    horizon: Month
    pieces: Mapping[str, Mapping[str, PerDraw]]
    whole: Mapping[str, PerDraw]
    off: tuple[str, ...] = ()

    @classmethod
    def join(cls, chunks: Sequence[Attribution]) -> Attribution:
        """Return the attributions of consecutive chunks of draws as one.

        Raises:
            InvariantError: the chunks do not follow one another.
        """
        first = chunks[0]
        return replace(
            first,
            draws=Draws.join([chunk.draws for chunk in chunks]),
            pieces={
                when: {
                    name: np.concatenate([chunk.pieces[when][name] for chunk in chunks])
                    for name in channels
                }
                for when, channels in first.pieces.items()
            },
            whole={
                when: np.concatenate([chunk.whole[when] for chunk in chunks])
                for when in first.whole
            },
        )

    def at(self, when: str) -> dict[str, PerDraw]:
        """Return every channel and then the total, at a time."""
        return {**self.pieces[when], WHOLE: self.whole[when]}


@dataclass(frozen=True)
class ChannelShare:
    """What came through one channel, over all draws.

    Attributes:
        mean: over draws, months; means of the channels add up to that of the whole.
        standard_error: of the mean, were the draws independent; months.
        p05: quantile, months; quantiles of the channels do not add up.
        p95: quantile, months.
        narrows: share of draws in which it narrows the lag by a day or more.
        widens: share of draws in which it widens it by a day or more.
    """

    channel: str
    when: str
    mean: float
    standard_error: float
    p05: float
    p50: float
    p95: float
    narrows: float
    widens: float


def channel_shares(split: Attribution) -> Iterator[ChannelShare]:
    """Yield what came through each channel, by time, and the sum."""
    for when in split.whole:
        for channel, months in split.at(when).items():
            low, middle, high = headline_quantiles(months)
            yield ChannelShare(
                channel=channel,
                when=when,
                mean=float(np.mean(months)),
                standard_error=_standard_error(months),
                p05=low,
                p50=middle,
                p95=high,
                narrows=float(np.mean(narrows(months))),
                widens=float(np.mean(widens(months))),
            )


def _standard_error(months: PerDraw) -> float:
    """Return the standard error of a mean; of a lone draw nothing is known."""
    lone = months.size == 1
    return np.nan if lone else float(np.std(months, ddof=1) / np.sqrt(months.size))


def main_cause_of_narrowing(
    split: Attribution, when: str
) -> tuple[str, float, int] | None:
    """Return what narrows the lag most in the draws in which it narrows.

    Returns:
        The channel, its mean there in months, and the number of those draws; None if
        the lag narrows in no draw by a day or more.
    """
    narrower = narrows(split.whole[when])
    if not narrower.any():
        return None
    means = {
        channel: float(np.mean(months[narrower]))
        for channel, months in split.pieces[when].items()
    }
    chief = min(means, key=lambda channel: means[channel])
    return chief, means[chief], int(np.count_nonzero(narrower))
