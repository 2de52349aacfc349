"""M7. How a seller divides scarce output, and how a quota binds."""

import numpy as np

from sim.domain.ensemble import PerDraw, Table, share, total


def fill_rate(orders: Table, output: PerDraw) -> PerDraw:
    """Return the share of every order that output can meet, in [0, 1].

    Args:
        orders: of each buyer.
        output: what there is for all of them.

    Source:
        Proportional rationing, as in the ARIO model (Hallegatte 2008).
    """
    wanted = total(orders)
    return np.where(wanted > output, share(output, wanted), 1.0)


def within_quota(shipment: PerDraw, unit_size: PerDraw, left: PerDraw) -> PerDraw:
    """Return what of a shipment fits into what is left of a quota.

    Args:
        shipment: units to ship.
        unit_size: what one unit takes of the quota (1 for a quota in units, the chip's
            H100-equivalents for one in compute).
        left: what is left of the quota in its period.
    """
    room = share(np.maximum(left, 0.0), unit_size)
    return np.where(unit_size > 0.0, np.minimum(shipment, room), shipment)
