"""Names of series and families as a reader says them."""

from __future__ import annotations

from sim.outcomes.measures import MEASURES

_TITLES = {one.name: one.title for one in MEASURES}

_ACTORS = {
    "alibaba": "Alibaba",
    "amat": "Applied Materials",
    "amd": "AMD",
    "amec": "AMEC",
    "asml": "ASML",
    "china": "China",
    "china:foreign": "China, foreign tools",
    "china:legal": "China, legal imports",
    "deepseek": "DeepSeek",
    "huawei": "Huawei",
    "JPN": "Japan",
    "kla": "KLA",
    "lam": "Lam",
    "naura": "Naura",
    "nvidia": "Nvidia",
    "smic_advanced": "SMIC, advanced",
    "smic_mature": "SMIC, mature",
    "tel": "Tokyo Electron",
}

_FAMILIES = {
    "chip_design": "Chips on offer",
    "chip_sales": "Chips sold to China",
    "compute": "Compute",
    "count": "Chips, memory and wafers counted",
    "lag": "Lag behind the frontier",
    "price": "Prices",
    "share": "Shares",
    "tool_sales": "Money for tools",
    "total_revenue": "Revenue in all markets",
    "yield": "Yields",
}


def actor_title(name: str) -> str:
    """Return an actor as a reader says it."""
    return _ACTORS.get(name, name)


def measure_title(name: str) -> str:
    """Return a measure as a reader says it."""
    return _TITLES.get(name, name.replace("_", " "))


def family_title(name: str) -> str:
    """Return a family of series as a reader says it."""
    return _FAMILIES.get(name, name.replace("_", " "))


def series_title(what: str, who: str) -> str:
    """Return a series as a title says it: measure and actor.

    Example:
        >>> series("china_share", "asml")
        "ASML: China's share of revenue"
    """
    return f"{actor_title(who)}: {measure_title(what)}"
