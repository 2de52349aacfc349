"""Investors: how they value listed firms, and what news does to share prices."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.agents.actor import Actor
from sim.agents.designer import Designer
from sim.agents.ledger import Ledger, StockProfile, empty_ledger
from sim.agents.suppliers import Foundry, MemoryMaker
from sim.agents.toolmaker import Toolmaker
from sim.domain.ensemble import PerDraw, total
from sim.domain.months import MONTHS_A_YEAR
from sim.mechanisms.belief import faded
from sim.mechanisms.growth import value_in_month
from sim.mechanisms.money import firm_value
from sim.mechanisms.returns import return_on_news, revaluation, simple_return
from sim.policy.beliefs import BeliefChange
from sim.world import World

ListedFirm = Toolmaker | Designer | MemoryMaker | Foundry
"""Kinds of firm of which there are shares."""

_FIRST_PRICE = 100.0


@dataclass(frozen=True, eq=False)
class NewsReaction:
    """What one piece of news did to shares.

    Attributes:
        source: id of the news, of the instrument, or of who it came from.
        log_returns: by firm.
    """

    source: str
    log_returns: Mapping[str, PerDraw]


class Investors(Actor):
    """Investors who value a firm by its sales, and by what law and news may do to them.

    Attributes:
        profiles: what is known of their shares, by firm.
        ledgers: their revenue by what may take it, by firm.
        value: of each firm at its multiple of a year's sales, USD million.
        reactions: what each piece of this month's news did.
        news_return: what all of it did, by firm, as a simple return.
        demand_revaluation: log price due to surprises about demand for AI compute.
        random_walk: log price due to chance.
        past_revenue: of up to the last twelve months, by firm, USD million.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        firms: list[ListedFirm],
        profiles: Mapping[str, StockProfile],
    ) -> None:
        super().__init__(world, name, country)
        self.firms, self.profiles = firms, profiles
        self.ledgers: dict[str, Ledger] = {
            firm.name: empty_ledger(firm, profiles[firm.name]) for firm in firms
        }
        names = [firm.name for firm in firms]
        self.past_revenue: dict[str, tuple[PerDraw, ...]] = {}
        self.value: dict[str, PerDraw] = {}
        self.reactions: list[NewsReaction] = []
        self.news_return = dict.fromkeys(names, world.zeros())
        self.demand_revaluation = dict.fromkeys(names, world.zeros())
        self.random_walk = dict.fromkeys(names, world.zeros())
        self._first_level: dict[str, PerDraw] = {}

    # --- what news does (M16) -------------------------------------------------------

    def read_news(self) -> None:
        """Let each piece of the month's news move the shares that it affects."""
        half_life = self.model.assume["belief.half_life_months"]
        for name, level in self.demand_revaluation.items():
            self.demand_revaluation[name] = faded(level, half_life)
        self.reactions = [self._react(move) for move in self.model.beliefs.changes]
        for firm in self.firms:
            moved = [r.log_returns[firm.name] for r in self.reactions]
            news = total([self.model.zeros(), *moved])
            self.news_return[firm.name] = simple_return(news)

    def _react(self, move: BeliefChange) -> NewsReaction:
        returns = dict.fromkeys(self.ledgers, self.model.zeros())
        astonishing = move.surprise is not None and move.surprise.any()
        if move.act is None and not move.before and not astonishing:
            return NewsReaction(move.source, returns)
        for firm in self.firms:
            demand = self._return_on_demand(firm, move)
            returns[firm.name] = self._return_on_law(firm, move) + demand
            level = self.demand_revaluation[firm.name]
            self.demand_revaluation[firm.name] = level + demand
        if move.surprise is not None:
            self.tell(
                "market shock",
                move.source,
                "a surprise in the efficiency of AI",
                move.surprise > 0.0,
            )
        return NewsReaction(move.source, returns)

    def _return_on_law(self, firm: ListedFirm, move: BeliefChange) -> PerDraw:
        """Return the log return on what the news says about future law."""
        ledger = self.ledgers[firm.name]
        if not ledger.is_affected_by(move):
            return self.model.zeros()
        before = ledger.expected_loss(self._believed(move, move.before))
        if move.act is not None:
            prospects = self.model.beliefs.prospects
            for business in ledger.businesses:
                business.count_announced_loss(move.act, prospects)
        after = ledger.expected_loss(self._believed(move, move.after))
        return self._return_on_loss(firm, before, after)

    def _believed(
        self, move: BeliefChange, side: Mapping[str, PerDraw]
    ) -> dict[str, PerDraw]:
        """Return all beliefs before or after a piece of news.

        Prospects that it did not move are believed as at the end of the month. Which it
        moved is asked draw by draw: in another draw it may have moved more of them.
        """
        known = self.model.beliefs.probability
        moved = {
            key: np.where(move.before[key] == move.after[key], known[key], belief)
            for key, belief in side.items()
        }
        return {**known, **moved}

    def _return_on_loss(
        self, firm: ListedFirm, before: PerDraw, after: PerDraw
    ) -> PerDraw:
        """Return the log return on a change of the share of revenue to be lost."""
        per_loss = self.model.assume["econ.return_per_unit_revenue_at_risk"]
        ratio = self.profiles[firm.name].margin_ratio
        return return_on_news(before, after, per_loss, ratio)

    def _return_on_demand(self, firm: ListedFirm, move: BeliefChange) -> PerDraw:
        """Return the log return on what the news says of demand for AI compute."""
        if move.surprise is None:
            return self.model.zeros()
        return revaluation(
            move.surprise,
            self.ledgers[firm.name].ai_share,
            self.model.assume["market.demand_lost_per_efficiency"],
        )

    # --- what a share is worth (M16, M17) ---------------------------------------------

    def appraise(self) -> None:
        """Read the firms' books, value them and price their shares."""
        for firm in self.firms:
            revenue = self._revenue(firm)
            months = (*self.past_revenue.get(firm.name, ()), revenue)[-MONTHS_A_YEAR:]
            self.past_revenue[firm.name] = months
            yearly = total(months) * (MONTHS_A_YEAR / len(months))
            multiple = self.profiles[firm.name].multiple
            self.value[firm.name] = firm_value(yearly, multiple)
            ai_revenue = self._ai_revenue(firm, revenue)
            self.ledgers[firm.name].enter_month(revenue, ai_revenue)
            self._step_random_walk(firm.name)
            if firm.name not in self._first_level:
                self._first_level[firm.name] = self._level(firm)

    def _step_random_walk(self, name: str) -> None:
        """Move a share by chance, as shares move without any news."""
        luck = self.model.chance.normal(f"share price of {name}", self.model.month)
        month = self.model.facts["trading_days_a_month"] ** 0.5
        step = self.profiles[name].daily_volatility * month
        self.random_walk[name] = self.random_walk[name] + step * luck

    @property
    def price(self) -> dict[str, PerDraw]:
        """Price of each share, its first month being 100."""
        firms = [firm for firm in self.firms if firm.name in self._first_level]
        rises = {x.name: self._level(x) - self._first_level[x.name] for x in firms}
        return {name: _FIRST_PRICE * np.exp(rise) for name, rise in rises.items()}

    def _level(self, firm: ListedFirm) -> PerDraw:
        """Return the log of its value, less expected losses, plus chance."""
        expected = self.ledgers[firm.name].expected_loss(self.model.beliefs.probability)
        return (
            np.log(self.value[firm.name])
            + self._return_on_loss(firm, self.model.zeros(), expected)
            + self.demand_revaluation[firm.name]
            + self.random_walk[firm.name]
        )

    def _revenue(self, firm: ListedFirm) -> PerDraw:
        """Return a month's revenue, from the firm's books or from the record."""
        if isinstance(firm, Toolmaker | Designer):
            return firm.revenue
        profile = self.profiles[firm.name]
        month = self.model.month
        yearly = value_in_month(
            profile.yearly, month, profile.growth, profile.first_growth
        )
        return self.model.per_draw(yearly / MONTHS_A_YEAR)

    def _ai_revenue(self, firm: ListedFirm, revenue: PerDraw) -> PerDraw:
        ai_share = self.profiles[firm.name].ai_share
        if isinstance(firm, Designer):
            return (firm.data_centre_abroad + firm.china_chip_revenue) * ai_share
        return revenue * ai_share
