"""Tool bases: the tools of one class and maker in a fab, shown from the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sim.agents.service_table import ServiceKey, ServiceTable, WearRates
from sim.agents.tool_table import At, Places, ToolTable
from sim.agents.toolmaker import DomesticToolmaker
from sim.domain.ensemble import PerDraw, Table, total
from sim.domain.supply import CHINA, Gates, OrderBook, SupplyLine


class _Shown:
    """An attribute that is kept in a table, or follows from others that are."""

    def __init__(self, read: Callable[[Any], Any] | None) -> None:
        self._read = read

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, view: Any, owner: type) -> Any:
        if self._read is not None:
            return self._read(view)
        return getattr(view.table, self._name)[view.at]

    def __set__(self, view: Any, amount: PerDraw) -> None:
        view.table.put(self._name, view.at, amount)


def _shown(read: Callable[[Any], Any] | None = None) -> Any:
    return _Shown(read)


class ToolOrders(OrderBook):
    """The order book of a line of tools, whose numbers are kept in the table.

    Attributes:
        table: where they are kept.
        at: their row and fab.
        gates: what may pass by law.
    """

    new: PerDraw = _shown()
    backlog: PerDraw = _shown(lambda book: total(book.table.stages[:, *book.at]))
    shipped: PerDraw = _shown()
    arrived: PerDraw = _shown()
    in_transit: tuple[PerDraw, ...] = _shown(
        lambda book: tuple(amounts[book.at] for amounts in book.table.under_way)
    )
    permitted: PerDraw = _shown(lambda book: book.backlog + book.shipped)
    licensed: PerDraw = _shown(
        lambda book: (
            book.permitted + book.new * (book.gates.licence - book.gates.open_share)
        )
    )
    ordered: PerDraw = _shown(
        lambda book: book.permitted + book.new * (1.0 - book.gates.open_share)
    )

    def __init__(self, table: ToolTable, at: At, gates: Gates) -> None:
        """Show the orders at a place of the table."""
        self.table, self.at, self.gates = table, at, gates

    def place(self, quantity: PerDraw) -> None:
        """Order so much this month."""
        self.new = quantity

    def call_off(self, kept: PerDraw) -> PerDraw:
        """Keep a share of the open orders; return what is called off."""
        return self.table.call_off(self.at, kept)


class SeveralToolOrders:
    """The order books of several lines of tools, a row for each."""

    def __init__(self, books: Sequence[OrderBook]) -> None:
        """Show the orders at several places of one table.

        Raises:
            TypeError: a line keeps its orders elsewhere.
        """
        shown = [book for book in books if isinstance(book, ToolOrders)]
        if not shown or len(shown) < len(books):
            raise TypeError("these are no orders for tools")
        self._table, self._places = shown[0].table, places_of(shown)

    @property
    def shipped(self) -> Table:
        """Tools shipped this month."""
        return self._table.shipped[self._places]


def places_of(shown: Sequence[ToolOrders | ToolBase]) -> Places:
    """Return the rows and fabs of several things that show places of one table."""
    return [x.at[0] for x in shown], [x.at[1] for x in shown]


class ToolBase:
    """The tools of one class that one maker has installed in one fab.

    Attributes:
        line: the line on which more come.
        wear: how they wear without their vendor.
        preference: share of the class that fabs would buy of this maker.
        maker: the Chinese maker, if it is one.
        table: where their numbers are kept.
        at: their row and fab.
        tools: installed.
    """

    table: ToolTable
    at: At
    tools: PerDraw = _shown()

    def __init__(
        self,
        line: SupplyLine,
        first_tools: PerDraw,
        wear: WearRates,
        *,
        preference: float,
        maker: DomesticToolmaker | None = None,
    ) -> None:
        self.line, self.first_tools, self.wear = line, first_tools, wear
        self.preference, self.maker = preference, maker

    def show(self, table: ToolTable, service: ServiceTable, at: At) -> None:
        """Show the numbers at a place of the tables from now on."""
        self.table, self.at, self._service = table, at, service
        self.line.keep_orders(ToolOrders(table, at, self.line.gates))

    @property
    def vendor(self) -> str:
        """Who makes them."""
        return self.line.seller

    @property
    def foreign(self) -> bool:
        """Whether a maker outside China makes them."""
        return self.line.origin != CHINA

    @property
    def serviced_by(self) -> ServiceKey:
        """The vendor and the service group of its contract."""
        return (self.vendor, self.wear.group)

    @property
    def as_usual(self) -> bool:
        """Whether they are as available as usual in every draw."""
        return not self.foreign or self._service.is_as_usual(self.serviced_by, self.fab)

    @property
    def fab(self) -> int:
        """The column of their fab."""
        return self.at[1]

    @property
    def availability(self) -> PerDraw:
        """Share of time that they are up, over the usual share, in [0, 1]."""
        return (
            self._serviced("availability") if self.foreign else np.ones_like(self.tools)
        )

    @property
    def spares(self) -> PerDraw:
        """Months of spare parts in stock."""
        return self._serviced("spares") if self.foreign else self.wear.spares_stock

    @property
    def practice(self) -> PerDraw:
        """Months of practice in doing without the vendor."""
        return self._serviced("practice") if self.foreign else np.zeros_like(self.tools)

    def _serviced(self, name: str) -> PerDraw:
        amount: PerDraw = getattr(self._service, name)[
            self._service.at(self.serviced_by, self.fab)
        ]
        return amount

    @property
    def available(self) -> PerDraw:
        """Tools, each counted by its availability over the usual one."""
        return self.tools if self.as_usual else self.tools * self.availability
