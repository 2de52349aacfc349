"""Chinese fabs: what they keep running and make."""

from functools import cached_property

import numpy as np

from sim.agents.service_table import ServiceKey, ServiceTable, WearRates
from sim.agents.tool_base import places_of
from sim.agents.tool_buyer import CapacityPlan, ToolBuyer
from sim.domain.ensemble import (
    InDraws,
    PerDraw,
    greatest,
    least,
    same_objects,
    share,
    total,
)
from sim.domain.supply import SERVICE, Good, SupplyLine
from sim.mechanisms.availability import drifted, unserved_share
from sim.world import World

WAFERS_PER_THOUSAND = 1000.0

_A_FEW_TOOLS = 10.0
"""Fewer tools called off than this are not entered in the chronicle."""

_LARGE_CHANGE = 0.15
"""A smaller change of the missing share of a vendor's service is not entered."""


class Fab(ToolBuyer):
    """A line of a Chinese chip maker: it buys tools, maintains them and runs wafers.

    Attributes:
        drift: overlay drift of its scanners, as minus the log of yield kept.
        wafer_starts: wafers started this month, thousand.
        capacity: wafers that its tools could start this month, thousand.
        retired: tools worn out since the start.
        unserved: share of a vendor's service that is missing, by vendor and service
            group; None where nothing is.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        plan: CapacityPlan,
        *,
        advanced: bool,
    ) -> None:
        super().__init__(world, name, country, plan)
        self.advanced = advanced
        self.drift = world.zeros()
        self.wafer_starts = self.capacity = plan.start
        self.retired = world.zeros()
        self.unserved: dict[tuple[str, str], PerDraw | None] = {}
        self._reviewed: dict[str, dict[Good, PerDraw]] = {}

    # --- keeping tools up (M1) ------------------------------------------------------

    def use(self, service: ServiceTable, column: int) -> None:
        """Keep how its tools are kept up in a column of a table."""
        self._service, self._column = service, column

    def count_retired(self, tools: PerDraw) -> None:
        """Count tools that are worn out."""
        self.retired = self.retired + tools

    def review_service(self) -> None:
        """Find what is missing of each vendor's service, once its law has changed.

        Orders for tools that could not be installed without the vendor are called off.
        """
        if not self.model.law_changed:
            return
        for vendor, lines in self._service_lines.items():
            open_shares = {line.good: line.gates.open_share for line in lines}
            if self._is_as_before(vendor, open_shares):
                continue
            before = self._worst_unserved(vendor)
            groups = {base.wear.group: base.wear for base in self.tools_of(vendor)}
            for group, wear in groups.items():
                lacked = self._lacks_service(vendor, group)
                unserved = self._unserved_share(open_shares, wear)
                self.unserved[vendor, group] = unserved
                if open_shares:
                    self._service.set_unserved((vendor, group), self._column, unserved)
                lacks = self._lacks_service(vendor, group)
                self._lay_in_spares(vendor, group, lacks & ~lacked)
            if open_shares:
                self._call_off(vendor, open_shares[Good.ENGINEERS])
                self._tell_of_service(vendor, before, self._worst_unserved(vendor))

    @cached_property
    def _service_lines(self) -> dict[str, list[SupplyLine]]:
        """The lines of service by vendor of its tools, once all are open."""
        vendors = dict.fromkeys(base.vendor for base in self.tool_bases)
        service = self.purchases_of(*SERVICE)
        return {name: [x for x in service if x.seller == name] for name in vendors}

    def _is_as_before(self, vendor: str, open_shares: dict[Good, PerDraw]) -> bool:
        """Return whether a vendor's gates are those that were last looked at."""
        before = self._reviewed.get(vendor)
        self._reviewed[vendor] = open_shares
        return before is not None and same_objects(
            list(open_shares.values()), list(before.values())
        )

    def _worst_unserved(self, vendor: str) -> PerDraw | None:
        """Return what is missing of a vendor's service, for the tools worst off."""
        shares = [
            unserved
            for (name, _), unserved in self.unserved.items()
            if name == vendor and unserved is not None
        ]
        return greatest(shares) if shares else None

    def _tell_of_service(
        self, vendor: str, before: PerDraw | None, now: PerDraw | None
    ) -> None:
        """Tell where a vendor's service stops or comes back, and what is in stock."""
        if before is None and now is None:
            return
        nothing = self.model.zeros()
        earlier, unserved = (nothing if x is None else x for x in (before, now))
        spares = least(base.spares for base in self.tools_of(vendor))
        for event, where in (
            ("service lost", unserved > earlier + _LARGE_CHANGE),
            ("service back", unserved < earlier - _LARGE_CHANGE),
        ):
            self.tell(
                event,
                vendor,
                where=where,
                inputs={"unserved_share": unserved, "spares_months": spares},
            )

    def _lacks_service(self, vendor: str, group: str) -> InDraws:
        """Return the draws in which some of a vendor's service does not come."""
        unserved = self.unserved.get((vendor, group))
        return (self.model.zeros() if unserved is None else unserved) > 0.0

    def _lay_in_spares(self, vendor: str, group: str, where: InDraws) -> None:
        """Count the parts that it laid in while it feared to lose the service."""
        if not (self.model.is_on("stockpiling") and where.any()):
            return
        response = self.model.assume["service.spares_response_to_fear"]
        pending = [
            line.gates.pending
            for line in self.purchases_of(Good.SPARE_PARTS)
            if line.seller == vendor
        ]
        extra = response * greatest([self.model.fear["service"], *pending])
        self._service.lay_in_spares((vendor, group), self._column, extra, where)

    def _call_off(self, vendor: str, engineers: PerDraw) -> None:
        """Call off orders for tools that the vendor's engineers could not install."""
        before = self.installable.get(vendor, self.model.per_draw(1.0))
        dependence = self.model.assume["service.install_dependence"]
        if not self.model.is_on("service"):
            dependence = dependence * 0.0
        now = 1.0 - dependence * (1.0 - engineers)
        self.installable[vendor] = now
        if (now < 1.0).any():
            self.limited_vendors.add(vendor)
        else:
            self.limited_vendors.discard(vendor)
        kept = np.minimum(now / before, 1.0)
        if (kept >= 1.0).all():
            return
        tools = self.tools_of(vendor)
        called_off = total(tools[0].table.call_off(places_of(tools), kept))
        self.tell(
            "tools called off",
            vendor,
            where=called_off > _A_FEW_TOOLS,
            inputs={"tools_called_off": called_off, "installable_share": now},
            alternative="taking them without the vendor's engineers",
        )

    def _unserved_share(
        self, open_shares: dict[Good, PerDraw], wear: WearRates
    ) -> PerDraw | None:
        if all((open_share >= 1.0).all() for open_share in open_shares.values()):
            return None
        assume = self.model.assume
        return unserved_share(
            engineers=open_shares[Good.ENGINEERS],
            parts=open_shares[Good.SPARE_PARTS],
            software=open_shares[Good.SERVICE_SOFTWARE],
            contract_share=wear.contract_share,
            engineers_weight=assume["service.engineers_weight"],
            parts_weight=assume["service.parts_weight"],
        )

    def tell_of_spent_spares(self, key: ServiceKey, where: InDraws) -> None:
        """Tell where the spare parts of a vendor's scanners are used up."""
        at = self._service.at(key, self._column)
        usual = self.model.facts["usual_availability"]
        self.tell(
            "spare parts spent",
            key[0],
            where=where,
            inputs={
                "unserved_share": self._service.unserved[at],
                "months_alone": self._service.practice[at],
                "availability": self._service.availability[at] * usual,
            },
        )

    def let_scanners_drift(self, unserved_tools: PerDraw, tools: PerDraw) -> None:
        """Let unserviced scanners drift; what service reaches them sets them right.

        Args:
            unserved_tools: scanners whose service is missing and not replaced.
            tools: all its scanners.
        """
        if not (unserved_tools.any() or self.drift.any()):
            return
        assume = self.model.assume
        grey = assume["service.grey_market_parts_coverage"]
        self.drift = drifted(
            self.drift,
            missing=share(unserved_tools, tools) * (1.0 - grey),
            rate=assume["service.yield_loss_per_month_overlay_drift"],
            half_life=assume["service.recovery_halflife_months"],
        )

    # --- wafers (M2) ----------------------------------------------------------------

    def start_wafers(self, capacity: PerDraw) -> None:
        """Start as many wafers as its tools and its plan allow, thousand a month."""
        self.capacity = capacity
        self.wafer_starts = np.minimum(capacity, self.plan)

    def availability(self, good: Good, vendor: str) -> PerDraw:
        """Return the availability of one vendor's tools of a class, in [0, 1]."""
        usual = self.model.facts["usual_availability"]
        for base in self.bases[good]:
            if base.vendor == vendor:
                return base.availability * usual
        return self.model.zeros()
