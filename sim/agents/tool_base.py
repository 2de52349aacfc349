"""Tool bases: the tools of one class and maker in a fab, and how they wear."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.agents.toolmaker import DomesticToolmaker
from sim.domain.ensemble import InDraws, PerDraw
from sim.domain.supply import CHINA, SupplyLine
from sim.mechanisms.availability import decayed, recovered, self_maintenance


@dataclass(frozen=True)
class WearRates:
    """How tools of one class wear without their vendor; each number one per draw.

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
        practice: months of practice in doing without the vendor, each counted by how
            fast the people available learn from it.
        as_usual: whether they are as available as usual in every draw, so that nothing
            needs to be computed.
    """

    def __init__(
        self,
        line: SupplyLine,
        tools: PerDraw,
        wear: WearRates,
        *,
        preference: float,
        maker: DomesticToolmaker | None = None,
    ) -> None:
        self.line, self.tools, self.wear = line, tools, wear
        self.preference, self.maker = preference, maker
        self.availability = np.ones_like(tools)
        self.spares = wear.spares_stock
        self.practice = np.zeros_like(tools)
        self.as_usual = True

    @property
    def vendor(self) -> str:
        """Who makes them."""
        return self.line.seller

    @property
    def foreign(self) -> bool:
        """Whether a maker outside China makes them."""
        return self.line.origin != CHINA

    @property
    def available(self) -> PerDraw:
        """Tools, each counted by its availability over the usual one."""
        return self.tools if self.as_usual else self.tools * self.availability

    def install(self, kept: PerDraw) -> None:
        """Keep a share of the tools, and put to work those that arrived."""
        self.tools = self.tools * kept + self.line.orders.arrived

    def add(self, tools: PerDraw) -> None:
        """Put tools to work that came second-hand."""
        self.tools = self.tools + tools

    def lay_in_spares(self, extra: PerDraw, where: InDraws) -> None:
        """Hold a share of spare parts beyond the usual stock, in some draws."""
        stock = self.wear.spares_stock * (1.0 + extra)
        self.spares = np.where(where, stock, self.spares)

    def own_service(self, assume: Mapping[str, PerDraw]) -> PerDraw:
        """Return the share of lost service that the fab has learnt to replace."""
        return self_maintenance(
            self.practice,
            assume["service.self_maintenance_recovery_share_12m"],
            assume["service.self_maintenance_learning_halflife"],
        )

    def pass_month(
        self, unserved: PerDraw, assume: Mapping[str, PerDraw], speed: PerDraw | float
    ) -> InDraws:
        """Wear where service is missing, and recover where it is complete.

        Args:
            unserved: share of the vendor's service that is missing.
            assume: what is assumed.
            speed: how fast practice is gained, over the usual speed.

        Returns:
            The draws in which the last spare parts were used up.
        """
        self.availability = decayed(
            self.availability,
            unserved=unserved,
            decay_with_spares=self.wear.decay_with_spares,
            decay_without_spares=self.wear.decay_without_spares,
            spares_left=self.spares,
            grey_parts=assume["service.grey_market_parts_coverage"],
            own_service=self.own_service(assume),
        )
        self.practice = self.practice + unserved * speed
        before, self.spares = self.spares, np.maximum(self.spares - unserved, 0.0)
        served = unserved <= 0.0
        if served.any():
            self._recover(before, served, assume["service.recovery_halflife_months"])
        self.as_usual = False
        return ~served & (before > 0.0) & (self.spares <= 0.0)

    def _recover(self, spares: PerDraw, served: InDraws, half_life: PerDraw) -> None:
        """Recover, and restock spare parts, where service is complete."""
        self.availability = recovered(
            self.availability, served.astype(float), np.ones_like(spares), half_life
        )
        restocked = np.minimum(spares + 1.0, self.wear.spares_stock)
        refilled = np.maximum(spares, restocked)
        self.spares = np.where(served, refilled, self.spares)
