"""The labour market of engineers and researchers (M12)."""

from collections.abc import Mapping

import numpy as np

from sim.agents.actor import Actor
from sim.agents.designer import Designer
from sim.agents.fab import Fab
from sim.agents.table_row import TableRow
from sim.agents.vendor_staff import StaffFlows, VendorStaff, quitting
from sim.domain.ensemble import PerDraw, total
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import Good
from sim.mechanisms.talent import intake, recalled, returned, speed
from sim.world import World

USA = "USA"
"""The state whose law recalls its persons from Chinese firms."""

CHIP_TRADES = ("fabs", "toolmakers")
"""Trades that grow with the capacity of fabs, and to which that law applies."""


class LabourPool:
    """People of one trade at Chinese firms, and those of the same trade abroad.

    Attributes:
        staff: in China, persons.
        usual: as many as there would be in the usual course of things, persons.
        abroad: Chinese of the trade who work abroad, persons.
    """

    def __init__(self, staff: PerDraw, abroad_over_home: PerDraw) -> None:
        self.staff = self.usual = staff
        self.abroad = staff * abroad_over_home

    def renew(
        self,
        *,
        quitting: PerDraw,
        usual_intake: PerDraw,
        months: PerDraw,
        returning: PerDraw,
        recalled: PerDraw,
    ) -> StaffFlows:
        """Let graduates join and others leave, return from abroad or go there.

        Args:
            quitting: share who leave the trade in a month.
            usual_intake: graduates who join in the usual course of things, persons.
            months: in which a post is filled again.
            returning: who come home from abroad, persons.
            recalled: who are called away for good, persons.
        """
        joined = intake(
            usual_intake=usual_intake, stock=self.staff, usual=self.usual, months=months
        )
        leaving = quitting * self.staff
        self.staff = self.staff + joined - leaving + (returning - recalled)
        self.usual = self.usual + usual_intake - quitting * self.usual
        self.abroad = self.abroad - returning
        return StaffFlows(joined, leaving, recalled, np.zeros_like(joined))

    def hire(self, people: PerDraw) -> None:
        """Take on people who come from elsewhere in China."""
        self.staff = self.staff + people


class LabourMarket(Actor):
    """The market for engineers and researchers in China.

    Attributes:
        field_engineers: of foreign vendors, with a row for each vendor.
        pools: people at Chinese fabs, tool makers and laboratories, by trade.
        speeds: of what depends on people, over the usual speed, by vendor or trade.
        per_kwpm: people for each thousand wafers a month of planned capacity, by trade.
        most_stopped: largest share of American engineers' work at advanced fabs that
            law has stopped so far, in [0, 1].
        came: newcomers to all trades since the start, persons.
        gone: who have left their trade since the start, persons.
        emigrated: who have left China for good since the start, persons.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        fabs: list[Fab],
        designer: Designer,
        pools: Mapping[str, LabourPool],
    ) -> None:
        super().__init__(world, name, country)
        self.fabs, self.designer, self.pools = fabs, designer, dict(pools)
        self.field_engineers = VendorStaff(fabs, world.assume)
        self.american = [
            line
            for fab in fabs
            for line in fab.purchases_of(Good.ENGINEERS)
            if fab.advanced and line.origin == USA
        ]
        self.per_kwpm = {x: self.pools[x].staff / self._plan() for x in CHIP_TRADES}
        workers = (*self.field_engineers.vendors, *self.pools)
        self.speeds = dict.fromkeys(workers, world.per_draw(1.0))
        self.most_stopped = self.came = self.gone = self.emigrated = world.zeros()

    def move_people(self) -> None:
        """Let people join, leave and change employers; publish how fast work goes."""
        if not self.model.is_on("talent"):
            return
        assume = self.model.assume
        engineers = self.field_engineers.turn_over(assume)
        stopped = self._stopped_share()
        trades = [self._renew(trade, stopped) for trade in self.pools]
        self.most_stopped = np.maximum(self.most_stopped, stopped)
        self.pools["toolmakers"].hire(total(engineers.to_toolmakers))
        came, gone, emigrated = (
            total([*getattr(engineers, name), *(getattr(x, name) for x in trades)])
            for name in ("came", "gone", "emigrated")
        )
        self.came, self.gone = self.came + came, self.gone + gone
        self.emigrated = self.emigrated + emigrated
        self._publish_speeds()

    @property
    def vendors(self) -> dict[str, TableRow]:
        """Field engineers of each foreign vendor, as `VendorStaff` names them."""
        names = enumerate(self.field_engineers.vendors)
        return {name: TableRow(self.field_engineers, row) for row, name in names}

    def _renew(self, trade: str, stopped: PerDraw) -> StaffFlows:
        """Update the people of a trade; chip firms lose those whom law recalls."""
        pool, assume = self.pools[trade], self.model.assume
        if trade in CHIP_TRADES:
            restriction, foreign = stopped, assume["talent.us_persons_share"]
        else:
            restriction, foreign = self._flagship_denied(), self.model.zeros()
        yearly = assume["talent.return_migration_rate_change"]
        return pool.renew(
            quitting=quitting(assume),
            usual_intake=self._usual_intake(trade),
            months=assume["talent.replacement_months"],
            returning=returned(pool.abroad, yearly, restriction),
            recalled=recalled(pool.staff, foreign, stopped, self.most_stopped),
        )

    def _usual_intake(self, trade: str) -> PerDraw:
        """Return graduates who join a trade: as plans need them, or all there are."""
        if trade not in CHIP_TRADES:
            assume = self.model.assume
            doctors = assume["talent.stem_phd_china"] / MONTHS_A_YEAR
            return doctors * assume["talent.phd_share_to_labs"]
        kept = self.pools[trade].usual * (1.0 - quitting(self.model.assume))
        return np.maximum(self.per_kwpm[trade] * self._plan() - kept, 0.0)

    def _stopped_share(self) -> PerDraw:
        """Return the share of American engineers' work at advanced fabs stopped."""
        stopped = total(1.0 - line.gates.open_share for line in self.american)
        return stopped / len(self.american)

    def _flagship_denied(self) -> PerDraw:
        """Return the share of the newest foreign flagship that law denies China."""
        lineup = self.designer.lineup
        return 1.0 - lineup.odds_of(lineup.flagship_now().name)

    def _plan(self) -> PerDraw:
        """Return planned capacity of all fabs, thousand wafers a month."""
        return total(fab.plan for fab in self.fabs)

    def _publish_speeds(self) -> None:
        """Compute how fast work goes, and publish it."""
        assume = self.model.assume
        practice = assume["talent.practice_elasticity"]
        learning = assume["talent.learning_elasticity"]
        by_vendor = self.field_engineers.practice_speeds(practice)
        speeds = dict(zip(self.field_engineers.vendors, by_vendor, strict=True))
        for trade, pool in self.pools.items():
            speeds[trade] = speed(pool.staff, pool.usual, learning)
        self.speeds = speeds
        self.model.publish_speeds(speeds)
