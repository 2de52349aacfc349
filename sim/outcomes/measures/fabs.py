"""Measures of fabs: wafers, yields, tools, memory and engineers."""

from sim.outcomes import readings as read
from sim.outcomes.measure import Measure

FABS: tuple[Measure, ...] = (
    Measure(
        "wafer_starts",
        "thousand wafers",
        "Wafers started in the month",
        "12-inch equivalents, by fab.",
        "flow",
        read.of_fabs("wafer_starts"),
        headline=True,
    ),
    Measure(
        "planned_capacity",
        "thousand wafers a month",
        "Planned capacity",
        "What the fab would run if it had the tools.",
        "level",
        read.of_fabs("plan"),
    ),
    Measure(
        "die_yield",
        "share",
        "Good AI dies on SMIC's advanced lines",
        "Share of Ascend-sized dies that pass, on N+2, and on N+3 once it runs.",
        "level",
        read.die_yield,
        headline=True,
    ),
    Measure(
        "tool_availability",
        "share of time",
        "Availability of foreign tools in China",
        "By vendor over all Chinese fabs, weighted by value, and by class on SMIC's "
        "advanced lines.",
        "level",
        read.tool_availability,
        headline=True,
    ),
    Measure(
        "tools_installed",
        "tools",
        "Tools installed in China",
        "By class and state of the maker.",
        "stock",
        read.tools_installed,
    ),
    Measure(
        "hbm_stock",
        "stacks",
        "High-bandwidth memory in stock",
        "Held by Chinese designers.",
        "stock",
        read.hbm_stock,
    ),
    Measure(
        "hbm_imports",
        "stacks",
        "High-bandwidth memory shipped to China",
        "By foreign makers in the month.",
        "flow",
        read.hbm_imports,
    ),
    Measure(
        "hbm_made",
        "stacks",
        "High-bandwidth memory made in China",
        "By CXMT in the month.",
        "flow",
        read.hbm_made,
    ),
    Measure(
        "memory_bound",
        "share",
        "How far memory, not logic, binds",
        "Dies in stock over dies and memory in stock, counted in stacks: near 1 where "
        "dies wait for memory, near 0 where memory waits for dies.",
        "level",
        read.memory_bound,
    ),
    Measure(
        "tool_localisation",
        "share",
        "Domestic share of tool purchases",
        "By value, in the month.",
        "level",
        read.tool_localisation,
        headline=True,
    ),
    Measure(
        "tool_spending",
        "USD million",
        "Spending on tools in China",
        "Systems shipped in the month; 'china:foreign' is the foreign part.",
        "flow",
        read.tool_spending,
    ),
    Measure(
        "engineers",
        "persons",
        "Engineers and researchers in China",
        "At Chinese fabs, tool makers and laboratories ('china:fabs' and so on); field "
        "engineers of a foreign vendor in China, by vendor; and former ones at Chinese "
        "fabs and workshops ('china:ex_asml' and so on).",
        "stock",
        read.engineers,
    ),
    Measure(
        "talent_speed",
        "ratio",
        "Speed of what depends on people",
        "Over the usual speed: of learning at fabs and Chinese tool makers, of the "
        "answer of laboratories to scarcity, and of learning to keep a vendor's tools "
        "up without it ('china:ex_asml' and so on).",
        "level",
        read.talent_speed,
    ),
)
