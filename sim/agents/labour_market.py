"""The labour market of engineers and researchers (M12)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.agents.actor import Actor
from sim.agents.designer import Designer
from sim.agents.fab import Fab
from sim.agents.tool_base import ToolBase
from sim.domain.ensemble import PerDraw, share, total
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import Good, SupplyLine
from sim.mechanisms.talent import (
    called_back,
    hired_away,
    hired_locally,
    intake,
    let_go,
    local_cover,
    recalled,
    returned,
    speed,
)
from sim.world import World

USA = "USA"
"""The state whose law recalls its persons from Chinese firms."""

CHIP_TRADES = ("fabs", "toolmakers")
"""Trades that grow with the capacity of fabs, and to which that law applies."""

SCANNERS = "scanner"
"""The service group whose tools need most engineers."""


@dataclass(frozen=True, eq=False)
class StaffFlows:
    """Persons who joined, left or moved in a month.

    Attributes:
        came: newcomers to the trade.
        gone: who left the trade.
        emigrated: who left China for good.
        to_toolmakers: who joined Chinese tool makers from foreign vendors.
    """

    came: PerDraw
    gone: PerDraw
    emigrated: PerDraw
    to_toolmakers: PerDraw


@dataclass(frozen=True, eq=False)
class ServiceSite:
    """Tools of one vendor at one fab that need the same number of engineers each.

    Attributes:
        density: field engineers that one of them needs.
    """

    bases: tuple[ToolBase, ...]
    density: PerDraw
    engineers: SupplyLine

    @property
    def posts(self) -> PerDraw:
        """Field engineers whom the tools need, persons."""
        return self.density * total(base.tools for base in self.bases)


class VendorStaff:
    """A foreign vendor's field engineers in China, and those that it once had.

    Attributes:
        posts: field engineers whom all of them need, persons.
        lost: posts whose service law stops, persons.
        denied: the same as a share of all posts, in [0, 1].
        staff: field engineers whom the vendor employs, persons.
        settled: former ones at Chinese firms who left of their own will, persons.
        usual_settled: as many as there would be of those if law stopped nothing.
        freed: former ones at Chinese fabs who left because of the law, persons.
    """

    def __init__(self, sites: list[ServiceSite], former: PerDraw) -> None:
        self.sites = sites
        self.posts = total(site.posts for site in sites)
        self.lost = self.denied = np.zeros_like(self.posts)
        self.staff = self.posts
        self.settled = self.usual_settled = self.posts * former
        self.freed = self.lost

    @property
    def former(self) -> PerDraw:
        """All its former field engineers at Chinese fabs and workshops, persons."""
        return self.settled + self.freed

    def turn_over(self, assume: Mapping[str, PerDraw]) -> StaffFlows:
        """Let engineers quit, be let go or hired away, called back and replaced."""
        quitting, expatriates = _quitting(assume), assume["talent.expatriate_share"]
        quits = quitting * self.staff
        usual_quits = quitting * self.posts
        before, lost = self.denied, self._count_posts()
        open_posts = self.posts - lost
        months_kept = assume["talent.months_kept_without_post"]
        dismissed = let_go(self.staff - quits, open_posts, months_kept)
        kept = self.staff - quits - dismissed
        poached = hired_away(
            lost=lost,
            filled=self.freed,
            yearly=assume["talent.hired_away_per_year"],
            staff=kept * (1.0 - expatriates),
        )
        hired = _hired(dismissed, assume)
        settling = _hired(quits, assume)
        building = hired * assume["talent.share_to_toolmakers"]
        retired = quitting * self.former
        freed = self.freed - quitting * self.freed
        back = called_back(freed, self.denied, before)
        staying = kept - poached + back
        self.staff = np.maximum(staying, open_posts)
        self.freed = freed - back + hired - building + poached
        self.settled = self.settled - quitting * self.settled + settling
        usual_kept = self.usual_settled - quitting * self.usual_settled
        self.usual_settled = usual_kept + _hired(usual_quits, assume)
        emigrated = (quits + dismissed) * expatriates
        return StaffFlows(
            came=self.staff - staying,
            gone=retired + quits + dismissed - settling - hired - emigrated,
            emigrated=emigrated,
            to_toolmakers=building,
        )

    def practice_speed(self, elasticity: PerDraw) -> PerDraw:
        """Return how fast fabs learn to do without the vendor, over the usual speed."""
        cover = local_cover(
            settled=self.settled, freed=self.freed, posts=self.posts, lost=self.lost
        )
        return speed(cover, share(self.usual_settled, self.posts), elasticity)

    def _count_posts(self) -> PerDraw:
        """Update the posts; return those whose service law stops."""
        self.posts = self.lost = np.zeros_like(self.posts)
        for site in self.sites:
            posts = site.posts
            self.posts = self.posts + posts
            if not site.engineers.gates.all_pass:
                stopped = 1.0 - site.engineers.gates.open_share
                self.lost = self.lost + stopped * posts
        self.denied = share(self.lost, self.posts)
        return self.lost


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
        vendors: field engineers of foreign vendors, by vendor.
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
        self.vendors = _staff_of_vendors(world, fabs)
        self.american = [
            line
            for fab in fabs
            for line in fab.purchases_of(Good.ENGINEERS)
            if fab.advanced and line.origin == USA
        ]
        self.per_kwpm = {x: self.pools[x].staff / self._plan() for x in CHIP_TRADES}
        self.speeds = dict.fromkeys((*self.vendors, *self.pools), world.per_draw(1.0))
        self.most_stopped = self.came = self.gone = self.emigrated = world.zeros()

    def move_people(self) -> None:
        """Let people join, leave and change employers; publish how fast work goes."""
        if not self.model.is_on("talent"):
            return
        assume = self.model.assume
        moves = [staff.turn_over(assume) for staff in self.vendors.values()]
        stopped = self._stopped_share()
        moves += [self._renew(trade, stopped) for trade in self.pools]
        self.most_stopped = np.maximum(self.most_stopped, stopped)
        hired = total(move.to_toolmakers for move in moves)
        self.pools["toolmakers"].hire(hired)
        self.came = self.came + total(move.came for move in moves)
        self.gone = self.gone + total(move.gone for move in moves)
        self.emigrated = self.emigrated + total(move.emigrated for move in moves)
        self._publish_speeds()

    def _renew(self, trade: str, stopped: PerDraw) -> StaffFlows:
        """Update the people of a trade; chip firms lose those whom law recalls."""
        pool, assume = self.pools[trade], self.model.assume
        if trade in CHIP_TRADES:
            restriction, foreign = stopped, assume["talent.us_persons_share"]
        else:
            restriction, foreign = self._flagship_denied(), self.model.zeros()
        yearly = assume["talent.return_migration_rate_change"]
        return pool.renew(
            quitting=_quitting(assume),
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
        kept = self.pools[trade].usual * (1.0 - _quitting(self.model.assume))
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
        speeds = {}
        for vendor, staff in self.vendors.items():
            speeds[vendor] = staff.practice_speed(practice)
        for trade, pool in self.pools.items():
            speeds[trade] = speed(pool.staff, pool.usual, learning)
        self.speeds = speeds
        self.model.publish_speeds(speeds)


def _staff_of_vendors(world: World, fabs: list[Fab]) -> dict[str, VendorStaff]:
    """Return the field engineers whom every foreign vendor's tools take, by vendor."""
    assume = world.assume
    sites: dict[str, list[ServiceSite]] = {}
    for fab in fabs:
        for line in fab.purchases_of(Good.ENGINEERS):
            served = fab.tools_of(line.seller)
            scanners = tuple(b for b in served if b.wear.group == SCANNERS)
            others = tuple(b for b in served if b.wear.group != SCANNERS)
            for bases, kind in ((scanners, "scanner"), (others, "other")):
                if bases:
                    density = assume[f"talent.engineers_per_tool.{kind}"]
                    site = ServiceSite(bases, density, line)
                    sites.setdefault(line.seller, []).append(site)
    former = assume["talent.former_engineers_at_start"]
    return {vendor: VendorStaff(at, former) for vendor, at in sites.items()}


def _quitting(assume: Mapping[str, PerDraw]) -> PerDraw:
    """Return the share who leave their post or trade of their own will in a month."""
    return assume["talent.attrition_per_year"] / MONTHS_A_YEAR


def _hired(leaving: PerDraw, assume: Mapping[str, PerDraw]) -> PerDraw:
    """Return how many of those leaving a vendor Chinese firms hire: nationals alone."""
    expatriates = assume["talent.expatriate_share"]
    return hired_locally(leaving, expatriates, assume["talent.hired_locally_share"])
