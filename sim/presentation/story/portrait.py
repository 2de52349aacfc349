"""Portrait: the assumptions that distinguish one world from others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.special import ndtr

from sim.domain.ensemble import PerDraw
from sim.domain.number_format import rounded
from sim.presentation.story import wording
from sim.records.assumptions import Assumption

MOST = 6
"""Assumptions in a portrait."""

CANDIDATES = (
    # laboratories, the frontier and efficiency
    "induced.efficiency_elasticity_to_compute_gap",
    "induced.compute_scarcity_months_to_effect",
    "ai.algorithmic_efficiency_growth",
    "distill.gap_reduction_months",
    "lab.largest_run_fleet_share",
    "lab.initial_commitment_gap",
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
lag, compute by channel, accelerators, wafers, yields, availability and revenue), or on
which an event of the story depends."""


def portrait(
    assumptions: Sequence[Assumption],
    assumed: Mapping[str, PerDraw],
    fixed: Mapping[str, float],
) -> list[str]:
    """Return what distinguishes a world, the most unusual first, and what was fixed."""
    rows = {row.name: row for row in assumptions}
    scores = {
        name: deviation_score(rows[name], float(assumed[name][0]))
        for name in CANDIDATES
        if name not in fixed
    }
    unusual = sorted(scores, key=lambda name: -abs(scores[name]))[:MOST]
    return [
        *(_line(rows[x], float(assumed[x][0]), scores[x]) for x in unusual),
        *(_fixed_line(rows[name], value) for name, value in fixed.items()),
    ]


def deviation_score(row: Assumption, value: float) -> float:
    """Return how far a value lies from the median, in standard deviations of its side.

    Example:
        A value at the high end of a 90 % range scores 1.64.
    """
    mid = row.on_scale(row.mid)
    distance = row.on_scale(value) - mid
    end = row.on_scale(row.low if distance < 0.0 else row.high)
    half = abs(end - mid)
    return 0.0 if half <= 0.0 else _SCORE_AT_END * distance / half


def _fixed_line(row: Assumption, value: float) -> str:
    return f"{row.meaning}: held at {_format(row)(value)}{_unit(row)}, as requested"


def _line(row: Assumption, value: float, score: float) -> str:
    rank = min(np.floor(100.0 * float(ndtr(abs(score)))), 99.0)
    side = "higher" if score > 0.0 else "lower"
    meaning = _CLEARER.get(row.name, row.meaning)
    amount, low, mid, high = map(_format(row), (value, row.low, row.mid, row.high))
    return (
        f"{meaning}: {amount}{_unit(row)}, {side} than in {rank:.0f} of 100 worlds "
        f"(the middle is {mid}, and nine worlds in ten have {low} to {high})"
    )


def _format(row: Assumption) -> Callable[[float], str]:
    if row.unit == "year":
        return "{:.1f}".format
    return wording.share if row.unit.startswith("share") else rounded


def _unit(row: Assumption) -> str:
    """Return the unit where it adds to what the meaning says."""
    unit = row.unit.partition(" (")[0]
    is_plain = len(unit.split()) <= _LONGEST and not unit.startswith(_IN_THE_NUMBER)
    return f" {unit}" if is_plain else ""


_LONGEST = 4
"""Words of a unit; a longer one repeats the meaning."""

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
"""Meanings that the table words for readers of its other rows."""


_SCORE_AT_END = 1.6448536269514722
"""Standard normal quantile at 95 %, where the range of an assumption ends."""
