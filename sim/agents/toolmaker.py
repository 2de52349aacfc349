"""Makers of wafer-fab equipment, abroad and in China."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from sim.agents.actor import Actor
from sim.agents.sales_abroad import sales_abroad_of
from sim.domain.ensemble import (
    ByThing,
    InDraws,
    PerDraw,
    Table,
    same_objects,
    total,
)
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import SERVICE, TOOL_CLASSES, Good, SupplyLine
from sim.mechanisms.allocation import fill_rate
from sim.mechanisms.growth import value_in_month
from sim.mechanisms.hazard import accrued, has_occurred, hazard_needed, monthly_rate
from sim.mechanisms.money import lobbying, service_revenue
from sim.mechanisms.tool_demand import domestic_share, learned_quality
from sim.world import World


class Toolmaker(Actor):
    """A foreign maker that ships what its capacity and its licences allow.

    Attributes:
        abroad: system sales outside China by calendar year, USD million a year.
        capacity: system output by calendar year, USD million a year.
        growth: growth of both after the last year on the record, a year.
        first_growth: ratio of the year after that one to it, for sales and for
            capacity; None if it is like later ones.
        service_abroad: service revenue outside China, USD million a year.
        installed: value of its tools in Chinese fabs, USD million.
        china_sales: system sales to China this month, USD million.
        china_service: service revenue in China this month, USD million.
        china_revenue: systems and service sold to China this month, USD million.
        revenue: all it sold this month, USD million.
        usual_china: China revenue a month, a mean over the last months, USD million.
        best_china: the most that has been, USD million.
        lobbying: in Washington this month, USD million.
        served: share of its service in China that is shipped, over all fabs, in [0, 1].
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        abroad: Mapping[int, float],
        capacity: Mapping[int, float],
        growth: float,
        first_growth: tuple[PerDraw | None, PerDraw | None] = (None, None),
        service_abroad: float,
    ) -> None:
        super().__init__(world, name, country)
        self.abroad, self.capacity = abroad, capacity
        self.growth, self.service_abroad = growth, service_abroad
        self.first_growth = first_growth
        nothing = world.zeros()
        self.installed = self.china_sales = self.china_service = nothing
        self.china_revenue = self.revenue = nothing
        self.usual_china = self.best_china = self.lobbying = nothing
        self.served = world.per_draw(1.0)
        self._law: list[PerDraw] = []

    @cached_property
    def tool_lines(self) -> list[SupplyLine]:
        """The lines on which it sells tools, once all are open."""
        return self.sales_of(*TOOL_CLASSES)

    @cached_property
    def service_lines(self) -> list[SupplyLine]:
        """The lines on which it sells service, once all are open."""
        return self.sales_of(*SERVICE)

    def ration(self, wanted: PerDraw) -> PerDraw:
        """Return the share of China's orders due that its capacity lets it ship.

        Args:
            wanted: all that is due this month, USD million.
        """
        filled = fill_rate(wanted[np.newaxis], self._room_for_china())
        self.china_sales = wanted * filled
        return filled

    def serve(self) -> None:
        """Send engineers, parts and software where the law lets them go.

        All of it is sent every month, so only another law changes anything.
        """
        law = [line.gates.open_share for line in self.service_lines]
        if same_objects(law, self._law):
            return
        self._law = law
        for line in self.service_lines:
            line.clear()
            line.ship(line.orders.permitted)
        if self.service_lines:
            shipped = np.array([line.orders.shipped for line in self.service_lines])
            self.served = total(shipped) / len(shipped)

    def close_books(self) -> None:
        """Count the installed base and what serving it brings in."""
        retired = self.model.assume["fab.tool_retirement_per_year"] / MONTHS_A_YEAR
        self.installed = self.installed * (1.0 - retired) + self.china_sales
        fee = self.model.assume["service.fee_share_of_installed_value"]
        self.china_service = service_revenue(self.installed, fee, self.served)
        self.china_revenue = self.china_sales + self.china_service
        self.revenue = self.china_revenue + self._sales_elsewhere()
        self._lobby()

    def _sales_elsewhere(self) -> PerDraw | float:
        """Return systems and service sold outside China this month, USD million."""
        market = sales_abroad_of(self.model)
        if market is not None and market.has_record(self.name):
            _, sales = market.last_recorded(self.name)
            return sales * market.ratio_of(self.name)
        systems = self._abroad_a_year() / MONTHS_A_YEAR
        elsewhere = systems + self.service_abroad / MONTHS_A_YEAR
        return elsewhere if market is None else elsewhere * market.ratio_of(self.name)

    def _lobby(self) -> None:
        """Lobby in Washington against what was lost of the best months so far."""
        memory = self.model.facts["books_memory"]
        usual = memory * self.usual_china + (1.0 - memory) * self.china_revenue
        self.usual_china, self.best_china = usual, np.maximum(self.best_china, usual)
        self.lobbying = lobbying(
            self.model.zeros(),
            self.best_china - usual,
            self.model.assume["nvidia.lobbying_response"],
        )

    def _room_for_china(self) -> PerDraw:
        """Return output that is left for China, USD million a month."""
        capacity = value_in_month(
            self.capacity, self.model.month, self.growth, self.first_growth[1]
        )
        remaining = self.model.per_draw(capacity - self._abroad_a_year())
        return np.maximum(remaining, 0.0) / MONTHS_A_YEAR

    def _abroad_a_year(self) -> PerDraw | float:
        return value_in_month(
            self.abroad, self.model.month, self.growth, self.first_growth[0]
        )


class DomesticToolmaker(Actor):
    """A Chinese maker whose tools approach the best foreign ones as it ships them.

    Attributes:
        quality: of its tool of each class, over the best foreign one's, in [0, 1].
        home_share: share of a class that fabs order from it.
        cumulative_shipped: tools of a class shipped so far, each counted by how fast
            engineers learnt from it.
        has_euv: the draws in which it makes EUV scanners in volume.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        quality: Mapping[Good, float],
        home_share: Mapping[Good, float],
        shipped: Mapping[Good, float],
    ) -> None:
        super().__init__(world, name, country)
        factor = world.assume["domestic_tools.initial_quality_factor"]
        self.first_quality = {
            g: np.minimum(q * factor, 1.0) for g, q in quality.items()
        }
        self.first_share = dict(home_share)
        self.first_shipped = {g: world.per_draw(n) for g, n in shipped.items()}
        self.quality: dict[Good, PerDraw] = dict(self.first_quality)
        if Good.DUV_IMMERSION in self.quality:
            self.quality[Good.DUV_IMMERSION] = world.zeros()
        self.home_share: dict[Good, PerDraw] = {
            good: world.per_draw(part) for good, part in home_share.items()
        }
        self.cumulative_shipped = dict(self.first_shipped)
        self.china_sales = world.zeros()
        self.hazard = self.euv_hazard = world.zeros()
        self.immersion_since = world.per_draw(np.inf)
        self.has_euv = world.zeros() > 1.0

    @cached_property
    def tool_lines(self) -> list[SupplyLine]:
        """The lines on which it sells tools, once all are open."""
        return self.sales_of(*TOOL_CLASSES)

    def update_home_shares(self) -> None:
        """Compute the share of each class that fabs will order from it."""
        world, assume = self.model, self.model.assume
        for good in self.quality:
            self.home_share[good] = domestic_share(
                base_share=world.per_draw(self.first_share[good]),
                quality=self.quality[good],
                base_quality=self.first_quality[good],
                quality_response=assume["domestic_tools.quality_response"],
                fear=world.fear["tools"],
                fear_response=assume["domestic_tools.fear_response"],
                mandate=world.regime.mandate(good, self.country, world.month),
            )

    def limited(self, good: Good, due: Table) -> Table:
        """Return what it ships of what is due; scanners only as it can make them.

        Args:
            good: a class of tools.
            due: what is due this month to each fab.
        """
        if good is not Good.DUV_IMMERSION:
            return due
        return np.minimum(due, self._scanner_output() / len(self.tool_lines))

    def count_shipments(self, shipped: Table) -> None:
        """Count what it shipped, and learn from it.

        Args:
            shipped: tools on each of its lines this month.
        """
        self.china_sales = total(shipped * self._prices)
        learnt = shipped * self.model.speed_of("toolmakers")
        for good, rows in self._rows.items():
            before = self.cumulative_shipped[good]
            self.cumulative_shipped[good] = total([before, *learnt[rows]])

    @cached_property
    def _prices(self) -> ByThing:
        """Price of a tool on each of its lines, USD million."""
        return np.array([[float(line.price)] for line in self.tool_lines])

    @cached_property
    def _rows(self) -> dict[Good, list[int]]:
        """By class of tools, which of its lines carry them."""
        goods = [line.good for line in self.tool_lines]
        return {
            x: [i for i, good in enumerate(goods) if good is x] for x in self.quality
        }

    def learn(self) -> None:
        """Improve with every doubling of shipments, and seek breakthroughs."""
        if self.model.is_on("domestic_learning"):
            rate = self.model.assume["learn.toolmaker_learning_rate_cn"]
            for good, start in self.first_shipped.items():
                if good is not Good.DUV_IMMERSION:
                    self.quality[good] = learned_quality(
                        self.first_quality[good],
                        self.cumulative_shipped[good],
                        start,
                        rate,
                    )
        if Good.DUV_IMMERSION in self.quality and self.model.is_on("breakthroughs"):
            self._seek_breakthroughs()

    def _seek_breakthroughs(self) -> None:
        """Approach scanners of its own, faster the more foreign ones are denied."""
        world, assume = self.model, self.model.assume
        denied = world.zeros()
        if self._foreign_scanners:
            gates = np.array([line.gates.open_share for line in self._foreign_scanners])
            denied = total((1.0 - gates) / len(gates))
        effort = 1.0 + assume["breakthrough.effort_per_denied_share"] * denied
        effort = effort * world.speed_of("toolmakers")
        has_immersion = np.isfinite(self.immersion_since)
        self.hazard, has_immersion_now = self._seek(
            "immersion", self.hazard, effort, denied, has_immersion
        )
        new = has_immersion_now & ~has_immersion
        now = float(world.month.index)
        self.immersion_since = np.where(new, now, self.immersion_since)
        working = self.first_quality[Good.DUV_IMMERSION]
        self.quality[Good.DUV_IMMERSION] = np.where(has_immersion_now, working, 0.0)
        self.euv_hazard, has_euv_now = self._seek(
            "euv", self.euv_hazard, effort, denied, self.has_euv
        )
        self.has_euv = has_euv_now | self.has_euv

    @cached_property
    def _foreign_scanners(self) -> list[SupplyLine]:
        """The lines of immersion scanners from abroad, once all are open."""
        return [
            line
            for line in self.model.lines
            if line.good is Good.DUV_IMMERSION and line.origin != self.country
        ]

    def _seek(
        self,
        kind: str,
        hazard: PerDraw,
        effort: PerDraw,
        denied: PerDraw,
        known: InDraws,
    ) -> tuple[PerDraw, InDraws]:
        """Return the hazard of a kind of scanner, and where it has come by now.

        The kind is ``immersion`` or ``euv``; `known` is where it had come before.
        """
        world = self.model
        median = world.assume[f"breakthrough.{kind}_median_months"]
        hazard = accrued(hazard, rate=monthly_rate(median), effort=effort)
        luck = world.chance.uniform(f"{kind} breakthrough")
        succeeded = has_occurred(hazard, luck)
        self.tell(
            "breakthrough",
            "duv_immersion" if kind == "immersion" else kind,
            "in volume",
            succeeded & ~known,
            inputs={"hazard": hazard, "denied_share": denied},
            threshold=hazard_needed(luck),
        )
        return hazard, succeeded

    def _scanner_output(self) -> PerDraw:
        """Return scanners it can make this month."""
        months = np.maximum(self.model.month.index - self.immersion_since, 0.0)
        ramp = self.model.assume["domestic_tools.immersion_ramp_per_year"]
        return ramp * months / MONTHS_A_YEAR**2
