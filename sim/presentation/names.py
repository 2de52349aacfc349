"""Names of measures, actors, goods and states, as a reader says them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sim.outcomes.measures import MEASURES
from sim.outcomes.measures.measure import CHINA
from sim.records.data_folder import SHIPPED
from sim.records.plain_csv import read_table
from sim.records.tables import ActorRow

_MEASURES = {measure.name: measure for measure in MEASURES}

SHORT_ACTORS = {
    "cn_distributors": "Grey market",
    "huawei": "Huawei",
    "lam": "Lam",
    "naura": "Naura",
    "smic_advanced": "SMIC advanced",
    "smic_mature": "SMIC mature",
}
"""Names that are shorter than those in actors.csv."""

_PROPER = frozenset(
    {"American", "Beijing", "China", "Chinese", "Dutch", "Huawei", "Japanese", "Nvidia"}
)
"""Words that keep their capital within a sentence."""

STATES = {
    "USA": "the United States",
    "NLD": "the Netherlands",
    "JPN": "Japan",
    "KOR": "South Korea",
    "TWN": "Taiwan",
    "CHN": "China",
    "DEU": "Germany",
    "EU": "the European Union",
    "GBR": "the United Kingdom",
    "MYS": "Malaysia",
    "SGP": "Singapore",
    "THA": "Thailand",
    "ARE": "the United Arab Emirates",
    "IND": "India",
}

GOODS = {
    "euv": "EUV scanners",
    "duv_immersion": "immersion scanners",
    "duv_dry": "dry scanners",
    "coater_developer": "coater-developers",
    "etch": "etchers",
    "deposition": "deposition tools",
    "clean": "cleaning tools",
    "implant": "implanters",
    "cmp": "polishers",
    "process_control": "process control",
    "engineers": "engineers",
    "spare_parts": "spare parts",
    "service_software": "service software",
    "eda": "design software",
    "logic_wafers": "logic dies",
    "hbm": "high-bandwidth memory",
    "ai_chip": "AI chips",
    "cloud": "cloud compute",
    "minerals": "gallium",
}

CHANNELS = {
    "legal": "legal imports",
    "grey": "smuggled chips",
    "domestic": "domestic chips",
    "offshore": "compute abroad",
}
"""Channels of compute, which are parts of China."""

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


def measure_title(name: str, *, short: bool = False) -> str:
    """Return a measure as a reader says it, in few words where there is little room."""
    known = _MEASURES.get(name)
    if known is None:
        return spaced(name)
    return known.short or known.title if short else known.title


def is_flow(measure: str) -> bool:
    """Return whether a measure adds up over time."""
    known = _MEASURES.get(measure)
    return known is not None and known.kind == "flow"


def actor_title(key: str, known: Mapping[str, str] | None = None) -> str:
    """Return an actor, and its part if the key names one.

    Args:
        key: an actor id, or one with parts after colons.
        known: names of the actors of a run; those of the shipped data if not given.

    Example:
        >>> (
        ...     actor_title("asml"),
        ...     actor_title("china:grey"),
        ...     actor_title("smic_advanced:duv_immersion"),
        ... )
        ('ASML', 'China, smuggled chips', 'SMIC advanced lines, immersion scanners')
    """
    actor, *parts = key.split(":")
    names = _shipped_actors() if known is None else known
    name = names.get(actor) or STATES.get(actor, actor)
    return ", ".join([capitalised(name), *map(part_title, parts)])


def short_actor_title(key: str, known: Mapping[str, str] | None = None) -> str:
    """Return the same in few words."""
    return SHORT_ACTORS.get(key) or actor_title(key, known)


def part_title(name: str) -> str:
    """Return a part of an actor: a channel, a good or a variant."""
    return CHANNELS.get(name) or good(name)


def good(name: str) -> str:
    """Return a good in words."""
    return GOODS.get(name, spaced(name))


def series_title(measure: str, actor: str, *, short: bool = False) -> str:
    """Return a series as a title says it: actor and measure.

    Of China in total it is the measure alone.

    Example:
        >>> series_title("china_share", "asml")
        "ASML: China's share of revenue"
    """
    title = measure_title(measure, short=short)
    return title if actor == CHINA else f"{short_actor_title(actor)}: {title}"


def family_title(name: str) -> str:
    """Return a family of series as a reader says it."""
    return _FAMILIES.get(name, spaced(name))


def spaced(name: str) -> str:
    """Return a name with blanks, such as that of a scenario."""
    return name.replace("_", " ")


def capitalised(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def within_sentence(title: str) -> str:
    """Return a title within a sentence: names and abbreviations keep their capitals.

    Example:
        >>> within_sentence("Smuggled share"), within_sentence("China's lag")
        ('smuggled share', "China's lag")
        >>> within_sentence("AI compute"), within_sentence("H20 sold")
        ('AI compute', 'H20 sold')
    """
    first = title.partition(" ")[0]
    is_abbreviation = len(first) > 1 and not first[1:].islower()
    if is_abbreviation or first.removesuffix("'s") in _PROPER:
        return title
    return title[:1].lower() + title[1:]


@cache
def _shipped_actors() -> dict[str, str]:
    return {row.id: row.name for row in read_table(SHIPPED / "actors.csv", ActorRow)}
