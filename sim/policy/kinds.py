"""The kinds of instrument, by name."""

from sim.policy.exports import (
    AffiliatesRule,
    CloudControl,
    EntityListing,
    EquipmentBan,
    ForeignDirectProductRule,
    HbmControl,
    LicencePolicy,
    MineralControl,
    PerformanceThreshold,
    ServiceBan,
)
from sim.policy.imports import ImportDiscouragement, ProcurementMandate, Subsidy
from sim.policy.instruments import Instrument
from sim.policy.terms import (
    EndUseEnforcement,
    HomePriority,
    Quota,
    RevenueShare,
    Truce,
)

KINDS: dict[str, type[Instrument]] = {
    kind.kind: kind
    for kind in (
        PerformanceThreshold,
        LicencePolicy,
        EntityListing,
        AffiliatesRule,
        ForeignDirectProductRule,
        EquipmentBan,
        ServiceBan,
        HbmControl,
        CloudControl,
        MineralControl,
        Quota,
        RevenueShare,
        HomePriority,
        EndUseEnforcement,
        Truce,
        ImportDiscouragement,
        ProcurementMandate,
        Subsidy,
    )
}
"""Every kind of instrument that a regime may hold."""
