"""M20. Applications for licences: made with orders, decided later, used by day."""

import numpy as np

from sim.domain.ensemble import Amounts, CommonAmounts, share


def decided_by_notice(rate: CommonAmounts, months: float) -> CommonAmounts:
    """Return the share decided of applications made as long ago, in [0, 1].

    Args:
        rate: share of the applications waiting that is decided in a month.
        months: since they were made.
    """
    return 1.0 - (1.0 - rate) ** months


def grant_rate(needs_licence: Amounts, licensable: Amounts) -> Amounts:
    """Return the share of the applications decided that is approved, in [0, 1].

    Args:
        needs_licence: share of orders that needs a licence.
        licensable: share of orders that the law lets leave with one.
    """
    return share(licensable, needs_licence)


def applications(
    orders: Amounts, needs_licence: Amounts, licensable: Amounts, held: Amounts
) -> Amounts:
    """Return what an exporter applies for, units.

    The orders that need a licence, less the share of them that licences in hand cover.
    Nobody applies where all is denied.

    Args:
        orders: of the month, units.
        needs_licence: share of them that needs a licence.
        licensable: share of them that the law lets leave with one.
        held: unused licences, units.
    """
    uncovered = 1.0 - np.minimum(share(held, licensable * orders), 1.0)
    wanted = needs_licence * orders * uncovered
    return np.where(licensable > 0.0, wanted, 0.0)


def under_licence(orders: Amounts, licensable: Amounts, held: Amounts) -> Amounts:
    """Return what may leave under a licence this month, units.

    As many of the orders as the law of the month licenses, and as are licensed
    already.

    Args:
        orders: of the month, units.
        licensable: share of them that the law lets leave with a licence.
        held: licences in hand, units.
    """
    return np.minimum(licensable * orders, held)
