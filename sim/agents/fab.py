"""Chinese fabs: what they order, keep running and make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.agents.actor import NOTICED, Actor
from sim.agents.toolmaker import DomesticToolmaker
from sim.domain.ensemble import InDraws, PerDraw, greatest, least, share, total
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import SERVICE, TOOL_CLASSES, Good, SupplyLine
from sim.mechanisms.availability import (
    decayed,
    drifted,
    recovered,
    self_maintenance,
    unserved_share,
)
from sim.mechanisms.tool_demand import orders, planned_capacity, stockpile
from sim.mechanisms.wafers import class_capacity
from sim.world import World

CHINA = "CHN"

_A_FEW_TOOLS = 10.0
"""Fewer tools called off than this are not told of in the chronicle."""

_PART = 0.15
"""Change of the share of a vendor's service that is missing that is told of."""

_MUCH = 0.25
"""Rise of the denied share of a class of tools that is told of."""


@dataclass(frozen=True)
class Wear:
    """How tools of one class fare without their vendor; each number one per draw.

    Attributes:
        group: the service group, such as ``scanner``.
        contract_share: tools under the vendor's service contract, in [0, 1].
        decay_with_spares: loss of availability per month while parts last.
        decay_without_spares: the same once they are spent.
        spares_stock: months of parts in stock.
    """

    group: str
    contract_share: PerDraw
    decay_with_spares: PerDraw
    decay_without_spares: PerDraw
    spares_stock: PerDraw


class ToolBase:
    """The tools of one class that one maker has installed in one fab.

    Attributes:
        line: the line on which more come.
        tools: installed.
        availability: share of time that they are up, over the usual share, in [0, 1].
        spares: months of spare parts in stock.
        preference: share of the class that fabs would buy of this maker.
        maker: the Chinese maker, if it is one.
        practice: months of practice in doing without the vendor, as many as they
            count for with the people at hand.
        whole: whether they are as available as usual in every draw (then nothing
            need be worked out).
    """

    def __init__(
        self,
        line: SupplyLine,
        tools: PerDraw,
        wear: Wear,
        *,
        preference: float,
        maker: DomesticToolmaker | None = None,
    ) -> None:
        self.line, self.tools, self.wear = line, tools, wear
        self.preference, self.maker = preference, maker
        self.availability = np.ones_like(tools)
        self.spares = wear.spares_stock
        self.practice = np.zeros_like(tools)
        self.whole = True

    @property
    def up(self) -> PerDraw:
        """Tools, each counted by its availability over the usual one."""
        return self.tools if self.whole else self.tools * self.availability


class Fab(Actor):
    """A line of a Chinese chip maker: a plan, tools of every class, and wafers.

    Attributes:
        advanced: whether it makes advanced-node chips.
        plan: planned capacity, thousand wafers a month.
        growth: planned growth per month, far below the ceiling.
        ceiling: capacity that demand and money bear, thousand wafers a month.
        tools_per_kwpm: tools of each class per thousand wafers a month.
        bases: tools installed, by class.
        drift: overlay drift of its scanners, as minus the log of yield kept.
        wafer_starts: wafers started this month, thousand.
        second_hand: tools bought second-hand since the start.
        installable: by vendor, share of its tools that could be installed and
            qualified with the engineers it may send, in [0, 1].
        hampered: vendors of which some tools could not, in some draws.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        advanced: bool,
        plan: PerDraw,
        growth: PerDraw,
        ceiling: PerDraw,
        tools_per_kwpm: Mapping[Good, PerDraw],
    ) -> None:
        super().__init__(world, name, country)
        self.advanced = advanced
        self.plan, self.growth, self.ceiling = plan, growth / MONTHS_A_YEAR, ceiling
        self.tools_per_kwpm = dict(tools_per_kwpm)
        self.bases: dict[Good, list[ToolBase]] = {good: [] for good in TOOL_CLASSES}
        self.drift = world.zeros()
        self.wafer_starts = plan
        self.capacity = plan
        self.second_hand = world.zeros()
        self.retired = world.zeros()
        self.passes_factor = world.every(1.0)
        self.unserved: dict[tuple[str, str], PerDraw | None] = {}
        self.installable: dict[str, PerDraw] = {}
        self._reviewed: dict[str, dict[Good, PerDraw]] = {}
        self.hampered: set[str] = set()
        self.told_denied = dict.fromkeys(TOOL_CLASSES, world.zeros())
        self.warned = world.zeros() > 0.0

    @property
    def tool_bases(self) -> list[ToolBase]:
        """The tools of all classes and makers."""
        return [base for bases in self.bases.values() for base in bases]

    def start_with_orders(self) -> None:
        """Begin with the tools on order and under way that its growth takes."""
        growth = self._growth_now() * (1.0 - self.plan / self.ceiling)
        retired = self.model.assume["fab.tool_retirement_per_year"] / MONTHS_A_YEAR
        for good, bases in self.bases.items():
            flow = self.plan * (growth + retired) * self.tools_per_kwpm[good]
            tools = total(base.tools for base in bases)
            for base in bases:
                part = flow * share(base.tools, tools)
                base.line.backlog = part * base.line.lead_time
                base.line.in_transit = tuple(part for _ in base.line.in_transit)

    # --- ordering (M5) --------------------------------------------------------------

    def revise_plan(self) -> None:
        """Let the plan grow towards its ceiling, faster under subsidies."""
        self.plan = planned_capacity(self.plan, self._growth_now(), self.ceiling)

    def order_tools(self) -> None:
        """Order what the plan will need, and what fear adds, from whoever may sell."""
        assume, world = self.model.assume, self.model
        horizon = assume["fab.planning_horizon_months"]
        growth = self._growth_now() * (1.0 - self.plan / self.ceiling)
        ahead = self.plan * (1.0 + growth * horizon)
        scatter = world.chance.normal(f"tool orders of {self.name}", world.month)
        noise = np.exp(assume["noise.tool_orders"] * scatter)
        retired = assume["fab.tool_retirement_per_year"] / MONTHS_A_YEAR
        monthly = self.plan * (growth + retired)
        if world.law_moves:
            self._tell_of_warning()
        usual_stock = self._stockpile((), monthly)
        for good, bases in self.bases.items():
            per_kwpm = self._needed_per_kwpm(good)
            warned = [b for b in bases if b.line.warned and _foreign(b)]
            stock = self._stockpile(warned, monthly) if warned else usual_stock
            wanted = orders(
                usual=monthly * per_kwpm,
                need=ahead * per_kwpm,
                in_hand=self._in_hand(bases),
                wanted_stock=stock * per_kwpm,
                months_to_adjust=assume["fab.order_adjust_months"],
            )
            self._place(good, bases, wanted * noise)

    def _needed_per_kwpm(self, good: Good) -> PerDraw:
        """Return tools of a class that a thousand wafers a month take now."""
        per_kwpm = self.tools_per_kwpm[good]
        scanners = good is Good.DUV_IMMERSION
        return per_kwpm * self.passes_factor if scanners else per_kwpm

    def _growth_now(self) -> PerDraw:
        subsidy = self.model.regime.subsidy(self.country, self.model.month)
        boost = self.model.assume["fab.growth_per_subsidy"] / MONTHS_A_YEAR
        return self.growth + boost * subsidy * MONTHS_A_YEAR / _MILLION_PER_BILLION

    def _stockpile(self, warned: Iterable[ToolBase], monthly: PerDraw) -> PerDraw:
        """Return capacity for which it wants tools laid in, thousand wafers a month.

        Args:
            warned: tools of a class that announced law would deny it.
            monthly: capacity for which it buys tools in a month.
        """
        fear = self.model.zeros()
        if self.model.on("stockpiling"):
            pending = [base.line.pending for base in warned]
            fear = greatest([self.model.fear["tools"], *pending])
        return stockpile(
            fear, self.model.assume["fab.stockpile_horizon_months"], monthly
        )

    def _tell_of_warning(self) -> None:
        """Tell where it begins to lay in tools because a ban on them is announced."""
        if not self.model.on("stockpiling"):
            return
        foreign = [base for base in self.tool_bases if _foreign(base)]
        pending = greatest(base.line.pending for base in foreign)
        warned = pending > NOTICED
        horizon = self.model.assume["fab.stockpile_horizon_months"]
        fear = np.maximum(self.model.fear["tools"], pending)
        self.model.tell(
            self.name,
            "tools ordered ahead",
            "tools",
            where=warned & ~self.warned,
            inputs={"share_to_be_denied": pending, "months_laid_in": fear * horizon},
            alternative="ordering for the plan alone",
        )
        self.warned = warned

    def _in_hand(self, bases: list[ToolBase]) -> PerDraw:
        """Return tools that it counts on; it does not replace all that wear takes."""
        replaced = self.model.assume["fab.wear_replacement"]
        have = []
        for base in bases:
            line, tools = base.line, base.tools
            if not base.whole:
                tools = tools * (1.0 - replaced * (1.0 - base.availability))
            tools = total((tools, line.backlog, *line.in_transit))
            have.append(tools * base.maker.quality[line.good] if base.maker else tools)
        return total(have)

    def _place(self, good: Good, bases: list[ToolBase], wanted: PerDraw) -> None:
        """Split orders over makers; those denied move to allies and the home maker.

        Backfill takes its share of what is denied, second-hand tools a little, and the
        home maker as much of the rest as its quality can replace.
        """
        home = self._home_maker(bases)
        home_share = home.home_share[good] if home else self.model.zeros()
        foreign = [base for base in bases if _foreign(base)]
        abroad, at_home = wanted * (1.0 - home_share), wanted * home_share
        whole = sum(base.preference for base in foreign)
        asked = [abroad * (base.preference / whole) for base in foreign]
        if all(self._comes_freely(base) for base in foreign):
            for base, ask in zip(foreign, asked, strict=True):
                base.line.order(ask)
            if self.told_denied[good].any():
                self.told_denied[good] = self.model.zeros()
        else:
            left = self._seek_elsewhere(good, foreign, asked, abroad)
            if home is not None and self.model.on("domestic_substitution"):
                left = left * self.model.works("domestic_substitution")
                at_home = at_home + left * home.quality[good]
        line = next((base.line for base in bases if not _foreign(base)), None)
        if line is not None:
            line.order(at_home)

    def _comes_freely(self, base: ToolBase) -> bool:
        """Return whether law and installation let all tools of a maker come."""
        return base.line.free and base.line.seller not in self.hampered

    def _gate(self, base: ToolBase) -> PerDraw | float:
        """Return the share of orders from a maker that law and installation let come.

        One number stands for all draws where all may come.
        """
        if self._comes_freely(base):
            return 1.0
        if base.line.seller in self.hampered:
            return base.line.open_share * self.installable[base.line.seller]
        return base.line.open_share

    def _seek_elsewhere(
        self,
        good: Good,
        foreign: list[ToolBase],
        asked: list[PerDraw],
        abroad: PerDraw,
    ) -> PerDraw:
        """Order abroad what may come, seek the rest there, and return what is left."""
        gates = [self._gate(base) for base in foreign]
        denied = [
            (base, ask * (1.0 - gate))
            for base, ask, gate in zip(foreign, asked, gates, strict=True)
            if not self._comes_freely(base)
        ]
        unmet = total(missing for _, missing in denied)
        extra, found = self._backfill(foreign, gates, unmet)
        second_hand = self._buy_second_hand(denied, unmet)
        for base, ask, more in zip(foreign, asked, extra, strict=True):
            vendor = base.line.seller
            fits = ask * self.installable[vendor] if vendor in self.hampered else ask
            base.line.order(fits + more)
        self._tell_of_denial(good, unmet, abroad, found=found)
        return np.maximum(unmet - found - second_hand, 0.0)

    def _tell_of_denial(
        self, good: Good, unmet: PerDraw, abroad: PerDraw, *, found: PerDraw
    ) -> None:
        """Tell where much more of what it asks for abroad is denied than before."""
        denied = share(unmet, abroad)
        known = self.told_denied[good]
        much = denied > known + _MUCH
        self.told_denied[good] = np.minimum(known, denied)
        if not much.any():
            return
        self.told_denied[good] = np.where(much, denied, self.told_denied[good])
        home = self._home_maker(self.bases[good])
        works = home.quality[good] if home else self.model.zeros()
        if not self.model.on("domestic_substitution"):
            works = self.model.zeros()
        grey = self.model.assume["tools.grey_share_of_denied"]
        to_allies = share(found, unmet)
        self.model.tell(
            self.name,
            "tools denied",
            good,
            where=much,
            inputs={
                "denied_share": denied,
                "found_at_allies": to_allies,
                "found_second_hand": grey,
                "found_at_home": np.maximum(1.0 - to_allies - grey, 0.0) * works,
            },
        )

    def _backfill(
        self,
        foreign: list[ToolBase],
        gates: list[PerDraw | float],
        unmet: PerDraw,
    ) -> tuple[list[PerDraw], PerDraw]:
        """Return what each foreign maker is asked on top, and how much that finds."""
        weights = [
            base.preference * gate for base, gate in zip(foreign, gates, strict=True)
        ]
        whole = self.model.zeros()
        for weight in weights:
            whole = whole + weight
        part = self.model.assume["ally.backfill_share_if_unilateral"]
        part = part * self.model.works("ally_backfill")
        someone = whole > 0.0
        moved = np.where(someone, unmet * part, 0.0)
        whole = np.where(someone, whole, 1.0)
        extra = [moved * (weight / whole) for weight in weights]
        return extra, moved

    def _buy_second_hand(
        self, denied: list[tuple[ToolBase, PerDraw]], unmet: PerDraw
    ) -> PerDraw:
        part = self.model.assume["tools.grey_share_of_denied"]
        for base, missing in denied:
            base.tools = base.tools + missing * part
        found = unmet * part
        self.second_hand = self.second_hand + found
        return found

    # --- keeping tools up (M1) ------------------------------------------------------

    def install(self) -> None:
        """Put tools that arrived to work, and take worn-out ones away."""
        worn = self.model.assume["fab.tool_retirement_per_year"] / MONTHS_A_YEAR
        kept, before = 1.0 - worn, self.model.zeros()
        for base in self.tool_bases:
            before = before + base.tools
            base.tools = base.tools * kept + base.line.arrived
        self.retired = self.retired + worn * before

    def maintain(self) -> None:
        """Keep tools up with what service reaches them, and with one's own skill."""
        if not self.model.on("service"):
            return
        for base in self.tool_bases:
            self._keep_up(base)
        self._drift()

    def review_service(self) -> None:
        """Work out what is missing of each vendor's service; None where nothing is.

        Orders for tools that could not be installed without the vendor are called off.
        """
        if not self.model.law_moves:
            return
        service = self.buys(*SERVICE)
        for vendor in self._vendors:
            reach = {x.good: x.open_share for x in service if x.seller == vendor}
            if self._is_as_before(vendor, reach):
                continue
            before = self._lacking(vendor)
            for group, wear in self._wear_groups(vendor):
                missed = self._is_missed(vendor, group)
                self.unserved[vendor, group] = self._missing(reach, wear)
                misses = self._is_missed(vendor, group)
                self._lay_in_spares(vendor, group, misses & ~missed)
            if reach:
                self._call_off(vendor, reach[Good.ENGINEERS])
                self._tell_of_service(vendor, before, self._lacking(vendor))

    def _is_as_before(self, vendor: str, reach: dict[Good, PerDraw]) -> bool:
        """Return whether a vendor's gates are those that were last looked at.

        A line whose gates are asked anew holds other arrays from then on.
        """
        before = self._reviewed.get(vendor)
        self._reviewed[vendor] = reach
        return before is not None and all(before[x] is reach[x] for x in reach)

    def _lacking(self, vendor: str) -> PerDraw | None:
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
        spares = least(
            base.spares
            for bases in self.bases.values()
            for base in bases
            if base.line.seller == vendor
        )
        for event, where in (
            ("service lost", lacks > was + _PART),
            ("service back", lacks < was - _PART),
        ):
            self.model.tell(
                self.name,
                event,
                vendor,
                where=where,
                inputs={"unserved_share": lacks, "spares_months": spares},
            )

    def _is_missed(self, vendor: str, group: str) -> InDraws:
        """Return the draws in which some of a vendor's service does not come."""
        missing = self.unserved.get((vendor, group))
        return (self.model.zeros() if missing is None else missing) > 0.0

    def _lay_in_spares(self, vendor: str, group: str, where: InDraws) -> None:
        """Count the parts that it laid in while it feared to lose the service."""
        if not (self.model.on("stockpiling") and where.any()):
            return
        response = self.model.assume["service.spares_response_to_fear"]
        feared = [
            li.pending for li in self.buys(Good.SPARE_PARTS) if li.seller == vendor
        ]
        fear = greatest([self.model.fear["service"], *feared])
        for bases in self.bases.values():
            for base in bases:
                if (base.line.seller, base.wear.group) == (vendor, group):
                    laid_in = base.wear.spares_stock * (1.0 + response * fear)
                    base.spares = np.where(where, laid_in, base.spares)

    @property
    def _vendors(self) -> list[str]:
        every = (base for bases in self.bases.values() for base in bases)
        return list(dict.fromkeys(base.line.seller for base in every))

    def _call_off(self, vendor: str, engineers: PerDraw) -> None:
        before = self.installable.get(vendor, self.model.every(1.0))
        dependence = self.model.assume["service.install_dependence"]
        if not self.model.on("service"):
            dependence = dependence * 0.0
        now = 1.0 - dependence * (1.0 - engineers)
        self.installable[vendor] = now
        if (now < 1.0).any():
            self.hampered.add(vendor)
        else:
            self.hampered.discard(vendor)
        kept = np.minimum(now / before, 1.0)
        if (kept >= 1.0).all():
            return
        called_off = self.model.zeros()
        for bases in self.bases.values():
            for base in bases:
                if base.line.seller == vendor:
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

    def _missing(self, reach: dict[Good, PerDraw], wear: Wear) -> PerDraw | None:
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

    def _wear_groups(self, vendor: str) -> list[tuple[str, Wear]]:
        found = {
            base.wear.group: base.wear
            for bases in self.bases.values()
            for base in bases
            if base.line.seller == vendor
        }
        return list(found.items())

    def _keep_up(self, base: ToolBase) -> None:
        unserved = self.unserved.get((base.line.seller, base.wear.group))
        if unserved is None and base.whole:
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
            self._tell_of_bare_shelves(base, spent, missing)
        base.whole = False

    def _repair(self, base: ToolBase, served: InDraws, spares: PerDraw) -> None:
        """Let tools recover, and spares be laid in anew, where service is whole."""
        half_life = self.model.assume["service.recovery_halflife_months"]
        base.availability = recovered(
            base.availability, served.astype(float), np.ones_like(spares), half_life
        )
        refilled = np.maximum(spares, np.minimum(spares + 1.0, base.wear.spares_stock))
        base.spares = np.where(served, refilled, base.spares)

    def _tell_of_bare_shelves(
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

    def _drift(self) -> None:
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
                base.up * base.maker.quality[good] if base.maker else base.up
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

    def _home_maker(self, bases: list[ToolBase]) -> DomesticToolmaker | None:
        return next((base.maker for base in bases if base.maker), None)


_MILLION_PER_BILLION = 1000.0


def _foreign(base: ToolBase) -> bool:
    return base.line.origin != CHINA
