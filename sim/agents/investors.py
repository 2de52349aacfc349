"""Investors: how they value listed firms, and what news does to share prices."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.agents.actor import Actor
from sim.agents.businesses import (
    ChipSales,
    ToolSales,
    businesses_of,
    recorded_revenue,
)
from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.ledger import StockProfile
from sim.agents.ledgers import ByFirm, Ledgers, Rivalry
from sim.agents.suppliers import Foundry, MemoryMaker, RecordedFirm
from sim.agents.toolmaker import DomesticToolmaker, Toolmaker
from sim.domain.ensemble import ByThing, PerDraw, total
from sim.domain.months import MONTHS_A_YEAR
from sim.mechanisms.belief import faded
from sim.mechanisms.money import firm_value
from sim.mechanisms.returns import return_on_news, revaluation, simple_return
from sim.policy.beliefs import BeliefChange
from sim.world import World

ListedFirm = (
    Toolmaker
    | Designer
    | DomesticToolmaker
    | DomesticDesigner
    | MemoryMaker
    | Foundry
    | RecordedFirm
)
"""Kinds of firm of which there are shares."""

_FIRST_PRICE = 100.0

_LEAST_VALUE = 1.0
"""USD million at which a firm that has sold nothing for a year is held."""


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

    Tables have a row for each firm.

    Attributes:
        firms: listed firms, in the order of the rows.
        profiles: what is known of their shares, by firm.
        ledgers: their revenue by what may take it.
        reactions: what each piece of this month's news did.
        demand_revaluation: log price due to surprises about demand for AI compute.
        random_walk: log price due to chance.
        past_revenue: of up to the last twelve months, USD million.
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
        self.ledgers = Ledgers(
            world,
            {x.name: businesses_of(x, profiles[x.name]) for x in firms},
            rivalries=[self._rivalry(firm) for firm in firms],
        )
        self._multiple = self._column("multiple")
        self._margin_ratio = self._column("margin_ratio")
        self._ai_part = self._column("ai_share")
        self._volatility = self._column("daily_volatility")
        nothing = np.zeros((len(firms), world.chance.draws.count))
        self.past_revenue: tuple[ByFirm, ...] = ()
        self.reactions: list[NewsReaction] = []
        self.demand_revaluation = self.random_walk = self._return_on_news = nothing
        self._first_level: ByFirm | None = None

    def _rivalry(self, firm: ListedFirm) -> Rivalry | None:
        """Return from whom a Chinese firm wins sales; None of others."""
        won = self.profiles[firm.name].won_from_rivals
        if won == 0.0:
            return None
        is_toolmaker = isinstance(firm, DomesticToolmaker)
        return Rivalry(ToolSales if is_toolmaker else ChipSales, won)

    def _column(self, name: str) -> ByThing:
        """Return a number of the profiles, the same in all draws."""
        return np.array([[getattr(self.profiles[x.name], name)] for x in self.firms])

    def _by_name(self, table: ByFirm) -> dict[str, PerDraw]:
        """Return the rows of a table by the id of the firm."""
        names = (firm.name for firm in self.firms)
        return dict(zip(names, table, strict=True))

    # --- what news does (M16) -------------------------------------------------------

    def read_news(self) -> None:
        """Let each piece of the month's news move the shares that it affects."""
        half_life = self.model.assume["belief.half_life_months"]
        self.demand_revaluation = faded(self.demand_revaluation, half_life)
        news = np.zeros_like(self.demand_revaluation)
        self.reactions = []
        for move in self.model.beliefs.changes:
            returns = self._react(move)
            news = news + returns
            self.reactions.append(NewsReaction(move.source, self._by_name(returns)))
        self._return_on_news = simple_return(news)

    @property
    def news_return(self) -> dict[str, PerDraw]:
        """What all of this month's news did, by firm, as a simple return."""
        return self._by_name(self._return_on_news)

    def _react(self, move: BeliefChange) -> ByFirm:
        """Return the log returns on a piece of news."""
        returns = np.zeros_like(self.demand_revaluation)
        astonishing = move.surprise is not None and move.surprise.any()
        if move.act is None and not move.before and not astonishing:
            return returns
        affected = self.ledgers.affected_by(move)
        if affected.any():
            returns[affected] = self._return_on_law(move)[affected]
        demand = self._return_on_demand(move)
        self.demand_revaluation = self.demand_revaluation + demand
        if move.surprise is not None:
            self.tell(
                "market shock",
                move.source,
                "a surprise in the efficiency of AI",
                move.surprise > 0.0,
            )
        return returns + demand

    def _return_on_law(self, move: BeliefChange) -> ByFirm:
        """Return the log return on what the news says about future law."""
        before = self.ledgers.expected_loss(self._believed(move, move.before))
        if move.act is not None:
            prospects = self.model.beliefs.prospects
            self.ledgers.count_announced_change(move, prospects)
        after = self.ledgers.expected_loss(self._believed(move, move.after))
        return self._return_on_loss(before, after)

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

    def _return_on_loss(self, before: ByFirm | float, after: ByFirm) -> ByFirm:
        """Return the log return on a change of the share of revenue to be lost."""
        per_loss = self.model.assume["econ.return_per_unit_revenue_at_risk"]
        return return_on_news(before, after, per_loss, self._margin_ratio)

    def _return_on_demand(self, move: BeliefChange) -> ByFirm | float:
        """Return the log return on what the news says of demand for AI compute."""
        if move.surprise is None:
            return 0.0
        response = self.model.assume["market.demand_lost_per_efficiency"]
        return revaluation(move.surprise, self.ledgers.ai_share, response)

    # --- what a share is worth (M16, M17) ---------------------------------------------

    def appraise(self) -> None:
        """Read the firms' books, value them and price their shares."""
        revenue = np.array([self._revenue(firm) for firm in self.firms])
        self.past_revenue = (*self.past_revenue, revenue)[-MONTHS_A_YEAR:]
        self.ledgers.enter_month(revenue, self._ai_revenue(revenue))
        self._step_random_walks()
        if self._first_level is None:
            self._first_level = self._level()

    def _step_random_walks(self) -> None:
        """Move shares by chance, as shares move without any news."""
        names = [f"share price of {firm.name}" for firm in self.firms]
        luck = self.model.chance.normals(names, self.model.month)
        month = self.model.facts["trading_days_a_month"] ** 0.5
        self.random_walk = self.random_walk + self._volatility * month * luck

    def _value(self) -> ByFirm:
        """Return each firm at its multiple of a year's sales, USD million."""
        months = self.past_revenue
        yearly = total(months) * (MONTHS_A_YEAR / len(months))
        return firm_value(yearly, self._multiple)

    @property
    def value(self) -> dict[str, PerDraw]:
        """Each firm at its multiple of a year's sales, USD million, by firm."""
        return self._by_name(self._value()) if self.past_revenue else {}

    @property
    def price(self) -> dict[str, PerDraw]:
        """Price of each share, its first month being 100, by firm."""
        if self._first_level is None:
            return {}
        rise = self._level() - self._first_level
        return self._by_name(_FIRST_PRICE * np.exp(rise))

    def _level(self) -> ByFirm:
        """Return the log of each value, less expected losses, plus chance."""
        expected = self.ledgers.expected_loss(self.model.beliefs.probability)
        return (
            np.log(np.maximum(self._value(), _LEAST_VALUE))
            + self._return_on_loss(0.0, expected)
            + self.demand_revaluation
            + self.random_walk
        )

    def _revenue(self, firm: ListedFirm) -> PerDraw:
        """Return a month's revenue, from the firm's books or from the record."""
        if isinstance(firm, Toolmaker | Designer | DomesticDesigner):
            return self.model.per_draw(firm.revenue)
        if isinstance(firm, DomesticToolmaker):
            return self.model.per_draw(firm.china_sales)
        return recorded_revenue(firm, self.profiles[firm.name])

    def _ai_revenue(self, revenue: ByFirm) -> ByFirm:
        """Return what AI compute brings: of designers, a part of data-centre sales."""
        sales = [
            firm.data_centre_abroad + firm.china_chip_revenue
            if isinstance(firm, Designer)
            else of_firm
            for firm, of_firm in zip(self.firms, revenue, strict=True)
        ]
        return np.array(sales) * self._ai_part
