"""The tools of all fabs: they arrive, wear, are maintained, and make wafers."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

import numpy as np

from sim.agents.actor import Actor
from sim.agents.fab import Fab
from sim.agents.service_table import ServiceTable, Spent, Unusual
from sim.agents.tool_table import ByClass, ByMaker, Rows, ToolTable
from sim.agents.toolmaker import DomesticToolmaker
from sim.domain.ensemble import Table, least, total
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import Good
from sim.mechanisms.wafers import class_capacity
from sim.world import World


class Fleet(TypedDict):
    """What the fleet of tools is made of; see `ToolFleet`."""

    table: ToolTable
    service: ServiceTable
    fabs: Sequence[Fab]
    home_makers: Mapping[Good, DomesticToolmaker]


class ToolFleet(Actor):
    """The tools of all fabs, in one table.

    Attributes:
        layout: what stands in which row.
        table: tools and orders.
        service: how tools are kept up.
        fabs: in the order of the table.
        home_makers: the Chinese makers, by class of tools.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        table: ToolTable,
        service: ServiceTable,
        fabs: Sequence[Fab],
        home_makers: Mapping[Good, DomesticToolmaker],
    ) -> None:
        super().__init__(world, name, country)
        self.table, self.service, self.layout = table, service, table.layout
        self.fabs, self.home_makers = tuple(fabs), dict(home_makers)
        self._scanners = self.layout.classes.index(Good.DUV_IMMERSION)
        self._per_kwpm = np.array(
            [[fab.tools_per_kwpm[x] for fab in fabs] for x in self.layout.classes]
        )

    # --- keeping tools up (M1) ------------------------------------------------------

    def install(self) -> None:
        """Put tools that arrived to work, and take worn-out ones away."""
        rate = self.model.assume["fab.tool_retirement_per_year"] / MONTHS_A_YEAR
        worn_out = rate * total(self.table.tools)
        self.table.install(1.0 - rate)
        for fab, retired in zip(self.fabs, worn_out, strict=True):
            fab.count_retired(retired)

    def maintain(self) -> None:
        """Maintain tools with the service that reaches them, and with own skill."""
        if not self.model.is_on("service"):
            return
        at = self.service.unusual()
        if len(at[0]):
            spent = self.service.pass_month(at, self.model.assume, self._speeds(at))
            self._tell_of_spent_spares(at, spent)
        self._update_drift()

    def _speeds(self, at: Unusual) -> Table | float:
        """Return how fast fabs learn to do without vendors, over the usual speed."""
        if not self.model.speeds:
            return 1.0
        vendors = [vendor for vendor, _ in self.service.wear]
        return np.array([self.model.speed_of(vendors[row]) for row in at[0]])

    def _tell_of_spent_spares(self, at: Unusual, spent: Spent) -> None:
        """Tell where the spare parts of scanners are used up."""
        scanners = {self.layout.service_of[row] for row in self._scanner_rows()}
        keys = list(self.service.wear)
        spent_at = zip(at[1], at[0], spent, strict=True)
        for fab, row, where in sorted(spent_at, key=lambda place: (place[0], place[1])):
            if row in scanners and where.any():
                self.fabs[fab].tell_of_spent_spares(keys[row], where)

    def _scanner_rows(self) -> list[int]:
        """Return the rows of foreign immersion scanners."""
        foreign = self.layout.goods[self.layout.foreign]
        return [row for row, good in enumerate(foreign) if good is Good.DUV_IMMERSION]

    def _update_drift(self) -> None:
        """Let unserviced scanners drift; what service reaches them sets them right."""
        rows = self._scanner_rows()
        services = self.layout.service_of[rows]
        tools = self.layout.over_makers(self.table.tools)[self._scanners]
        alone = np.zeros_like(tools)
        if self.service.lacking[services].any():
            own = self.service.own_service(services, self.model.assume)
            unserved = self.service.unserved[services]
            alone = total(self.table.tools[rows] * unserved * (1.0 - own))
        for fab, unserved_tools, all_tools in zip(self.fabs, alone, tools, strict=True):
            fab.let_scanners_drift(unserved_tools, all_tools)

    # --- wafers (M2) ----------------------------------------------------------------

    def run_wafers(self) -> None:
        """Start as many wafers as the scarcest class of tools and the plans allow."""
        worn, service = self._worn()
        tools = self.table.tools.copy()
        tools[worn] *= self.service.availability[service]
        tools[self.layout.home] *= self._home_quality()
        limits = class_capacity(self.layout.over_makers(tools), self._needed_per_kwpm())
        for fab, capacity in zip(self.fabs, least(limits), strict=True):
            fab.start_wafers(capacity)

    def _worn(self) -> tuple[Rows, Rows]:
        """Return the rows of tools that are less available, and those of their service.

        Only foreign tools depend on a vendor's service.
        """
        is_worn = np.array([not row.all() for row in self.service.as_usual])
        services = self.layout.service_of
        worn = np.flatnonzero(is_worn[services])
        return worn, services[worn]

    def _home_quality(self) -> ByMaker:
        """Return the quality of each tool of a Chinese maker, over the best one."""
        goods = self.layout.goods[self.layout.home]
        quality = [self.home_makers[good].quality[good] for good in goods]
        return np.array(quality)[:, np.newaxis]

    def _needed_per_kwpm(self) -> ByClass:
        """Return tools of each class that a thousand wafers a month take now."""
        per_kwpm = self._per_kwpm.copy()
        per_kwpm[self._scanners] *= np.array([fab.passes_factor for fab in self.fabs])
        return per_kwpm
