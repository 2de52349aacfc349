"""M9, M10, M14 to M16. Stocks, perceptions and averages that follow what they see."""

from sim.domain.ensemble import Amounts, PerDraw


def adjusted(
    stock: Amounts, target: Amounts | float, months: PerDraw | float
) -> Amounts:
    """Return a stock that moves towards a target, after a month.

    y <- y + (y* - y) / months. With what is seen each month as its target it is a
    moving average over so many months.

    Args:
        stock: y, in any unit.
        target: y*, in the same unit.
        months: in which it would arrive at the pace of the first.
    """
    return stock + (target - stock) / months
