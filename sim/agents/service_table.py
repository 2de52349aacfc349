"""The table of how tools are kept up: a row for each vendor and service group."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from sim.agents.tool_table import Rows
from sim.domain.array_types import Bool, Float64, Int64
from sim.domain.ensemble import Amounts, InDraws, PerDraw
from sim.mechanisms.availability import decayed, recovered, self_maintenance

Numbers = TypeVar("Numbers", bound=np.ndarray)

ServiceKey = tuple[str, str]
"""A vendor and one of its service groups."""

ByService = Float64[np.ndarray, "services fabs draws"]
"""A number for each vendor and service group, fab and draw."""

Unusual = tuple[Int64[np.ndarray, "unusual"], Int64[np.ndarray, "unusual"]]
"""Rows and fabs of tools that lack service, or are not yet as available as usual."""

Spent = Bool[np.ndarray, "unusual draws"]
"""Where, and in which draws, the last spare parts were used up."""


@dataclass(frozen=True)
class WearRates:
    """How tools of one class wear without their vendor; each number one per draw.

    Attributes:
        group: the service group, such as ``scanner``.
        contract_share: tools under the vendor's service contract, in [0, 1].
        decay_with_spares: loss of availability per month while parts last.
        decay_without_spares: the same once they are spent.
        spares_stock: months of parts in stock.
    """

    group: str
    contract_share: PerDraw
    decay_with_spares: PerDraw
    decay_without_spares: PerDraw
    spares_stock: PerDraw


@dataclass(eq=False)
class ServiceTable:
    """How available the tools of each vendor and service group are in each fab.

    Attributes:
        wear: how they wear without the vendor, by vendor and group, in order of rows.
        availability: share of time that they are up, over the usual share, in [0, 1].
        spares: months of spare parts in stock.
        practice: months of practice in doing without the vendor, each counted by how
            fast the people available learn from it.
        unserved: share of the vendor's service that is missing.
        lacking: whether any is missing in any draw.
        as_usual: whether they are as available as usual in every draw, so that nothing
            needs to be computed.
    """

    wear: Mapping[ServiceKey, WearRates]
    availability: ByService
    spares: ByService
    practice: ByService
    unserved: ByService
    lacking: Bool[np.ndarray, "services fabs"]
    as_usual: Bool[np.ndarray, "services fabs"]
    _row: Mapping[ServiceKey, int] = field(init=False)

    def __post_init__(self) -> None:
        self._row = {key: row for row, key in enumerate(self.wear)}
        rates = self.wear.values()
        self._with_spares = np.array([rate.decay_with_spares for rate in rates])
        self._without_spares = np.array([rate.decay_without_spares for rate in rates])
        self._stock = np.array([rate.spares_stock for rate in rates])

    @classmethod
    def of(cls, wear: Mapping[ServiceKey, WearRates], fabs: int) -> "ServiceTable":
        """Return a table of tools that are served, in so many fabs."""
        stock = np.array([[rates.spares_stock] * fabs for rates in wear.values()])
        nothing = np.zeros_like(stock)
        lacking = np.zeros(stock.shape[:2], dtype=bool)
        return cls(
            wear, np.ones_like(stock), stock, nothing, nothing, lacking, ~lacking
        )

    def at(self, key: ServiceKey, fab: int) -> tuple[int, int]:
        """Return the row and fab of a vendor's tools of a service group."""
        return self._row[key], fab

    def is_as_usual(self, key: ServiceKey, fab: int) -> bool:
        """Return whether they are as available as usual in every draw."""
        return bool(self.as_usual[self.at(key, fab)])

    def lay_in_spares(
        self, key: ServiceKey, fab: int, extra: PerDraw, where: InDraws
    ) -> None:
        """Hold a share of spare parts beyond the usual stock, in some draws."""
        at = self.at(key, fab)
        stock = self._stock[at[0]] * (1.0 + extra)
        self.spares = _replaced(
            self.spares, at, np.where(where, stock, self.spares[at])
        )

    def set_unserved(self, key: ServiceKey, fab: int, unserved: PerDraw | None) -> None:
        """Note what is missing of a vendor's service; None where nothing is."""
        at = self.at(key, fab)
        if unserved is None and not self.lacking[at]:
            return
        missing = 0.0 if unserved is None else unserved
        self.unserved = _replaced(self.unserved, at, missing)
        self.lacking = _replaced(self.lacking, at, unserved is not None)

    def unusual(self) -> Unusual:
        """Return where tools lack service, or are not as available as usual."""
        rows, fabs = np.nonzero(self.lacking | ~self.as_usual)
        return rows, fabs

    def own_service(self, at: Unusual | Rows, assume: Mapping[str, PerDraw]) -> Amounts:
        """Return the share of lost service that fabs have learnt to replace."""
        return self_maintenance(
            self.practice[at],
            assume["service.self_maintenance_recovery_share_12m"],
            assume["service.self_maintenance_learning_halflife"],
        )

    def pass_month(
        self, at: Unusual, assume: Mapping[str, PerDraw], speed: Amounts | float
    ) -> Spent:
        """Wear where service is missing, and recover where it is complete.

        Args:
            at: where anything is unusual.
            assume: what is assumed.
            speed: how fast practice is gained there, over the usual speed.

        Returns:
            Where, and in which draws, the last spare parts were used up.
        """
        unserved, before = self.unserved[at], self.spares[at]
        availability = decayed(
            self.availability[at],
            unserved=unserved,
            decay_with_spares=self._with_spares[at[0]],
            decay_without_spares=self._without_spares[at[0]],
            spares_left=before,
            grey_parts=assume["service.grey_market_parts_coverage"],
            own_service=self.own_service(at, assume),
        )
        left = np.maximum(before - unserved, 0.0)
        served = unserved <= 0.0
        spent = ~served & (before > 0.0) & (left <= 0.0)
        if served.any():
            half_life = assume["service.recovery_halflife_months"]
            usual = np.ones_like(availability)
            availability = recovered(
                availability, served.astype(float), usual, half_life
            )
            restocked = np.minimum(before + 1.0, self._stock[at[0]])
            left = np.where(served, np.maximum(before, restocked), left)
        practice = self.practice[at] + unserved * speed
        self.practice = _replaced(self.practice, at, practice)
        self.availability = _replaced(self.availability, at, availability)
        self.spares = _replaced(self.spares, at, left)
        self.as_usual = _replaced(self.as_usual, at, False)
        return spent


def _replaced(table: Numbers, at: Any, now: Any) -> Numbers:
    """Return a table with other numbers in some places."""
    changed = table.copy()
    changed[at] = now
    return changed
