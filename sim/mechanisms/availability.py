"""M1. Availability of tools, and drift of scanners, when service does not come."""

import numpy as np

from sim.domain.ensemble import Amounts, PerDraw


def unserved_share(
    *,
    engineers: PerDraw,
    parts: PerDraw,
    software: PerDraw,
    contract_share: PerDraw,
    engineers_weight: PerDraw,
    parts_weight: PerDraw,
) -> PerDraw:
    """Return u, the share of a vendor's service that does not reach a fab, in [0, 1].

    u = w_e k (1 - engineers) + w_p (1 - parts) + (1 - w_e - w_p) (1 - software), where
    k is the share of tools under contract (the fab looks after the others itself, but
    still needs parts and software).

    Args:
        engineers: share of field-service visits that reach the fab, in [0, 1].
        parts: share of spare-part orders that reach it.
        software: share of software and firmware updates that reach it.
        contract_share: share of the tools under the vendor's service contract.
        engineers_weight: weight of engineers in keeping a tool up.
        parts_weight: weight of spare parts; software has the rest.
    """
    software_weight = 1.0 - engineers_weight - parts_weight
    return (
        engineers_weight * contract_share * (1.0 - engineers)
        + parts_weight * (1.0 - parts)
        + software_weight * (1.0 - software)
    )


def self_maintenance(
    months_of_practice: Amounts, ceiling: PerDraw, half_life: PerDraw
) -> Amounts:
    """Return r, the share of lost service that a fab has learnt to replace.

    r = R (1 - 2^(-tau / h)).

    Args:
        months_of_practice: tau, months since the vendor left (weighted by how much of
            its service is missing).
        ceiling: R, the share that a fab can ever replace.
        half_life: h, months in which half of it is learnt.
    """
    return ceiling * (1.0 - np.exp2(-months_of_practice / half_life))


def decayed(
    availability: Amounts,
    *,
    unserved: Amounts,
    decay_with_spares: Amounts,
    decay_without_spares: Amounts,
    spares_left: Amounts,
    grey_parts: PerDraw,
    own_service: Amounts,
) -> Amounts:
    """Return availability after a month in which some service is missing.

    A <- A exp(-d u (1 - g)(1 - r)), with d the faster rate once the stock of spare
    parts is spent.

    Args:
        availability: share of time that the tools are up, before the month.
        unserved: u, share of service that does not reach the fab.
        decay_with_spares: d while the stock lasts, per month.
        decay_without_spares: d once the stock is spent, per month.
        spares_left: months of spare parts in stock.
        grey_parts: g, share of needed parts found on the grey market.
        own_service: r, share of lost service that the fab replaces itself.
    """
    rate = np.where(spares_left > 0.0, decay_with_spares, decay_without_spares)
    return availability * np.exp(
        -rate * unserved * (1.0 - grey_parts) * (1.0 - own_service)
    )


def recovered(
    availability: Amounts, served: Amounts, usual: Amounts, half_life: PerDraw
) -> Amounts:
    """Return availability after a month's repairs: it approaches the usual level.

    Half of the gap closes in `half_life` months of full service, in proportion to the
    share of service that reaches the fab.
    """
    repaired = served * (1.0 - np.exp2(-1.0 / half_life))
    return availability + (usual - availability) * repaired


def drifted(
    drift: PerDraw, *, missing: PerDraw, rate: PerDraw, half_life: PerDraw
) -> PerDraw:
    """Return the accumulated overlay drift of scanners, as minus the log of yield kept.

    Drift grows by `rate` a month in proportion to the service that is missing; service
    that does reach the scanners corrects it, half of it in `half_life` months.
    """
    corrected = (1.0 - missing) * (1.0 - np.exp2(-1.0 / half_life))
    return drift * (1.0 - corrected) + rate * missing
