"""Field engineers of foreign vendors in China, and those that they once had (M12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.agents.fab import Fab
from sim.agents.tool_base import ToolBase
from sim.agents.tool_table import ToolTable
from sim.domain.array_types import Float64
from sim.domain.ensemble import Amounts, PerDraw, Table, share, total
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import Good, SupplyLine
from sim.mechanisms.talent import (
    called_back,
    hired_away,
    hired_locally,
    let_go,
    local_cover,
    speed,
)

ByFabAndKind = Float64[np.ndarray, "fabs kinds draws"]
"""A number for each fab and kind of tool that its own number of engineers serves."""

SCANNERS = "scanner"
"""The service group whose tools need most engineers."""


@dataclass(frozen=True, eq=False)
class StaffFlows:
    """Persons who joined, left or moved in a month, of a trade or by vendor.

    Attributes:
        came: newcomers to the trade.
        gone: who left the trade.
        emigrated: who left China for good.
        to_toolmakers: who joined Chinese tool makers from foreign vendors.
    """

    came: Amounts
    gone: Amounts
    emigrated: Amounts
    to_toolmakers: Amounts


@dataclass(frozen=True, slots=True, eq=False)
class ServedTools:
    """The tools of one vendor in all fabs, and the lines of its engineers.

    Attributes:
        table: where tools are counted.
        kinds: of tools that the same number of engineers serve: their rows and fabs in
            the table, and the field engineers that one tool needs.
        engineers: the line to each fab.
    """

    table: ToolTable
    kinds: tuple[tuple[list[list[int]], list[list[int]], PerDraw], ...]
    engineers: tuple[SupplyLine, ...]

    def posts(self) -> ByFabAndKind:
        """Return field engineers whom the tools need, persons."""
        tools = self.table.tools
        posts = [
            density * total(tools[rows, fabs]) for rows, fabs, density in self.kinds
        ]
        return np.stack(posts, axis=1)

    def lost(self, posts: ByFabAndKind) -> PerDraw:
        """Return those of the posts whose service law stops, persons."""
        if all(line.gates.all_pass for line in self.engineers):
            return np.zeros_like(posts[0, 0])
        open_shares = np.array([line.gates.open_share for line in self.engineers])
        return sum_of_sites((1.0 - open_shares[:, np.newaxis]) * posts)


def sum_of_sites(amounts: ByFabAndKind) -> PerDraw:
    """Return the sum over all fabs, of each over its kinds of tools."""
    return total(amounts.reshape(-1, amounts.shape[-1]))


class VendorStaff:
    """Field engineers of foreign vendors, and former ones; with a row for each vendor.

    Attributes:
        vendors: their ids, in the order of the rows.
        posts: field engineers whom all the tools of each need, persons.
        lost: posts whose service law stops, persons.
        denied: the same as a share of all posts, in [0, 1].
        staff: field engineers whom the vendor employs, persons.
        settled: former ones at Chinese firms who left of their own will, persons.
        usual_settled: as many as there would be of those if law stopped nothing.
        freed: former ones at Chinese fabs who left because of the law, persons.
    """

    def __init__(self, fabs: Sequence[Fab], assume: Mapping[str, PerDraw]) -> None:
        """Begin with a full staff, and as many former engineers as are assumed."""
        tools = _served_tools(fabs, assume)
        self.vendors = tuple(tools)
        self._tools = tuple(tools.values())
        self.posts = np.array([sum_of_sites(x.posts()) for x in self._tools])
        self.lost = self.denied = self.freed = np.zeros_like(self.posts)
        self.staff = self.posts
        former = assume["talent.former_engineers_at_start"]
        self.settled = self.usual_settled = self.posts * former

    @property
    def former(self) -> Table:
        """All former field engineers at Chinese fabs and workshops, persons."""
        return self.settled + self.freed

    def turn_over(self, assume: Mapping[str, PerDraw]) -> StaffFlows:
        """Let engineers quit, be let go or hired away, called back and replaced."""
        leaving, expatriates = quitting(assume), assume["talent.expatriate_share"]
        quits = leaving * self.staff
        usual_quits = leaving * self.posts
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
        retired = leaving * self.former
        freed = self.freed - leaving * self.freed
        back = called_back(freed, self.denied, before)
        staying = kept - poached + back
        self.staff = np.maximum(staying, open_posts)
        self.freed = freed - back + hired - building + poached
        self.settled = self.settled - leaving * self.settled + settling
        usual_kept = self.usual_settled - leaving * self.usual_settled
        self.usual_settled = usual_kept + _hired(usual_quits, assume)
        emigrated = (quits + dismissed) * expatriates
        return StaffFlows(
            came=self.staff - staying,
            gone=retired + quits + dismissed - settling - hired - emigrated,
            emigrated=emigrated,
            to_toolmakers=building,
        )

    def practice_speeds(self, elasticity: PerDraw) -> Table:
        """Return how fast fabs learn to do without each vendor, over the usual."""
        cover = local_cover(
            settled=self.settled, freed=self.freed, posts=self.posts, lost=self.lost
        )
        return speed(cover, share(self.usual_settled, self.posts), elasticity)

    def _count_posts(self) -> Table:
        """Update the posts; return those whose service law stops."""
        posts = [tools.posts() for tools in self._tools]
        self.posts = np.array([sum_of_sites(of_vendor) for of_vendor in posts])
        self.lost = np.array(
            [tools.lost(x) for tools, x in zip(self._tools, posts, strict=True)]
        )
        self.denied = share(self.lost, self.posts)
        return self.lost


def quitting(assume: Mapping[str, PerDraw]) -> PerDraw:
    """Return the share who leave their post or trade of their own will in a month."""
    return assume["talent.attrition_per_year"] / MONTHS_A_YEAR


def _hired(leaving: Table, assume: Mapping[str, PerDraw]) -> Table:
    """Return how many of those leaving a vendor Chinese firms hire: nationals alone."""
    expatriates = assume["talent.expatriate_share"]
    return hired_locally(leaving, expatriates, assume["talent.hired_locally_share"])


def _served_tools(
    fabs: Sequence[Fab], assume: Mapping[str, PerDraw]
) -> dict[str, ServedTools]:
    """Return what the engineers of each foreign vendor serve; all fabs buy of all."""
    lines: dict[str, list[SupplyLine]] = {}
    for fab in fabs:
        for line in fab.purchases_of(Good.ENGINEERS):
            lines.setdefault(line.seller, []).append(line)
    served = {}
    for vendor, engineers in lines.items():
        bases = [fab.tools_of(vendor) for fab in fabs]
        scanners = [[x for x in own if x.wear.group == SCANNERS] for own in bases]
        others = [[x for x in own if x.wear.group != SCANNERS] for own in bases]
        kinds = tuple(
            (*_where(of_kind), assume[f"talent.engineers_per_tool.{kind}"])
            for of_kind, kind in ((scanners, "scanner"), (others, "other"))
            if of_kind[0]
        )
        served[vendor] = ServedTools(bases[0][0].table, kinds, tuple(engineers))
    return served


def _where(
    by_fab: Sequence[Sequence[ToolBase]],
) -> tuple[list[list[int]], list[list[int]]]:
    """Return the rows and fabs of tools in their table, by tool and fab."""
    tools = list(zip(*by_fab, strict=True))
    rows = [[base.at[0] for base in in_fabs] for in_fabs in tools]
    return rows, [[base.fab for base in in_fabs] for in_fabs in tools]
