"""Tool bases: the tools of one class and maker in a fab, and how they wear."""

from dataclasses import dataclass

import numpy as np

from sim.agents.actor import CHINA
from sim.agents.toolmaker import DomesticToolmaker
from sim.domain.ensemble import PerDraw
from sim.domain.supply import SupplyLine


@dataclass(frozen=True)
class WearRates:
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
    def foreign(self) -> bool:
        """Whether a maker outside China makes them."""
        return self.line.origin != CHINA

    @property
    def available(self) -> PerDraw:
        """Tools, each counted by its availability over the usual one."""
        return self.tools if self.as_usual else self.tools * self.availability
