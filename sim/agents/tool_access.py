"""What law lets foreign makers of tools sell, and their engineers install."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.agents.fab import Fab
from sim.agents.tool_table import ByBase, ByForeign, ToolLayout
from sim.domain.array_types import Bool
from sim.domain.ensemble import PerDraw, greatest
from sim.domain.supply import SupplyLine

Lines = Sequence[Sequence[SupplyLine]]
"""The lines of the table, by row and fab."""


@dataclass(frozen=True, eq=False)
class ToolAccess:
    """What fabs can get of each maker; it is worked out again only when law moves.

    Attributes:
        open_share: share of new orders that passes both gates, for all makers.
        installable: share of a foreign maker's tools that could be installed.
        denied_share: share of orders abroad that cannot be shipped or installed.
        backfill_share: a maker's share of what is ordered in place of denied tools.
        has_seller: the draws in which any foreign maker can sell a class of tools.
        is_restricted: whether anything is denied in any draw.
        pending: by class and fab, the share that announced law would deny on top.
    """

    open_share: ByBase
    installable: ByForeign
    denied_share: ByForeign
    backfill_share: ByForeign
    has_seller: Bool[np.ndarray, "classes fabs draws"]
    is_restricted: bool
    pending: Mapping[tuple[int, int], PerDraw]

    @classmethod
    def read(cls, layout: ToolLayout, lines: Lines, fabs: Sequence[Fab]) -> ToolAccess:
        """Read the gates of all lines, and what fabs could install."""
        open_share = np.array(
            [[line.gates.open_share for line in row] for row in lines]
        )
        is_limited = any(fab.limited_vendors for fab in fabs)
        installable = _installable(layout, fabs)
        obtainable = open_share[layout.foreign] * installable
        weights = layout.preference * obtainable
        weight_in_total = layout.over_makers(weights)
        has_seller = weight_in_total > 0.0
        divisor = np.where(has_seller, weight_in_total, 1.0)
        return cls(
            open_share=open_share,
            installable=installable,
            denied_share=1.0 - obtainable,
            backfill_share=weights / layout.by_row(divisor, layout.foreign),
            has_seller=has_seller,
            is_restricted=is_limited or not _all_pass(lines[layout.foreign]),
            pending=_pending(layout, lines[layout.foreign]),
        )


def state_of_law(lines: Lines, fabs: Sequence[Fab]) -> list[PerDraw]:
    """Return the arrays from which access follows.

    State is rebound and never changed in place. So where these are the same objects as
    before, access is the same.
    """
    gates = [line.gates for row in lines for line in row]
    open_shares = (x.open_share for x in gates)
    pending = (x.pending for x in gates)
    installable = (part for fab in fabs for part in fab.installable.values())
    return [*open_shares, *pending, *installable]


def _all_pass(lines: Lines) -> bool:
    return all(line.gates.all_pass for row in lines for line in row)


def _installable(layout: ToolLayout, fabs: Sequence[Fab]) -> ByForeign:
    vendors = layout.vendors[layout.foreign]
    return np.array([[fab.installable_of(x) for fab in fabs] for x in vendors])


def _pending(layout: ToolLayout, lines: Lines) -> dict[tuple[int, int], PerDraw]:
    pending: dict[tuple[int, int], list[PerDraw]] = {}
    for good, row in zip(layout.class_of, lines, strict=False):
        for fab, line in enumerate(row):
            if line.gates.more_pending:
                pending.setdefault((int(good), fab), []).append(line.gates.pending)
    return {where: greatest(shares) for where, shares in pending.items()}
