"""Chinese laboratories: who they are, and what each of them has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.agents.actor import Actor
from sim.agents.compute_sellers import ChannelSellers, UnitCompute
from sim.agents.table_row import TableRow
from sim.domain.ensemble import Amounts, PerDraw
from sim.world import World

if TYPE_CHECKING:
    from sim.agents.laboratories import Laboratories

CHANNELS = ("legal", "grey", "domestic", "offshore")
"""The ways in which compute can be obtained."""


@dataclass(frozen=True, eq=False)
class AcceleratorStock:
    """Accelerators of one channel, at one laboratory or with a row for each."""

    units: Amounts
    training: Amounts
    inference: Amounts

    def aged(self, kept: Amounts) -> AcceleratorStock:
        """Return what still works after a month."""
        return AcceleratorStock(
            self.units * kept, self.training * kept, self.inference * kept
        )

    def plus(self, units: Amounts, worth: UnitCompute) -> AcceleratorStock:
        """Return the stock with accelerators added, each worth so much."""
        training, inference = worth
        return AcceleratorStock(
            self.units + units,
            self.training + units * training,
            self.inference + units * inference,
        )

    def of(self, row: int) -> AcceleratorStock:
        """Return the stock of one laboratory."""
        return AcceleratorStock(
            self.units[row], self.training[row], self.inference[row]
        )


class Lab(Actor):
    """A Chinese laboratory or cloud; `Laboratories` does what all of them do alike.

    Attributes:
        budget_share: of Chinese spending on AI compute, what is its own.
        development_factor: what it keeps for development over what others keep.
        first_stock: accelerators at home at the start.
        first_offshore: those that it rents abroad at the start.
        sellers: of compute, by channel that it uses.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        budget_share: float,
        development_factor: float,
        first_stock: AcceleratorStock,
        first_offshore: AcceleratorStock,
        sellers: Mapping[str, ChannelSellers],
    ) -> None:
        super().__init__(world, name, country)
        self.budget_share = budget_share
        self.development_factor = development_factor
        self.first_stock, self.first_offshore = first_stock, first_offshore
        self.sellers = dict(sellers)
        self.channels = tuple(name for name in CHANNELS if name in sellers)

    def show(self, labs: Laboratories, row: int) -> None:
        """Show the numbers of one row of the tables from now on."""
        self._labs, self._row = labs, row

    @property
    def budget(self) -> TableRow:
        """Its money, and what it does not spend, as `LabBudget` names it."""
        return TableRow(self._labs.budget, self._row)

    @property
    def capability(self) -> TableRow:
        """What it makes of its fleet, and its lag, as `Capability` names it."""
        return TableRow(self._labs.capability, self._row)

    @property
    def stocks(self) -> dict[str, AcceleratorStock]:
        """Its accelerators, by channel."""
        return {name: x.of(self._row) for name, x in self._labs.stocks.items()}

    @property
    def cash(self) -> PerDraw:
        """Money for the month's orders, USD million."""
        return self._labs.cash[self._row]

    @property
    def paid(self) -> PerDraw:
        """Money that it paid this month, USD million."""
        return self._labs.paid[self._row]

    @property
    def bought(self) -> PerDraw:
        """Accelerators that have arrived since the start."""
        return self._labs.bought[self._row]

    @property
    def failed(self) -> PerDraw:
        """Accelerators that have failed or been retired since the start."""
        return self._labs.failed[self._row]
