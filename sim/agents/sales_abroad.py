"""What foreign firms sell outside China: the record, then the world's AI investment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.agents.actor import Actor
from sim.domain.ensemble import ByThing, PerDraw, Table, sum_in_order
from sim.domain.months import MONTHS_A_QUARTER, MONTHS_A_YEAR, Month
from sim.mechanisms.ai_investment import monthly_scatter, next_growth, sales_ratio
from sim.mechanisms.growth import fading_growth, grown
from sim.world import World

_QUARTERS_OF_TREND = 2
"""Quarters over which the growth of AI investment at the end of the record is read."""


@dataclass(frozen=True, eq=False)
class FirmSales:
    """What is known of a firm's sales outside China.

    Attributes:
        firm: its id.
        quarters: sales in each quarter on record, USD million, by its last month.
        all_markets: the same, China included.
        last: the month from which on sales move if there are no quarters.
        ai_share: share of these sales that AI investment pays for, in [0, 1].
        growth: of the others after the record, a year; 0 where the firm's yearly books
            have it.
        first_growth: ratio of the first year after the record; None if it is like
            later ones.
    """

    firm: str
    quarters: Mapping[Month, float]
    all_markets: Mapping[Month, float]
    last: Month
    ai_share: float
    growth: float
    first_growth: PerDraw | None

    @property
    def recorded(self) -> dict[Month, float]:
        """Sales by month, USD million a month: a third of the quarter's."""
        return {
            end + (-back): amount / MONTHS_A_QUARTER
            for end, amount in self.quarters.items()
            for back in range(MONTHS_A_QUARTER)
        }


class SalesAbroad(Actor):
    """Sales of foreign firms outside China, moved by one factor and by their own luck.

    Up to the end of a firm's record they are those of the record. From then on they
    start from its last quarter. Tables have a row for each firm.

    Attributes:
        growth: of the world's AI investment, log per month.
        expected: what is assumed of it, log per month.
        rise: log of AI investment over that at the end of the first record that ends.
        ratio: by firm, sales over those of its last quarter; one until that has ended.
    """

    def __init__(
        self, world: World, name: str, country: str, *, firms: Sequence[FirmSales]
    ) -> None:
        super().__init__(world, name, country)
        self.firms = list(firms)
        self._row = {firm.firm: row for row, firm in enumerate(firms)}
        self._recorded = {firm.firm: firm.recorded for firm in firms}
        self._ends = [_middle(firm) for firm in firms]
        self._first_end = min(self._ends)
        self._names = [f"sales abroad of {firm.firm}" for firm in firms]
        self._ai_share = np.array([[firm.ai_share] for firm in firms])
        self._scatter: ByThing = np.array(
            [
                [step]
                for step in monthly_scatter(
                    [_changes(firm.all_markets) for firm in firms]
                )
            ]
        )
        self.expected = self._expected()
        self.growth = self._seen_growth()
        nothing = np.zeros((len(firms), world.chance.draws.count))
        self.rise = world.zeros()
        self._walk = self._rise_at_end = nothing
        self.ratio: Table = nothing + 1.0

    def _seen_growth(self) -> PerDraw:
        """Return growth at the end of the record of who sells most for AI."""
        leader = max(self.firms, key=_latest_ai_sales)
        changes = _changes(leader.quarters)[-_QUARTERS_OF_TREND:]
        if not changes:
            return self.expected
        months = MONTHS_A_QUARTER * len(changes)
        return self.model.per_draw(sum_in_order(changes) / months)

    def _expected(self) -> PerDraw:
        """Return the growth that is assumed of AI investment, log per month."""
        assume = self.model.assume
        months = max(self.model.month - self._first_end, 0)
        return fading_growth(
            months / MONTHS_A_YEAR,
            assume["ai_investment.growth"],
            assume["world.supply_growth_half_life_years"],
        )

    def move(self) -> None:
        """Let AI investment and firms' own sales move on by a month (M26)."""
        world = self.model
        if not world.is_on("ai_investment") or world.month <= self._first_end:
            return
        expected, assume = self._expected(), world.assume
        self.growth = next_growth(
            self.growth,
            self.expected,
            expected,
            luck=world.chance.normal("AI investment", world.month),
            spread=assume["ai_investment.growth_spread"] / MONTHS_A_YEAR,
            half_life=assume["ai_investment.growth_half_life_months"],
        )
        self.expected = expected
        self._move_firms(self.rise + self.growth)

    def _move_firms(self, rise: PerDraw) -> None:
        """Move the sales of the firms whose record has ended."""
        month = self.model.month
        over = np.array([[month > end] for end in self._ends])
        self.rise = rise
        self._rise_at_end = np.where(over, self._rise_at_end, rise)
        luck = self.model.chance.normals(self._names, month)
        self._walk = self._walk + over * self._scatter * luck
        other = np.array([self._other_growth(firm) for firm in self.firms])
        ratio = sales_ratio(self._ai_share, rise - self._rise_at_end, other, self._walk)
        self.ratio = np.where(over, ratio, 1.0)

    def _other_growth(self, firm: FirmSales) -> PerDraw:
        years = max(self.model.month - _middle(firm), 0) / MONTHS_A_YEAR
        return self.model.per_draw(grown(years, firm.growth, firm.first_growth))

    @property
    def surprise(self) -> PerDraw:
        """Growth of AI investment beyond what is assumed, log per month."""
        return self.growth - self.expected

    def has_record(self, firm: str) -> bool:
        """Return whether the quarters of a firm reach back to this month."""
        recorded = self._recorded.get(firm, {})
        return bool(recorded) and self.model.month >= min(recorded)

    def last_recorded(self, firm: str) -> tuple[Month, float]:
        """Return the month that a firm's sales are read in, and sales in it.

        The month is the present one, or the last on record; USD million a month.
        """
        recorded = self._recorded[firm]
        month = min(self.model.month, max(recorded))
        return month, recorded[month]

    def ratio_of(self, firm: str) -> PerDraw | float:
        """Return a firm's sales over those at the end of its record; one before."""
        row = self._row.get(firm)
        return 1.0 if row is None else self.ratio[row]


def _changes(quarters: Mapping[Month, float]) -> list[float]:
    """Return changes of the log of sales from quarter to quarter."""
    in_order = [quarters[end] for end in sorted(quarters)]
    return [float(np.log(after / before)) for before, after in pairwise(in_order)]


def _latest_ai_sales(firm: FirmSales) -> float:
    """Return what AI brought in the last quarter on record, USD million."""
    return firm.ai_share * firm.quarters[max(firm.quarters)] if firm.quarters else 0.0


def _middle(firm: FirmSales) -> Month:
    """Return the month from which a firm's sales move: the middle of its last quarter.

    Of a firm that has yearly books alone, it is the last month on record.
    """
    return max(firm.quarters) + (-1) if firm.quarters else firm.last


def sales_abroad_of(world: World) -> SalesAbroad | None:
    """Return what moves sales outside China; None where the mechanism is off."""
    if not world.is_on("ai_investment"):
        return None
    return next(iter(world.actors(SalesAbroad)), None)
