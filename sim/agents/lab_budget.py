"""Budgets of Chinese laboratories: what they may spend, and what they do not (M9)."""

from collections.abc import Sequence

import numpy as np

from sim.domain.ensemble import PerDraw, Table, share
from sim.domain.months import MONTHS_A_YEAR
from sim.mechanisms.adjustment import adjusted
from sim.mechanisms.growth import fading_growth
from sim.mechanisms.procurement import budget_response, top_up
from sim.world import World


class LabBudget:
    """Money of laboratories for compute; every table has a row for each of them.

    Attributes:
        yearly: recorded Chinese spending on AI compute by month, USD million a year.
        first_growth: of spending in the first year after the record, as a ratio; None
            if it grows then as it does later.
        budget_share: of that spending, which is each laboratory's.
        recorded_value: by month, what a dollar bought while the recorded spending was
            decided on, over what it bought at first.
        monthly: Chinese spending as planned, USD million a month.
        response: log of spending wanted over planned, as compute is worth it.
        usual_lag: months behind the frontier that owners are used to, if any yet.
        first_value: of a dollar when it could first buy anything, H100-equivalents per
            USD million.
        savings: unspent money carried over, USD million.
        advance: spent ahead of budgets in fear of losing chips, USD million.
        granted: what owners and the state gave since the start, top-ups included.
        topped_up: the part of it that they gave as the lag widened.
        given_up: not spent in time, and taken back, since the start.
    """

    def __init__(
        self,
        world: World,
        labs: Sequence[str],
        *,
        yearly: Sequence[PerDraw | float],
        recorded_value: Sequence[PerDraw | float],
        first_growth: PerDraw | None,
        budget_shares: Sequence[float],
    ) -> None:
        self.world = world
        self._luck_of = [f"spending of {lab}" for lab in labs]
        self.yearly, self.first_growth = yearly, first_growth
        self.recorded_value = recorded_value
        self.budget_share = np.array(budget_shares)[:, np.newaxis]
        nothing = np.zeros((len(labs), world.chance.draws.count))
        self.monthly = world.per_draw(yearly[0] / MONTHS_A_YEAR)
        self.savings = self.advance = self.response = nothing
        self.granted = self.topped_up = self.given_up = nothing
        self.usual_lag: Table | None = None
        self.first_value = nothing

    def grant(self, value: Table, lag: Table) -> Table:
        """Grant a month's money; return it with what was saved and is drawn ahead.

        Args:
            value: of a dollar, H100-equivalents per USD million, as each laboratory can
                choose among channels.
            lag: months by which each trails the frontier.
        """
        self._plan()
        granted = self.monthly * self.own_share * self._luck()
        if self.world.is_on("budget_response"):
            added = granted * self._top_up(lag)
            granted = np.maximum(granted * self._answer(value) + added, 0.0)
            self.topped_up = self.topped_up + added
        self.granted = self.granted + granted
        return self.savings + granted + self._pulled_forward()

    def settle(self, left: Table) -> None:
        """Carry over what is left of a month's money, and give up the rest."""
        months = self.world.facts["savings_months"]
        kept = months * self.monthly * self.own_share
        self.savings = np.clip(left, 0.0, kept)
        self.given_up = self.given_up + np.maximum(left - kept, 0.0)

    @property
    def own_share(self) -> Table:
        """Shares of China's spending, corrected for errors of the record."""
        return self.world.assume["lab.budget_factor"] * self.budget_share

    def _plan(self) -> None:
        """Plan by the record, and then by growth that fades."""
        world, assume = self.world, self.world.assume
        months = world.month - world.start
        if months < len(self.yearly):
            self.monthly = world.per_draw(self.yearly[months]) / MONTHS_A_YEAR
            return
        growth = fading_growth(
            (months - len(self.yearly)) / MONTHS_A_YEAR,
            assume["lab.budget_growth_2026"],
            assume["lab.budget_growth_half_life_years"],
            self.first_growth,
        )
        self.monthly = self.monthly * np.exp(growth)

    def _luck(self) -> Table:
        world = self.world
        scatter = world.chance.normals(self._luck_of, world.month)
        return np.exp(world.assume["noise.compute_spending"] * scatter)

    def _answer(self, value: Table) -> Table:
        """Return spending wanted over planned, as a dollar buys more or less."""
        assume = self.world.assume
        self.first_value = np.where(self.first_value > 0.0, self.first_value, value)
        month = min(self.world.month - self.world.start, len(self.recorded_value) - 1)
        usual = self.first_value * self.recorded_value[month]
        worth = np.where(usual > 0.0, share(value, usual), 1.0)
        self.response = budget_response(
            self.response,
            value=np.maximum(worth, self.world.facts["reach_floor"]),
            elasticity=assume["lab.spending_elasticity_to_value"],
            months=assume["lab.budget_response_months"],
        )
        return np.exp(self.response)

    def _top_up(self, lag: Table) -> Table | PerDraw:
        """Return what owners and the state add as the lag widens, over the plan.

        While the record lasts, what they added is in it.
        """
        assume = self.world.assume
        months = assume["lab.budget_response_months"]
        usual = lag if self.usual_lag is None else self.usual_lag
        self.usual_lag = adjusted(usual, lag, months)
        if self.world.month - self.world.start < len(self.yearly):
            return self.world.zeros()
        return top_up(lag - usual, assume["lab.top_up_per_year_of_lag"])

    def _pulled_forward(self) -> Table:
        """Return money taken from later budgets in fear of losing chips (M5).

        The advance follows fear up within a quarter, and is paid back as fear fades.
        """
        months = self.world.assume["lab.pull_forward_months"]
        wanted = months * self.world.fear["chips"] * self.monthly * self.own_share
        change = (wanted - self.advance) / self.world.facts["advance_months"]
        self.advance = self.advance + change
        return change
