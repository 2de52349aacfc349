"""Which measures are made from which: the model's equations as links between measures.

A link says by which mechanism of docs/ODD.md an input acts. Links lead from what is
asked about to law; a measure that law decides itself has the goods on which law acts.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.domain.supply import TOOL_CLASSES, Good
from sim.outcomes.measures.measure import CHINA

Key = tuple[str, str]


@dataclass(frozen=True)
class MeasureInput:
    """One measure as an input of another.

    Attributes:
        output: measure and actor that are made.
        input: measure and actor that they are made from.
        mechanism: of docs/ODD.md.
    """

    output: Key
    input: Key
    mechanism: str


_VENDORS = ("asml", "tel", "amat", "lam", "kla", "asmi", "axcelis", "jp_tools_other")
_DESIGNERS = ("nvidia", "amd")
_SMIC, _CXMT = "smic_advanced", "cxmt"

_OF_COMPUTE = tuple(
    MeasureInput(
        ("ai_compute_stock", CHINA), ("ai_compute_stock", f"{CHINA}:{part}"), "M9"
    )
    for part in ("legal", "domestic", "grey", "offshore")
)
_OF_SALES = tuple(
    MeasureInput(("ai_compute_stock", f"{CHINA}:legal"), ("units_shipped", firm), "M7")
    for firm in _DESIGNERS
) + tuple(
    MeasureInput(("units_shipped", firm), ("offer_tpp", firm), "M6")
    for firm in _DESIGNERS
)
_OF_FABS = tuple(
    MeasureInput(("wafer_starts", fab), ("tool_availability", vendor), "M1")
    for fab in (_SMIC, _CXMT)
    for vendor in ("asml", "tel", "amat", "lam", "kla")
) + tuple(
    MeasureInput(("wafer_starts", fab), ("planned_capacity", fab), "M18")
    for fab in (_SMIC, _CXMT)
)
_OF_TOOLS = tuple(
    MeasureInput(("tool_availability", vendor), ("service_stopped", vendor), "M1")
    for vendor in ("asml", "tel", "asmi", "jp_tools_other")
)
_OF_REVENUE = (
    tuple(
        MeasureInput(("china_revenue", firm), ("units_shipped", firm), "M7")
        for firm in _DESIGNERS
    )
    + tuple(
        link
        for vendor in _VENDORS
        for link in (
            MeasureInput(
                ("china_revenue", vendor), ("china_system_sales", vendor), "M5"
            ),
            MeasureInput(("china_revenue", vendor), ("service_revenue", vendor), "M1"),
            MeasureInput(
                ("china_system_sales", vendor), ("tool_spending", CHINA), "M5"
            ),
            MeasureInput(("firm_value", vendor), ("china_revenue", vendor), "M16"),
        )
    )
    + tuple(
        MeasureInput(("firm_value", firm), ("china_revenue", firm), "M16")
        for firm in _DESIGNERS
    )
)

MEASURE_INPUTS = (
    MeasureInput(("frontier_lag_months", CHINA), ("training_compute", CHINA), "M10"),
    MeasureInput(("frontier_lag_months", CHINA), ("research_compute", CHINA), "M10"),
    *(
        MeasureInput(
            ("frontier_lag_months", CHINA), ("algorithmic_efficiency", lab), "M10"
        )
        for lab in ("deepseek", "alibaba")
    ),
    MeasureInput(("training_compute", CHINA), ("ai_compute_stock", CHINA), "M10"),
    MeasureInput(("research_compute", CHINA), ("ai_compute_stock", CHINA), "M10"),
    MeasureInput(
        ("share_of_world_ai_compute", CHINA), ("ai_compute_stock", CHINA), "M9"
    ),
    *_OF_COMPUTE,
    *_OF_SALES,
    MeasureInput(
        ("ai_compute_stock", f"{CHINA}:domestic"),
        ("domestic_accelerators", CHINA),
        "M4",
    ),
    MeasureInput(
        ("ai_compute_stock", f"{CHINA}:grey"), ("smuggled_units", CHINA), "M8"
    ),
    MeasureInput(
        ("smuggled_share", CHINA), ("ai_compute_stock", f"{CHINA}:grey"), "M8"
    ),
    MeasureInput(("smuggled_units", CHINA), ("grey_markup", CHINA), "M8"),
    MeasureInput(("smuggled_units", CHINA), ("enforcement_capacity", "gov_us"), "M8"),
    MeasureInput(("grey_markup", CHINA), ("domestic_accelerators", CHINA), "M8"),
    MeasureInput(("grey_markup", CHINA), ("units_shipped", "nvidia"), "M8"),
    MeasureInput(
        ("domestic_chip_share", CHINA), ("domestic_accelerators", CHINA), "M4"
    ),
    MeasureInput(("domestic_chip_share", CHINA), ("units_shipped", "nvidia"), "M7"),
    MeasureInput(("domestic_accelerators", CHINA), ("wafer_starts", _SMIC), "M2"),
    MeasureInput(("domestic_accelerators", CHINA), ("die_yield", _SMIC), "M3"),
    MeasureInput(("domestic_accelerators", CHINA), ("hbm_stock", CHINA), "M4"),
    MeasureInput(("die_yield", _SMIC), ("wafer_starts", _SMIC), "M3"),
    MeasureInput(("die_yield", _SMIC), ("tool_availability", "asml"), "M3"),
    MeasureInput(("hbm_stock", CHINA), ("hbm_imports", CHINA), "M4"),
    MeasureInput(("hbm_stock", CHINA), ("hbm_made", _CXMT), "M4"),
    MeasureInput(("hbm_made", _CXMT), ("wafer_starts", _CXMT), "M2"),
    MeasureInput(("planned_capacity", _SMIC), ("tool_spending", CHINA), "M5"),
    MeasureInput(
        ("tool_localisation", CHINA), ("tool_spending", f"{CHINA}:foreign"), "M5"
    ),
    MeasureInput(("tool_spending", CHINA), ("tool_spending", f"{CHINA}:foreign"), "M5"),
    *_OF_FABS,
    *_OF_TOOLS,
    *_OF_REVENUE,
)
"""The links, those that act first in a month before those that act later."""

_TOOLS = (Good.EUV, *TOOL_CLASSES)
_SERVICE = (Good.ENGINEERS, Good.SPARE_PARTS, Good.SERVICE_SOFTWARE)

LAW_ACTS_ON: dict[str, tuple[Good, ...]] = {
    "service_stopped": _SERVICE,
    "tool_availability": _SERVICE,
    "tool_spending": _TOOLS,
    "china_system_sales": _TOOLS,
    "hbm_imports": (Good.HBM,),
    "units_shipped": (Good.AI_CHIP,),
    "offer_tpp": (Good.AI_CHIP,),
}
"""The goods on which law acts, by measure that it decides directly."""


def inputs_of(key: Key) -> list[MeasureInput]:
    """Return what a measure of an actor is made from; nothing if no link says."""
    return [link for link in MEASURE_INPUTS if link.output == key]


def keys_behind(key: Key) -> list[Key]:
    """Return a measure and all that it is made from, directly or not, each once."""
    behind = [key]
    for known in behind:
        behind += [link.input for link in inputs_of(known) if link.input not in behind]
    return behind
