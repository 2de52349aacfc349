"""The table of all tools in Chinese fabs: a row for each class and maker.

A class of tools that several makers sell has a row for each of them; every row has a
column for each fab. What fabs and makers do is computed for whole tables, and
`ToolBase` and `ToolOrders` (`sim/agents/tool_base.py`) show one row of one fab.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.domain.array_types import Float64, Int64
from sim.domain.ensemble import Amounts, PerDraw, sum_in_order, total
from sim.domain.supply import Good, LineKey, SupplyLine
from sim.mechanisms.pipeline import in_steady_state, leaving_rate, moved_on

if TYPE_CHECKING:
    from sim.agents.service_table import ServiceKey
    from sim.agents.tool_base import ToolBase

ByBase = Float64[np.ndarray, "bases fabs draws"]
"""A number for each class and maker, fab and draw."""

ByStages = Float64[np.ndarray, "stages bases fabs draws"]
"""The same in each stage of an order."""

ByForeign = Float64[np.ndarray, "foreign fabs draws"]
"""The same of foreign makers alone, whose rows come first."""

ByHome = Float64[np.ndarray, "home fabs draws"]
"""The same of Chinese makers alone."""

ByClass = Float64[np.ndarray, "classes fabs draws"]
"""A number for each class of tools, fab and draw."""

ByFab = Float64[np.ndarray, "fabs draws"]
"""A number for each fab and draw."""

Column = Float64[np.ndarray, "_ 1 1"]
"""A number for each class and maker, the same in all fabs and draws."""

Rate = Float64[np.ndarray, "bases 1 draws"]
"""A share a month for each class and maker, and draw, the same in all fabs."""

ByMaker = Float64[np.ndarray, "makers 1 draws"]
"""A number for each of some makers or classes, and draw, the same in all fabs."""

Shares = Float64[np.ndarray, "bases #fabs #draws"]
"""A share for each class and maker, which may be the same in all fabs or draws."""

Rows = Int64[np.ndarray, "rows"]
"""Some of the rows."""

At = tuple[int, int]
"""Row and fab of some tools."""

Places = tuple[list[int], list[int]]
"""Rows and fabs of several lines."""


@dataclass(frozen=True, slots=True, eq=False)
class ToolLayout:
    """What stands in which row of the table.

    Rows stand slot by slot: the first foreign makers of all classes, then the second
    ones of the classes that have two, and so on; at last the Chinese makers. So the
    makers of a class are added one after another, whole slots at a time.

    Attributes:
        classes: of tools, those with most foreign makers first.
        vendors: who makes the tools of a row.
        goods: of which class they are.
        class_of: the index of that class.
        service_of: of the tools of a foreign maker, the row of their service.
        foreign_slots: rows of foreign makers, and the classes that they are of.
        home_slots: the same of Chinese makers.
        foreign: all rows of foreign makers; those of Chinese makers follow.
        lead_time: months from order to shipment.
        price: USD million a tool.
        preference: share of the class that fabs would buy of a foreign maker.
        usual_share: of orders abroad, the share that a foreign maker usually gets.
    """

    classes: tuple[Good, ...]
    vendors: tuple[str, ...]
    goods: tuple[Good, ...]
    class_of: Int64[np.ndarray, "bases"]
    service_of: Int64[np.ndarray, "foreign"]
    foreign_slots: tuple[tuple[slice, slice | list[int]], ...]
    home_slots: tuple[tuple[slice, slice | list[int]], ...]
    foreign: slice
    lead_time: Column
    price: Column
    preference: Column
    usual_share: Column

    @classmethod
    def of(
        cls, bases: Mapping[Good, list[ToolBase]], services: Sequence[ServiceKey]
    ) -> ToolLayout:
        """Return the layout of the tools of a fab; all fabs have the same makers.

        Args:
            bases: the tools of a fab, by class.
            services: the rows of the table of service.
        """
        foreign, home = (
            {good: [b for b in bases[good] if b.foreign is wanted] for good in bases}
            for wanted in (True, False)
        )
        classes = sorted(bases, key=lambda good: -len(foreign[good]))
        rows: list[ToolBase] = []
        slots = [_slots(makers, classes, rows) for makers in (foreign, home)]
        abroad = [base for base in rows if base.foreign]
        whole = {
            good: sum_in_order(base.preference for base in makers)
            for good, makers in foreign.items()
        }
        return cls(
            classes=tuple(classes),
            vendors=tuple(base.vendor for base in rows),
            goods=tuple(base.line.good for base in rows),
            class_of=np.array([classes.index(base.line.good) for base in rows]),
            service_of=np.array([services.index(base.serviced_by) for base in abroad]),
            foreign_slots=slots[0],
            home_slots=slots[1],
            foreign=slice(0, len(abroad)),
            lead_time=_column(base.line.lead_time for base in rows),
            price=_column(float(base.line.price) for base in rows),
            preference=_column(base.preference for base in abroad),
            usual_share=_column(b.preference / whole[b.line.good] for b in abroad),
        )

    @property
    def home(self) -> slice:
        """Rows of Chinese makers."""
        return slice(self.foreign.stop, None)

    def by_row(self, of_classes: ByClass, rows: slice) -> ByBase:
        """Return for some rows the number of the class that each is of."""
        return of_classes[self.class_of[rows]]

    def spread(self, of_classes: ByClass, shares: Shares) -> ByBase:
        """Return what each maker gets of an amount of its class.

        Args:
            of_classes: the amounts.
            shares: of all makers, or of the foreign ones alone.
        """
        parts = np.empty((len(shares), *of_classes.shape[1:]))
        for rows, classes in (*self.foreign_slots, *self.home_slots):
            if rows.stop <= len(shares):
                parts[rows] = of_classes[classes] * shares[rows]
        return parts

    def over_makers(self, amounts: ByBase) -> ByClass:
        """Return the sum over the makers of each class, one after another.

        Args:
            amounts: of all makers, or of the foreign ones alone.
        """
        sums = np.zeros((len(self.classes), *amounts.shape[1:]))
        for rows, classes in (*self.foreign_slots, *self.home_slots):
            if rows.stop <= len(amounts):
                sums[classes] += amounts[rows]
        return sums


def _slots(
    makers: dict[Good, list[ToolBase]], classes: list[Good], rows: list[ToolBase]
) -> tuple[tuple[slice, slice | list[int]], ...]:
    """Add makers to the rows, slot by slot; return the slots."""
    slots = []
    for number in range(max(map(len, makers.values()))):
        here = [i for i, good in enumerate(classes) if len(makers[good]) > number]
        first = len(rows)
        rows += [makers[classes[i]][number] for i in here]
        is_run = here == list(range(here[0], here[0] + len(here)))
        taken = slice(here[0], here[-1] + 1) if is_run else here
        slots.append((slice(first, len(rows)), taken))
    return tuple(slots)


def _column(numbers: Iterable[float]) -> Column:
    return np.array(list(numbers), dtype=float)[:, np.newaxis, np.newaxis]


@dataclass(eq=False)
class ToolTable:
    """The tools of all fabs, and the orders for more.

    Attributes:
        layout: what stands in which row.
        tools: installed.
        rate: share of a stage of the open orders that is ready to leave it in a month.
        new: ordered this month.
        stages: orders let through but not shipped yet, by how far they are.
        shipped: shipped this month.
        arrived: what arrived this month.
        under_way: what is under way, the next to arrive first.
    """

    layout: ToolLayout
    tools: ByBase
    rate: Rate
    new: ByBase
    stages: ByStages
    shipped: ByBase
    arrived: ByBase
    under_way: tuple[ByBase, ...]

    @classmethod
    def of(
        cls,
        layout: ToolLayout,
        tools: ByBase,
        *,
        stages: int,
        lead_time_factor: PerDraw,
        transit: int,
    ) -> ToolTable:
        """Return a table of tools of which no more are on order.

        Args:
            layout: what stands in which row.
            tools: installed.
            stages: how many an order passes through before it is shipped.
            lead_time_factor: lead times over those of the layout.
            transit: months from shipment to use.
        """
        rate = leaving_rate(layout.lead_time * lead_time_factor, stages)
        nothing = np.zeros_like(tools)
        on_order, under_way = np.array([nothing] * stages), (nothing,) * transit
        return cls(layout, tools, rate, nothing, on_order, nothing, nothing, under_way)

    @property
    def backlog(self) -> ByBase:
        """Orders let through but not shipped yet."""
        return total(self.stages)

    def place(self, quantity: ByBase) -> None:
        """Order so much this month."""
        self.new = quantity

    def fill(self, flow: ByBase) -> None:
        """Begin with the orders and the tools under way that a steady flow takes."""
        self.stages = in_steady_state(flow, self.rate, len(self.stages))
        self.under_way = (flow,) * len(self.under_way)

    def add(self, second_hand: ByForeign) -> None:
        """Put tools of foreign makers to work that came second-hand."""
        self.tools = self.tools.copy()
        self.tools[self.layout.foreign] += second_hand

    def install(self, kept: PerDraw) -> None:
        """Keep a share of the tools, and put to work those that arrived."""
        self.tools = self.tools * kept + self.arrived

    @property
    def due(self) -> ByBase:
        """What makers ship this month if they are not short."""
        return self.stages[-1] * self.rate

    def keep_orders(self, at: At | Places, kept: Amounts) -> None:
        """Keep a share of the open orders of some rows and fabs, in every stage.

        Args:
            at: a row and its fab, or several.
            kept: the share, the same for all of them or with a row for each.
        """
        stages = self.stages.copy()
        stages[:, *at] *= kept
        self.stages = stages

    def call_off(self, at: At | Places, kept: PerDraw) -> Amounts:
        """Keep a share of some open orders; return what is called off of each."""
        called_off = total(self.stages[:, *at]) * (1.0 - kept)
        self.keep_orders(at, kept)
        return called_off

    def ship(self, quantity: ByBase, permitted: ByBase) -> None:
        """Send tools on their way, and receive those sent some months ago.

        Args:
            quantity: what is shipped, at most what is due.
            permitted: of this month's orders, what passes both gates.
        """
        self.stages = moved_on(
            self.stages, rate=self.rate, entering=permitted, released=quantity
        )
        self.shipped = quantity
        under_way = (*self.under_way, quantity)
        self.arrived, self.under_way = under_way[0], under_way[1:]

    def put(self, name: str, at: At, amount: PerDraw) -> None:
        """Set a number of one row and fab; the table is bound anew, not changed."""
        amounts: ByBase = getattr(self, name).copy()
        amounts[at] = amount
        setattr(self, name, amounts)


def places(lines: Sequence[SupplyLine], at: Mapping[LineKey, At]) -> Places:
    """Return where lines stand in the table."""
    here = [at[line.key] for line in lines]
    return [row for row, _ in here], [fab for _, fab in here]
