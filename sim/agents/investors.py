"""Investors: what they hold each listed firm to be worth."""

from sim.agents.actor import Actor
from sim.agents.designer import Designer
from sim.agents.toolmaker import Toolmaker
from sim.domain.ensemble import PerDraw, total
from sim.domain.months import MONTHS_A_YEAR
from sim.mechanisms.money import firm_value
from sim.world import World


class Investors(Actor):
    """Investors who value a firm by its revenue of the last twelve months.

    Attributes:
        firms: the listed firms.
        multiples: price to sales, by firm.
        value: of each firm, USD million.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        firms: list[Toolmaker | Designer],
        multiples: dict[str, float],
    ) -> None:
        super().__init__(world, name, country)
        self.firms, self.multiples = firms, multiples
        self.past: dict[str, tuple[PerDraw, ...]] = {}
        self.value: dict[str, PerDraw] = {}

    def appraise(self) -> None:
        """Read the firms' books and value them (M17)."""
        for firm in self.firms:
            months = (*self.past.get(firm.name, ()), firm.revenue)[-MONTHS_A_YEAR:]
            self.past[firm.name] = months
            yearly = total(months) * (MONTHS_A_YEAR / len(months))
            self.value[firm.name] = firm_value(yearly, self.multiples[firm.name])
