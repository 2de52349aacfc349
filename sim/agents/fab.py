"""Chinese fabs: what they keep running and make."""

import numpy as np

from sim.agents.tool_base import ToolBase, WearRates
from sim.agents.tool_buyer import CapacityPlan, ToolBuyer
from sim.domain.ensemble import InDraws, PerDraw, greatest, least, share, total
from sim.domain.supply import SERVICE, Good
from sim.mechanisms.availability import (
    decayed,
    drifted,
    recovered,
    self_maintenance,
    unserved_share,
)
from sim.mechanisms.wafers import class_capacity
from sim.world import World

_A_FEW_TOOLS = 10.0
"""Fewer tools called off than this are not told of in the chronicle."""

_LARGE_CHANGE = 0.15
"""Change of the share of a vendor's service that is missing that is told of."""


class Fab(ToolBuyer):
    """A line of a Chinese chip maker: a buyer of tools, who keeps them up for wafers.

    Attributes:
        advanced: whether it makes advanced-node chips.
        drift: overlay drift of its scanners, as minus the log of yield kept.
        wafer_starts: wafers started this month, thousand.
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

    def install(self) -> None:
        """Put tools that arrived to work, and take worn-out ones away."""
        worn = self.tool_retirement
        kept, before = 1.0 - worn, self.model.zeros()
        for base in self.tool_bases:
            before = before + base.tools
            base.tools = base.tools * kept + base.line.arrived
        self.retired = self.retired + worn * before

    def maintain(self) -> None:
        """Keep tools up with what service reaches them, and with one's own skill."""
        if not self.model.is_on("service"):
            return
        for base in self.tool_bases:
            self._keep_up(base)
        self._update_drift()

    def review_service(self) -> None:
        """Work out what is missing of each vendor's service; None where nothing is.

        Orders for tools that could not be installed without the vendor are called off.
        """
        if not self.model.law_changed:
            return
        service = self.purchases_of(*SERVICE)
        for vendor in self._vendors:
            reach = {x.good: x.open_share for x in service if x.seller == vendor}
            if self._is_as_before(vendor, reach):
                continue
            before = self._worst_unserved(vendor)
            for group, wear in self._wear_groups(vendor):
                missed = self._lacks_service(vendor, group)
                self.unserved[vendor, group] = self._unserved_share(reach, wear)
                misses = self._lacks_service(vendor, group)
                self._lay_in_spares(vendor, group, misses & ~missed)
            if reach:
                self._call_off(vendor, reach[Good.ENGINEERS])
                self._tell_of_service(vendor, before, self._worst_unserved(vendor))

    def _is_as_before(self, vendor: str, reach: dict[Good, PerDraw]) -> bool:
        """Return whether a vendor's gates are those that were last looked at.

        A line whose gates are asked anew holds other arrays from then on.
        """
        before = self._reviewed.get(vendor)
        self._reviewed[vendor] = reach
        return before is not None and all(before[x] is reach[x] for x in reach)

    def _worst_unserved(self, vendor: str) -> PerDraw | None:
        """Return what is missing of a vendor's service, for the tools worst off."""
        lacking = [
            missing
            for (who, _), missing in self.unserved.items()
            if who == vendor and missing is not None
        ]
        return greatest(lacking) if lacking else None

    def _tell_of_service(
        self, vendor: str, before: PerDraw | None, now: PerDraw | None
    ) -> None:
        """Tell where a vendor's service stops or comes back, and what is in stock."""
        if before is None and now is None:
            return
        nothing = self.model.zeros()
        was, lacks = (nothing if x is None else x for x in (before, now))
        spares = least(base.spares for base in self.tools_of(vendor))
        for event, where in (
            ("service lost", lacks > was + _LARGE_CHANGE),
            ("service back", lacks < was - _LARGE_CHANGE),
        ):
            self.model.tell(
                self.name,
                event,
                vendor,
                where=where,
                inputs={"unserved_share": lacks, "spares_months": spares},
            )

    def _lacks_service(self, vendor: str, group: str) -> InDraws:
        """Return the draws in which some of a vendor's service does not come."""
        missing = self.unserved.get((vendor, group))
        return (self.model.zeros() if missing is None else missing) > 0.0

    def _lay_in_spares(self, vendor: str, group: str, where: InDraws) -> None:
        """Count the parts that it laid in while it feared to lose the service."""
        if not (self.model.is_on("stockpiling") and where.any()):
            return
        response = self.model.assume["service.spares_response_to_fear"]
        feared = [
            li.pending
            for li in self.purchases_of(Good.SPARE_PARTS)
            if li.seller == vendor
        ]
        fear = greatest([self.model.fear["service"], *feared])
        for base in self.tools_of(vendor):
            if base.wear.group == group:
                laid_in = base.wear.spares_stock * (1.0 + response * fear)
                base.spares = np.where(where, laid_in, base.spares)

    @property
    def _vendors(self) -> list[str]:
        return list(dict.fromkeys(base.line.seller for base in self.tool_bases))

    def _call_off(self, vendor: str, engineers: PerDraw) -> None:
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
        called_off = self.model.zeros()
        for base in self.tools_of(vendor):
            called_off = called_off + base.line.backlog * (1.0 - kept)
            base.line.backlog = base.line.backlog * kept
        self.model.tell(
            self.name,
            "tools called off",
            vendor,
            where=called_off > _A_FEW_TOOLS,
            inputs={"tools_called_off": called_off, "installable_share": now},
            alternative="taking them without the vendor's engineers",
        )

    def _unserved_share(
        self, reach: dict[Good, PerDraw], wear: WearRates
    ) -> PerDraw | None:
        if not reach or all((open_ >= 1.0).all() for open_ in reach.values()):
            return None
        assume = self.model.assume
        return unserved_share(
            engineers=reach[Good.ENGINEERS],
            parts=reach[Good.SPARE_PARTS],
            software=reach[Good.SERVICE_SOFTWARE],
            contract_share=wear.contract_share,
            engineers_weight=assume["service.engineers_weight"],
            parts_weight=assume["service.parts_weight"],
        )

    def _wear_groups(self, vendor: str) -> list[tuple[str, WearRates]]:
        found = {base.wear.group: base.wear for base in self.tools_of(vendor)}
        return list(found.items())

    def _keep_up(self, base: ToolBase) -> None:
        unserved = self.unserved.get((base.line.seller, base.wear.group))
        if unserved is None and base.as_usual:
            return
        assume, wear = self.model.assume, base.wear
        missing = self.model.zeros() if unserved is None else unserved
        base.availability = decayed(
            base.availability,
            unserved=missing,
            decay_with_spares=wear.decay_with_spares,
            decay_without_spares=wear.decay_without_spares,
            spares_left=base.spares,
            grey_parts=assume["service.grey_market_parts_coverage"],
            own_service=self._own_service(base),
        )
        speed = self.model.speed_of(base.line.seller)
        base.practice = base.practice + missing * speed
        before, base.spares = base.spares, np.maximum(base.spares - missing, 0.0)
        served = missing <= 0.0
        if served.any():
            self._repair(base, served, before)
        if base.line.good is Good.DUV_IMMERSION:
            spent = ~served & (before > 0.0) & (base.spares <= 0.0)
            self._tell_of_spent_spares(base, spent, missing)
        base.as_usual = False

    def _repair(self, base: ToolBase, served: InDraws, spares: PerDraw) -> None:
        """Let tools recover, and spares be laid in anew, where service is whole."""
        half_life = self.model.assume["service.recovery_halflife_months"]
        base.availability = recovered(
            base.availability, served.astype(float), np.ones_like(spares), half_life
        )
        refilled = np.maximum(spares, np.minimum(spares + 1.0, base.wear.spares_stock))
        base.spares = np.where(served, refilled, base.spares)

    def _tell_of_spent_spares(
        self, base: ToolBase, spent: InDraws, missing: PerDraw
    ) -> None:
        self.model.tell(
            self.name,
            "spare parts spent",
            base.line.seller,
            where=spent,
            inputs={
                "unserved_share": missing,
                "months_alone": base.practice,
                "availability": base.availability
                * self.model.facts["usual_availability"],
            },
        )

    def _own_service(self, base: ToolBase) -> PerDraw:
        assume = self.model.assume
        return self_maintenance(
            base.practice,
            assume["service.self_maintenance_recovery_share_12m"],
            assume["service.self_maintenance_learning_halflife"],
        )

    def _update_drift(self) -> None:
        """Let unserviced scanners drift; what service reaches them sets them right."""
        scanners = self.bases[Good.DUV_IMMERSION]
        missing, bare = self.model.zeros(), self.model.zeros()
        for base in scanners:
            unserved = self.unserved.get((base.line.seller, base.wear.group))
            if unserved is not None:
                missing = missing + base.tools * unserved * (
                    1.0 - self._own_service(base)
                )
            bare = bare + base.tools
        if missing.any() or self.drift.any():
            assume = self.model.assume
            grey = assume["service.grey_market_parts_coverage"]
            self.drift = drifted(
                self.drift,
                missing=share(missing, bare) * (1.0 - grey),
                rate=assume["service.yield_loss_per_month_overlay_drift"],
                half_life=assume["service.recovery_halflife_months"],
            )

    # --- wafers (M2) ----------------------------------------------------------------

    def run_wafers(self) -> None:
        """Start as many wafers as the scarcest class of tools and the plan allow."""
        limits = []
        for good, bases in self.bases.items():
            up = total(
                base.available * base.maker.quality[good]
                if base.maker
                else base.available
                for base in bases
            )
            limits.append(class_capacity(up, self._needed_per_kwpm(good)))
        self.capacity = least(limits)
        self.wafer_starts = np.minimum(self.capacity, self.plan)

    def availability(self, good: Good, vendor: str) -> PerDraw:
        """Return the availability of one vendor's tools of a class, in [0, 1]."""
        usual = self.model.facts["usual_availability"]
        found = [base for base in self.bases[good] if base.line.seller == vendor]
        return found[0].availability * usual if found else self.model.zeros()
