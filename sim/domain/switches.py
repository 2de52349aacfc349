"""Names of the mechanisms that can be switched off."""

MECHANISMS = (
    "service",
    "yield_learning",
    "domestic_learning",
    "domestic_substitution",
    "domestic_investment",
    "other_memory",
    "ally_backfill",
    "staged_lead_times",
    "sector_cycle",
    "ai_investment",
    "stockpiling",
    "news",
    "news_spill",
    "relief",
    "redesign",
    "one_pool",
    "smuggling",
    "offshore_cloud",
    "licence_queue",
    "budget_response",
    "induced_efficiency",
    "distillation",
    "breakthroughs",
    "talent",
)
"""Mechanisms that can be switched off."""

BY_DRAW = (
    "induced_efficiency",
    "domestic_investment",
    "domestic_substitution",
    "smuggling",
    "offshore_cloud",
    "ally_backfill",
)
"""Those of them that can be switched off in some draws and not in others."""
