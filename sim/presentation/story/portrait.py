"""Portrait: what sort of world a draw is, by what is assumed in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.special import ndtr

from sim.domain.ensemble import PerDraw
from sim.presentation.numbers import rounded
from sim.presentation.story import wording
from sim.records.assumptions import Assumption

MOST = 6
"""Assumptions told of."""

TELLING = (
    # laboratories, the frontier and efficiency
    "induced.efficiency_elasticity_to_compute_gap",
    "induced.compute_scarcity_months_to_effect",
    "ai.algorithmic_efficiency_growth",
    "distill.gap_reduction_months",
    "lab.largest_run_fleet_share",
    "lab.initial_know_how_gap",
    "lab.budget_factor",
    "lab.budget_growth_2026",
    "lab.choice_sensitivity",
    "lab.grey_discount",
    "lab.domestic_software_efficiency",
    "world.supply_growth_2026",
    # smuggling and compute abroad
    "smuggle.hub_divertible_share",
    "smuggle.start_capacity",
    "smuggle.interdiction_rate_before_delivery",
    "offshore.max_growth_per_month",
    "offshore.start_h100e",
    # service and tools
    "service.uptime_decay_per_month.scanner_no_vendor_no_spares",
    "service.uptime_decay_per_month.scanner_no_vendor_with_spares",
    "service.uptime_decay_per_month.etch_dep",
    "service.spares_stock_months_critical_scanner_modules",
    "service.grey_market_parts_coverage",
    "service.self_maintenance_recovery_share_12m",
    "service.install_dependence",
    "law.facility_leakage",
    "litho.effective_passes_per_tool_month",
    "ally.backfill_share_if_unilateral",
    "breakthrough.immersion_median_months",
    # wafers, yields, memory and accelerators
    "fab.advanced_ceiling_kwpm",
    "fab.start_kwpm.smic_advanced",
    "fab.growth.smic_advanced",
    "smic.n2.defect_learning_per_doubling",
    "smic.n2.defect_density_2024",
    "smic.ai_share_of_advanced_wafers",
    "ascend.packaging_dies_per_month",
    "ascend.packaging_growth_per_year",
    "hbm.cxmt_wpm_planned_for_hbm3",
    "hbm.cxmt_start_year",
    "hbm.stacks_per_dram_wafer",
    # designers abroad
    "redesign.months_rule_to_compliant_chip",
    "redesign.patience",
    "nvidia.china_allocation_cap",
)
"""Assumptions that move the headline most (by rank correlation over 1 024 draws with
lag, compute by channel, accelerators, wafers, yields, availability and revenue), or of
which one turn of the story hangs."""


def portrait(
    assumptions: Sequence[Assumption],
    assumed: Mapping[str, PerDraw],
    fixed: Mapping[str, float],
) -> list[str]:
    """Return what sets a world apart, the most unusual first, then what was fixed.

    Args:
        assumptions: the rows, with their ranges.
        assumed: their values in the one draw.
        fixed: those fixed by whoever asked.
    """
    rows = {row.name: row for row in assumptions}
    scores = {
        name: score(rows[name], float(assumed[name][0]))
        for name in TELLING
        if name not in fixed
    }
    far = sorted(scores, key=lambda name: -abs(scores[name]))[:MOST]
    told = [_told(rows[name], float(assumed[name][0]), scores[name]) for name in far]
    told += [
        f"{rows[name].meaning}: held at {_amount(rows[name])(value)}"
        f"{_unit(rows[name])}, as asked"
        for name, value in fixed.items()
    ]
    return told


def score(row: Assumption, value: float) -> float:
    """Return how far a value lies from the median, in standard deviations of its side.

    Example:
        A value at the high end of a 90 % range scores 1.64.
    """
    low, mid, high = (
        row.on_scale(row.low),
        row.on_scale(row.mid),
        row.on_scale(row.high),
    )
    moved = row.on_scale(value) - mid
    half = mid - low if moved < 0.0 else high - mid
    return 0.0 if half <= 0.0 else _SCORE_AT_END * moved / half


def _told(row: Assumption, value: float, scored: float) -> str:
    rank = min(np.floor(100.0 * float(ndtr(abs(scored)))), 99.0)
    side = "higher" if scored > 0.0 else "lower"
    said, meaning = _amount(row), _CLEARER.get(row.name, row.meaning)
    return (
        f"{meaning}: {said(value)}{_unit(row)}, {side} than in {rank:.0f} of 100 "
        f"worlds (the middle is {said(row.mid)}, and nine worlds in ten have "
        f"{said(row.low)} to {said(row.high)})"
    )


def _amount(row: Assumption) -> Callable[[float], str]:
    if row.unit == "year":
        return "{:.1f}".format
    return wording.share if row.unit.startswith("share") else rounded


def _unit(row: Assumption) -> str:
    """Return the unit where it adds to what the meaning says."""
    said = row.unit.partition(" (")[0]
    plain = len(said.split()) <= _LONGEST and not said.startswith(_IN_THE_NUMBER)
    return f" {said}" if plain else ""


_LONGEST = 4
"""Words of a unit; a longer one says what the meaning says already."""

_IN_THE_NUMBER = ("share", "ratio", "year", "exponent", "unit", "times", "x/", "wpm")

_CLEARER = {
    "induced.efficiency_elasticity_to_compute_gap": (
        "how much efficiency scarcity of compute induces, log efficiency per log of "
        "the gap"
    ),
    "induced.compute_scarcity_months_to_effect": (
        "time that scarcity takes to make laboratories more efficient"
    ),
    "lab.choice_sensitivity": (
        "how strongly laboratories follow value per dollar from channel to channel"
    ),
}
"""Meanings that the table words for those who read its other rows."""


_SCORE_AT_END = 1.6448536269514722
"""Standard normal quantile at 95 %, where the range of an assumption ends."""
