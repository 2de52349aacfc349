"""M2. What a line of tools can make."""

from sim.domain.ensemble import Amounts, PerDraw


def immersion_tools_per_kwpm(passes: PerDraw, passes_per_tool: PerDraw) -> PerDraw:
    """Return immersion scanners needed for a thousand wafers a month.

    Args:
        passes: immersion exposures per wafer.
        passes_per_tool: exposures that one scanner makes in a month, thousand, when up
            as much as it usually is.
    """
    return passes / passes_per_tool


def class_capacity(tools_up: Amounts, tools_per_kwpm: Amounts) -> Amounts:
    """Return thousand wafers a month that one class of tools allows.

    Args:
        tools_up: tools times their availability (over the usual one) times the share of
            the best foreign tool's throughput that they reach.
        tools_per_kwpm: tools needed per thousand wafers a month.
    """
    return tools_up / tools_per_kwpm
