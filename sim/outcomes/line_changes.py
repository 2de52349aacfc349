"""Line changes: on which supply lines a scenario lets less pass, and on which more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import networkx as nx
import numpy as np

from sim.domain.ensemble import sum_in_order
from sim.domain.months import Month
from sim.domain.supply import SupplyLine
from sim.outcomes.network_graph import Network, is_known, lines
from sim.outcomes.paired_difference import ROUNDING
from sim.policy.applicable_law import NO_LEAKAGE
from sim.policy.instruments import differing_fields
from sim.policy.regime import Regime
from sim.policy.terms import Quota

_NUMBERS = ("share", "lead_time", "substitutability")


@dataclass(frozen=True)
class LineChange:
    """What may be shipped on a line under a scenario and under the law compared with.

    Attributes:
        chip: name of the chip it carries, or nothing.
        before: share of orders that passes both gates under the baseline, in [0, 1].
        after: the same under the scenario.
        capped: whether a quota that the baseline does not have, or has otherwise,
            limits what passes.
    """

    seller: str
    buyer: str
    good: str
    chip: str
    before: float = 1.0
    after: float = 1.0
    capped: bool = False

    @property
    def loss(self) -> float:
        """The share of orders that the scenario takes away; below zero, adds."""
        return self.before - self.after

    @property
    def is_cut(self) -> bool:
        """Whether less passes, or no less of each order but under a new quota."""
        return self.loss > ROUNDING or (self.capped and self.loss > -ROUNDING)

    @property
    def is_opened(self) -> bool:
        """Whether more passes."""
        return self.loss < -ROUNDING


def line_changes(
    network: Network, scenario: Regime, baseline: Regime, month: Month
) -> list[LineChange]:
    """Return the lines on which less or more passes, the largest changes first.

    What leaks through affiliates and other facilities is left out: this is what the
    law says, not what becomes of it.
    """
    quotas = _new_quotas(scenario, baseline, month)
    compared = [
        LineChange(
            *_line_key(line),
            before=share_passing(line, baseline, month),
            after=share_passing(line, scenario, month),
            capped=any(np.any(quota.counted_share(line)) for quota in quotas),
        )
        for line in lines(network)
    ]
    changed = [change for change in compared if change.is_cut or change.is_opened]
    return sorted(changed, key=lambda x: (-abs(x.loss), x.good, x.seller, x.buyer))


def cut_lines(
    network: Network, scenario: Regime, baseline: Regime, month: Month
) -> list[LineChange]:
    """Return the lines on which less passes, or a new quota limits what does."""
    changes = line_changes(network, scenario, baseline, month)
    return [change for change in changes if change.is_cut]


def month_of_most_cuts(
    network: Network, scenario: Regime, baseline: Regime, months: Sequence[Month]
) -> Month:
    """Return the month in which the scenario takes most away.

    Looked for in the month after each instrument that differs takes effect (its first
    whole month), and in the last month. If it never cuts anything, it is the month in
    which it opens most.

    Where governments decide under either law, it is the last month: how far they have
    gone by then is known, draw by draw, and what a line loses is a mean over draws.
    """
    if scenario.decisions or baseline.decisions:
        return months[-1]
    effective = {Month.of(day) + 1 for day in _effective_days(scenario, baseline)}
    candidates = [month for month in months[:-1] if month in effective] + [months[-1]]
    return max(
        candidates,
        key=lambda month: _severity(line_changes(network, scenario, baseline, month)),
    )


def _severity(changes: list[LineChange]) -> tuple[float, int, float]:
    """Return how much is taken away, how much is capped, and how much is opened."""
    total_loss = sum_in_order(change.loss for change in changes if change.is_cut)
    capped = len([change for change in changes if change.capped])
    return (
        total_loss,
        capped,
        sum_in_order(-change.loss for change in changes if change.is_opened),
    )


def share_passing(line: SupplyLine, regime: Regime, month: Month) -> float:
    """Return the share of orders that passes both gates, on average over draws."""
    licence = regime.licence(line, month, NO_LEAKAGE)
    return float(np.mean(licence * regime.permit(line, month)))


def annotated(network: Network, changes: Iterable[LineChange] = ()) -> Network:
    """Return the network in plain words and numbers, what a scenario changes marked.

    Edges say ``cut`` (whether less passes, or a quota limits it), ``capped`` (whether a
    quota does), ``opened`` (whether more passes) and ``share_cut`` (share of orders
    that passes no more).
    """
    by_line = {(x.seller, x.buyer, x.good, x.chip): x for x in changes}
    plain = nx.MultiDiGraph()
    for actor, facts in network.nodes.items():
        plain.add_node(actor, **{key: str(value) for key, value in facts.items()})
    for seller, buyer, facts in network.edges(data=True):
        plain.add_edge(seller, buyer, **_plain(facts, by_line))
    return plain


def _plain(
    facts: dict[str, Any], by_line: dict[tuple[str, str, str, str], LineChange]
) -> dict[str, str | float | bool]:
    line: SupplyLine = facts["line"]
    key = _line_key(line)
    change = by_line.get(key, LineChange(*key))
    return {
        "good": change.good,
        "origin": line.origin,
        "destination": line.destination,
        "party": line.party,
        "advanced": line.advanced,
        "chip": change.chip,
        **{name: float(facts[name]) for name in _NUMBERS if is_known(facts, name)},
        "cut": change.is_cut,
        "capped": change.capped,
        "opened": change.is_opened,
        "share_cut": change.loss,
    }


def _line_key(line: SupplyLine) -> tuple[str, str, str, str]:
    chip = line.chip.name if line.chip else ""
    return line.seller, line.buyer, str(line.good), chip


def _new_quotas(scenario: Regime, baseline: Regime, month: Month) -> tuple[Quota, ...]:
    known = {quota.id: quota for quota in baseline.quotas(month)}
    return tuple(
        quota
        for quota in scenario.quotas(month)
        if quota.id not in known or any(differing_fields(known[quota.id], quota))
    )


def _effective_days(scenario: Regime, baseline: Regime) -> Iterator[date]:
    """Yield the days on which an instrument that differs takes effect."""
    for name in scenario.instruments.keys() | baseline.instruments.keys():
        new, old = scenario.instruments.get(name), baseline.instruments.get(name)
        if new is None or old is None or any(differing_fields(old, new)):
            yield from (act.effective for act in (new, old) if act is not None)
